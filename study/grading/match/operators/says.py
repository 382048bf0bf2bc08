"""A plain yes or no to the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from study.grading.match.builder import Builder, Tolerance
from study.grading.match.judged import Found
from study.grading.match.matcher import Matcher, PlaceMatcher
from study.grading.match.operator import PART, KeyedOperator, Operator, Path, Reader, Schema
from study.grading.match.reading import Reading


@dataclass(frozen=True, slots=True)
class Says(KeyedOperator):
    """A plain yes or no to the question; `about` are words that say it too."""

    yes: bool
    about: Operator | None = None

    heads = ("says",)
    keys: ClassVar[Schema] = {
        "says": {"enum": ["yes", "no", True, False], "description": "A plain yes or no to the question."},
        "about": {**PART, "description": "Other words that say the same yes or no."},
    }
    example = {"says": "no", "about": ["unnecessary"]}, "No, one is enough"

    @classmethod
    def read(cls, data: Mapping[str, Any], path: Path, reader: Reader) -> Self:
        """From `says`, and `about`."""
        value = data["says"]
        if value not in ("yes", "no", True, False):
            reader.fault(path, f"`says: {value}` is neither yes nor no.", "Write `says: yes` or `says: no`.")
        about = reader.part(data["about"], (*path[:-1], "about")) if "about" in data else None
        return cls(value in ("yes", True), about)

    def write(self) -> dict[str, object]:
        """A mapping."""
        says: dict[str, object] = {"says": self.title}
        return says if self.about is None else {**says, "about": self.about.write()}

    def compile(self, builder: Builder, how: Tolerance) -> Matcher:
        """What looks for it at the openings of sentences."""
        return _SaysMatcher(self.yes, self.about.compile(builder, how.all_of_it()) if self.about else None)

    @property
    def title(self) -> str:
        """The yes or the no."""
        return "yes" if self.yes else "no"


@dataclass(slots=True)
class _SaysMatcher(PlaceMatcher):
    """A yes or a no: said outright where a sentence opens, or, for a no, by denying in the first sentence."""

    yes: bool
    about: Matcher | None

    def find(self, reading: Reading) -> list[Found]:
        """Each place where it is said, and where its opposite is."""
        out = self._said_outright(reading)
        if self.about is not None:
            out.extend(self.about.find(reading))
        if not out:
            out.extend(self._by_denying(reading))
        return out

    def _said_outright(self, reading: Reading) -> list[Found]:
        text, language = reading.text, reading.language
        out: list[Found] = []
        opening = -1
        for i, word in enumerate(text.words):
            if i == 0 or text.sentence[i] != text.sentence[i - 1]:
                opening = i
            if i - opening <= 1 and (word in language.yes or word in language.no):
                said_yes = word in language.yes and not reading.negated[i]
                out.append(Found(i, i, (i,), said_yes == self.yes))
        return out

    def _by_denying(self, reading: Reading) -> list[Found]:
        text, negators = reading.text, reading.language.negators
        places = (i for i, word in enumerate(text.words) if word in negators and text.sentence[i] == 0)
        return [Found(i, i, (i,), not self.yes) for i in [next(places, -1)] if i >= 0]
