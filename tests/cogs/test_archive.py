"""The archive as a conversation: what was asked, found by words and page by page; an open answer stays hidden."""

from datetime import timedelta

import pytest

from store import NewRound
from study.agenda import Planned
from study.archive import Occurrence, entries, mentions
from tests.cogs.conversation import ANA, BEN, MONDAY, ORGANISER, conversation

WEEK = timedelta(days=7)


@pytest.fixture
async def talk(store):
    made = await conversation(store)
    await made.open_round()
    return made


async def close(talk):
    talk.now += WEEK
    await talk.store.rounds.close_due(talk.now)


async def ask_again(talk, item):
    slot = talk.now.replace(tzinfo=None).isoformat()
    posts = [Planned("item", item, 1, "memory")]
    await talk.store.rounds.open(1, NewRound(slot, "tiny", 1, talk.now, talk.now + WEEK, posts))


async def test_what_is_closed_shows_its_answer_and_how_everybody_did(talk):
    await talk.answer(ANA, 1, "It is blue.")
    await talk.answer(BEN, 1, "It is green.")
    await close(talk)
    told = await talk.say(ANA, "archive")
    assert "Archive · 3 questions" in told
    assert "Which colour is the sky?" in told and "Answer: It is blue." in told
    assert "1 of 2 right, 50% on average. You: 10 of 10 points." in told
    assert "Light has wavelengths" in told  # the recap's
    shown = await talk.press(ANA, "archive.show:2")
    assert "You wrote on 2 March 2026 (10 of 10 points):" in shown and "It is blue." in shown
    assert "It is green." not in shown + told


async def test_an_open_question_never_shows_its_answer(talk):
    told = await talk.say(ANA, "archive")
    assert "Which colour is the sky?" in told and "Still open" in told
    assert "It is blue." not in told and "Light has wavelengths" not in told
    assert "It is blue." not in await talk.press(ANA, "archive.show:2")
    assert "mentions" in await talk.say(ANA, "archive", words="It is blue")
    await close(talk)
    await ask_again(talk, "t-q1")
    for shown in (await talk.say(ANA, "archive"), await talk.press(ANA, "archive.show:2")):
        assert "It is blue." not in shown


async def test_it_is_searched_by_words_in_any_form(talk):
    await close(talk)
    found = await talk.say(ANA, "archive", words="naming colour")
    assert "Archive · 1 question with “naming colour”" in found and "green paint" in found
    assert "Nothing that was asked mentions “zebra”" in await talk.say(ANA, "archive", words="zebra")


async def test_my_own_answers_are_found_and_nobody_elses(talk):
    await talk.answer(ANA, 1, "turquoise, I would say blue")
    await close(talk)
    assert "Which colour is the sky?" in await talk.say(ANA, "archive", words="turquoise")
    assert "Nothing" in await talk.say(BEN, "archive", words="turquoise")


async def test_pages_are_turned_and_the_search_goes_with_them(store):
    talk = await conversation(store)
    for n in range(9):
        posts = [Planned("task", f"gone-{n}", 1)]
        talk.now += timedelta(hours=1)
        await store.rounds.open(1, NewRound(f"s{n}", "tiny", 1, talk.now, talk.now + WEEK, posts))
    first = await talk.say(ANA, "archive", words="gone")
    assert "Page 1 of 2." in first and "gone-8" in first and "gone-3" not in first
    second = await talk.press(ANA, "archive.page:1:Z29uZQ==")
    assert "Page 2 of 2." in second and "gone-3" in second and "gone-8" not in second
    assert "Page 2 of 2." in await talk.press(ANA, "archive.page:77:!")


async def test_it_is_empty_before_the_first_post(store):
    talk = await conversation(store)
    assert "Nothing was asked yet" in await talk.say(ORGANISER, "archive")


async def test_the_counts_of_people_who_left_stay(talk):
    await talk.answer(ANA, 1, "It is blue.")
    await close(talk)
    await talk.press(ANA, "me.erase")
    assert "1 answered, 100% on average" in await talk.say(BEN, "archive")


def test_a_question_asked_twice_is_one_entry():
    def at(n, item="q", is_open=False):
        opens = MONDAY + n * WEEK
        return Occurrence(n, "item", item, 1, "c", opens, opens + WEEK, is_open, 2, 2, 1, 1.0)

    made = entries([at(1), at(2, "other"), at(3, is_open=True)])
    assert [(one.latest.post_id, len(one.occurrences), one.is_open) for one in made] == [(3, 2, True), (2, 1, False)]
    assert made[0].went.post_id == 1


@pytest.mark.parametrize(("words", "found"), [("weights", True), ("Gewicht", False), ("the", True), ("net", True)])
def test_words_are_found_in_other_forms(words, found):
    assert mentions(words, ["The weight of a network."], "en") is found
