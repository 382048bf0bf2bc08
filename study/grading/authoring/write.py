"""From a rubric back to the keys of an item, in the shortest form, so that a human can mend it in a file."""

from __future__ import annotations

from typing import Any

from study.grading.language.numbers import short
from study.grading.match.operator import Operator
from study.grading.match.operators.words import Words
from study.grading.rubric import Point, Rubric, Wrong


def write_rubric(rubric: Rubric) -> dict[str, Any]:
    """The keys `points`, `wrong` and `examples` of an item; reading them again gives the same rubric."""
    out: dict[str, Any] = {"points": [_point(point) for point in rubric.points]}
    if rubric.wrong:
        out["wrong"] = [_wrong(wrong) for wrong in rubric.wrong]
    if rubric.examples:
        out["examples"] = [{"answer": one.answer, "score": short(one.score)} for one in rubric.examples]
    return out


def _point(point: Point) -> object:
    if point == Point(point.name, Words(point.name)):
        return point.name
    entry: dict[str, Any] = {point.name: _listed(point.match)}
    if point.worth != 1:
        entry["worth"] = short(point.worth)
    for key in ("required", "bonus"):
        if getattr(point, key):
            entry[key] = True
    for key in ("hit", "missed", "hint"):
        if getattr(point, key):
            entry[key] = getattr(point, key)
    if not point.typos:
        entry["typos"] = False
    if not point.negation:
        entry["negation"] = "ignore"
    return entry


def _wrong(wrong: Wrong) -> dict[str, Any]:
    entry: dict[str, Any] = {wrong.name: _listed(wrong.match)}
    if wrong.feedback:
        entry["feedback"] = wrong.feedback
    if wrong.costs:
        entry["costs"] = short(wrong.costs)
    if not wrong.typos:
        entry["typos"] = False
    return entry


def _listed(match: Operator) -> object:
    """A point's alternatives are a list, though it be of one."""
    return [match.text] if isinstance(match, Words) else match.write()
