"""Has members reminded of what is open for them, when the rule of study.nudge says that it is time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.log_once import LogOnce
from store import NudgeDue, Store
from study.nudge import Window, next_nudge

log = logging.getLogger(__name__)

BATCH = 200
AT_ONCE = 25
"""Members whose reminders are settled in one turn at the database; between turns people have theirs."""
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
        while batch := await self._store.nudges.due(now := self._clock.now(), BATCH):
            for n in range(0, len(batch), AT_ONCE):
                sent += await self._store.nudges.settle([self._guarded(due) for due in batch[n : n + AT_ONCE]], now)
            if len(batch) < BATCH:
                break
        if sent:
            self.on_change()
        return sent

    def _guarded(self, due: NudgeDue) -> tuple[NudgeDue, Window | datetime | None]:
        """What becomes of a member's reminder; what is wrong with one of them keeps nobody else waiting."""
        now = self._clock.now()
        try:
            window = next_nudge(due.answered, due.zone, due.closings, now, due.last)
        except Exception as error:
            self._log_once.failed(due.member_id, error, f"member {due.member_id} cannot be reminded")
            return due, now + AGAIN
        self._log_once.recovered(due.member_id, f"member {due.member_id} can be reminded again")
        return due, window.start if window is not None and window.start > now else window
