"""Wakes every open page when something changed; each page then asks the log for what it has not seen."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Hub:
    """The open pages. A page that sleeps through ten changes wakes once and misses none: the log holds them."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Event] = set()
        self._here: Counter[int] = Counter()
        self._deserted = asyncio.Event()
        self._deserted.set()
        self.closing = False

    def wake(self) -> None:
        """Something changed."""
        for page in self._pages:
            page.set()

    async def close(self, seconds: float) -> None:
        """Tell every page to let go, and wait so long for them."""
        self.closing = True
        self.wake()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._deserted.wait(), seconds)

    def here(self) -> frozenset[int]:
        """The members who have a page open."""
        return frozenset(self._here)

    @contextmanager
    def page(self, member_id: int) -> Iterator[asyncio.Event]:
        """One open page: the event is set at every change."""
        event = asyncio.Event()
        self._pages.add(event)
        self._deserted.clear()
        self._here[member_id] += 1
        self.wake()
        try:
            yield event
        finally:
            self._pages.discard(event)
            if not self._pages:
                self._deserted.set()
            self._here[member_id] -= 1
            if not self._here[member_id]:
                del self._here[member_id]
            self.wake()
