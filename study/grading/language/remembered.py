"""What is made of words, made once for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_LONG = 40
"""Letters up to which a word is remembered."""


class Remembered(dict[str, T]):
    """What is made of each word, made once; no more than `most` words are kept."""

    def __init__(self, make: Callable[[str], T], most: int = 100_000) -> None:
        self.make, self.most = make, most

    def __missing__(self, word: str) -> T:
        made = self.make(word)
        if len(self) < self.most and len(word) <= _LONG:
            self[word] = made
        return made
