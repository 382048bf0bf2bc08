"""Has members reminded of what is open for them, when the rule of study.nudge says that it is time."""

from __future__ import annotations

from collections.abc import Callable

from bot.clock import Clock
from store import NudgeDue, Store
from study.nudge import next_nudge

BATCH = 200


class Nudges:
    """The reminders of every group. `on_change` is called when something waits to be sent."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.on_change: Callable[[], None] = lambda: None

    async def tick(self) -> int:
        """Look at everybody whose time has come; how many are reminded."""
        sent = 0
        while batch := await self._store.nudges.due(self._clock.now(), BATCH):
            for due in batch:
                sent += await self._look(due)
            if len(batch) < BATCH:
                break
        if sent:
            self.on_change()
        return sent

    async def _look(self, due: NudgeDue) -> bool:
        now = self._clock.now()
        window = next_nudge(due.answered, due.zone, due.closings, now, due.last)
        if window is None:
            await self._store.nudges.put_off(due, None)
            return False
        if window.start > now:
            await self._store.nudges.put_off(due, window.start)
            return False
        return await self._store.nudges.send(due, window, now)
