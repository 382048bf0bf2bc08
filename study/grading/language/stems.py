"""The stems of words: what is left when their endings and accents are taken off."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache

from study.grading.language.language import Language
from study.grading.language.remembered import Remembered


def bare(word: str) -> str:
    """A word without its accents."""
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def stem(word: str, language: Language) -> str:
    """The stem of a word, without its accents, so that a keyboard without them is no disadvantage."""
    return stems(language)[word]


@cache
def stems(language: Language) -> Remembered[str]:
    """The stems of a language's words, each found once."""
    cut = _stemmer(language)
    return Remembered(lambda word: bare(cut(word[:-2] if word.endswith("'s") else word)))


def _stemmer(language: Language) -> Callable[[str], str]:
    """The language's stemmer: Snowball compiled where it is there, else the same Snowball in Python."""
    if not language.stemmer:
        return str
    try:
        import Stemmer  # type: ignore[import-not-found,unused-ignore]

        cut: Callable[[str], str] = Stemmer.Stemmer(language.stemmer, 0).stemWord
    except ImportError:
        import snowballstemmer

        cut = snowballstemmer.stemmer(language.stemmer).stemWord
    spelling = language.spelling
    return cut if spelling is None else lambda word: cut(spelling(word))
