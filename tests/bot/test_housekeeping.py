from datetime import timedelta

from sqlalchemy import func, select

from bot.clock import ManualClock
from bot.schedule.housekeeping import Housekeeping
from store import Subject
from store.database import tables as t
from tests.store.school import FRIDAY, a_group, a_member, a_round, an_answer

DAY = timedelta(days=1)


async def codes_kept(store):
    async with store.database.reading() as db:
        return (await db.execute(select(func.count()).select_from(t.codes))).scalar_one()


async def test_once_a_day_old_words_are_cleared_and_old_codes_forgotten(store):
    group = await a_group(store)
    _, (_, post) = await a_round(store, group)
    answer, _ = await an_answer(store, post, await a_member(store, group), 0.5)
    await store.codes.issue("join", FRIDAY, Subject(group.id))
    clock = ManualClock(FRIDAY)
    keeping = Housekeeping(store, clock, keep_days=30)
    await keeping.tick()
    clock.move(29 * DAY)
    await keeping.tick()
    assert (await store.answers.get(answer.id)).text == "an answer"
    assert await codes_kept(store) == 0
    clock.move(1.5 * DAY)
    await Housekeeping(store, clock, keep_days=30).tick()
    assert (await store.answers.get(answer.id)).text == ""
    assert (await store.answers.get(answer.id)).score == 0.5


async def test_without_the_setting_words_are_kept_for_ever(store):
    group = await a_group(store)
    _, (_, post) = await a_round(store, group)
    answer, _ = await an_answer(store, post, await a_member(store, group), 0.5)
    clock = ManualClock(FRIDAY + 3650 * DAY)
    await Housekeeping(store, clock).tick()
    assert (await store.answers.get(answer.id)).text == "an answer"
