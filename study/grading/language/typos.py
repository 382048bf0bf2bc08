"""Typing errors that are forgiven: what a slip of the finger does to a word, and no more."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

TWICE = 8
"""Letters from which on two errors are forgiven."""


@lru_cache(maxsize=65536)
def letters(word: str) -> int:
    """The letters of a word as a set of bits: words that differ in many are not the same word mistyped."""
    out = 0
    for letter in word:
        out |= 1 << (ord(letter) & 31)
    return out


def forgiven(typed: str, meant: str) -> bool:
    """Whether `typed` may be `meant` mistyped.

    An extra letter from 3 letters on, a missing, swapped or replaced one from 4, two errors from `TWICE`. In words of
    up to five letters the first and the last letter must stand, since there a changed end is more often another word.
    """
    a, b = len(typed), len(meant)
    if b < 3 or abs(a - b) > 2 or not typed[0].isalpha():
        return False
    if typed == meant:
        return True
    if b < TWICE:
        if abs(a - b) > 1 or (a <= b and b < 4):
            return False
        if b <= 5 and (typed[0] != meant[0] or (typed[-1] != meant[-1] and a == b)):
            return False
        return OSA.distance(typed, meant, score_cutoff=1) <= 1
    if typed[0] != meant[0] and typed[:2] != meant[1::-1]:
        return False
    return OSA.distance(typed, meant, score_cutoff=2) <= 2
