"""Grading free text by keyword rubrics: the public face."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rubric:
    """What an answer is graded by."""
