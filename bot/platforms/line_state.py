"""Whether the lines to a platform hold: one that breaks as soon as it is taken up holds for nobody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

DOWN_SECONDS = 30.0
"""So long a line may be down before whoever watches over the bot is told: a reconnect takes less."""
UPS, HELD_SECONDS = 5, 120.0
"""A line that is taken up so often, and never held for so many seconds in between, holds for nobody until it does."""


class LineState:
    """The lines of one platform, each by its number, as they were taken up and broke."""

    def __init__(self, lines: Iterable[int] = (0,), now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._down = dict.fromkeys(lines, now())
        self._lines = set(self._down)
        self._ups: dict[int, list[float]] = {}

    def broke(self, line: int = 0) -> None:
        """A line broke, or could not be taken up."""
        self._lines.add(line)
        self._down.setdefault(line, self._now())

    def held(self, line: int = 0) -> None:
        """A line was taken up, anew or again."""
        self._ups[line] = [*self._hasty(line)[1 - UPS :], self._now()]
        self.seen(line)

    def seen(self, line: int = 0) -> None:
        """A line was seen to be up, whenever it was taken up."""
        self._lines.add(line)
        self._down.pop(line, None)

    def down(self) -> list[int]:
        """The lines that are down for longer than a reconnect takes."""
        return sorted(line for line, since in self._down.items() if self._now() - since > DOWN_SECONDS)

    def flapping(self) -> list[int]:
        """The lines that are taken up again and again, and have not held for a while since."""
        return sorted(line for line in self._ups if len(self._hasty(line)) == UPS)

    def _hasty(self, line: int) -> list[float]:
        """When the line was taken up, each time soon after the last; nothing once it has held for a while."""
        ups = self._ups.get(line, [])
        return ups if ups and self._now() - ups[-1] < HELD_SECONDS else []

    def none_holds(self) -> bool:
        """Whether every line is down or flapping, where one is enough to be reached."""
        return self._lines <= {*self.down(), *self.flapping()}
