"""Things that stand close together, in any order (`near`) or in this one (`order`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from study.grading.language.numbers import number_of
from study.grading.match.builder import Builder, Tolerance
from study.grading.match.judged import Found
from study.grading.match.matcher import Matcher, PlaceMatcher
from study.grading.match.operator import KeyedOperator, Operator, Path, Reader, Schema, parts_schema
from study.grading.match.reading import Reading
from study.grading.match.search import NEAR, together

ORDER = 16
"""Words, stop words not counted, within which `order` holds."""


@dataclass(frozen=True, slots=True)
class Together(KeyedOperator):
    """All of these within so many words of one another; `ordered`: in this order."""

    parts: tuple[Operator, ...]
    within: int
    ordered: bool

    heads = ("near", "order")
    keys: ClassVar[Schema] = {
        "near": parts_schema(2, "All of these, close together, in any order."),
        "order": parts_schema(2, "All of these, in this order."),
        "within": {"type": "number", "minimum": 0, "description": "For near and order: words."},
    }
    example = {"order": [["loss", "error"], "weights"]}, "from the loss back to the weights"

    @classmethod
    def read(cls, data: Mapping[str, Any], path: Path, reader: Reader) -> Self:
        """From `near` or `order`, and `within`."""
        ordered = "order" in data
        usual = ORDER if ordered else NEAR
        parts, _ = reader.parts(data["order" if ordered else "near"], path, 2)
        within = number_of(data.get("within", usual))
        if within is None or within != int(within) or not 0 <= within <= 500:
            reader.fault(
                (*path[:-1], "within"),
                f"`within: {data['within']}` is not a number of words.",
                "Write, for example, `within: 8`.",
            )
            within = usual
        return cls(parts, int(within), ordered)

    def write(self) -> dict[str, object]:
        """A mapping; `within` only where it is not the usual distance."""
        key, usual = ("order", ORDER) if self.ordered else ("near", NEAR)
        parts = [part.write() for part in self.parts]
        return {key: parts} if self.within == usual else {key: parts, "within": self.within}

    def compile(self, builder: Builder, how: Tolerance) -> Matcher:
        """What looks for each, and for places of each that stand together."""
        return _TogetherMatcher(
            [part.compile(builder, how.all_of_it()) for part in self.parts], self.within, self.ordered
        )

    @property
    def title(self) -> str:
        """That of the first."""
        return self.parts[0].title if self.parts else ""

    def phrases(self) -> Iterator[str]:
        """Those of all."""
        for part in self.parts:
            yield from part.phrases()


@dataclass(slots=True)
class _TogetherMatcher(PlaceMatcher):
    """All parts within a distance, perhaps in order."""

    parts: list[Matcher]
    within: int
    ordered: bool
    _needs: list[frozenset[int]] = field(init=False)
    """What each part is watched for by, where that is known."""

    def __post_init__(self) -> None:
        self._needs = [watches for part in self.parts if (watches := part.watches()) is not None]

    def watches(self) -> frozenset[int] | None:
        """Those of the part that has the fewest: without it nothing stands together."""
        return min(self._needs, key=len, default=None)

    def find(self, reading: Reading) -> list[Found]:
        """Every place from which on all of them stand together; nothing is looked for where one of them is not."""
        if any(map(reading.met.isdisjoint, self._needs)):
            return []
        parts: list[list[Found]] = []
        for part in self.parts:
            parts.append(part.find(reading))
            if not parts[-1]:
                return []
        return together(parts, reading, self.within, self.ordered)
