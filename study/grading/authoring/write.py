"""From a rubric back to the keys of an item, in the shortest form, so that a human can mend it in a file."""

from __future__ import annotations

from typing import Any

from study.grading.authoring.read import NEAR, ORDER, title
from study.grading.rubric import (
    AnyOf,
    Formula,
    Like,
    Match,
    Number,
    Pair,
    Point,
    Regex,
    Rubric,
    Says,
    Several,
    Together,
    Words,
    Wrong,
)


def write_rubric(rubric: Rubric) -> dict[str, Any]:
    """The keys `points`, `wrong` and `examples` of an item; reading them again gives the same rubric."""
    out: dict[str, Any] = {"points": [_point(point) for point in rubric.points]}
    if rubric.wrong:
        out["wrong"] = [_wrong(wrong) for wrong in rubric.wrong]
    if rubric.examples:
        out["examples"] = [{"answer": one.answer, "score": _short(one.score)} for one in rubric.examples]
    return out


def _point(point: Point) -> object:
    if point == Point(point.name, Words(point.name)):
        return point.name
    entry: dict[str, Any] = {point.name: _match(point.match, listed=True)}
    if point.worth != 1:
        entry["worth"] = _short(point.worth)
    for key in ("required", "bonus"):
        if getattr(point, key):
            entry[key] = True
    for key in ("hit", "missed"):
        if getattr(point, key):
            entry[key] = getattr(point, key)
    if not point.typos:
        entry["typos"] = False
    if not point.negation:
        entry["negation"] = "ignore"
    return entry


def _wrong(wrong: Wrong) -> dict[str, Any]:
    entry: dict[str, Any] = {wrong.name: _match(wrong.match, listed=True)}
    if wrong.feedback:
        entry["feedback"] = wrong.feedback
    if wrong.costs:
        entry["costs"] = _short(wrong.costs)
    if not wrong.typos:
        entry["typos"] = False
    return entry


def _match(match: Match, listed: bool = False) -> object:
    if isinstance(match, Words):
        return [match.text] if listed else match.text
    if isinstance(match, AnyOf):
        return [_match(one) for one in match.of]
    if isinstance(match, Several):
        out = [
            body if title(body) == name else {name: body}
            for body, name in zip((_match(one) for one in match.of), match.names, strict=True)
        ]
        return {"of": out} if match.count == len(match.of) else {"any": match.count, "of": out}
    if isinstance(match, Together):
        key, usual = ("order", ORDER) if match.ordered else ("near", NEAR)
        parts = {key: [_match(part) for part in match.parts]}
        return parts if match.within == usual else {**parts, "within": match.within}
    if isinstance(match, Pair):
        if all(isinstance(left, Words) for left, _ in match.sides):
            return {"pair": {left.text: _match(right) for left, right in match.sides if isinstance(left, Words)}}
        return {"pair": [[_match(left), _match(right)] for left, right in match.sides]}
    if isinstance(match, Says):
        says: dict[str, Any] = {"says": "yes" if match.yes else "no"}
        return says if match.about is None else {**says, "about": _match(match.about)}
    if isinstance(match, Number):
        number: dict[str, Any] = {"number": _short(match.value)}
        if match.within:
            number["within"] = _short(match.within)
        return {**number, "unit": match.unit} if match.unit else number
    kinds: dict[type, str] = {Formula: "formula", Regex: "regex", Like: "like"}
    return {kinds[type(match)]: match.text}


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else value
