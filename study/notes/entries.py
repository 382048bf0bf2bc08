"""What reading a note yields: its questions, recap lines and prompts, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from study.course import Option

Kind = Literal["question", "recap", "prompt"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a note says. A recap line or a prompt is its `question`; sub-lines of a recap line are its `answer`.

    `number` is the document's own where it has one, else the running one of its kind. `line` is where it begins.
    A question to choose from has its `options`, of which the answer repeats the right ones, and what its author says
    to explain them.
    """

    kind: Kind
    number: int
    question: str
    answer: str
    line: int
    options: tuple[Option, ...] = ()
    explanation: str = ""

    def told(self) -> dict[str, object]:
        """The entry as JSON says it."""
        said: dict[str, object] = {"kind": self.kind, "number": self.number, "question": self.question}
        said["answer"] = self.answer
        if self.options:
            said["choices"] = [option.told() for option in self.options]
        if self.explanation:
            said["explanation"] = self.explanation
        return said


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
