"""The recurring work of a bot: APScheduler runs it, the truth about what is due is in the database."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.log_once import LogOnce
from bot.telemetry import metrics
from bot.telemetry.health import JobState

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[object]]

STOP_SECONDS = 5.0


class Jobs:
    """Runs each job beside the others, and never twice at a time. A failing run does not end a job.

    Why a job fails is logged once, however long it lasts, and so is its end.
    """

    def __init__(self) -> None:
        # APScheduler's default grace of one second drops a run that a stalled loop delays: hence none at all.
        defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._running: dict[str, asyncio.Task[object]] = {}
        self._again: set[str] = set()
        self._every: dict[str, float] = {}
        self._begun: dict[str, float] = {}
        self._ended: dict[str, float] = {}
        self._log_once = LogOnce(log)

    def states(self) -> dict[str, JobState]:
        """How each job stands, by its name."""
        now = time.monotonic()
        return {
            name: JobState(
                every,
                now - self._begun[name] if name in self._running else None,
                now - self._ended[name] if name in self._ended else None,
                self._log_once.reason(name),
            )
            for name, every in self._every.items()
        }

    def every(self, seconds: float, name: str, work: Work) -> None:
        """Run a job from the start on, every so many seconds and when it is poked."""
        self._every[name] = seconds
        self._scheduler.add_job(
            self._run, "interval", seconds=seconds, args=(name, work), id=name, next_run_time=datetime.now(UTC)
        )

    def start(self) -> None:
        """Begin; the first runs come at once."""
        self._scheduler.start()

    def poke(self, name: str) -> None:
        """Run a job now, or once more after the run under way."""
        if name in self._running:
            self._again.add(name)
        elif self._scheduler.running and self._scheduler.get_job(name) is not None:
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    async def _run(self, name: str, work: Work) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running[name] = task
        try:
            await self._attempt(name, work)
            while name in self._again:
                self._again.discard(name)
                await self._attempt(name, work)
        except asyncio.CancelledError:
            # A stop that did not wait for the end; APScheduler would log it as a failure of the job.
            log.info("%s was stopped", name)
        finally:
            del self._running[name]

    async def _attempt(self, name: str, work: Work) -> None:
        self._begun[name] = time.monotonic()
        try:
            with metrics.timed(metrics.JOB_SECONDS.labels(name), "job", name=name):
                await work()
        except Exception as error:
            self._log_once.failed(name, error, f"{name} failed; it is tried again")
        else:
            metrics.JOB_SUCCESS.labels(name).set_to_current_time()
            self._log_once.recovered(name, f"{name} goes on")
        finally:
            self._ended[name] = time.monotonic()

    async def stop(self) -> None:
        """Begin nothing more; what is running may finish within seconds."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        self._again.clear()
        running = list(self._running.values())
        if running:
            await asyncio.wait(running, timeout=STOP_SECONDS)
        self._scheduler.shutdown(wait=False)  # which cancels what is running still
        await asyncio.gather(*running, return_exceptions=True)
