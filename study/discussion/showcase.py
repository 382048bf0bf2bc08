"""Which of the answers that were accepted in full, and the recaps that tell their week well, a group is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from study.marking import FULL, TOLD_WELL, Verdict

MOST = 3
"""So many answers are shown, unless an organiser picks others."""
LENGTHS = range(20, 500)
"""Letters of an answer that is worth reading and soon read: these come first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer worth showing, whose writer allows that it is shown; `name` is empty where they are hidden."""

    answer_id: int
    name: str
    text: str
    score: float = 1.0


def worth_showing(score: float, verdict: Verdict, *, recap: bool) -> bool:
    """Whether an answer is good enough to be shown: accepted in full, or a recap that tells the week well."""
    return score >= TOLD_WELL and verdict != "refuse" if recap else score >= FULL and verdict == "accept"


def chosen(candidates: Sequence[Candidate], picked: Mapping[int, bool]) -> tuple[Candidate, ...]:
    """The answers to show, in the order in which they were given.

    What an organiser picked, or left out, is settled; without their word the first few that differ: the fullest, and of
    these first what is of readable length.
    """
    if any(one.answer_id in picked for one in candidates):
        return tuple(one for one in candidates if picked.get(one.answer_id, False))
    found: list[Candidate] = []
    for one in sorted(candidates, key=lambda one: (-min(one.score, FULL), len(one.text) not in LENGTHS)):
        words = frozenset(one.text.casefold().split())
        if len(found) < MOST and all(words != frozenset(other.text.casefold().split()) for other in found):
            found.append(one)
    return tuple(one for one in candidates if one in found)
