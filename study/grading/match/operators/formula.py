"""A formula: `w - lr*grad`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from study.grading.match.builder import Builder, Tolerance
from study.grading.match.formulas import finder, parsed
from study.grading.match.letters import LettersMatcher
from study.grading.match.matcher import Matcher
from study.grading.match.operator import LONG, TEXT, KeyedOperator, Path, Reader, Schema


@dataclass(frozen=True, slots=True)
class Formula(KeyedOperator):
    """A formula: signs and order matter where mathematics says they do."""

    text: str

    heads = ("formula",)
    keys: ClassVar[Schema] = {
        "formula": {**TEXT, "description": "A formula; signs and order matter as in mathematics."}
    }
    example = {"formula": "w - lr*grad"}, "w -= grad * lr"

    @classmethod
    def read(cls, data: Mapping[str, Any], path: Path, reader: Reader) -> Self:
        """From `formula`."""
        text = str(data["formula"])
        if len(text) > LONG or parsed(text) is None:
            reader.fault(path, f"“{text}” cannot be read as a formula.", "Write it like `w - lr*grad`, with every `*`.")
        return cls(text)

    def write(self) -> dict[str, object]:
        """A mapping."""
        return {"formula": self.text}

    def compile(self, builder: Builder, how: Tolerance) -> Matcher:
        """What looks for it among the formulas of an answer."""
        return LettersMatcher(finder(self.text.lower(), builder.names))

    @property
    def title(self) -> str:
        """The formula itself."""
        return self.text
