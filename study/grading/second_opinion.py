"""A second opinion on a grade: what is very near the reference, or very far, is shown to a human. It decides nothing.

The opinion is one number: how near answer and reference are by meaning, from -1 to 1, as sentence embeddings have it.
"""

from __future__ import annotations

from dataclasses import replace

from study.grading.rubric import Grade

NEAR = 0.75
"""Nearness from which on a refused answer is shown to a human."""
FAR = 0.2
"""Nearness up to which an accepted answer is shown to a human."""
THIN = 0.85
"""Score up to which an answer was accepted on thin evidence."""


def second_opinion(given: Grade, nearness: float) -> Grade:
    """The same grade, score and all; only its verdict may have become `needs_review`."""
    unheard = given.verdict in ("refuse", "partial") and not given.against and nearness >= NEAR
    thin = given.verdict == "accept" and given.score <= THIN and nearness <= FAR
    return replace(given, verdict="needs_review", confidence=0.5) if unheard or thin else given
