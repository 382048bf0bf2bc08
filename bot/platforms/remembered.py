"""What is remembered for a while: so many things at most, and each no longer than it is worth."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Values by key. Once there are too many, what was put or asked for longest ago is forgotten."""

    def __init__(self, most: int, seconds: float = math.inf, *, now: Callable[[], float] = monotonic) -> None:
        self._most, self._seconds, self._now = most, seconds, now
        self._kept: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K, *, within: float = math.inf) -> V | None:
        """What was put under this key, and within so many seconds; else None."""
        if key not in self._kept:
            return None
        at, value = self._kept[key]
        age = self._now() - at
        if age > self._seconds:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return value if age <= within else None

    def put(self, key: K, value: V) -> None:
        """Remember a value in place of an earlier one."""
        self._kept[key] = (self._now(), value)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def forget(self, key: K) -> V | None:
        """What was put under this key; it is remembered no longer."""
        return self._kept.pop(key, (0.0, None))[1]
