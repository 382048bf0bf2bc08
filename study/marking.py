"""A mark: what the grading of one answer comes to, as it is kept, counted and told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["accept", "partial", "refuse", "needs_review"]
"""What is decided; `needs_review` leaves it to a human."""

FULL = 0.999
"""From this score on an answer is fully right: points are fractions that may not add up to a round one."""
TOLD_WELL = 0.8
"""From this share of its ideas on a recap tells its week well: that it holds all of them is rare."""
NOTICED = 0.05
"""The least difference of a score that anybody notices, half a point of ten: less is neither told nor taught."""


def done(score: float) -> bool:
    """Whether there is nothing more to earn: no further try is offered, and none asked for."""
    return score >= FULL


@dataclass(frozen=True, slots=True)
class Mark:
    """What an answer earned: `score` from 0 to 1, `points` of the `possible` ones, and by which version of a rubric.

    `needs_review`: the organiser decides, since the grader was not sure or the group wished it. `feedback` is what was
    said of the answer. `confidence`, from 0 to 1, is how sure the grader was; None where nothing was graded.
    """

    score: float
    points: float
    possible: float
    verdict: Verdict
    rubric_version: str
    feedback: Mapping[str, Any] | None = None
    confidence: float | None = None


def ruled(score: float) -> Verdict:
    """The verdict of a person who gave this score."""
    if done(score):
        return "accept"
    return "partial" if score > 0 else "refuse"
