"""Recurring work: at once, again when poked, never twice at a time, whatever fails."""

from __future__ import annotations

import asyncio

from bot.schedule.jobs import Jobs

GENEROUS = 20


class Work:
    """Work that says when it has begun, and ends when it is let."""

    def __init__(self, *, blocked=False):
        self.begun, self.ended, self.at_once, self.most = 0, 0, 0, 0
        self.gate, self._changed = asyncio.Event(), asyncio.Condition()
        if not blocked:
            self.gate.set()

    async def _say(self):
        async with self._changed:
            self._changed.notify_all()

    async def until(self, true):
        async with asyncio.timeout(GENEROUS), self._changed:
            await self._changed.wait_for(true)

    async def __call__(self):
        self.begun += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await self._say()
        try:
            await self.gate.wait()
            self.ended += 1
        finally:
            self.at_once -= 1
        await self._say()


async def running(work, seconds=3600):
    jobs = Jobs()
    jobs.every(seconds, "the work", work)
    jobs.start()
    await work.until(lambda: work.begun)
    return jobs


async def test_it_runs_at_once_and_once_more_for_all_the_pokes_of_a_run():
    work = Work(blocked=True)
    jobs = await running(work)
    for _ in range(50):
        jobs.poke("the work")
    work.gate.set()
    await work.until(lambda: work.ended == 2)
    jobs.poke("the work")
    await work.until(lambda: work.ended == 3)
    await jobs.stop()
    assert work.most == 1 and work.begun == 3


async def test_one_slow_job_holds_up_no_other():
    slow, quick = Work(blocked=True), Work()
    jobs = await running(slow)
    jobs.every(0.01, "another", quick)
    await quick.until(lambda: quick.ended > 3)
    assert slow.begun == 1
    slow.gate.set()
    await jobs.stop()


async def test_a_failing_run_is_logged_once_and_does_not_end_the_job(caplog):
    runs, enough = 0, asyncio.Event()

    async def fails():
        nonlocal runs
        runs += 1
        if runs > 4:
            enough.set()
        raise RuntimeError("away")

    jobs = Jobs()
    jobs.every(0.01, "the work", fails)
    jobs.start()
    await asyncio.wait_for(enough.wait(), GENEROUS)
    assert jobs.states()["the work"].reason == "away"
    await jobs.stop()
    assert caplog.text.count("the work failed; it is tried again: away") == 1


async def test_what_recovers_is_not_failing_any_more(caplog):
    caplog.set_level("INFO")
    runs, well = 0, asyncio.Event()

    async def fails_first():
        nonlocal runs
        runs += 1
        if runs == 1:
            raise RuntimeError("away")
        well.set()

    jobs = Jobs()
    jobs.every(0.01, "the work", fails_first)
    jobs.start()
    await asyncio.wait_for(well.wait(), GENEROUS)
    await jobs.stop()
    assert not jobs.states()["the work"].reason and "the work goes on" in caplog.text


async def test_stopping_lets_a_run_finish_and_begins_no_other():
    work = Work(blocked=True)
    jobs = await running(work, seconds=0.01)
    stopping = asyncio.create_task(jobs.stop())
    await asyncio.sleep(0)
    work.gate.set()
    await stopping
    jobs.poke("the work")
    assert (work.begun, work.ended) == (1, 1)


async def test_stopping_calls_off_a_run_that_does_not_end(monkeypatch):
    monkeypatch.setattr("bot.schedule.jobs.STOP_SECONDS", 0)
    work = Work(blocked=True)
    jobs = await running(work)
    await jobs.stop()
    assert (work.at_once, work.ended) == (0, 0)


async def test_a_run_that_outlasts_the_stop_ends_quietly(caplog, monkeypatch):
    monkeypatch.setattr("bot.schedule.jobs.STOP_SECONDS", 0)
    begun, jobs = asyncio.Event(), Jobs()

    async def endless():
        begun.set()
        await asyncio.Event().wait()

    jobs.every(60, "endless", endless)
    jobs.start()
    await begun.wait()
    await jobs.stop()
    assert "raised an exception" not in caplog.text
