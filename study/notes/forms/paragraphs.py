"""Paragraphs: lines that mark questions and answers, and lines that only look like it."""

# ruff: noqa: RUF001 - the dashes are meant

from __future__ import annotations

import re
from collections.abc import Sequence

from study.notes.collector import Collector, set_off
from study.notes.forms.conventions import Conventions, number_in
from study.notes.forms.plan import Place
from study.notes.forms.run_in import question_end
from study.notes.forms.unmarked import Unmarked
from study.notes.markdown.blocks import Block
from study.notes.markdown.lines import Line
from study.notes.marks import ANSWER, NUMBER, OPTION_A, OPTION_B, is_likely_question


class Paragraphs:
    """Reads paragraphs, which may hold several questions and answers, a line each."""

    def __init__(self, collector: Collector, conventions: Conventions, unmarked: Unmarked) -> None:
        self.collector = collector
        self.conventions = conventions
        self.unmarked = unmarked

    def read(self, block: Block, place: Place) -> None:
        """A paragraph."""
        held: list[Line] = []
        fresh = False
        for index, line in enumerate(block.lines):
            later = block.lines[index + 1] if index + 1 < len(block.lines) else None
            if (mark := self.conventions.question_mark(line.raw)) is not None:
                self.flush(held, place, fresh=fresh)
                self.collector.begin("marked", line, number_in(mark), [])
                held, fresh = [line.after(mark.end())], True
            elif (mark := self.answer_mark(line, later, place.following)) is not None:
                self.flush(held, place, fresh=fresh)
                self.collector.answer(line.until(0), 0)
                held, fresh = [line.after(mark.end())], False
            elif (mark := self.number_mark(line, first=index == 0)) is not None:
                self.flush(held, place, fresh=fresh)
                self.collector.begin("numbered", line, int(mark["number"]), [])
                held, fresh = [line.after(mark.end())], True
            elif line.text in ("?", "??") and held:
                self.collector.begin("plain", held[0], None, held).answered = True
                held, fresh = [], False
            else:
                held.append(line)
        self.flush(held, place, fresh=fresh)

    def answer_mark(self, line: Line, later: Line | None, following: Block | None) -> re.Match[str] | None:
        """The mark by which a line begins an answer, unless it is the first of several options to choose from."""
        mark = ANSWER.match(line.raw) if self.collector.open is not None else None
        if mark is None or OPTION_A.match(line.raw) is None:
            return mark
        if later is None and following is not None and following.first_lines:
            later = following.first_lines[0]
        return mark if later is None or OPTION_B.match(later.raw) is None else None

    def number_mark(self, line: Line, *, first: bool) -> re.Match[str] | None:
        """The number at the start of a line of plain text, where it numbers a question."""
        number, question = NUMBER.match(line.raw), self.collector.open
        if number is None or (question is not None and question.form in ("marked", "heading")):
            return None
        last = question.number if question is not None else None
        next_one = first or last is None or int(number["number"]) == last + 1
        return number if next_one and is_likely_question(line.after(number.end()).text) else None

    def flush(self, lines: Sequence[Line], place: Place, *, fresh: bool) -> None:
        """Lines without a mark go where they belong: to the open question, to its answer, or to neither.

        `fresh` says that the open question's mark stands right before them.
        """
        lines = [line for line in lines if line.raw.strip() and not _RULE.fullmatch(line.raw)]
        question = self.collector.open
        if not lines:
            return
        if question is None or (not fresh and self.unmarked.is_another(question, lines, place)):
            self.unmarked.read(lines, place)
        elif question.answered:
            self.collector.add_lines(lines)
        elif self.awaits_mark(fresh=fresh):
            question.lines.extend(set_off(lines) if question.lines else lines)
        elif fresh or not question.lines:
            end = question_end(lines)
            question.lines.extend(lines[:end])
            self.collector.add_lines(lines[end:])
        else:
            self.collector.add_lines(lines)

    def awaits_mark(self, *, fresh: bool) -> bool:
        """Whether all is still the open question until a mark says that the answer begins."""
        form = self.collector.open.form if self.collector.open is not None else ""
        return self.conventions.answers_marked and (form == "marked" or (form == "heading" and fresh))


_RULE = re.compile(r"\s*[-–—_*=~.]{2,}\s*")
