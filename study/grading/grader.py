"""Grading: a rubric compiled for its question, and the grade of an answer."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from study.grading.draft_grader import DraftGrader
from study.grading.guards import Question
from study.grading.language.language import Language
from study.grading.language.languages import language_of
from study.grading.language.text import Text
from study.grading.rubric import Grade, Rubric
from study.grading.rubric_grader import RubricGrader


class Grader(Protocol):
    """A rubric compiled for a question."""

    language: Language
    asked: Question

    def grade(self, answer: str) -> Grade:
        """The grade of an answer."""
        ...

    def heard(self, answer: str) -> tuple[Text, set[int]]:
        """The answer as it is read, and the places of the words that some point knows."""
        ...


def grade(rubric: Rubric, answer: str, *, question: str = "") -> Grade:
    """The grade of an answer. Total over any text, deterministic, and quick: 4,000 characters are read at most."""
    return grader(rubric, question).grade(answer)


@lru_cache(maxsize=512)
def grader(rubric: Rubric, question: str) -> Grader:
    """The rubric compiled for a question. Kept, since the same rubric grades many answers."""
    language = language_of(rubric.language)
    asked = Question(question or rubric.question, language)
    return DraftGrader(rubric, asked, language) if rubric.drafted else RubricGrader(rubric, asked, language)
