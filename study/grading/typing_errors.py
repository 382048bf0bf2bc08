"""Typing errors that are forgiven: what a slip of the finger does to a word, and no more."""

from __future__ import annotations

TWICE = 8
"""Letters from which on two errors are forgiven."""


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
        return _one(typed, meant)
    if typed[0] != meant[0] and typed[:2] != meant[1::-1]:
        return False
    return _one(typed, meant) or (len(set(typed) ^ set(meant)) <= 4 and _distance(typed, meant) <= 2)


def _one(x: str, y: str) -> bool:
    i = 0
    shorter = min(len(x), len(y))
    while i < shorter and x[i] == y[i]:
        i += 1
    if len(x) == len(y):
        return x[i + 1 :] == y[i + 1 :] or (x[i : i + 2] == y[i : i + 2][::-1] and x[i + 2 :] == y[i + 2 :])
    return x[i + 1 :] == y[i:] if len(x) > len(y) else x[i:] == y[i + 1 :]


def _distance(x: str, y: str) -> int:
    """Optimal string alignment, given up as soon as it must exceed two."""
    before: list[int] = []
    row = list(range(len(y) + 1))
    for i, c in enumerate(x, 1):
        earlier, before, row = before, row, [i] + [0] * len(y)
        low = max(1, i - 2)
        high = min(len(y), i + 2)
        for j in range(1, len(y) + 1):
            if j < low or j > high:
                row[j] = 9
                continue
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (c != y[j - 1]))
            if i > 1 and j > 1 and c == y[j - 2] and x[i - 2] == y[j - 1]:
                best = min(best, earlier[j - 2] + 1)
            row[j] = best
        if min(row) > 2:
            return 3
    return row[-1]
