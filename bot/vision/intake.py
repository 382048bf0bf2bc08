"""How many pictures are in hand at once, of everybody and of one person: what bounds the memory that they take.

A picture is in hand from before its first byte is fetched until its answer was sent. Whoever comes meanwhile waits in
turn, acknowledged already; a platform's interaction lives long enough for that.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.vision.pictures import PictureRefused
from study.texts import _

AT_ONCE = 4
"""Pictures in hand: each of at most `pictures.MOST_BYTES`, and held about three times while it is sent on and shown."""
PATIENCE = 600.0
"""How many seconds a picture waits for its turn."""
IN_A_MINUTE = 10
"""How many pictures one person may send in a minute."""
MOST_PEOPLE = 5_000


class PictureIntake:
    """The places for pictures in hand, shared by all platforms of a process."""

    def __init__(self, at_once: int = AT_ONCE, *, in_a_minute: int = IN_A_MINUTE, patience: float = PATIENCE) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._in_a_minute, self._patience = in_a_minute, patience
        self._sent: OrderedDict[str, deque[float]] = OrderedDict()

    @asynccontextmanager
    async def place(self, person: str) -> AsyncIterator[None]:
        """Hold a place for one picture of a person's. Raises PictureRefused where it is not their turn."""
        self._count(person)
        try:
            await asyncio.wait_for(self._places.acquire(), self._patience)
        except TimeoutError:
            told = _("Too many pictures are waiting just now: please send yours again in a few minutes.")
            raise PictureRefused(told) from None
        try:
            yield
        finally:
            self._places.release()

    def _count(self, person: str) -> None:
        now = time.monotonic()
        times = self._sent.setdefault(person, deque())
        self._sent.move_to_end(person)
        while times and now - times[0] >= 60:
            times.popleft()
        if len(times) >= self._in_a_minute:
            left = max(1, round(60 - (now - times[0])))
            raise PictureRefused(
                _(
                    "You sent {count} pictures within a minute: please wait {seconds} seconds before the next one.",
                    count=len(times),
                    seconds=left,
                )
            )
        times.append(now)
        while len(self._sent) > MOST_PEOPLE or now - (next(iter(self._sent.values())) or deque([now]))[-1] >= 60:
            self._sent.popitem(last=False)
