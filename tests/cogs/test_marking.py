"""What an unsure grader, a pause and a changed rubric come to, as people read it."""

from dataclasses import replace
from datetime import timedelta

from bot.dispatcher import Dispatcher
from bot.schedule.regrading import regrade
from cogs import COGS
from cogs.messages import Person
from tests.cogs.conversation import ANA, BEN, COURSE, ORGANISER, item

CEM = Person("test", "cem", "Cem")
PROMISE = "Your organiser will look at your answer"


async def near(reference, answer):
    return 0.99


def unsure(talk):
    """From now on a second opinion finds every refused answer near the reference."""
    talk.services = replace(talk.services, nearness=near)
    talk.dispatcher = Dispatcher(COGS, talk.services)
    return talk


async def test_an_answer_the_grader_is_not_sure_of_goes_to_the_organiser(talk):
    await unsure(talk).open_round()
    assert PROMISE in await talk.answer(ANA, 1, "cerulean")
    waiting = await talk.say(ORGANISER, "group disputes")
    assert "cerulean" in waiting and "The grader was not sure." in waiting


async def test_practice_promises_no_review_that_nobody_makes(talk):
    await unsure(talk).say(ORGANISER, "group rules", ahead="show")
    told = await talk.press(ANA, "quiz.practised:t-q1", answer="cerulean")
    assert PROMISE not in told and "One way to say it" in told
    assert await talk.store.disputes.open(1) == ()


async def test_an_answer_that_a_changed_rubric_leaves_unsure_goes_to_the_organiser(talk):
    await talk.open_round()
    assert PROMISE not in await talk.answer(ANA, 1, "cerulean")
    week = COURSE.weeks[0]
    sky = item(1, "Which colour is the sky?", "It is blue.", {"it is blue": ["blue", "navy"]})
    changed = {COURSE.id: replace(COURSE, weeks=(replace(week, items=(sky, *week.items[1:])),))}
    for _ in range(2):
        await regrade(replace(unsure(talk).services, courses=changed), talk.now)
    (waiting,) = await talk.store.disputes.open(1)
    assert (waiting.answer.text, waiting.answer.verdict) == ("cerulean", "needs_review")


async def test_what_a_ruling_settles_for_others_waits_for_nobody_any_more(talk):
    """The grader's own doubts end with it, and an objection to a mark that is full now."""
    await unsure(talk).open_round()
    for person in (ANA, BEN, CEM):
        await talk.answer(person, 1, "cerulean")
    await talk.press(CEM, "quiz.disputed:3")
    assert len(await talk.store.disputes.open(1)) == 3
    await talk.press(ORGANISER, "group.settle:1:full:all")
    assert await talk.store.disputes.open(1) == ()
    assert "settled already" in await talk.press(ORGANISER, "group.settle:3:wrong:all")
    assert [one.score for one in await talk.store.answers.of_group(1)] == [1.0, 1.0, 1.0]


async def test_what_a_member_says_to_an_answer_that_waits_already_is_kept(talk):
    await unsure(talk).open_round()
    await talk.answer(ANA, 1, "cerulean")
    await talk.press(ANA, "quiz.disputed:1", why="it is a blue")
    (waiting,) = await talk.store.disputes.open(1)
    assert waiting.words == "it is a blue"


async def test_a_pause_of_three_weeks_does_not_end_a_streak(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    await talk.say(ORGANISER, "group pause")
    talk.now = talk.rounds.now = talk.now + timedelta(days=21)
    await talk.store.rounds.close_due(talk.now)
    await talk.say(ORGANISER, "group resume")
    await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    assert "2 weeks in a row" in await talk.say(ANA, "me")


async def test_a_week_that_was_posted_and_not_answered_ends_a_streak(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    for _ in range(2):
        talk.now = talk.rounds.now = talk.now + timedelta(days=7)
        await talk.store.rounds.close_due(talk.now)
        await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    assert "1 week in a row" in await talk.say(ANA, "me")


async def test_a_group_is_set_up_with_its_questions_in_one_step(talk):
    await talk.say(ORGANISER, "group setup", course="tiny", zone="Europe/Berlin", times="Mon 18:00", questions="5")
    newest, first = await talk.store.audit.entries(1)
    assert (newest.action, newest.detail["items_per_slot"], first.action) == ("group changed", "5", "group set up")
