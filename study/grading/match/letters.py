"""What is looked for in the letters of an answer themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from study.grading.match.judged import Found
from study.grading.match.matcher import PlaceMatcher
from study.grading.match.reading import Reading

Search = Callable[[str], tuple[int, int] | None]
"""Where something begins and ends in a text, if it is there."""


@dataclass(slots=True)
class LettersMatcher(PlaceMatcher):
    """What is looked for in the letters themselves: a formula or a regular expression."""

    search: Search
    watch: int | None = None

    def watches(self) -> frozenset[int] | None:
        """The number by which it is watched for, if it is."""
        return None if self.watch is None else frozenset((self.watch,))

    def find(self, reading: Reading) -> list[Found]:
        """The words, in whole or in part, of the first place; the first word, where it is none."""
        place = self.search(reading.text.plain)
        if place is None:
            return []
        text = reading.text
        spans = zip(range(len(text)), text.starts, text.ends, strict=False)
        inside = tuple(i for i, start, end in spans if start < place[1] and end > place[0])
        inside = inside or ((0,) if len(text) else ())
        return [Found(inside[0], inside[-1], inside, True)] if inside else []
