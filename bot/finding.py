"""One thing that `studybot doctor` looked at, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. Where it is not well, the sentence says how to mend it."""

    what: str
    state: Literal["well", "warning", "wrong"]
    sentence: str
