"""Alternatives, of which one is enough: a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from study.grading.match.builder import Builder, Tolerance
from study.grading.match.judged import NOTHING, Found, Judged
from study.grading.match.matcher import Matcher
from study.grading.match.operator import Operator
from study.grading.match.operators.words import PhrasesMatcher
from study.grading.match.reading import Reading


@dataclass(frozen=True, slots=True)
class AnyOf(Operator):
    """Alternatives: one of them is enough."""

    of: tuple[Operator, ...]

    example = ["held out", "set aside"], "some pictures are set aside"

    def write(self) -> list[object]:
        """A list."""
        return [one.write() for one in self.of]

    def compile(self, builder: Builder, how: Tolerance) -> Matcher:
        """What looks for all of them at once; the same for the same list."""
        known = builder.made.get((self, how))
        if known is None:
            known = builder.made[self, how] = AnyMatcher([one.compile(builder, how) for one in self.of])
        return known

    @property
    def title(self) -> str:
        """That of the first."""
        return self.of[0].title if self.of else ""

    def alternatives(self) -> tuple[Operator, ...]:
        """All of them."""
        return self.of

    def phrases(self) -> Iterator[str]:
        """Those of all."""
        for one in self.of:
            yield from one.phrases()


@dataclass(slots=True)
class AnyMatcher(Matcher):
    """Alternatives. Of written ones only those are looked at whose rarest word the answer has."""

    of: list[Matcher]
    _by_rarest: dict[int, list[int]] = field(init=False)
    _always: list[int] = field(init=False)
    _unwritten: list[Matcher] = field(init=False)

    def __post_init__(self) -> None:
        ways = [
            (i, [number for phrase in phrases for number in phrase.elements])
            for i, one in enumerate(self.of)
            if isinstance(one, PhrasesMatcher)
            for phrases in one.ways
        ]
        often = Counter(number for _, elements in ways for number in elements)
        self._by_rarest = {}
        for i, elements in ways:
            of = self._by_rarest.setdefault(min(elements, key=often.__getitem__), [])
            if i not in of:
                of.append(i)
        self._always = [i for i, one in enumerate(self.of) if not isinstance(one, PhrasesMatcher)]
        self._unwritten = [self.of[i] for i in self._always]

    def _worth_looking(self, reading: Reading) -> list[Matcher]:
        by_rarest = self._by_rarest
        hits = by_rarest.keys() & reading.at.keys()
        if reading.alike:
            hits |= by_rarest.keys() & reading.alike.keys()
        if not hits:
            return self._unwritten
        picked = {i for number in hits for i in by_rarest[number]}
        picked.update(self._always)
        return [self.of[i] for i in sorted(picked)]

    def find(self, reading: Reading) -> list[Found]:
        """Every place of each."""
        return [found for one in self._worth_looking(reading) for found in one.find(reading)]

    def judge(self, reading: Reading) -> Judged:
        """What the best of them has."""
        known = reading.judged.get(id(self))
        if known is None:
            known = reading.judged[id(self)] = self._judge(reading)
        return known

    def _judge(self, reading: Reading) -> Judged:
        best = NOTHING
        denied: tuple[int, ...] = ()
        for one in self._worth_looking(reading):
            judged = one.judge(reading)
            if judged.share > best.share or (
                judged.share == best.share and len(judged.positions) > len(best.positions)
            ):
                best = judged
            denied += judged.denied
        return Judged(best.share, best.positions, denied, best.missing if best.share else (), best.swapped)
