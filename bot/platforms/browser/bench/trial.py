"""A question tried as it stands in the editor: on an answer, on its examples, and on answers that were ruled on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cogs.evidence import Judged
from study.course import Item
from study.grading import ACCEPT, grade
from study.grading.authoring.evaluation import Marked, Replayed, Suggestion, replay, suggest
from study.grading.feedback import in_full, in_points, words_marked

MOST = 8
"""Suggestions that are shown."""

Shown = Mapping[str, object]
"""An answer with its words marked, as the template shows it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What comes of trying a question. `examples` and `judged` are shown beside the mark that each has."""

    faults: tuple[str, ...] = ()
    item: Item | None = None
    answer: Shown | None = None
    reference: Shown | None = None
    examples: Sequence[tuple[Replayed, Shown]] = ()
    judged: Sequence[tuple[Judged, Replayed, Shown]] = ()
    suggestions: Sequence[Suggestion] = ()


def tried(item: Item, answer: str, judged: Sequence[Judged]) -> Trial:
    """An item with an answer that is tried, its examples, and marked answers of people.

    What these say and no point knows is suggested; what waits is taken to be right for this, for it is the author
    who decides.
    """
    if item.rubric is None:
        return Trial(item=item)
    examples = replay(item.rubric, [Marked(one.answer, one.score) for one in item.rubric.examples], item.question)
    known = {" ".join(one.answer.split()).casefold() for one in item.rubric.examples}
    fresh = [one for one in judged if " ".join(one.answer.split()).casefold() not in known]
    marks = [Marked(one.answer, 1.0 if one.score is None else one.score) for one in fresh]
    people = replay(item.rubric, marks, item.question)
    return Trial(
        item=item,
        answer=_graded(item, answer) if answer.strip() else None,
        reference=_graded(item, item.answer),
        examples=[(one, _graded(item, one.marked.answer)) for one in examples],
        judged=[(one, each, _graded(item, one.answer)) for one, each in zip(fresh, people, strict=True)],
        suggestions=suggest(item.rubric, (*people, *examples), item.question, 1)[:MOST],
    )


def _graded(item: Item, answer: str) -> Shown:
    assert item.rubric is not None
    got = grade(item.rubric, answer, question=item.question)
    return {
        "words": list(words_marked(answer, got, item.rubric.language)),
        "points": in_points(got.score),
        "accepted": got.score >= ACCEPT,
        "verdict": got.verdict,
        "lines": in_full(item.rubric, got),
    }
