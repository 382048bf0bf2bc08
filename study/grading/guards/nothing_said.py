"""Answers that say nothing: given up, or signs alone."""

from __future__ import annotations

from functools import cache

from study.grading.language.language import Language
from study.grading.language.text import Text
from study.grading.rubric import Against

NOTHING_SAID = Against("nothing", "It gives no answer.")
LONGEST = 8
"""Words of an answer that may only give up."""


def says_nothing(text: Text, language: Language) -> bool:
    """Whether an answer has no word, or only gives up."""
    return not text.words or gives_up(text, language)


def gives_up(text: Text, language: Language) -> bool:
    """Whether an answer only says that its writer does not know."""
    return len(text) <= LONGEST and " ".join(text.words) in _given_up(language)


@cache
def _given_up(language: Language) -> frozenset[str]:
    return frozenset(" ".join(Text(one, language).words) for one in language.shrugs)
