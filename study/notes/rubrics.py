"""The rubric of a question from notes: sketched from its answer, proved on it, and told how far to be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from study.grading import RubricFaults, draft, grade, read_rubric, write_rubric
from study.grading.authoring.schema import RESERVED
from study.grading.authoring.sketching import Sketch, Trust, sketch
from study.marking import FULL

LONGEST_NAME = 90
LONGEST_LIKE = 500


@dataclass(frozen=True, slots=True)
class DraftRubric:
    """A rubric's keys in their written form, and how far to trust them."""

    keys: dict[str, list[dict[str, Any]]]
    trust: Trust


def draft_rubric(question: str, answer: str, *, language: str, common: frozenset[str]) -> DraftRubric | None:
    """A rubric that its own answer earns in full, None where none can be made.

    `common` are stems of words that tell little apart in these notes.
    """
    made = sketch(question, answer, language=language, common=common)
    for sketched in (made, made.alone) if made is not None else ():
        if _earns_full(keys := _sketched(sketched), question, answer, language):
            return DraftRubric(keys, sketched.trust)
    keys = _by_similarity(question, answer, language)
    return DraftRubric(keys, "doubtful") if _is_rubric(keys, question, answer, language) else None


def point_name(text: str, names: set[str]) -> str:
    """A point's name: what it says, cut to a line, unlike any other of its rubric."""
    text = " ".join(text.split()).strip(" .;:,") or "the answer"
    base = text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1].rsplit(' ', 1)[0]} …"
    if base.casefold() in RESERVED:
        base = f"says “{base}”"
    name, count = base, 1
    while name.casefold() in names:
        count += 1
        name = f"{base} ({count})"
    names.add(name.casefold())
    return name


def cut(text: str, longest: int) -> str:
    """A text of at most so many characters, cut between words."""
    return text if len(text) <= longest else f"{text[: longest - 2].rsplit(None, 1)[0]} …"


def _sketched(made: Sketch) -> dict[str, list[dict[str, Any]]]:
    names: set[str] = set()
    return {key: [_named(entry, names) for entry in entries] for key, entries in made.rubric.items()}


def _by_similarity(question: str, answer: str, language: str) -> dict[str, list[dict[str, Any]]]:
    """Each thing the answer says, to be looked for by its words."""
    names: set[str] = set()
    drafted = draft(question, answer, language=language)
    earned = {result.name for result in grade(drafted, answer, question=question).results if result.verdict == "hit"}
    points = (point for point in write_rubric(drafted)["points"] if next(iter(point)) in earned)
    return {"points": [_named(point, names) for point in points]}


def _named(entry: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """A point under a name of its own, what it looks for cut to what a rubric may hold."""
    (name, body), *others = entry.items()
    if isinstance(body, dict):
        body = {key: cut(value, LONGEST_LIKE) if isinstance(value, str) else value for key, value in body.items()}
    return {point_name(str(name), names): body, **dict(others)}


def _is_rubric(keys: dict[str, list[dict[str, Any]]], question: str, answer: str, language: str) -> bool:
    try:
        read_rubric(keys, language=language, question=question, reference=answer)
    except RubricFaults:
        return False
    return True


def _earns_full(keys: dict[str, list[dict[str, Any]]], question: str, answer: str, language: str) -> bool:
    """Whether the answer earns all that there is to earn."""
    if not _is_rubric(keys, question, answer, language):
        return False
    rubric = read_rubric(keys, language=language, question=question, reference=answer)
    return grade(rubric, answer, question=question).score >= FULL
