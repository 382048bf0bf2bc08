"""The drafted grader as a plain function, for measuring it against teachers' grades."""

from __future__ import annotations

from functools import lru_cache

from study.grading.drafted import Drafted
from study.grading.drafting import draft
from study.grading.guards import Question
from study.grading.language import language_of


@lru_cache(maxsize=4096)
def _grader(question: str, reference: str) -> Drafted:
    english = language_of("en")
    return Drafted(draft(question, reference), Question(question, english), english)


_grader("", "tables")  # the tables of words are read before the first answer, as where a bot has been running


def drafted(question: str, reference: str, answer: str) -> float:
    """The score, 0 to 1, that a rubric drafted from question and reference gives an answer."""
    return _grader(question, reference).score(answer)
