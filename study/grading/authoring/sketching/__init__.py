"""A rubric sketched from a question and its reference answer: the points a person would write, by the answer's form."""

from __future__ import annotations

from collections.abc import Callable

from study.grading.authoring.sketching import definitions, lists, polarity, prose
from study.grading.authoring.sketching.answer import ReferenceAnswer, common_words
from study.grading.authoring.sketching.parts import Sketch, Trust
from study.texts import using_language

__all__ = ["Sketch", "Trust", "common_words", "sketch"]

Form = Callable[[ReferenceAnswer], Sketch | None]

COUNTED: tuple[Form, ...] = (
    lists.so_many_of,
    polarity.all_alike,
    polarity.yes_or_no,
    definitions.expansion,
    lists.items,
)
"""Forms that say by themselves what counts, the most telling first."""
WORDED: tuple[Form, ...] = (definitions.compared, definitions.short, lists.refrain, prose.statements)
"""Forms of which only the words are known; they are taken where no other fits."""


def sketch(
    question: str, reference: str, *, language: str = "en", common: frozenset[str] = frozenset()
) -> Sketch | None:
    """The points of a reference answer, None where nothing in it can be told apart from the question.

    `common` are stems of words that tell little apart in this course.
    """
    answer = ReferenceAnswer(question, reference, language, common)
    with using_language(language):  # members read the names of points
        counted = next((made for form in COUNTED if (made := form(answer)) is not None), None)
        if counted is not None:
            return counted
        worded = next((made for form in WORDED if (made := form(answer)) is not None), None)
        return None if worded is None else worded.beside(reference)
