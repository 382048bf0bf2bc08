"""What looks for one thing in an answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from study.grading.match.judged import NOTHING, Found, Judged
from study.grading.match.reading import Reading


class Matcher(ABC):
    """What looks for one thing in an answer."""

    __slots__ = ()

    @abstractmethod
    def find(self, reading: Reading) -> list[Found]:
        """Every place where it stands as a whole."""

    @abstractmethod
    def judge(self, reading: Reading) -> Judged:
        """How much of it is there."""

    def watches(self) -> frozenset[int] | None:
        """What is watched for of which an answer must have something for this to find anything; None: unknown."""
        return None

    def places(self, reading: Reading) -> set[int]:
        """Every word of an answer that speaks of what is looked for, counted or not."""
        return {place for found in self.find(reading) for place in found.positions}


class PlaceMatcher(Matcher):
    """What is there or not: it is there when some place affirms it."""

    __slots__ = ()

    def judge(self, reading: Reading) -> Judged:
        """All of it, where some place affirms it; the longest such place is the one that counts."""
        return judged(*longest(self.find(reading)))


def longest(found: Iterable[Found]) -> tuple[Found | None, tuple[int, ...]]:
    """The longest place that affirms, the first of these; and the words of those that deny."""
    best: Found | None = None
    denied: tuple[int, ...] = ()
    for one in found:
        if not one.affirmed:
            denied += one.positions
        elif best is None or (len(one.positions), -one.first) > (len(best.positions), -best.first):
            best = one
    return best, denied


def judged(best: Found | None, denied: tuple[int, ...]) -> Judged:
    """What a place that affirms is worth, and what the words are that deny."""
    if best is None:
        return Judged(0.0, (), denied) if denied else NOTHING
    return Judged(1.0, best.positions, denied)


class ShareMatcher(Matcher):
    """What may be there in part."""

    __slots__ = ()

    def find(self, reading: Reading) -> list[Found]:
        """Where it stands as a whole: one place at most."""
        judged = self.judge(reading)
        if judged.share < 1 or not judged.positions:
            return []
        return [Found(min(judged.positions), max(judged.positions), judged.positions, True)]
