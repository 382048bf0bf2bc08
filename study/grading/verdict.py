"""What is decided about an answer, how surely, and when a human is asked instead."""

from __future__ import annotations

import math
from typing import Literal

from study.grading.language.text import Text
from study.grading.rubric import Against
from study.grading.similarity.likeness import DRAFT_ACCEPT, Evidence, Likeness

Verdict = Literal["accept", "partial", "refuse", "needs_review"]

ACCEPT = 0.7
"""From this score on an answer is accepted."""
REFUSE = 0.3
"""Below this score an answer is refused."""
DRAFT_DOUBT = 0.48
"""The same for a rubric that nobody has mended, and from where on a human is asked: a seventh of public answers."""
STEEP = 5.0
"""How fast a draft grows sure with the distance from its line, on public answers."""
NEAR_MISS = 0.03
"""So little below the line an answer is shown to a human."""
UNHEARD = 0.5
"""Likeness to the reference from which on an answer that earned next to nothing is shown to a human."""


CONFLICT, OPPOSED = 0.1, 0.2
"""Conflicts with the reference, and foreign words with opposites among an answer's, from which on a draft that would
accept it is wrong more often than right: a human is asked."""
SHORT = 40
"""Words up to which a conflict says that much: in longer answers the names and numbers are too many."""


def of_draft(score: float, seen: Evidence) -> tuple[Verdict, float]:
    """The verdict on an answer graded by likeness."""
    line = (DRAFT_ACCEPT + DRAFT_DOUBT) / 2
    sure = round(1 / (1 + math.exp(-STEEP * abs(score - line))), 3)
    if score >= DRAFT_ACCEPT and ((seen.conflicts > CONFLICT and seen.words <= SHORT) or seen.sharp > OPPOSED):
        return "needs_review", 0.5
    if score >= DRAFT_ACCEPT:
        return "accept", sure
    if score >= DRAFT_DOUBT:
        return "needs_review", sure
    return ("partial" if score >= REFUSE else "refuse"), sure


def of_rubric(score: float, text: Text, told: tuple[Against, ...], reference: Likeness | None) -> tuple[Verdict, float]:
    """The verdict on an answer graded by points: a human is asked about near misses and about what no point knows."""
    sure = round(min(0.99, 0.7 + min(abs(score - ACCEPT), abs(score - REFUSE))), 3)
    if score >= ACCEPT:
        return "accept", sure
    if not told and score >= ACCEPT - NEAR_MISS:
        return "needs_review", 0.5
    if not told and score < REFUSE and reference is not None and len(text) >= 4:
        seen = reference.evidence(text)
        likeness = seen.likeness
        if likeness >= UNHEARD and seen.denied < 0.5:
            return "needs_review", 0.5
        sure = round(max(0.5, sure - likeness / 2), 3)
    return ("refuse" if score < REFUSE else "partial"), sure
