"""Grading: a rubric compiled for its question, perhaps with the marks of other answers, and the grade of an answer."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from study.grading.draft_grader import DraftGrader
from study.grading.guards import Question, Reference
from study.grading.language.language import Language
from study.grading.language.languages import language_of
from study.grading.language.text import Text
from study.grading.marks import NO_MARKS, Marks, Precedents
from study.grading.rubric import Against, Grade, Rubric
from study.grading.rubric_grader import RubricGrader
from study.grading.verdict import of_marked

KEPT = 1024
"""Compiled rubrics that are kept, some 200 KB each: two courses of 250 questions, each plain and with marks."""


class Grader(Protocol):
    """A rubric compiled for a question."""

    language: Language
    asked: Question
    reference: Reference

    def grade(self, answer: str) -> Grade:
        """The grade of an answer."""
        ...

    def against(self, answer: str) -> Against | None:
        """What a guard would tell against an answer, if all of its words earned something."""
        ...

    def heard(self, answer: str) -> tuple[Text, set[int]]:
        """The answer as it is read, and the places of the words that some point knows."""
        ...


def grade(rubric: Rubric, answer: str, *, question: str = "", marks: Marks = NO_MARKS) -> Grade:
    """The grade of an answer. Total over any text, deterministic, and quick: 4,000 characters are read at most.

    `question` is what was asked, where the rubric does not say. `marks` are answers to the same question that somebody
    marked: an organiser's rulings, examples of the pack, a colleague's list. An answer in the words of a marked one
    takes its mark; any other is graded by the rubric, put right by how alike answers were marked; `likened` of the
    grade says so. `rubric_version(rubric, marks)` is what it was graded by. Keep one `Marks` a question, since what is
    made of it is kept too.
    """
    return grader(rubric, question, marks).grade(answer)


@lru_cache(maxsize=KEPT)
def grader(rubric: Rubric, question: str, marks: Marks = NO_MARKS) -> Grader:
    """The rubric compiled for a question, with marks. Kept, since the same rubric grades many answers."""
    if marks:
        return MarkedGrader(grader(rubric, question), rubric, marks)
    language = language_of(rubric.language)
    asked = Question(question or rubric.question, language)
    return DraftGrader(rubric, asked, language) if rubric.drafted else RubricGrader(rubric, asked, language)


class MarkedGrader:
    """A compiled rubric that has learned from marks."""

    def __init__(self, plain: Grader, rubric: Rubric, marks: Marks) -> None:
        self.plain = plain
        self.language = plain.language
        self.asked = plain.asked
        self.reference = plain.reference
        self.drafted = rubric.drafted
        off = [one.score - plain.grade(one.answer).score for one in marks.marks]
        self.precedents = Precedents(marks, off, self.language)

    def grade(self, answer: str) -> Grade:
        """See `Grader`. What a guard tells against is never raised, but to the mark of the same words; and marks change
        nothing about the reference itself."""
        given = self.plain.grade(answer)
        if self.reference.is_itself(answer):
            return given
        score, likened = self.precedents.put_right(given.score, answer)
        same = likened is not None and likened.same
        if likened is None or (score > given.score and not same and self.against(answer)):
            return given
        score = round(score, 4)
        verdict, confidence = of_marked(score, drafted=self.drafted, same=same)
        points = round(score * given.possible, 2)
        return replace(given, score=score, points=points, verdict=verdict, confidence=confidence, likened=likened)

    def against(self, answer: str) -> Against | None:
        """See `Grader`."""
        return self.plain.against(answer)

    def heard(self, answer: str) -> tuple[Text, set[int]]:
        """See `Grader`."""
        return self.plain.heard(answer)
