"""Has members reminded of what is open for them, when the rule of study.nudge says that it is time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from bot.clock import Clock
from bot.log_once import LogOnce
from store import NudgeDue, Store, StoreError
from study.nudge import next_nudge

log = logging.getLogger(__name__)

BATCH = 200
AGAIN = timedelta(days=1)
"""Somebody who cannot be reminded is looked at again so much later."""


class Nudges:
    """The reminders of every group. `on_change` is called when something waits to be sent."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._log_once = LogOnce(log)
        self.on_change: Callable[[], None] = lambda: None

    async def tick(self) -> int:
        """Look at everybody whose time has come; how many are reminded."""
        sent = 0
        while batch := await self._store.nudges.due(self._clock.now(), BATCH):
            for due in batch:
                sent += await self._guarded(due)
            if len(batch) < BATCH:
                break
        if sent:
            self.on_change()
        return sent

    async def _guarded(self, due: NudgeDue) -> bool:
        """Whether the member is reminded; what is wrong with one of them keeps nobody else waiting."""
        try:
            reminded = await self._look(due)
        except StoreError:
            raise
        except Exception as error:
            self._log_once.failed(due.member_id, error, f"member {due.member_id} cannot be reminded")
            await self._store.nudges.put_off(due, self._clock.now() + AGAIN)
            return False
        self._log_once.recovered(due.member_id, f"member {due.member_id} can be reminded again")
        return reminded

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
