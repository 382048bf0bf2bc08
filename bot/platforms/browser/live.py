"""Wakes every open page when something changed; each page then asks the store for what it has not seen."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar, cast

from store import StoreError
from store.page.messages import PageMessages

Made = TypeVar("Made")
_REMEMBERED = 4_000


class Hub:
    """The open pages. A page that sleeps through ten changes wakes once and misses none: the store holds them."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Event] = set()
        self._here: Counter[str] = Counter()
        self._present: frozenset[str] = frozenset()
        self._deserted = asyncio.Event()
        self._deserted.set()
        self.moment = Moment()
        self.letters_read: Counter[str] = Counter()
        """How often each member has seen messages to them alone: their other pages then count anew."""
        self.closing = False

    @property
    def deserted(self) -> bool:
        """Whether no page is open."""
        return not self._pages

    def wake(self) -> None:
        """Something changed."""
        self.moment = Moment()
        for page in self._pages:
            page.set()

    async def close(self, seconds: float) -> None:
        """Tell every page to let go, and wait so long for them."""
        self.closing = True
        self.wake()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._deserted.wait(), seconds)

    def here(self) -> frozenset[str]:
        """The members who have a page open; the same value until somebody comes or goes."""
        return self._present

    @contextmanager
    def page(self, member_id: str) -> Iterator[asyncio.Event]:
        """One open page: the event is set at every change."""
        event = asyncio.Event()
        self._pages.add(event)
        self._deserted.clear()
        self._here[member_id] += 1
        self._look_round(member_id)
        try:
            yield event
        finally:
            self._pages.discard(event)
            if not self._pages:
                self._deserted.set()
            self._here[member_id] -= 1
            if not self._here[member_id]:
                del self._here[member_id]
            self._look_round(member_id)

    def _look_round(self, member_id: str) -> None:
        """Tell the others where somebody came or went, not of each of their pages."""
        if (member_id in self._present) != (member_id in self._here):
            self._present = frozenset(self._here)
            self.wake()


class Moment:
    """What is so until the next change: looked up and rendered once, however many pages ask."""

    def __init__(self) -> None:
        self._asked: dict[Hashable, asyncio.Future[object]] = {}

    async def once(self, what: Hashable, look_up: Callable[[], Awaitable[Made]]) -> Made:
        """The result of looking it up, by whoever did so first; after a failure the next looks again."""
        known = self._asked.get(what)
        if known is None or (known.done() and (known.cancelled() or known.exception())):
            if len(self._asked) >= _REMEMBERED:
                self._asked.clear()
            known = self._asked[what] = asyncio.ensure_future(_awaited(look_up))
        return cast(Made, await asyncio.shield(known))


async def _awaited(look_up: Callable[[], Awaitable[object]]) -> object:
    return await look_up()


class Watch:
    """Notices what other processes change on the page they share, within a second."""

    def __init__(self, messages: PageMessages, hub: Hub, every: float = 1.0) -> None:
        self._messages, self._hub, self._every = messages, hub, every
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look from now on; where no other process can write there is nothing to see."""
        if not self._messages.alone:
            self._task = asyncio.create_task(self._look(), name="the page's changes")

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    async def _look(self) -> None:
        seen = -1
        while True:
            await asyncio.sleep(self._every)
            if self._hub.deserted:
                continue
            with suppress(StoreError):  # whoever uses the page is told; this looks again in a second
                rev = await self._messages.rev()
                if rev != seen:
                    seen = rev
                    self._hub.wake()
