r"""A regular expression over the answer in small letters: `export\.pkl|model_?\w+\.pkl`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from study.grading.match.builder import Builder, Tolerance
from study.grading.match.letters import LettersMatcher, Search
from study.grading.match.matcher import Matcher
from study.grading.match.operator import LONG, TEXT, KeyedOperator, Path, Reader, Schema
from study.grading.match.watch import compiled


@dataclass(frozen=True, slots=True)
class Regex(KeyedOperator):
    """A regular expression on RE2, over the answer in small letters."""

    text: str

    heads = ("regex",)
    keys: ClassVar[Schema] = {
        "regex": {**TEXT, "description": "A regular expression (RE2) over the answer in small letters."}
    }
    example = {"regex": r"export\.pkl"}, "Export.pkl"

    @classmethod
    def read(cls, data: Mapping[str, Any], path: Path, reader: Reader) -> Self:
        """From `regex`."""
        text = str(data["regex"])
        if not text or len(text) > LONG:
            reader.fault(path, f"The expression is empty or longer than {LONG} characters.", "Shorten it.")
            return cls(text)
        try:
            _search(text)
        except Exception as error:
            reader.fault(
                path,
                f"“{text}” is not a regular expression of RE2: {error}.",
                "It knows no lookaround and no backreference.",
            )
        return cls(text)

    def write(self) -> dict[str, object]:
        """A mapping."""
        return {"regex": self.text}

    def compile(self, builder: Builder, how: Tolerance) -> Matcher:
        """What looks for it in the letters of an answer."""
        return LettersMatcher(_search(self.text), builder.vocabulary.watch.expression(self.text))

    @property
    def title(self) -> str:
        """The expression itself."""
        return self.text


def _search(text: str) -> Search:
    """A search by regular expression on RE2, whose time is linear whatever the pattern."""
    expression = compiled(text)

    def search(plain: str) -> tuple[int, int] | None:
        found = expression.search(plain.encode() if plain.isascii() else plain)
        return (found.start(), found.end()) if found and found.end() > found.start() else None

    return search
