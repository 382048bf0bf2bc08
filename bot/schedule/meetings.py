"""Has the agenda of each meeting posted an hour before, and the next of a weekly one planned once it is over."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from bot.clock import Clock
from bot.log_once import LogOnce
from store import RESTORED_AT, Store, StoreError
from study.discussion.meeting import Meeting

log = logging.getLogger(__name__)

BATCH = 200


class Meetings:
    """The meetings of every group. `on_change` is called when something waits to be sent."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._log_once = LogOnce(log)
        self.on_change: Callable[[], None] = lambda: None

    async def tick(self) -> int:
        """Do what is due, one step of each meeting after the other; how many steps were taken.

        After a demonstrator's jump each is taken at its own time.
        """
        now, taken = self._clock.now(), 0
        kept = await self._store.facts.get(RESTORED_AT)
        restored = datetime.fromisoformat(kept) if kept else datetime.min.replace(tzinfo=UTC)
        while due := await self._store.meetings.due(now, BATCH):
            steps = [await self._guarded(meeting, at, now, doubt=at <= restored) for meeting, at in due]
            taken += sum(steps)
            if not any(steps):
                break
        if taken:
            self.on_change()
        return taken

    async def _guarded(self, meeting: Meeting, due: datetime, now: datetime, *, doubt: bool) -> bool:
        """Whether a step was taken; what is wrong with one meeting keeps no other waiting."""
        try:
            taken = await self._step(meeting, due if self._clock.travelled else now, doubt=doubt)
        except StoreError:
            raise
        except Exception as error:
            self._log_once.failed(meeting.id, error, f"meeting {meeting.id} cannot be held")
            return False
        self._log_once.recovered(meeting.id, f"meeting {meeting.id} can be held again")
        return taken

    async def _step(self, meeting: Meeting, now: datetime, *, doubt: bool) -> bool:
        """Announce it; where it began before anybody could, or is over, end it."""
        if meeting.state == "planned" and now < meeting.at:
            return await self._store.meetings.announce(meeting, now, doubt=doubt)
        return await self._store.meetings.end(meeting, now, doubt=doubt)
