"""What an organiser sees at a glance: weeks, questions, who slips away, what waits."""

from datetime import date, timedelta

from cogs.overview import overview
from tests.cogs.conversation import ANA, BEN, COURSE, MONDAY
from tests.store.school import WEEK


async def seen(talk, later=timedelta()):
    return await overview(await talk.store.groups.get(1), talk.services, talk.now + later)


async def test_a_group_at_a_glance(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    await talk.answer(BEN, 1, "grey")
    await talk.answer(ANA, 2, "yellow")
    await talk.press(BEN, "quiz.disputed:2", why="it is grey today")
    shown = await seen(talk)
    assert (shown.course, shown.members) == (COURSE.title, 2)
    assert [(week.monday, week.took_part, week.answers) for week in shown.weeks] == [(MONDAY.date(), 2, 3)]
    first, second = shown.questions
    assert (first.figures.answered, first.figures.mean, first.figures.appealed) == (2, 0.5, 1)
    assert second.figures.answered == 1
    assert {label: count for label, count, _ in shown.waiting}["Answers to review"] == 1
    assert shown.slipping == ()


async def test_who_took_part_and_is_away_is_listed_unless_they_keep_off_the_board(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    await talk.answer(BEN, 1, "blue")
    assert [one.name for one in (await seen(talk, 2 * WEEK)).slipping] == ["Ana", "Ben"]
    await talk.store.members.hide(2, True)
    away = await seen(talk, 3 * WEEK)
    assert [(one.name, one.last) for one in away.slipping] == [("Ana", date(2026, 3, 2))]
    assert [week.took_part for week in away.weeks] == [2, 0, 0, 0]
    assert (await seen(talk, 9 * WEEK)).slipping == ()


async def test_a_group_that_has_not_begun_has_nothing_to_show(talk):
    shown = await seen(talk)
    assert (shown.weeks, shown.questions, shown.slipping) == ((), (), ())
