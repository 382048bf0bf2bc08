"""A number by value, with tolerance and unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from study.grading.language.numbers import Quantity, amount_of, number_of, short
from study.grading.language.units import DEGREES, UNITS, Unit
from study.grading.match.alternatives import any_of
from study.grading.match.builder import Builder, Tolerance
from study.grading.match.judged import Found
from study.grading.match.matcher import Matcher, PlaceMatcher
from study.grading.match.operator import KeyedOperator, Path, Reader, Schema
from study.grading.match.reading import Reading


@dataclass(frozen=True, slots=True)
class Number(KeyedOperator):
    """A number by value, with how far off it may be and its unit."""

    value: float
    within: float
    unit: str

    heads = ("number",)
    keys: ClassVar[Schema] = {
        "number": {"type": ["number", "string"], "description": "A number by value."},
        "within": {"type": "number", "minimum": 0, "description": "For number: how far off it may be."},
        "unit": {"type": "string", "description": "Its unit: ms, GB, %, cm ..."},
    }
    example = {"number": 1, "within": 0.2, "unit": "GB"}, "some 1100 MB"

    @classmethod
    def read(cls, data: Mapping[str, Any], path: Path, reader: Reader) -> Self:
        """From `number`, `within` and `unit`."""
        text = str(data["number"]).strip()
        unit = str(data.get("unit", ""))
        if text.endswith("%"):
            text, unit = text[:-1].strip(), "%"
        value = amount_of(text, reader.builder.language)
        within = number_of(data.get("within", 0))
        if value is None:
            reader.fault(path, f"“{data['number']}” is not a number.", "Write it in digits.")
        if within is None or within < 0:
            reader.fault(
                (*path[:-1], "within"), f"`within: {data['within']}` is not a distance.", "Write how far off it may be."
            )
        if unit and unit != "%" and unit.lower() not in UNITS:
            reader.fault(
                (*path[:-1], "unit"), f"The unit “{unit}” is not known.", "Leave it out, or write it as an alternative."
            )
        return cls(value or 0.0, within or 0.0, unit)

    def write(self) -> dict[str, object]:
        """A mapping."""
        out: dict[str, object] = {"number": short(self.value)}
        if self.within:
            out["within"] = short(self.within)
        if self.unit:
            out["unit"] = self.unit
        return out

    def compile(self, builder: Builder, how: Tolerance) -> Matcher:
        """What looks for it among the numbers of an answer."""
        unit = UNITS.get(self.unit.lower(), Unit("", 0.01 if self.unit == "%" else 1.0))
        wanted = Quantity(unit.base(self.value), unit.dimension, 0, 0, percent=self.unit == "%")
        matcher = _NumberMatcher(wanted, self.within * unit.scale)
        if unit.dimension != "temperature":
            return matcher
        return any_of([matcher, _NumberMatcher(Quantity(self.value, DEGREES.dimension, 0, 0), self.within)])

    @property
    def title(self) -> str:
        """The number as it is written."""
        return str(short(self.value))


@dataclass(slots=True)
class _NumberMatcher(PlaceMatcher):
    """A number by value, with its tolerance and unit."""

    wanted: Quantity
    within: float

    def find(self, reading: Reading) -> list[Found]:
        """Every number of that value."""
        return [
            Found(one.first, one.last, tuple(range(one.first, one.last + 1)), not reading.negated[one.first])
            for one in reading.quantities()
            if one.says(self.wanted, self.within)
        ]
