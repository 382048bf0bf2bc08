"""What reading a note yields: its questions, recap lines and prompts, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["question", "recap", "prompt"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a note says. A recap line or a prompt is its `question`; sub-lines of a recap line are its `answer`.

    `number` is the document's own where it has one, else the running one of its kind. `line` is where it begins.
    """

    kind: Kind
    number: int
    question: str
    answer: str
    line: int

    def told(self) -> dict[str, str | int]:
        """The entry as JSON says it."""
        return {"kind": self.kind, "number": self.number, "question": self.question, "answer": self.answer}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was left out or guessed, for a person to look at."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Notes:
    """A note, read."""

    entries: tuple[Entry, ...]
    remarks: tuple[Remark, ...]
    title: str = ""
