"""An organiser chooses which share of the answers they look at: by the group's own answers, so that share it is."""

import random
from dataclasses import replace
from datetime import timedelta

from bot.dispatcher import Dispatcher
from bot.schedule.regrading import regrade
from cogs import COGS
from cogs.messages import Person
from cogs.rules import what_it_costs
from study.course import Item
from study.grading import MarkedAnswer, draft
from tests.cogs.conversation import COURSE, MONDAY, ORGANISER

ASK = "What is a GPU good for?"
REFERENCE = (
    "Its thousands of small cores multiply large matrices side by side, so a network learns in hours what took a "
    "processor many days before."
)
BESIDE = ["and", "the", "weather", "in", "town", "was", "rather", "nice", "for", "most", "of", "us", "all", "year"]
MANY = 40


def answers():
    """Answers of which the grader is more and less sure: some of the reference's words, and some of none."""
    drawn, words = random.Random(7), REFERENCE.rstrip(".").split()
    for _ in range(MANY):
        kept = sorted(drawn.sample(range(len(words)), drawn.randint(2, len(words))))
        yield " ".join([words[place] for place in kept] + drawn.sample(BESIDE, drawn.randint(0, 8)))


async def drafted(talk):
    """The group's first question has a drafted rubric, and is open."""
    week = COURSE.weeks[0]
    first = Item("t-q1", ASK, REFERENCE, draft(ASK, REFERENCE), 1)
    courses = {COURSE.id: replace(COURSE, weeks=(replace(week, items=(first, *week.items[1:])),))}
    talk.services = replace(talk.services, courses=courses)
    talk.dispatcher = Dispatcher(COGS, talk.services)
    await talk.open_round()
    return courses


async def handed_in(talk, some):
    """Everybody hands in one of these answers; the words of those that wait for the organiser from now on."""
    before = {one.id for one in await talk.store.disputes.open(1)}
    for number, words in enumerate(some):
        talk.now += timedelta(minutes=1)
        await talk.answer(Person("test", f"{talk.now:%H%M}-{number}", f"P{number}"), 1, words)
    return {one.answer.text for one in await talk.store.disputes.open(1) if one.id not in before}


async def test_the_share_that_is_shown_is_the_share_that_was_chosen(talk):
    courses = await drafted(talk)
    told = await talk.say(ORGANISER, "group rules")
    assert "those that the grader is not sure of" in told and "from 30 answers on; 0 are kept" in told
    unsure = await handed_in(talk, answers())
    assert len(unsure) == 2
    told = await talk.say(ORGANISER, "group rules", unsure="20")
    assert "the least sure 20%" in told and "about 2, 4 and 8 answers a week" in told
    assert "Show me the least sure 20%" not in told and "Show me the least sure 5%" in told
    shown = await handed_in(talk, answers())
    assert abs(len(shown) - 0.2 * MANY) <= 1 and unsure < shown
    assert "least sure 20% at least" in await talk.say(ORGANISER, "group history")

    assert await handed_in(talk, [REFERENCE] * 2) == set()
    practised = await talk.press(ORGANISER, "quiz.practised:t-q2", answer=next(iter(shown)))
    assert "Your organiser will look" not in practised

    mended = {COURSE.id: replace(courses[COURSE.id], weeks=(_mended(courses[COURSE.id].weeks[0]),))}
    waiting = {one.answer.id for one in await talk.store.disputes.open(1)}
    assert await regrade(replace(talk.services, courses=mended), talk.now) == 2 * MANY + 2
    still = {one.answer.id for one in await talk.store.disputes.open(1)}
    assert still == waiting, "nobody new, and nobody is forgotten"

    assert "about 2, 4" not in await talk.press(ORGANISER, "group.rule:unsure:0")
    assert (await talk.store.groups.get(1)).unsure == 0


def _mended(week):
    """The same week, whose first question has an example more, which its rubric marks so by itself: all grade alike."""
    first, *others = week.items
    return replace(
        week, items=(replace(first, rubric=replace(first.rubric, examples=(MarkedAnswer("zebras", 0.0),))), *others)
    )


async def test_where_few_answers_are_kept_only_the_grader_asks(talk):
    await drafted(talk)
    await talk.say(ORGANISER, "group rules", unsure="20")
    assert len(await handed_in(talk, list(answers())[:12])) <= 2
    assert "12 are kept so far" in await talk.say(ORGANISER, "group rules", unsure="whatever")
    assert (await talk.store.groups.get(1)).unsure == 0.2


def test_what_it_costs_follows_the_pace_of_the_last_four_weeks():
    daily = [(0.9, MONDAY - timedelta(days=day)) for day in range(200)]
    assert "about 0, 1 and 1 answers a week" in what_it_costs(daily, MONDAY)
    assert "about 2, 3 and 6 answers a week" in what_it_costs([(0.9, MONDAY)] * 30, MONDAY)
    assert "about 0, 0 and 0 answers a week" in what_it_costs(daily, MONDAY + timedelta(days=99))
