"""Work that a tick waits for only so long, so that one slow part does not hold up the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Patiently:
    """Calls `work`, one run at a time: after so many seconds the caller goes on, and the run goes on behind."""

    def __init__(self, work: Callable[[], Awaitable[object]], seconds: float) -> None:
        self._work = work
        self._seconds = seconds
        self._running: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Start a run, or wait for the one under way. Raises what a run that has ended since raised."""
        await self._ended()
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())
        await asyncio.wait({self._running}, timeout=self._seconds)
        await self._ended()

    async def _ended(self) -> None:
        if self._running is not None and self._running.done():
            done, self._running = self._running, None
            await done

    async def _run(self) -> None:
        await self._work()

    async def stop(self) -> None:
        """Leave off in the middle of a run."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
