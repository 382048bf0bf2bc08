"""Work that goes on behind the tick that began it."""

import asyncio

import pytest

from bot.schedule.patience import Patiently


async def test_a_slow_run_goes_on_behind_and_a_second_waits_for_it():
    gate, runs = asyncio.Event(), []

    async def work():
        runs.append("begun")
        await gate.wait()
        runs.append("ended")

    patiently = Patiently(work, 0.02)
    await asyncio.wait_for(patiently(), 2)
    await asyncio.wait_for(patiently(), 2)
    assert runs == ["begun"]
    gate.set()
    await patiently()
    assert runs == ["begun", "ended"]
    await patiently()
    assert runs == ["begun", "ended"] * 2


async def test_what_a_run_raises_behind_is_raised_at_the_next_call_and_then_it_runs_again():
    runs = []

    async def work():
        runs.append("begun")
        await asyncio.sleep(0.05)
        if len(runs) == 1:
            raise ValueError("away")

    patiently = Patiently(work, 0.01)
    await patiently()
    await asyncio.sleep(0.1)
    with pytest.raises(ValueError, match="away"):
        await patiently()
    assert runs == ["begun"]
    await patiently()
    assert runs == ["begun", "begun"]
    await patiently.stop()


async def test_stopped_a_run_leaves_off_in_the_middle():
    left = []

    async def work():
        try:
            await asyncio.Event().wait()
        finally:
            left.append("off")

    patiently = Patiently(work, 0.01)
    await patiently()
    await patiently.stop()
    assert left == ["off"]
    await patiently.stop()
