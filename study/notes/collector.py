"""What has been read of a note so far: the sections it is in, the question that is open, the entries found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from study.notes.entries import Kind, Remark
from study.notes.forms.choices import choice_in, options_chosen
from study.notes.forms.plain import plain
from study.notes.forms.run_in import run_in
from study.notes.markdown.blocks import Block
from study.notes.markdown.lines import Line, joined
from study.notes.numbering import Found
from study.notes.sections import Section, section_of

Form = Literal["marked", "numbered", "heading", "bullet", "bold", "plain", "quote"]


@dataclass(slots=True)
class Question:
    """A question whose answer is still being read.

    `answered`: something of its answer has been met; `marked`: under a mark such as “A:”.
    """

    line: int
    form: Form
    number: int | None
    section: int
    level: int = 0
    lines: list[Line] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    answered: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A heading that stands above what is being read."""

    level: int
    kind: Section
    title: str
    line: int


class Collector:
    """Collects entries; `pending` are blocks that belong to no question, so far."""

    def __init__(self, title: str, *, answers_marked: bool) -> None:
        self.found: list[Found] = []
        self.remarks: list[Remark] = []
        self.pending: list[Block] = []
        self.open: Question | None = None
        self.section_count = 0
        self.title = ""
        self.answers_marked = answers_marked
        kind = section_of(title)
        self.levels = [Level(0, "" if kind == "other" else kind, title, 1)]

    @property
    def section(self) -> Section:
        """What the innermost section that says so holds."""
        return next((level.kind for level in reversed(self.levels) if level.kind), "")

    def enter(self, level: int, title: str, line: int) -> None:
        """A section begins; what was being answered has ended."""
        self.close()
        while len(self.levels) > 1 and self.levels[-1].level >= level:
            self.levels.pop()
        self.section_count += 1
        self.title = self.title or title
        self.levels.append(Level(level, section_of(title), title, line))
        if self.section == "other":
            self.remark(line, f"The section “{title}” holds no questions; it was left out.")

    def begin(self, form: Form, at: Line, number: int | None, lines: Iterable[Line], level: int = 0) -> Question:
        """A question opens; the one before has ended."""
        self.close()
        self.open = Question(at.number, form, number, self.section_count, level)
        self.open.lines.extend(line for line in lines if line.raw.strip())
        return self.open

    def answer(self, line: Line, skip: int) -> None:
        """The open question's answer begins on this line; what stood before it unmarked was still the question."""
        assert self.open is not None
        question = self.open
        if not question.marked and all(block.kind in ("text", "item") for block in question.blocks):
            for block in question.blocks:
                question.lines.extend(set_off(list(block.all_lines)))
            question.blocks.clear()
        question.marked = question.answered = True
        rest = line.after(skip)
        if rest.raw.strip():
            question.blocks.append(Block("text", line.number, (rest,)))

    def add(self, block: Block) -> None:
        """A block of the open question's answer; with none open, something left over."""
        if self.open is None:
            self.pending.append(block)
        else:
            self.open.answered = True
            self.open.blocks.append(block)

    def add_lines(self, lines: Sequence[Line]) -> None:
        """Lines of the open question's answer, if there are any."""
        if lines:
            self.add(Block("text", lines[0].number, tuple(lines)))

    def close(self) -> None:
        """The open question is complete."""
        question, self.open = self.open, None
        if question is None:
            return
        text, answer = self.told(question)
        if _says_nothing(answer):
            if _WORD.search(answer):
                self.remark(question.line, f"The answer “{answer}” was read as none.")
            answer = answer if _FORMULA.search(answer) else ""
        if not text:
            self.remark(question.line, "A question without words was left out, with its answer.")
            return
        self.keep("question", question.number, text, answer, question.line, question.section)

    def told(self, question: Question) -> tuple[str, str]:
        """The words of a question and of its answer."""
        text, answer = joined(question.lines, flowing=True), plain(question.blocks)
        options = options_chosen(question.blocks)
        if options is not None:
            text, answer = "\n".join((text, *options[0])), "\n".join(options[1])
        if answer:
            return text, answer
        choice = next((choice for line in question.lines if (choice := choice_in(line)) is not None), None)
        if choice is not None:
            return text, choice.chosen
        told_apart = question.marked or (question.form == "marked" and self.answers_marked)
        return (None if told_apart else run_in(question.lines)) or (text, answer)

    def keep(self, kind: Kind, number: int | None, question: str, answer: str, line: int, section: int) -> None:
        """An entry is found."""
        self.found.append(Found(kind, number, question, answer, line, section))

    def remark(self, line: int, what: str) -> None:
        """Something is worth a look by whoever imports."""
        self.remarks.append(Remark(line, what))


def set_off(lines: Sequence[Line]) -> list[Line]:
    """The lines, the first of them broken off from what stands before."""
    return [Line(lines[0].number, lines[0].runs, True), *lines[1:]] if lines else []


_NOTHING = ("", "TODO", "TBD", "tbd", "todo", "NA", "N/A")
_BETWEEN_SIGNS = re.compile(r"[^\W_](?:.*[^\W_])?", re.DOTALL)
_FORMULA = re.compile(r"[\d=<>+]")
_WORD = re.compile(r"\w")


def _says_nothing(answer: str) -> bool:
    """Whether an answer is signs alone, or a word that puts it off."""
    core = _BETWEEN_SIGNS.search(answer)
    return (core[0] if core else "") in _NOTHING and "`" not in answer
