"""What was found of a point in an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Found(NamedTuple):
    """Words of the answer that match, and whether they say it (or say its opposite)."""

    first: int
    last: int
    positions: tuple[int, ...]
    affirmed: bool


@dataclass(slots=True)
class Judged:
    """How much of a point an answer has: `share` 0 to 1, the words for it, the words that deny it, what is missing."""

    share: float
    positions: tuple[int, ...] = ()
    denied: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    swapped: bool = False
    counted: str = ""


NOTHING = Judged(0.0)
