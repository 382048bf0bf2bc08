"""A written alternative: `validation set`, `shuffl*`, `face* near detect*`, `"weights"`, `20%`, `not labeled`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from study.grading.match.builder import Builder, Tolerance, Way
from study.grading.match.judged import Found
from study.grading.match.matcher import Matcher, PlaceMatcher
from study.grading.match.operator import LONG, Operator, Path, Reader
from study.grading.match.reading import Reading
from study.grading.match.search import NEAR, find, together


@dataclass(frozen=True, slots=True)
class Words(Operator):
    """One alternative as written: words in order and near one another, `*`, `near`, quotes, numbers by value."""

    text: str

    example = "validation set", "the set for validation"

    @classmethod
    def read(cls, text: str, path: Path, reader: Reader) -> Self:
        """Words from a text."""
        text = text.strip()
        fault = _fault(text)
        if fault is None and not reader.builder.has_words(text):
            fault = f"There is no word in “{text}”.", "Write words, a number, or use `formula`."
        if fault is not None:
            reader.fault(path, *fault)
        return cls(text)

    def write(self) -> str:
        """The text itself."""
        return self.text

    def compile(self, builder: Builder, how: Tolerance) -> Matcher:
        """What looks for it in every way that synonyms write it."""
        watch = builder.vocabulary.watch
        ways = [
            (watch.words(number for phrase in way for number in phrase.elements), way)
            for way in builder.ways(self.text, how.typos)
        ]
        return _WordsMatcher(ways, how.negation, how.alike)

    @property
    def title(self) -> str:
        """The words, an ellipsis for what may follow."""
        return self.text.replace("*", "…")

    def phrases(self) -> Iterator[str]:
        """What stands on either side of `near`."""
        yield from self.text.replace('"', " ").replace("*", " ").split(" near ")


def _fault(text: str) -> tuple[str, str] | None:
    """What is wrong with an alternative as it is written, and how to put it right."""
    if not text:
        return "The alternative is empty.", "Write words, or take it out."
    if len(text) > LONG:
        return f"The alternative is longer than {LONG} characters.", "Say it in a few words."
    if text.count('"') % 2:
        return f"A quote is not closed in “{text}”.", 'Close it with ".'
    unquoted = " ".join(text.split('"')[::2])
    if "*" in unquoted and any("*" in piece[:-1] or piece == "*" for piece in unquoted.split()):
        return f"A `*` in “{text}” does not end a word.", "Write it at the end: `shuffl*`."
    pieces = text.split()
    if "near" in (pieces[0], pieces[-1]):
        return f"`near` has nothing on one side in “{text}”.", "Write `face* near detect*`."
    return None


@dataclass(slots=True)
class _WordsMatcher(PlaceMatcher):
    """One alternative in all the ways that synonyms write it, each of which is watched for."""

    ways: list[tuple[int, Way]]
    heed: bool
    alike: bool

    def watches(self) -> frozenset[int]:
        """Those of all ways."""
        return frozenset(watch for watch, _ in self.ways)

    def find(self, reading: Reading) -> list[Found]:
        """Every place of each way."""
        out: list[Found] = []
        for watch, way in self.ways:
            if watch not in reading.met:
                continue
            if len(way) == 1:
                out += find(way[0], reading, self.heed, self.alike)
            else:
                parts = [find(phrase, reading, self.heed, self.alike) for phrase in way]
                if all(parts):
                    out += together(parts, reading, NEAR, ordered=False)
        return out
