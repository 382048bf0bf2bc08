"""Typing errors that are forgiven: what a slip of the finger does to a word, and no more."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

LEAST, ONCE, TWICE = 4, 6, 8
"""Letters from which on a slip is forgiven that hardly ever makes another word, any one error, and two of them."""


@lru_cache(maxsize=65536)
def letters(word: str) -> int:
    """The letters of a word as a set of bits: words that differ in many are not the same word mistyped."""
    out = 0
    for letter in word:
        out |= 1 << (ord(letter) & 31)
    return out


def forgiven(typed: str, meant: str, *, most: int = 2) -> bool:
    """Whether `typed` may be `meant` mistyped, by so many errors at most.

    From `LEAST` letters on two neighbours may be swapped, or a letter be there twice that should be once, or once for
    twice: in short words any other error is more often another word ("move" for "more", "test" for "text"). From `ONCE`
    on any one error is forgiven, from `TWICE` on two. The first letter stands, or is swapped with the second.
    """
    a, b = len(typed), len(meant)
    if b < LEAST or abs(a - b) > 2 or not typed[0].isalpha():
        return False
    if typed == meant:
        return True
    if typed[0] != meant[0] and typed[:2] != meant[1::-1]:
        return False
    if b < ONCE:
        return _slip(typed, meant)
    errors = most if b >= TWICE else 1
    return OSA.distance(typed, meant, score_cutoff=errors) <= errors


def _slip(typed: str, meant: str) -> bool:
    """Whether two letters are swapped, or one is doubled or not: one error that leaves the runs of letters alike."""
    if OSA.distance(typed, meant, score_cutoff=1) > 1:
        return False
    if len(typed) == len(meant):
        return sorted(typed) == sorted(meant)
    return _runs(typed) == _runs(meant)


def _runs(word: str) -> str:
    """A word with each run of a letter as one."""
    return word[:1] + "".join(after for before, after in pairwise(word) if after != before)
