"""What time it is: the machine's own time, or a demonstrator's, moved forward and kept through restarts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.errors import BotError
from store import Store

_OFFSET = "clock_offset_seconds"

FURTHEST = timedelta(days=3650)
"""How far a demonstrator may go ahead: more than any course takes, and well within every calendar."""


class ClockStops(BotError):
    """The clock cannot be moved so; the message says why."""


class Clock:
    """The time in UTC. `travelled` says that a demonstrator has moved it: then nothing counts as missed."""

    def __init__(self, store: Store | None = None, offset: timedelta = timedelta()) -> None:
        self._store = store
        self._offset = offset
        self.on_change: Callable[[], None] = lambda: None

    @classmethod
    async def open(cls, store: Store) -> Clock:
        """The clock as it was left."""
        kept = await store.facts.get(_OFFSET)
        return cls(store, timedelta(seconds=min(float(kept or 0), FURTHEST.total_seconds())))

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    @property
    def travelled(self) -> bool:
        """Whether a demonstrator has moved the clock."""
        return bool(self._offset)

    async def advance(self, days: float) -> None:
        """Move time forward, for a demonstration. Raises ClockStops."""
        if days <= 0:
            raise ClockStops("The clock moves forward only.")
        offset = self._offset + timedelta(days=days)
        if offset > FURTHEST:
            raise ClockStops(f"The clock goes {FURTHEST.days:,} days ahead at most.")
        if self._store is not None:
            await self._store.facts.set(_OFFSET, str(offset.total_seconds()))
        self._offset = offset
        self.on_change()


class ManualClock(Clock):
    """A time that stands still until it is moved, for simulations."""

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._now

    def move(self, step: timedelta) -> None:
        """Let time pass."""
        self._now += step
        self.on_change()
