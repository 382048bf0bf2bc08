from datetime import timedelta

from bot.clock import FakeClock
from bot.schedule.housekeeping import Housekeeping
from tests.store.school import FRIDAY, a_group, a_member, a_round, an_answer

DAY = timedelta(days=1)


async def test_once_a_day_old_words_are_cleared_and_old_events_forgotten(store):
    group = await a_group(store)
    _, (_, post) = await a_round(store, group)
    answer, _ = await an_answer(store, post, await a_member(store, group), 0.5)
    await store.seen("event", FRIDAY)
    clock = FakeClock(FRIDAY)
    keeping = Housekeeping(store, clock, keep_days=30)
    await keeping.tick()
    clock.advance(29 * DAY)
    await keeping.tick()
    assert (await store.answer(answer.id)).text == "an answer"
    assert not await store.seen("event", clock.now())
    clock.advance(1.5 * DAY)
    await Housekeeping(store, clock, keep_days=30).tick()
    assert (await store.answer(answer.id)).text == ""
    assert (await store.answer(answer.id)).score == 0.5


async def test_without_the_setting_words_are_kept_for_ever(store):
    group = await a_group(store)
    _, (_, post) = await a_round(store, group)
    answer, _ = await an_answer(store, post, await a_member(store, group), 0.5)
    clock = FakeClock(FRIDAY + 3650 * DAY)
    await Housekeeping(store, clock).tick()
    assert (await store.answer(answer.id)).text == "an answer"
