from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import FURTHEST, Clock, ClockStops


async def test_the_clock_goes_forward_and_no_further_than_any_course(store):
    clock = await Clock.open(store)
    assert not clock.travelled
    await clock.advance(FURTHEST.days)
    for days in (1, 0, -1):
        with pytest.raises(ClockStops):
            await clock.advance(days)
    again = await Clock.open(store)
    assert FURTHEST - timedelta(minutes=5) < again.now() - datetime.now(UTC) < FURTHEST + timedelta(minutes=5)


async def test_a_clock_left_near_the_end_of_the_calendar_is_taken_back(store):
    await store.facts.set("clock_offset_seconds", str(timedelta(days=365 * 7970).total_seconds()))
    clock = await Clock.open(store)
    assert clock.now() < datetime.now(UTC) + FURTHEST + timedelta(minutes=5)
