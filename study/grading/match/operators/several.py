"""So many of these, each counted once: `any: 3` with `of: [...]`; all of them, where `any` is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from study.grading.language.numbers import number_of
from study.grading.match.builder import Builder, Tolerance
from study.grading.match.judged import NOTHING, Judged
from study.grading.match.matcher import Matcher, ShareMatcher
from study.grading.match.operator import KeyedOperator, Operator, Path, Reader, Schema, parts_schema
from study.grading.match.reading import Reading


@dataclass(frozen=True, slots=True)
class Several(KeyedOperator):
    """So many of these, each counted once. `names` are what the feedback calls them."""

    count: int
    of: tuple[Operator, ...]
    names: tuple[str, ...]

    heads = ("of",)
    keys: ClassVar[Schema] = {
        "any": {
            "type": "integer",
            "minimum": 1,
            "description": "How many of them earn the point in full; fewer earn their share.",
        },
        "of": parts_schema(1, "The things of which so many are asked; each counts once."),
    }
    example = {"any": 2, "of": [["NLP", "language"], "vision", "games"]}, "vision, and games"

    @classmethod
    def read(cls, data: Mapping[str, Any], path: Path, reader: Reader) -> Self:
        """From `of`, and `any`."""
        of, names = reader.parts(data["of"], path, 1)
        count = number_of(data.get("any", len(of) or 1))
        if count is None or count != int(count) or not 1 <= count <= max(1, len(of)):
            reader.fault(
                (*path[:-1], "any"),
                f"`any: {data.get('any')}` is not a number from 1 to {len(of)}.",
                "Count what is under `of`.",
            )
            count = 1
        return cls(int(count), of, names)

    def write(self) -> dict[str, object]:
        """A mapping; `any` only where it is not all of them, names only where they are not the titles."""
        of = [
            one.write() if one.title == name else {name: one.write()}
            for one, name in zip(self.of, self.names, strict=True)
        ]
        return {"of": of} if self.count == len(self.of) else {"any": self.count, "of": of}

    def compile(self, builder: Builder, how: Tolerance) -> Matcher:
        """What looks for each of them."""
        parts = [one.compile(builder, how.all_of_it()) for one in self.of]
        return _SeveralMatcher(self.count, parts, self.names)

    @property
    def title(self) -> str:
        """The name of the first."""
        return self.names[0] if self.names else ""

    def alternatives(self) -> tuple[Operator, ...]:
        """All of them, where one is asked for."""
        return self.of if self.count == 1 else ()

    def phrases(self) -> Iterator[str]:
        """Those of all."""
        for one in self.of:
            yield from one.phrases()


@dataclass(slots=True)
class _SeveralMatcher(ShareMatcher):
    """So many of these, each once, one place for one of them only."""

    count: int
    of: list[Matcher]
    names: tuple[str, ...]

    def judge(self, reading: Reading) -> Judged:
        """The share of them that is there. Those of which half will do count half."""
        taken: set[int] = set()
        denied: list[int] = []
        missing: list[str] = []
        hits = 0.0
        for one, name in zip(self.of, self.names, strict=True):
            judged = self._fresh(one, reading, taken)
            if judged.share:
                hits += judged.share
                taken.update(judged.positions)
            else:
                missing.append(name)
                denied.extend(judged.denied)
        share = min(1.0, hits / self.count)
        # Where any of many will do, naming those not given would hand out the answer: the count says enough.
        lacking = tuple(missing) if share < 1 and self.count >= len(self.of) else ()
        counted = f"{hits:g} of {self.count}"
        return Judged(share, tuple(sorted(taken)), tuple(denied) if not hits else (), lacking, counted=counted)

    def _fresh(self, one: Matcher, reading: Reading, taken: set[int]) -> Judged:
        """How much of one is there, at a place that is not taken."""
        judged = one.judge(reading)
        if judged.share < 1 and not isinstance(one, ShareMatcher):
            return Judged(0.0, (), judged.denied)
        if judged.share and taken.issuperset(judged.positions):
            places = (found for found in one.find(reading) if found.affirmed)
            fresh = next((found for found in places if not taken.issuperset(found.positions)), None)
            return Judged(1.0, fresh.positions) if fresh else NOTHING
        return judged

    def places(self, reading: Reading) -> set[int]:
        """Those of each."""
        return {place for one in self.of for place in one.places(reading)}
