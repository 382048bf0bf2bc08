"""Marking: what a grade means for an answer. Answering, practising, recaps and regrading ask here alone.

Where the grader is not sure, or a second opinion makes it so, an organiser decides if the answer counts for anything;
where nobody is to be asked, as in practice and in recaps, what it earned stands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from study.course import Course, Item, Recap
from study.grading import Grade, Rubric, grade, second_opinion
from study.marking import Mark

Similarity = Callable[[str, str], Awaitable[float]]
"""How near an answer is to the reference by meaning, from -1 to 1."""


@dataclass(frozen=True, slots=True)
class Gradable:
    """What an answer is marked by. `reviewed`: whether an organiser decides where the grader is not sure."""

    rubric: Rubric
    question: str
    reference: str
    reviewed: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark with the grade behind it, to be told point by point. `unsure`: the grader was, whoever decides."""

    mark: Mark
    grade: Grade

    @property
    def unsure(self) -> bool:
        """Whether the grader was not sure."""
        return self.grade.verdict == "needs_review"


def of_item(item: Item, *, reviewed: bool = True) -> Gradable | None:
    """How answers to an item are marked; None where they are not."""
    return None if item.rubric is None else Gradable(item.rubric, item.ask, item.answer, reviewed)


def of_recap(recap: Recap) -> Gradable:
    """How a week's recap is marked: by the ideas it holds, which is a matter of more or less."""
    return Gradable(recap.rubric, recap.prompt, recap.answer, reviewed=False)


def of_post(course: Course, week: int, item_id: str) -> Gradable | None:
    """How answers to what was posted are marked now; the empty item is the week's recap."""
    if item_id:
        item = course.item(item_id)
        return None if item is None else of_item(item)
    found = course.week(week)
    return None if found is None or found.recap is None else of_recap(found.recap)


async def mark(by: Gradable, text: str, similarity: Similarity | None) -> Marked:
    """Grade an answer, and decide what its grade comes to."""
    given = grade(by.rubric, text, question=by.question)
    if similarity is not None and by.reviewed:
        given = second_opinion(given, await similarity(by.reference, text))
    verdict = given.verdict
    if verdict == "needs_review" and not by.reviewed:
        verdict = "partial"
    feedback = {"said": list(given.feedback)}
    return Marked(Mark(given.score, given.points, given.possible, verdict, by.rubric.version, feedback), given)
