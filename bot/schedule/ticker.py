"""The heartbeat: APScheduler only ticks, the truth about what is due is in the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.log_once import Faults

log = logging.getLogger(__name__)

STOP_SECONDS = 5.0


class Ticker:
    """Runs `tick` every so many seconds and when poked, never twice at a time. A failing tick does not end it.

    Why ticks fail is logged once, however long it lasts, and so is their end.
    """

    def __init__(self, tick: Callable[[], Awaitable[None]], seconds: float) -> None:
        self._tick = tick
        self._seconds = seconds
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._running: asyncio.Task[None] | None = None
        self._again = False
        self._stopped = False
        self._faults = Faults(log)

    def start(self) -> None:
        """Begin ticking, the first time at once."""
        # APScheduler's default grace of one second drops a tick that a stalled loop delays: hence none at all.
        self._scheduler.add_job(
            self._ticked,
            "interval",
            seconds=self._seconds,
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )
        self._scheduler.start()
        self.poke()

    async def _ticked(self) -> None:
        self.poke()

    def poke(self) -> None:
        """Tick now, or once more after the tick that is running."""
        if self._stopped:
            return
        self._again = True
        if self._running is None or self._running.done():
            self._running = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._again and not self._stopped:
            self._again = False
            try:
                await self._tick()
            except Exception as error:
                self._faults.met("tick", error, f"a tick failed; one comes every {self._seconds:g} s")
            else:
                self._faults.over("tick", "the ticks go on")

    async def stop(self) -> None:
        """Stop ticking; a tick that is running may finish within seconds."""
        self._stopped = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._running is not None and not self._running.done():
            _, late = await asyncio.wait({self._running}, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
