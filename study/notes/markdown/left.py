"""What plain text cannot hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Left:
    """Something that plain text cannot hold, and where it stood; `what` is a sentence, in the reader's language."""

    line: int
    what: str
