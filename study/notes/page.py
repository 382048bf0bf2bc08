"""A note while it is being read: the sections it is in, the question that is open, what has been found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from study.notes.blocks import Block
from study.notes.choices import choice_in
from study.notes.entries import Kind, Remark
from study.notes.inline import Line, joined
from study.notes.markers import (
    ANSWER,
    GERMAN_QUESTION,
    NUMBER,
    QUESTION,
    Section,
    asks,
    section_of,
)
from study.notes.numbering import Found
from study.notes.words import (
    first_lines,
    first_text,
    options_chosen,
    plain,
    run_in,
)

Form = Literal["marked", "numbered", "heading", "bullet", "bold", "plain", "quote"]


@dataclass(slots=True)
class Question:
    """A question whose answer is still being read."""

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


class Page:
    """What has been read of a note so far, and the question that is open."""

    def __init__(self, blocks: Sequence[Block], title: str) -> None:
        self.found: list[Found] = []
        self.remarks: list[Remark] = []
        self.pending: list[Block] = []
        self.open: Question | None = None
        self.section_count = 0
        self.title = ""
        kind = section_of(title)
        self.levels = [Level(0, "" if kind == "other" else kind, title, 1)]
        raws = [line.raw for line in lines_within(blocks)]
        answers = sum(ANSWER.match(raw) is not None for raw in raws)
        questions = sum(QUESTION.match(raw) is not None for raw in raws)
        self.german = not questions and answers >= 1 and any(GERMAN_QUESTION.match(raw) for raw in raws)
        if self.german:
            questions = sum(GERMAN_QUESTION.match(raw) is not None for raw in raws)
        self.answers_marked = answers > 0 and answers * 2 >= questions

    @property
    def section(self) -> Section:
        """What the innermost section that says so holds."""
        return next((level.kind for level in reversed(self.levels) if level.kind), "")

    def question_mark(self, raw: str) -> re.Match[str] | None:
        """The mark by which a line declares itself a question."""
        return QUESTION.match(raw) or (GERMAN_QUESTION.match(raw) if self.german else None)

    def is_marked(self, block: Block) -> bool:
        """Whether a block holds a line that declares itself a question."""
        return any(self.question_mark(line.raw) for line in lines_within([block]))

    def begins_question(self, block: Block) -> bool:
        """Whether a block opens with a question of its own."""
        lines = first_lines(block)
        if not lines or block.kind == "quote":
            return False
        raw = lines[0].raw
        numbered_item = block.kind == "item" and bool(block.marker)
        return self.question_mark(raw) is not None or (
            (numbered_item or NUMBER.match(raw) is not None) and asks(first_text(block))
        )

    def walk(self, blocks: Sequence[Block]) -> None:
        """Read blocks that stand at one level."""
        raise NotImplementedError

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
                question.lines.extend(set_off(list(lines_within([block]))))
            question.blocks.clear()
        question.marked = True
        self.open.answered = True
        rest = line.after(skip)
        if rest.raw.strip():
            self.open.blocks.append(Block("text", line.number, (rest,)))

    def add(self, block: Block) -> None:
        """A block of the open question's answer; with none open, something left over."""
        if self.open is None:
            self.pending.append(block)
        else:
            self.open.answered = True
            self.open.blocks.append(block)

    def close(self) -> None:
        """The open question is complete."""
        question, self.open = self.open, None
        if question is None:
            return
        text, answer = joined(question.lines, flowing=True), plain(question.blocks)
        options = options_chosen(question.blocks)
        if options is not None:
            text = "\n".join((text, *options[0]))
            answer = "\n".join(options[1])
        if not answer:
            choices = [choice for line in question.lines if (choice := choice_in(line)) is not None]
            told_apart = question.marked or (question.form == "marked" and self.answers_marked)
            split = None if told_apart else run_in(question.lines)
            if choices:
                answer = choices[0].chosen
            elif split is not None:
                text, answer = split
        if re.fullmatch(r"(?:\W|_)*(?:TODO|TBD|tbd|todo|N/?A)?(?:\W|_)*", answer) and "`" not in answer:
            if re.search(r"\w", answer):
                self.remark(question.line, f"The answer “{answer}” was read as none.")
            answer = answer if re.search(r"[\d=<>+]", answer) else ""
        if not text:
            self.remark(question.line, "A question without words was left out, with its answer.")
            return
        self.keep("question", question.number, text, answer, question.line, question.section)

    def keep(self, kind: Kind, number: int | None, question: str, answer: str, line: int, section: int) -> None:
        """An entry is found."""
        self.found.append(Found(kind, number, question, answer, line, section))

    def remark(self, line: int, what: str) -> None:
        """Something is worth a look by whoever imports."""
        self.remarks.append(Remark(line, what))


def lines_within(blocks: Iterable[Block]) -> Iterator[Line]:
    """Every line of the blocks, code apart."""
    for block in blocks:
        if block.kind != "code":
            yield from block.lines
            yield from lines_within(block.blocks)


def number_of(match: re.Match[str]) -> int | None:
    """The number within a mark such as Q7."""
    digits = next((group for group in match.groupdict().values() if group), None)
    return int(digits) if digits else None


def own_number(block: Block) -> int | None:
    """An item's number as its author wrote it."""
    return int(block.marker) if block.marker else None


def set_off(lines: Sequence[Line]) -> list[Line]:
    """The lines, the first of them broken off from what stands before."""
    return [Line(lines[0].number, lines[0].runs, True), *lines[1:]]
