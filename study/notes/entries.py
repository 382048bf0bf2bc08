"""What reading a note yields: its questions, recap lines and prompts, and what could not be read."""

from __future__ import annotations

import re
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

    def as_json(self) -> dict[str, object]:
        """The entry as JSON says it."""
        said: dict[str, object] = {"kind": self.kind, "number": self.number, "question": self.question}
        said["answer"] = self.answer
        if self.options:
            said["choices"] = [option.as_json() for option in self.options]
        if self.explanation:
            said["explanation"] = self.explanation
        return said


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was left out or guessed, for a person to look at."""

    line: int
    what: str


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Notes:
    """A note, read. `marked` are the lines that declare a question by a mark, whatever became of them; None of a bank,
    which has no such lines."""

    entries: tuple[Entry, ...]
    remarks: tuple[Remark, ...]
    title: str = ""
    marked: tuple[Remark, ...] | None = None

    @property
    def missed(self) -> tuple[Remark, ...]:
        """Marked questions of which no entry begins on their line, or holds their words."""
        lines = {entry.line for entry in self.entries}
        said = " ".join(f"{entry.question} {entry.answer} {entry.explanation}" for entry in self.entries)
        words = set(_words(said))
        return tuple(
            each for each in self.marked or () if each.line not in lines and not words.issuperset(_words(each.what))
        )
