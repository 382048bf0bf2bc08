"""Which of the answers that were accepted in full a group is shown, of those whose writers allow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST = 3
"""So many answers are shown, unless an organiser picks others."""
LENGTHS = range(20, 500)
"""Letters of an answer that is worth reading and soon read: these come first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer accepted in full, whose writer allows that it is shown; `name` is empty where they are hidden."""

    answer_id: int
    name: str
    text: str


def chosen(candidates: Sequence[Candidate], picked: Mapping[int, bool]) -> tuple[Candidate, ...]:
    """The answers to show, in the order in which they were given.

    What an organiser picked, or left out, is settled; without their word the first few that differ, of readable length.
    """
    if any(one.answer_id in picked for one in candidates):
        return tuple(one for one in candidates if picked.get(one.answer_id, False))
    found: list[Candidate] = []
    for one in sorted(candidates, key=lambda one: len(one.text) not in LENGTHS):
        words = frozenset(one.text.casefold().split())
        if len(found) < MOST and all(words != frozenset(other.text.casefold().split()) for other in found):
            found.append(one)
    return tuple(one for one in candidates if one in found)
