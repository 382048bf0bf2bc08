"""A first rubric from a question and its reference answer alone: each thing the reference says becomes a point."""

from __future__ import annotations

import re
from collections.abc import Sequence

from study.grading.authoring.schema import RESERVED
from study.grading.language.characters import LIMIT
from study.grading.language.languages import language_of
from study.grading.language.text import Text
from study.grading.match.operators.like import Like
from study.grading.rubric import Point, Rubric

_BREAK = re.compile(r"(?<=[.;!?])\s+|\n+|\s*;\s+")
ITEM_MARK = re.compile(r"^\s*(?:[-*\u2022\u2013>]+|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")
"""What marks an item of a list, where a statement begins."""
POINTS = 12
"""Points that a draft has at most; what follows joins the last."""


def draft(question: str, reference: str, *, language: str = "en", synonyms: Sequence[Sequence[str]] = ()) -> Rubric:
    """A rubric drafted from question and reference answer, to be used as it is or mended by a human."""
    points: dict[str, Point] = {}
    for piece in statements(reference[:LIMIT], language):
        name = _name(piece)
        while name in points or name.casefold() in RESERVED:
            name = f"“{name}”"
        points[name] = Point(name=name, match=Like(piece))
    return Rubric(
        points=tuple(points.values()),
        language=language,
        synonyms=tuple(tuple(str(one) for one in group) for group in synonyms),
        question=question,
        reference=reference[:LIMIT],
    )


def statements(reference: str, language: str = "en") -> list[str]:
    """The things a reference says, sentence by sentence and item by item, each once."""
    tables = language_of(language)
    pieces: list[str] = []
    for raw in _BREAK.split(reference):
        piece = ITEM_MARK.sub("", raw).strip()
        words = Text(piece, tables).words
        if not words:
            continue
        if (pieces and sum(word not in tables.stop for word in words) < 2 and len(pieces[-1]) < 200) or len(
            pieces
        ) >= POINTS:
            pieces[-1] = f"{pieces[-1]} {piece}"
        else:
            pieces.append(piece)
    if not pieces and reference.strip():
        pieces = [reference.strip()]
    return list(dict.fromkeys(pieces))


def _name(piece: str) -> str:
    name = " ".join(piece.split()).rstrip(".;:, ")
    return name if name else piece
