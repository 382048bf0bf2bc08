"""What a sketch is: points in their written form, and how far to trust them before somebody has looked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from study.texts import _

Trust = Literal["sure", "fair", "doubtful"]
"""Whether points follow from how the answer is written, are likely, or are a guess."""

Part = str | Mapping[str, Any] | Sequence[Any]
"""A part of a point in its written form: a word, an operator with its keys, or alternatives."""

LONGEST_NAME = 60
_SENTENCE_END = re.compile(r"[.!?。](?=\s)|\n")
LONGEST_LIKE = 500
WORTH = 2
"""What the statements of an answer are worth beside being near it as a whole, which is worth 1."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """Points and mistakes in their written form, and how far to trust them."""

    points: tuple[dict[str, Any], ...]
    trust: Trust
    wrong: tuple[dict[str, Any], ...] = ()
    near: tuple[dict[str, Any], ...] = ()
    """What an answer earns for being near the reference as a whole, if anything."""

    def beside(self, reference: str) -> Sketch:
        """The sketch with a lesser point for being near the answer as a whole, which steadies what words alone say."""
        weighed = tuple(point if "bonus" in point else {**point, "worth": WORTH} for point in self.points)
        near = {_("near the answer as a whole"): {"like": _opening(reference)}}
        return replace(self, points=weighed, near=(near,))

    @property
    def alone(self) -> Sketch:
        """The sketch without that lesser point, for answers too long to be near to."""
        return replace(self, near=())

    @property
    def rubric(self) -> dict[str, Any]:
        """The sketch as the keys of a rubric."""
        return {"points": [*self.points, *self.near], **({"wrong": list(self.wrong)} if self.wrong else {})}


def _opening(reference: str) -> str:
    """The first sentences of an answer, as many as fit into one point."""
    ends = [end.end() for end in _SENTENCE_END.finditer(reference) if end.end() <= LONGEST_LIKE]
    if len(reference) <= LONGEST_LIKE:
        return reference
    return reference[: ends[-1]].strip() if ends else reference[:LONGEST_LIKE].rsplit(None, 1)[0]


def named(text: str, part: Part) -> dict[str, Any]:
    """A part under a short name made of a text."""
    return {short(text): part}


def short(text: str) -> str:
    """A text as the name of a point."""
    text = " ".join(text.split()).strip(" .;:,*")
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 2].rsplit(' ', 1)[0]} …"
