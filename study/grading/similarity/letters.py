"""Pairs of letters: what words have in common that are not the same word."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from study.grading.language.remembered import Remembered


def pairs_of_letters(words: Iterable[str]) -> int:
    """The pairs of letters of words, the ends of each among them, as a set of bits."""
    return reduce(or_, map(_PAIRS.__getitem__, words), 0)


def _pairs(word: str) -> int:
    out = before = 0
    for letter in word:
        code = ord(letter) & 31
        out |= 1 << (before << 5 | code)
        before = code
    return out | 1 << (before << 5)


_PAIRS = Remembered(_pairs)
