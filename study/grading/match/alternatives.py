"""Alternatives, of which one is enough, looked for at once: only those are looked at that may be in the answer."""

from __future__ import annotations

from collections.abc import Sequence

from study.grading.match.judged import NOTHING, Found, Judged
from study.grading.match.matcher import Matcher, PlaceMatcher, judged, longest
from study.grading.match.reading import Reading


class Worth:
    """Which of some matchers may find anything in an answer, by what is watched for in it."""

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        self.matchers = matchers
        self._by_watch: dict[int, list[int]] = {}
        self._always: list[int] = []
        for i, one in enumerate(matchers):
            watches = one.watches()
            if watches is None:
                self._always.append(i)
            for watch in watches or ():
                self._by_watch.setdefault(watch, []).append(i)

    def watches(self) -> frozenset[int] | None:
        """Those of all; None, where some must always be asked."""
        return None if self._always else frozenset(self._by_watch)

    def places(self, reading: Reading) -> list[int]:
        """The places of those that may, in order."""
        hits = self._by_watch.keys() & reading.met
        if not hits:
            return self._always
        if len(hits) == 1 and not self._always:
            return self._by_watch[hits.pop()]
        return sorted({*self._always, *(i for watch in hits for i in self._by_watch[watch])})


def any_of(matchers: Sequence[Matcher]) -> Matcher:
    """What looks for all of these at once."""
    places: list[PlaceMatcher] = []
    for one in matchers:
        if isinstance(one, AnyPlaceMatcher):
            places += one.of
        elif isinstance(one, PlaceMatcher):
            places.append(one)
        else:
            return AnyMatcher(matchers)
    return AnyPlaceMatcher(places)


class AnyPlaceMatcher(PlaceMatcher):
    """Alternatives each of which is there or not."""

    __slots__ = ("_worth", "of")

    def __init__(self, of: Sequence[PlaceMatcher]) -> None:
        self.of = of
        self._worth = Worth(of)

    def watches(self) -> frozenset[int] | None:
        """Those of all."""
        return self._worth.watches()

    def find(self, reading: Reading) -> list[Found]:
        """Every place of each."""
        of = self.of
        return [found for i in self._worth.places(reading) for found in of[i].find(reading)]

    def judge(self, reading: Reading) -> Judged:
        """All of it, where some place affirms it; the first alternative of which that is longest counts."""
        best: Found | None = None
        denied: tuple[int, ...] = ()
        for i in self._worth.places(reading):
            mine, of_mine = longest(self.of[i].find(reading))
            denied += of_mine
            if mine is not None and (best is None or len(mine.positions) > len(best.positions)):
                best = mine
        return judged(best, denied)


class AnyMatcher(Matcher):
    """Alternatives some of which may be there in part."""

    __slots__ = ("_worth", "of")

    def __init__(self, of: Sequence[Matcher]) -> None:
        self.of = of
        self._worth = Worth(of)

    def watches(self) -> frozenset[int] | None:
        """Those of all."""
        return self._worth.watches()

    def find(self, reading: Reading) -> list[Found]:
        """Every place of each."""
        return [found for i in self._worth.places(reading) for found in self.of[i].find(reading)]

    def judge(self, reading: Reading) -> Judged:
        """What the best of them has."""
        best = NOTHING
        denied: tuple[int, ...] = ()
        for i in self._worth.places(reading):
            one = self.of[i].judge(reading)
            if (one.share, len(one.positions)) > (best.share, len(best.positions)):
                best = one
            denied += one.denied
        return Judged(best.share, best.positions, denied, best.missing if best.share else (), best.swapped)
