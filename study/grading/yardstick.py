"""The drafted grader as a plain function, for measuring it against teachers' grades."""

from __future__ import annotations

from functools import lru_cache

from study.grading.drafting import draft
from study.grading.grading import grade
from study.grading.rubric import Rubric


@lru_cache(maxsize=4096)
def _rubric(question: str, reference: str) -> Rubric:
    return draft(question, reference)


def drafted(question: str, reference: str, answer: str) -> float:
    """The score, 0 to 1, that a rubric drafted from question and reference gives an answer."""
    return grade(_rubric(question, reference), answer).score
