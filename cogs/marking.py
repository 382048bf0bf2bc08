"""Marking: what a grade means for an answer. Answering, practising, recaps and regrading ask here alone.

Where the grader is not sure, or a second opinion makes it so, an organiser decides if the answer counts for anything,
and so they do about the least sure share of all answers where the group wished it; where nobody is to be asked, as in
practice and in recaps, what it earned stands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from cogs.services import Services
from store import Question, Ruling
from study.course import Course, Item, Recap
from study.grading import (
    NEWEST,
    NO_MARKS,
    Band,
    Grade,
    MarkedAnswer,
    Marks,
    Point,
    Rubric,
    grade,
    least_sure,
    marks_of,
    rubric_version,
    second_opinion,
)
from study.grading.feedback import Line, before_the_end, in_full
from study.grading.match.operators.any_of import AnyOf
from study.grading.match.operators.words import Words
from study.group import Answer, Group
from study.marking import Mark

Similarity = Callable[[str, str], Awaitable[float]]
"""How near an answer is to the reference by meaning, from -1 to 1."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Words that say a point of a question, beside those that its author wrote."""

    point: str
    words: str


Lesson = MarkedAnswer | Alternative
"""What a ruling teaches the grading of a question."""


@dataclass(frozen=True, slots=True)
class Gradable:
    """What an answer is marked by. `reviewed`: whether an organiser decides where the grader is not sure."""

    rubric: Rubric
    question: str
    reference: str
    reviewed: bool
    marks: Marks = NO_MARKS

    @property
    def version(self) -> str:
        """What an answer is graded by, marks and all."""
        return rubric_version(self.rubric, self.marks)

    def grade(self, text: str) -> Grade:
        """The grade of a text."""
        return grade(self.rubric, text, question=self.question, marks=self.marks)

    def taught(self, *lessons: Lesson) -> Gradable:
        """The same, having learned more."""
        words = [one for one in lessons if isinstance(one, Alternative)]
        marks = (*self.marks.marks, *(one for one in lessons if not isinstance(one, Alternative)))
        return replace(self, rubric=_with_words(self.rubric, words), marks=Marks(marks))


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark with the grade and the words behind it. `unsure`: the grader was, whoever decides."""

    mark: Mark
    grade: Grade
    by: Gradable
    text: str

    @property
    def unsure(self) -> bool:
        """Whether the grader was not sure."""
        return self.grade.verdict == "needs_review"

    def lines(self, *, over: bool) -> tuple[Line, ...]:
        """What may be told of it; until it is `over`, nothing that could be handed in for credit."""
        if over:
            return in_full(self.by.rubric, self.grade)
        return before_the_end(self.by.rubric, self.grade, self.text, self.by.grade)


def of_item(item: Item, *, reviewed: bool = True) -> Gradable | None:
    """How answers to an item are marked; None where they are not."""
    return None if item.rubric is None else _gradable(item.rubric, item.ask, item.answer, reviewed=reviewed)


def of_recap(recap: Recap) -> Gradable:
    """How a week's recap is marked: by the ideas it holds, which is a matter of more or less."""
    return _gradable(recap.rubric, recap.prompt, recap.answer, reviewed=False)


def _gradable(rubric: Rubric, question: str, reference: str, *, reviewed: bool) -> Gradable:
    return Gradable(rubric, question, reference, reviewed, marks_of(rubric))


def has_alternatives(point: Point) -> bool:
    """Whether a point is said in one of several ways, to which one more can be added."""
    return isinstance(point.match, AnyOf | Words)


def _with_words(rubric: Rubric, more: Sequence[Alternative]) -> Rubric:
    """A rubric whose points can be said in these words too; where its author renamed a point, its words are nothing."""

    def taught(point: Point) -> Point:
        words = tuple(Words(one.words) for one in more if one.point == point.name)
        if not words or not has_alternatives(point):
            return point
        return replace(point, match=AnyOf((*(point.match.alternatives() or (point.match,)), *words)))

    return replace(rubric, points=tuple(map(taught, rubric.points))) if more else rubric


def of_post(course: Course, week: int, item_id: str) -> Gradable | None:
    """How answers to what was posted are marked now; the empty item is the week's recap."""
    if item_id:
        item = course.item(item_id)
        return None if item is None else of_item(item)
    found = course.week(week)
    return None if found is None or found.recap is None else of_recap(found.recap)


async def of_question(asked: Question, services: Services, *, reviewed: bool = True) -> Gradable | None:
    """How a group's answers to a question are marked: by its rubric, and by what was ruled in the group."""
    course = services.courses.get(asked.course)
    by = None if course is None else of_post(course, asked.week, asked.item)
    if by is None:
        return None
    rulings = await services.store.rulings.of(asked)
    by = replace(by, reviewed=by.reviewed and reviewed)
    return by.taught(*map(lesson_of, rulings)) if rulings else by


def lesson_of(ruling: Ruling) -> Lesson:
    """What a ruling that stands teaches."""
    if ruling.point:
        return Alternative(ruling.point, ruling.answer)
    return MarkedAnswer(ruling.answer, ruling.score)


async def band_of(group: Group, services: Services) -> Band | None:
    """Which answers of a group are shown to its organiser though the grader is sure enough, by its own newest ones."""
    if not group.unsure:
        return None
    newest = await services.store.answers.sureness(group.id, NEWEST)
    return least_sure(group.unsure, [confidence for confidence, _at in newest])


async def mark_again(by: Gradable, answer: Answer, services: Services) -> Marked:
    """Mark an answer anew. Who waits for the organiser may go on waiting; of others only the grader's doubt is shown.

    So a mended rubric floods no organiser, and a ruling on one answer takes none away that they wished to see.
    """
    band = None
    if answer.verdict == "needs_review":
        band = await band_of(await services.store.groups.get(answer.group_id), services)
    return await mark(by, answer.text, services.nearness, band)


async def mark(by: Gradable, text: str, similarity: Similarity | None, band: Band | None = None) -> Marked:
    """Grade an answer, and decide what its grade comes to; what is in the `band` is for the organiser to decide."""
    given = by.grade(text)
    if similarity is not None and by.reviewed:
        given = second_opinion(given, await similarity(by.reference, text))
    verdict = given.verdict
    if verdict == "needs_review" and not by.reviewed:
        verdict = "partial"
    if by.reviewed and band is not None and band.holds(given, f"{by.question}\n{text}"):
        verdict = "needs_review"
    # Kept with the answer and handed out with one's data at any time, so it names no point.
    found = [list(one.words) for one in given.results if one.words]
    feedback = {"found": found, "against": [one.kind for one in given.against]}
    kept = Mark(given.score, given.points, given.possible, verdict, by.version, feedback, given.confidence)
    return Marked(kept, given, by, text)
