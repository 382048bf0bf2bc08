"""Paragraphs: lines that mark questions and answers, and lines that only look like it."""

# ruff: noqa: RUF001 - the dashes are meant

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from study.notes.forms.plan import Place
from study.notes.forms.unmarked import Unmarked
from study.notes.markdown.block import Block
from study.notes.markdown.lines import Line
from study.notes.marks import NUMBER, is_likely_question
from study.notes.questions.collector import Collector, set_off
from study.notes.questions.conventions import Conventions, number_in
from study.notes.questions.run_in import is_card, is_spaced_card, question_end


@dataclass(slots=True)
class _Held:
    """Lines without a mark, until it is clear where they belong.

    `fresh`: the open question's mark stands right before them; `offers`: an option to choose from is among them.
    """

    lines: list[Line] = field(default_factory=list)
    fresh: bool = False
    offers: bool = False


class Paragraphs:
    """Reads paragraphs, which may hold several questions and answers, a line each."""

    def __init__(self, collector: Collector, conventions: Conventions, unmarked: Unmarked) -> None:
        self.collector = collector
        self.conventions = conventions
        self.unmarked = unmarked

    def read(self, block: Block, place: Place) -> None:
        """A paragraph."""
        if self.are_cards(block.lines):
            for line in block.lines:
                self.card(line)
            return
        held = _Held()
        for index, line in enumerate(block.lines):
            if (mark := self.conventions.question_mark(line.raw)) is not None:
                self.flush(held, place)
                self.collector.begin("marked", line, number_in(mark), [])
                held = _Held([line.after(mark.end())], fresh=True)
            elif (mark := self.answer_mark(line, held)) is not None:
                if self.is_asked(held):
                    self.collector.begin("plain", held.lines[0], None, held.lines)
                    held = _Held()
                self.flush(held, place)
                held = _Held([line])
                if self.collector.open is not None:
                    self.collector.answer(line.until(0), 0)
                    held = _Held([line.after(mark.end())])
            elif (mark := self.number_mark(line, first=index == 0)) is not None:
                self.flush(held, place)
                self.collector.begin("numbered", line, int(mark["number"]), [])
                held = _Held([line.after(mark.end())], fresh=True)
            elif line.gaps and self.between_questions():
                self.flush(held, place)
                self.card(line)
                held = _Held()
            elif line.text in ("?", "??") and held.lines:
                self.collector.begin("plain", held.lines[0], None, held.lines).answered = True
                held = _Held()
            else:
                held.lines.append(line)
                held.offers = held.offers or self.conventions.is_option(line)
        self.flush(held, place)

    def are_cards(self, lines: Sequence[Line]) -> bool:
        """Whether each line asks and answers; a single one is more than a `std::sort` within an answer."""
        alone = len(lines) > 1 or (self.between_questions() and is_spaced_card(lines))
        return alone and all(is_card([line]) for line in lines)

    def card(self, line: Line) -> None:
        """A line that asks and answers at once."""
        self.collector.begin("plain", line, None, [line])
        self.collector.close()

    def between_questions(self) -> bool:
        """Whether no question waits for what comes next."""
        question = self.collector.open
        return question is None or question.has_gaps or (question.answered and question.form == "plain")

    def answer_mark(self, line: Line, held: _Held) -> re.Match[str] | None:
        """The mark by which a line begins the answer to the question that is open, or that lists the options held."""
        waits = self.collector.open is not None or held.offers or self.is_asked(held)
        return self.conventions.answer_mark(line) if waits else None

    def is_asked(self, held: _Held) -> bool:
        """Whether lines without a mark, met before that of an answer, are what it answers."""
        question = self.collector.open
        ended = question is None or (question.form == "plain" and question.answered)
        return self.conventions.asked_alone and bool(held.lines) and not held.fresh and not held.offers and ended

    def number_mark(self, line: Line, *, first: bool) -> re.Match[str] | None:
        """The number at the start of a line of plain text, where it numbers a question."""
        number, question = NUMBER.match(line.raw), self.collector.open
        if number is None or (question is not None and question.form in ("marked", "heading")):
            return None
        last = question.number if question is not None else None
        next_one = first or last is None or int(number["number"]) == last + 1
        return number if next_one and is_likely_question(line.after(number.end()).text) else None

    def flush(self, held: _Held, place: Place) -> None:
        """Lines without a mark go where they belong: to the open question, to its answer, or to neither."""
        fresh = held.fresh
        lines = [line for line in held.lines if line.raw.strip() and not _RULE.fullmatch(line.raw)]
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
