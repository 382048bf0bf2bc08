"""Whether an answer is in another language than the one it is graded in."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from study.grading.language.characters import LIMIT
from study.grading.language.language import Language
from study.grading.language.languages import LANGUAGES, language_of

FEWEST = 4
"""Words from which on the language of an answer is told at all: two or three are the same in many."""
CLEARLY = 2
"""Small words of another language that an answer must have at least, and how many times its own."""
FOREIGN_LETTERS = 4
"""Letters of another script from which on, where they are most of it, an answer is taken to be in it."""
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_FORMULAS = ("LATIN", "GREEK")
"""The scripts that stand in formulas and names wherever Latin letters are written."""


def other_language(answer: str, tag: str) -> str | None:
    """The tag of the language that an answer is in, if that is clearly not the one it is graded in.

    Empty where it is in another script and nobody can say which language. Told by small words alone, so that a word or
    two that many languages share decide nothing.
    """
    own = language_of(tag)
    if own.tag not in LANGUAGES:
        return None
    answer = answer[:LIMIT]
    if own.latin and _in_another_script(answer):
        return ""
    words = [word.casefold() for word in _WORD.findall(answer)]
    if len(words) < FEWEST:
        return None
    counts = {each: sum(map(small.__contains__, words)) for each, small in _only_in().items()}
    mine = counts.pop(own.tag, 0)
    best = max(counts, key=lambda each: counts[each])
    return best if counts[best] >= max(CLEARLY, CLEARLY * mine + 1) else None


def _in_another_script(answer: str) -> bool:
    letters = [letter for letter in answer if letter.isalpha()]
    foreign = sum(not unicodedata.name(letter, "LATIN").startswith(_FORMULAS) for letter in letters)
    return foreign >= FOREIGN_LETTERS and 2 * foreign > len(letters)


@cache
def _only_in() -> dict[str, frozenset[str]]:
    """The small words of each language that no other has."""
    small = {tag: _small(language) for tag, language in LANGUAGES.items()}
    return {
        tag: words.difference(*(other for each, other in small.items() if each != tag)) for tag, words in small.items()
    }


def _small(language: Language) -> frozenset[str]:
    return language.stop | language.glue | language.negators | language.subjects
