"""Catching up as a conversation: what most others knew of each week missed, what is open, and a streak that waits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cogs.messages import Person
from store import NewRound
from study.agenda import Planned
from study.archive import Occurrence, entries
from study.catchup import missed
from study.course import Week
from tests.cogs.conversation import ANA, BEN, COURSE, MONDAY, conversation, item

WEEK = timedelta(days=7)
CLEO, DINA = Person("test", "cleo", "Cleo"), Person("test", "dina", "Dina")
SHAPES = Week(
    4,
    "Shapes",
    "Chapter 4",
    None,
    tuple(item(n, f"How many sides has shape {n}?", f"It has {n}.", {"n": [str(n)]}) for n in range(3, 8)),
)
LONG = replace(COURSE, weeks=(*COURSE.weeks, SHAPES))


@pytest.fixture
async def talk(store):
    made = await conversation(store)
    made.services.courses[COURSE.id] = LONG
    return made


async def a_week(talk, week, *items):
    posts = [Planned("item", one, week) for one in items]
    slot = talk.now.replace(tzinfo=None).isoformat()
    await talk.store.rounds.open(1, NewRound(slot, "tiny", week, talk.now, talk.now + WEEK, posts))


async def pass_week(talk):
    talk.now += WEEK
    await talk.store.rounds.close_due(talk.now)


async def test_who_joins_late_gets_what_most_others_knew_and_then_what_is_open(talk):
    await a_week(talk, 1, "t-q1", "t-q2")
    await talk.answer(BEN, 1, "It is blue.")
    await pass_week(talk)
    await a_week(talk, 4, *(f"t-q{n}" for n in range(3, 8)))
    for n in (7, 5, 6):
        await talk.answer(BEN, n, f"It has {n}.")
    await pass_week(talk)
    await a_week(talk, 1, "t-q2")
    told = await talk.say(ANA, "catchup")
    assert told.index("2 weeks missed") < told.index("Week 2 of 2: Shapes") < told.index("Open now")
    assert "In short: Light has wavelengths" in told and "Which colour is the sky?" in told
    assert all(f"shape {n}?" in told for n in (5, 6, 7)) and "shape 3?" not in told
    assert "Open now" in told and "green paint" in told
    assert "your streak starts with your first answer" in told
    for n in (5, 6, 7):
        await talk.press(ANA, f"quiz.practised:t-q{n}", answer=f"It has {n}.")
    assert "1 week missed" in await talk.say(ANA, "catchup")
    await talk.press(ANA, "quiz.practised:t-q1", answer="It is blue.")
    assert "You have missed nothing." in await talk.say(ANA, "catchup")


async def test_a_missed_week_is_told_first_in_the_best_shared_recaps(talk):
    recap = NewRound("r", "tiny", 1, talk.now, talk.now + WEEK, [Planned("recap", "", 1), Planned("item", "t-q1", 1)])
    await talk.store.rounds.open(1, recap)
    for n, person in enumerate((BEN, CLEO, DINA), 1):
        await talk.press(person, "recap.send:1", recap=f"Colours have wavelengths, paint subtracts: {person.name}.")
        await talk.press(person, f"sharing.set:{n}:{'no' if person is CLEO else 'yes'}")
    assert "wrote:" not in await talk.say(ANA, "catchup")
    await pass_week(talk)
    told = await talk.say(ANA, "catchup")
    assert (
        told.index("In short:") < told.index("Ben wrote:") < told.index("Dina wrote:") < told.index("Most others knew")
    )
    assert "Cleo" not in told


async def test_a_streak_that_waits_is_told(talk):
    await a_week(talk, 1, "t-q1")
    await talk.answer(ANA, 1, "It is blue.")
    assert "Your streak goes on: 1 week in a row." in await talk.say(ANA, "catchup")
    await pass_week(talk)
    await a_week(talk, 1, "t-q2")
    assert "Your streak of 1 week waits for you: one answer this week keeps it." in await talk.say(ANA, "catchup")
    await pass_week(talk)
    await a_week(talk, 4, "t-q3")
    await pass_week(talk)
    told = await talk.say(ANA, "catchup")
    assert "Good to have you back. Your longest streak was 1 week; one answer begins the next." in told


async def test_before_the_first_post_there_is_nothing_to_catch_up_on(talk):
    told = await talk.say(ANA, "catchup")
    assert "You have missed nothing." in told and "Nothing is open either." in told


async def test_many_weeks_come_three_at_a_time_the_latest_first(talk):
    weeks = tuple(
        Week(n, f"Part {n}", "", None, (item(90 + n, f"What is {n}?", "It.", {"it": ["it"]}),)) for n in range(5)
    )
    talk.services.courses[COURSE.id] = replace(
        COURSE, weeks=tuple(replace(one, number=one.number + 1) for one in weeks)
    )
    for n in range(5):
        await a_week(talk, n + 1, f"t-q{90 + n}")
        await pass_week(talk)
    first = await talk.say(ANA, "catchup")
    assert "5 weeks missed" in first and "2 weeks before these" in first
    assert all(f"Part {n}" in first for n in (2, 3, 4)) and "Part 1" not in first
    second = await talk.press(ANA, "catchup.turn:1")
    assert "Part 0" in second and "Part 1" in second and "Part 2" not in second and "before these" not in second


def asking(n, week=1, *, mean=0.0, answered=0, is_open=False):
    return Occurrence(n, "item", f"q{n}", week, "c", MONDAY, MONDAY, is_open, answered, answered, 0, mean * answered)


def test_the_best_known_come_first_and_open_ones_never():
    made = entries(
        [asking(1, mean=0.2, answered=5), asking(2), asking(3, mean=0.9, answered=1), asking(4, is_open=True)]
    )
    (week,) = missed(made, "c", set(), set())
    assert week.items == ("q3", "q1", "q2")
    assert missed(made, "c", {2}, set()) == () and missed(made, "other", set(), set()) == ()
    assert missed(made, "c", set(), {"q1", "q2", "q3"}) == ()


def test_a_missed_week_has_its_recaps_once_they_are_closed():
    def recap(n, is_open):
        return replace(asking(n, is_open=is_open), kind="recap", item="")

    (week,) = missed(entries([asking(1), recap(2, is_open=False), recap(3, is_open=True)]), "c", set(), set())
    assert week.recaps == (2,)
