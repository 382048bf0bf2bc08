"""What has been read of a note so far: the sections it is in, the question that is open, the entries found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from study.notes.entries import Kind, Remark
from study.notes.markdown.block import Block
from study.notes.markdown.lines import Line
from study.notes.questions.conventions import Conventions
from study.notes.questions.found import Found
from study.notes.questions.options import letter_of
from study.notes.questions.question import Form, Question, says_nothing, wording
from study.notes.sections import Section, section_of
from study.texts import _


@dataclass(frozen=True, slots=True)
class Level:
    """A heading that stands above what is being read."""

    level: int
    kind: Section
    title: str
    line: int


class Collector:
    """Collects entries; `pending` are blocks that belong to no question, so far."""

    def __init__(self, title: str, conventions: Conventions) -> None:
        self.found: list[Found] = []
        self.remarks: list[Remark] = []
        self.pending: list[Block] = []
        self.open: Question | None = None
        self.section_count = 0
        self.title = ""
        self.conventions = conventions
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
            self.remark(line, _("The section “{title}” holds no questions; it was left out.", title=title))

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
        offers = question.blocks_offer(self.conventions)
        if not (question.marked or offers) and all(block.kind in ("text", "item") for block in question.blocks):
            for block in question.blocks:
                question.lines.extend(set_off(list(block.all_lines)))
            question.blocks.clear()
        question.marked = question.answered = True
        offers = offers or question.lines_offer(self.conventions)
        rest = line if offers and letter_of(line) else line.after(skip)
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
        said = wording(question, self.conventions)
        if says_nothing(said.answer, question):
            if _WORD.search(said.answer):
                self.remark(question.line, _("The answer “{answer}” was read as none.", answer=said.answer))
            said = replace(said, answer="")
        if not said.question or _TEMPLATE.fullmatch(said.question):
            self.remark(question.line, _("A question without words was left out, with its answer."))
            return
        number, line, section = question.number, question.line, question.section
        found = Found("question", number, said.question, said.answer, line, section)
        self.found.append(replace(found, options=said.options, explanation=said.explanation, offer=said.offer))

    def keep(self, kind: Kind, number: int | None, question: str, answer: str, line: int, section: int) -> None:
        """An entry is found, unless it is an empty place, such as a box without words."""
        if not _WORD.search(question):
            self.remark(line, _("The line “{words}” says nothing; it was left out.", words=question))
            return
        self.found.append(Found(kind, number, question, answer, line, section))

    def remark(self, line: int, what: str) -> None:
        """Something is worth a look by whoever imports."""
        self.remarks.append(Remark(line, what))

    def answer_by_number(self, answers: Mapping[int, str]) -> bool:
        """Give questions without an answer theirs, as an answer key says it; False where it fits them ill."""
        question, count, remarks = self.open, len(self.found), len(self.remarks)
        self.close()
        questions = [index for index, found in enumerate(self.found) if found.kind == "question"]
        places = {self.found[index].number or count: index for count, index in enumerate(questions, start=1)}
        waiting = {number: places[number] for number in answers if number in places}
        waiting = {number: index for number, index in waiting.items() if self.found[index].waits}
        if not waiting or (len(waiting) < 2 and len(questions) > 1) or len(waiting) * 2 < len(answers):
            self.open = question
            del self.found[count:], self.remarks[remarks:]
            return False
        for number, index in waiting.items():
            self.found[index] = self.found[index].answered(answers[number])
        return True


def set_off(lines: Sequence[Line]) -> list[Line]:
    """The lines, the first of them broken off from what stands before."""
    return [Line(lines[0].number, lines[0].runs, True), *lines[1:]] if lines else []


_WORD = re.compile(r"\w")
_TEMPLATE = re.compile(r"[.…_\s]+")
