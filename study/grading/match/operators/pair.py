"""What goes with what: "A goes with X, B with Y". Exchanged sides earn nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple, Self

from study.grading.match.builder import Builder, Tolerance
from study.grading.match.judged import Judged
from study.grading.match.matcher import Matcher, ShareMatcher
from study.grading.match.operator import PART, KeyedOperator, Operator, Path, Reader, Schema
from study.grading.match.operators.words import Words
from study.grading.match.reading import Reading

UNNAMED = 24
"""Words up to which the right sides of pairs, all there and in order, need no left sides."""


@dataclass(frozen=True, slots=True)
class Pair(KeyedOperator):
    """Each left side goes with its own right side: "A goes with X, B with Y"."""

    sides: tuple[tuple[Operator, Operator], ...]
    names: tuple[str, ...]

    heads = ("pair",)
    keys: ClassVar[Schema] = {
        "pair": {
            "description": "What goes with what: left side, then the ways of saying its own right side.",
            "oneOf": [
                {"type": "object", "minProperties": 1, "additionalProperties": PART},
                {
                    "type": "array",
                    "minItems": 1,
                    "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": PART},
                },
            ],
        }
    }
    example = (
        {"pair": {"classification": ["categor*", "label*"], "regression": ["number*"]}},
        "classification predicts a category and regression a number",
    )

    @classmethod
    def read(cls, data: Mapping[str, Any], path: Path, reader: Reader) -> Self:
        """From `pair`: a mapping of left to right, or a list of both."""
        value = data["pair"]
        sides: list[tuple[Operator, Operator]] = []
        names: list[str] = []
        if isinstance(value, Mapping) and value:
            for left, right in value.items():
                sides.append((reader.part(left, (*path, left)), reader.part(right, (*path, left))))
                names.append(str(left))
        elif isinstance(value, Sequence) and not isinstance(value, str) and value:
            for i, side in enumerate(value):
                if isinstance(side, str) or not isinstance(side, Sequence) or len(side) != 2:
                    reader.fault((*path, i), "A pair has two sides.", "Write `- [[left, ...], [right, ...]]`.")
                    continue
                both, of = reader.parts(side, (*path, i), 2)
                sides.append((both[0], both[1]))
                names.append(of[0])
        else:
            reader.fault(path, "There are no pairs.", "Write `left: [right, ...]`, a line for each.")
        return cls(tuple(sides), tuple(names))

    def write(self) -> dict[str, object]:
        """A mapping, where every left side is a word or phrase."""
        lefts = [left.text for left, _ in self.sides if isinstance(left, Words)]
        rights = [right.write() for _, right in self.sides]
        if len(lefts) == len(self.sides):
            return {"pair": dict(zip(lefts, rights, strict=True))}
        return {"pair": [[left.write(), right.write()] for left, right in self.sides]}

    def compile(self, builder: Builder, how: Tolerance) -> Matcher:
        """What looks for all sides; a left side only says which pair is spoken of, denied or not."""
        whole = how.all_of_it()
        sides = [
            (left.compile(builder, whole.even_denied()), right.compile(builder, whole)) for left, right in self.sides
        ]
        return _PairMatcher(sides, self.names)

    @property
    def title(self) -> str:
        """The name of the first."""
        return self.names[0] if self.names else ""

    def phrases(self) -> Iterator[str]:
        """Those of all sides."""
        for left, right in self.sides:
            yield from left.phrases()
            yield from right.phrases()


class _Side(NamedTuple):
    """A side of the pair of that number, where an answer has it."""

    at: int
    pair: int
    positions: tuple[int, ...]


class _Owned(NamedTuple):
    """A right side of an answer, and the pair whose left side it goes with there; -1: with none."""

    owner: int
    right: _Side


@dataclass(slots=True)
class _PairMatcher(ShareMatcher):
    """Left sides with their own right sides. What goes with what is read from which stands beside which."""

    sides: list[tuple[Matcher, Matcher]]
    names: tuple[str, ...]

    def judge(self, reading: Reading) -> Judged:
        """The share of pairs that are joined rightly, those joined wrongly taken off."""
        lefts = sorted(
            _Side(f.first, k, f.positions) for k, (left, _) in enumerate(self.sides) for f in left.find(reading)
        )
        heads = {p for left in lefts for p in left.positions}
        rights = sorted(
            _Side(f.first, k, f.positions)
            for k, (_, right) in enumerate(self.sides)
            for f in right.find(reading)
            if f.affirmed and not heads.issuperset(f.positions)
        )
        return self._judge(self._owned(lefts, rights, reading)) if rights else Judged(0.0, missing=self.names)

    def _judge(self, owned: list[_Owned]) -> Judged:
        good: dict[int, tuple[int, ...]] = {}
        bad: set[int] = set()
        for owner, right in owned:
            if owner == right.pair:
                good.setdefault(owner, right.positions)
            elif owner >= 0:
                bad.add(owner)
        joined = [owner == right.pair for owner, right in owned if owner >= 0]
        if bad == set(good) == set(range(len(self.sides))) and sum(a != b for a, b in pairwise(joined)) == 1:
            return Judged(0.0, (), (), self.names, swapped=True)
        bad -= set(good)
        share = max(0, len(good) - len(bad)) / len(self.sides)
        missing = tuple(name for k, name in enumerate(self.names) if k not in good)
        used = tuple(sorted({p for positions in good.values() for p in positions}))
        return Judged(share, used, (), missing if share < 1 else (), swapped=bool(bad) and not good)

    def _owned(self, lefts: list[_Side], rights: list[_Side], reading: Reading) -> list[_Owned]:
        """Which left side each right side of an answer goes with."""
        if not lefts:
            return self._unnamed(rights, reading)
        listed = _one_list_after_the_other(lefts, rights)
        if listed is not None:
            return listed
        if rights[0].at < lefts[0].at:
            return [_Owned(_next(lefts, right), right) for right in rights]
        return [_Owned(self._before(lefts, right, reading), right) for right in rights]

    def _unnamed(self, rights: list[_Side], reading: Reading) -> list[_Owned]:
        """Right sides alone, which are enough in a short answer that has them all and in order."""
        firsts = [next((right.at for right in rights if right.pair == k), -1) for k in range(len(self.sides))]
        in_order = min(firsts) >= 0 and firsts == sorted(firsts) and len(reading.text) <= UNNAMED
        return [_Owned(right.pair, right) for right in rights] if in_order else []

    def _before(self, lefts: list[_Side], right: _Side, reading: Reading) -> int:
        """The left side that stands last before a right one; "the other" of two is the one that is not there."""
        last = next((left for left in reversed(lefts) if left.at < right.at), None)
        start = last.at if last is not None else -1
        others = reading.language.others.intersection(reading.text.words[start + 1 : right.at])
        if others and len(self.sides) == 2:
            return right.pair
        return last.pair if last is not None else -1

    def places(self, reading: Reading) -> set[int]:
        """Those of all sides."""
        return {place for side in self.sides for one in side for place in one.places(reading)}


def _one_list_after_the_other(lefts: list[_Side], rights: list[_Side]) -> list[_Owned] | None:
    """ "A and B: X and Y": right sides go with left ones in order; None where they do not stand so."""
    apart = lefts[-1].at < rights[0].at or rights[-1].at < lefts[0].at
    named = [left.pair for left in lefts]
    if not apart or len(named) < 2 or len(set(named)) < len(named):
        return None
    heard = list(dict.fromkeys(right.pair for right in rights))
    if len(heard) != len(named):
        return None
    owner_of = dict(zip(heard, named, strict=True))
    return [_Owned(owner_of[right.pair], right) for right in rights]


def _next(lefts: list[_Side], right: _Side) -> int:
    """The left side that stands first after a right one, else the last."""
    return next((left.pair for left in lefts if left.at > right.at), lefts[-1].pair)
