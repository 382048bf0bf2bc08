"""Questions of one's own, as a conversation: answered, offered, handed on, answered by the organiser, and told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import _composed
from bot.clock import ManualClock
from bot.platforms.text import render_text
from study.asking import Known, Lookup, offer
from study.course import Knowledge
from tests.cogs.conversation import ANA, BEN, COURSE, MONDAY, ORGANISER, conversation

WEEK = timedelta(days=7)
KNOWLEDGE = (
    Knowledge("Why is the grass green?", "Because of chlorophyll, which swallows red and blue light."),
    Knowledge("How do painters mix grey?", "From black and white, or from two opposite colours."),
)


@pytest.fixture
async def talk(store):
    made = await conversation(store)
    made.services.courses[COURSE.id] = replace(COURSE, knowledge=KNOWLEDGE)
    return made


async def ask(talk, person, question):
    return await talk.say(person, "ask", question=question)


async def mail(talk, kind="answered"):
    found = []
    for one in await talk.store.deliveries.find():
        if one.kind == kind:
            found.append(render_text(await _composed(talk.services, ManualClock(talk.now), one)))
    return found


async def test_what_the_course_knows_is_told(talk):
    told = await ask(talk, ANA, "what makes grass green")
    assert "chlorophyll" in told and "From the course's list." in told
    assert await talk.store.questions.open(1) == ()


async def test_a_question_is_known_once_it_is_closed_and_never_while_it_is_open(talk):
    await talk.open_round()
    assert "It is blue." not in await ask(talk, ANA, "which colour does the sky have?")
    await talk.store.rounds.close_due(MONDAY + WEEK)
    told = await ask(talk, ANA, "which colour does the sky have?")
    assert "It is blue." in told and "From Week 1 · Question 1." in told


async def test_what_is_not_sure_is_offered_and_shown_when_pressed(talk):
    told = await ask(talk, ANA, "how is the colour of grass mixed")
    assert "I am not sure" in told and "Why is the grass green?" in told and "chlorophyll" not in told
    assert "chlorophyll" in await talk.press(ANA, "ask.show:1:course-0")
    assert "somebody else" in await talk.press(BEN, "ask.show:1:course-0")
    assert "organiser is told" in await talk.press(ANA, "ask.over:1")
    assert [one.text for one in await talk.store.questions.open(1)] == ["how is the colour of grass mixed"]


async def test_what_is_not_known_is_said_and_kept_for_the_organiser_who_answers_it(talk):
    assert "I do not know this" in await ask(talk, ANA, "When do we meet at the museum?")
    assert "/ask open" in str((await talk.store.notices.claim(talk.now, 60))[0].text)
    shown = await talk.say(ORGANISER, "ask open")
    assert "Ana asks" in shown and "When do we meet at the museum?" in shown
    assert "organisers" in await talk.press(BEN, "ask.reply:1")
    assert "When do we meet at the museum?" in await talk.press(ORGANISER, "ask.reply:1")
    told = await talk.press(ORGANISER, "ask.replied:1", question="When do we meet at the museum?", answer="")
    assert "answer: Write the answer." in told
    told = await talk.press(ORGANISER, "ask.replied:1", question="When is the museum visit?", answer="On Friday.")
    assert "who asked is told. None left." in told
    (letter,) = await mail(talk)
    assert "When do we meet at the museum?" in letter and "On Friday." in letter
    assert "settled already" in await talk.press(ORGANISER, "ask.replied:1", question="Q", answer="A")
    told = await ask(talk, BEN, "when is the visit to the museum")
    assert "On Friday." in told and "Added by your organiser." in told


async def test_what_is_set_aside_is_told_too(talk):
    await ask(talk, ANA, "Who ate my sandwich?")
    assert "Set aside" in await talk.press(ORGANISER, "ask.aside:1")
    (letter,) = await mail(talk)
    assert "set aside" in letter
    assert "No questions wait" in await talk.say(ORGANISER, "ask open")


async def test_the_same_event_asks_once(talk):
    for _ in range(2):
        await talk.dispatcher.command("ask", talk._ask(ANA, {"question": "Where is the zoo?"}, "same"))
    assert len(await talk.store.questions.open(1)) == 1
    assert len(await talk.store.notices.claim(talk.now, 60)) == 1


async def test_nobody_fills_the_organiser_s_desk_alone(talk):
    for n in range(10):
        await ask(talk, ANA, f"zebra {n}?")
    assert "10 questions of yours wait already" in await ask(talk, ANA, "zebra again?")
    assert len(await talk.store.questions.open(1)) == 10


async def test_an_organiser_adds_and_removes(talk):
    assert "Kept." in await talk.say(ORGANISER, "ask add", question="Where are the brushes?", answer="In the cupboard.")
    assert "In the cupboard." in await ask(talk, ANA, "where can I find brushes")
    assert "organisers" in await talk.say(BEN, "ask add", question="a", answer="b")
    told = await talk.say(ORGANISER, "ask remove", entry="the brushes")
    assert "Added here: Where are the brushes?" in told
    (choice,) = await talk.dispatcher.suggest("ask remove", "entry", "brush", talk._ask(ORGANISER, {}))
    assert choice.label == "Where are the brushes?"
    assert "Removed" in await talk.say(ORGANISER, "ask remove", entry=choice.value)
    assert "I do not know this" in await ask(talk, ANA, "where can I find brushes")


async def test_what_a_group_added_is_not_another_s(talk, store):
    await talk.say(ORGANISER, "ask add", question="Where are the brushes?", answer="In the cupboard.")
    assert await store.questions.remove(2, 1, "Eve", MONDAY) is False
    assert await store.questions.added(2, COURSE.id) == ()


async def test_who_is_erased_leaves_no_question_behind(talk, store):
    await ask(talk, ANA, "When do we meet at the museum?")
    await ask(talk, ANA, "Where is the zoo?")
    await talk.press(ORGANISER, "ask.replied:1", question="When do we meet at the museum?", answer="On Friday.")
    member = (await store.members.of_group(1))[0]
    told = (await store.privacy.export(member.id))["asked"]
    assert [(one["text"], one["answer"]) for one in told] == [
        ("When do we meet at the museum?", "On Friday."),
        ("Where is the zoo?", ""),
    ]
    await talk.press(ANA, "me.erase")
    assert await store.questions.open(1) == () and await store.questions.added(1, COURSE.id) == ()


@pytest.mark.parametrize("asked", ["", "  ", "?!", "the of and"])
def test_nothing_asked_finds_nothing(asked):
    made = offer(Lookup([Known("a", "What is a tensor?", "A grid of numbers.")], "en").find(asked))
    assert made.all == ()


def test_nothing_known_finds_nothing():
    assert Lookup([], "de").find("Was ist ein Tensor?") == ()


def test_german_questions_are_found_in_other_forms():
    where = Lookup(
        [Known("a", "Was ist ein Tensor?", "Ein Gitter."), Known("b", "Wie lernt ein Netz?", "Mit Daten.")], "de"
    )
    assert where.find("was sind Tensoren")[0].known.ref == "a"


def test_a_word_that_some_entry_has_was_not_mistyped_and_short_ones_never_are():
    where = Lookup([Known("a", "What does it gain?", "Time."), Known("b", "What is a grain?", "A seed.")], "en")
    assert offer(where.find("what is a gan")).all == ()
    assert offer(where.find("what is a grain")).all[0].ref == "b"
    assert offer(where.find("what is a graain")).all[0].ref == "b"


def test_what_another_question_has_more_of_is_offered_and_not_told():
    where = Lookup(
        [
            Known("name", "What else is weight decay called?", "L2."),
            Known(
                "loss", "What does weight decay add to the loss? Say it in words, or write down the term.", "Squares."
            ),
            Known("other", "Who was the first to see a comet with a telescope?", "Somebody."),
        ],
        "en",
    )
    assert offer(where.find("weight decay")).all[0].ref == "name"
    made = offer(where.find("how does weight decay change the loss"))
    assert made.answer is None or made.answer.ref == "loss"
    assert {one.ref for one in made.all} == {"name", "loss"}


def test_the_synonyms_of_a_course_are_one_word():
    known = [Known("a", "What is a neural network?", "Layers."), Known("b", "Why take a GPU?", "It is fast.")]
    where = Lookup(known, "en", (("GPU", "graphics card"), ("picture", "photo")))
    assert where.find("are graphics cards of use?")[0].known.ref == "b"
    assert Lookup(known, "en").find("are graphics cards of use?")[0].similarity == 0
