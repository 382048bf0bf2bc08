"""What is done once a day: what expired and what is old goes, organisers hear of answers that wait for them."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.platforms.inbox import end_set_aside
from store import Store, Waiting
from study.texts import LazyText, n_lazy

log = logging.getLogger(__name__)

PATIENCE = timedelta(days=1)
"""So long an answer waits for an organiser before they are told once more, every day."""
_TIDIED = "tidied_at"


class Housekeeping:
    """Tidies a store, and what was set aside in the data folder.

    `keep_days`: how long words are kept, `records_days`: records; 0 keeps either for ever.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        keep_days: float = 0,
        records_days: float = 0,
        *,
        data: Path | None = None,
    ) -> None:
        self._store, self._clock, self._data = store, clock, data
        self._keep = timedelta(days=keep_days) if keep_days else None
        self._records = timedelta(days=records_days) if records_days else None
        self._next: datetime | None = None

    async def tick(self) -> None:
        """Tidy, if a day has gone by since the last time, restarts included."""
        now = self._clock.now()
        if self._next is None:
            kept = await self._store.facts.get(_TIDIED)
            self._next = datetime.fromisoformat(kept) + timedelta(days=1) if kept else now
        if now < self._next:
            return
        await self._store.retention.forget_expired(now)
        if self._data is not None:
            gone = end_set_aside(self._data, now, await self._store.privacy.last_erasure())
            log.log(logging.INFO if gone else logging.DEBUG, "%s files that were set aside were deleted", gone)
        if self._records is not None:
            gone = await self._store.retention.purge(now - self._records)
            if gone:
                log.info("%s old records were deleted, as the settings wish", gone)
        if self._keep is not None:
            cleared = await self._store.privacy.clear_words(now - self._keep)
            log.info("the words of %s old answers were cleared, as the settings wish", cleared)
        for waiting in await self._store.disputes.waiting(now - PATIENCE):
            await self._store.notices.add(waiting.group_id, _reminder(waiting, now), now)
        await self._store.facts.set(_TIDIED, now.isoformat())
        self._next = now + timedelta(days=1)


def _reminder(waiting: Waiting, now: datetime) -> LazyText:
    days = (now - waiting.since).days
    oldest = n_lazy("{count} day", "{count} days", days)
    return n_lazy(
        "{count} answer waits for your decision, the oldest for {days}.",
        "{count} answers wait for your decision, the oldest for {days}.",
        waiting.count,
        days=oldest,
    )
