"""Answers that say nothing: that give up, in whatever language, or that are signs alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from study.grading.language.characters import LIMIT
from study.grading.language.language import Language
from study.grading.language.languages import LANGUAGES, language_of
from study.grading.language.text import Text

LONGEST = 12
"""Words of an answer that may only give up."""
_PUNCTUATION = frozenset(".,;:!?\u2026\u2013\u2014-_'\"`~\u00b7\u2022\u00bf\u00a1\u201c\u201d\u2018\u2019")
_FACE = re.compile(r"[:;=]['-]?[()\[\]]+")
_PICTURES = frozenset({"So", "Sk", "Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
"""Kinds of characters that emoji are made of, and that part them."""


def says_nothing(answer: str) -> bool:
    """Whether an answer is empty, punctuation alone, or emoji alone. Signs that may be an answer ("==") are none."""
    rest = _FACE.sub("", answer[:LIMIT])
    return all(letter in _PUNCTUATION or unicodedata.category(letter) in _PICTURES for letter in rest)


def gives_up(answer: str, language: str = "en") -> bool:
    """Whether an answer only says that its writer does not know ("no idea really", "idk", "keine Ahnung").

    `language` is the course's tag; people give up in other languages too.
    """
    return gives_up_in(Text(answer, language_of(language)))


def gives_up_in(text: Text) -> bool:
    """The same of an answer that was read."""
    if not 0 < len(text) <= LONGEST or not _of_giving_up().issuperset(text.words):
        return False
    return any(_only_gives_up(text, language) for language in LANGUAGES.values())


def _only_gives_up(text: Text, language: Language) -> bool:
    if _in_phrases(language).isdisjoint(text.words):
        return False
    phrases = _phrases(language)
    return _bare(text.words, language) in phrases or tuple(text.words) in phrases


def _bare(words: Sequence[str], language: Language) -> tuple[str, ...]:
    """Words without those that may stand around what is said for giving up."""
    return tuple(word for word in words if word not in language.around_giving_up)


@cache
def _in_phrases(language: Language) -> frozenset[str]:
    """Every word of them: an answer with none gives up in none of them."""
    return frozenset(word for words in _phrases(language) for word in words)


@cache
def _of_giving_up() -> frozenset[str]:
    """The words of all languages' phrases, and those around them: an answer with another does not only give up."""
    return frozenset().union(*(_in_phrases(one) | one.around_giving_up for one in LANGUAGES.values()))


@cache
def _phrases(language: Language) -> frozenset[tuple[str, ...]]:
    """What is said for giving up, without the words that may be around it; whole, where that leaves but a letter."""
    read = (tuple(Text(one, language).words) for one in language.giving_up)
    bare = ((_bare(words, language), words) for words in read)
    return frozenset(words if len("".join(short)) == 1 else short for short, words in bare) - {()}
