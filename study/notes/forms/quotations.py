"""Quotations and callouts: answers most of the time, now and then questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from study.notes.forms.plan import Place
from study.notes.markdown.block import Block
from study.notes.markdown.lines import Line
from study.notes.marks import NUMBER, asks, is_likely_question
from study.notes.questions.collector import Collector
from study.notes.questions.conventions import Conventions
from study.notes.questions.plain import plain
from study.notes.questions.run_in import question_end

CALLOUT = re.compile(r"\s*\[!(?P<type>[\w-]+)\][+-]?\s*")


class Quotations:
    """Reads quotations; `walk` reads blocks that turn out to be a note of their own."""

    def __init__(self, collector: Collector, conventions: Conventions, walk: Callable[[Sequence[Block]], None]) -> None:
        self.collector = collector
        self.conventions = conventions
        self.walk = walk

    def read(self, block: Block, place: Place) -> None:
        """A quotation: an answer most of the time; now and then the question, or a whole note."""
        question = self.collector.open
        lines = block.first_lines
        callout = CALLOUT.match(lines[0].raw) if lines else None
        if callout is not None and callout["type"].lower() in ("question", "faq", "help"):
            self.ask_callout(block, callout.end())
        elif (question is None or question.form == "numbered") and self.conventions.marks_question(block):
            self.collector.close()
            self.walk(block.blocks)
        elif self.quotes_question(block, place.following):
            self.ask(block)
        elif question is None and any(each.kind in ("item", "heading") for each in block.blocks):
            self.walk(block.blocks)
        else:
            self.answer(block)

    def quotes_question(self, block: Block, following: Block | None) -> bool:
        """Whether a quotation is a question that someone else put, answered below it."""
        question = self.collector.open
        if question is not None and question.form != "quote":
            return False
        number = block.blocks[0].own_number if len(block.blocks) == 1 else None
        if number is not None and question is not None:
            return is_likely_question(block.first_text) or number == (question.number or 0) + 1
        return following is not None and asks(plain(block.blocks))

    def ask(self, block: Block) -> None:
        """A quotation that is a question."""
        first, *rest = block.all_lines
        mark = NUMBER.match(first.raw)
        number = block.blocks[0].own_number or (int(mark["number"]) if mark else None)
        question = self.collector.begin("quote", Line(block.line, ()), number, [])
        question.lines = [first.after(mark.end()) if mark else first, *rest]

    def ask_callout(self, block: Block, skip: int) -> None:
        """A callout of the kind “question”: its title asks, the rest answers."""
        lines = list(block.first_lines)
        lines[0] = lines[0].after(skip)
        end = max(1, question_end(lines) if lines[0].raw.strip() else len(lines))
        self.collector.begin("bold", Line(block.line, ()), None, lines[:end])
        if lines[end:]:
            self.collector.add(Block("text", block.line, tuple(lines[end:])))
        for each in block.blocks[1:]:
            if each.kind == "quote":
                self.answer(each)
            else:
                self.collector.add(each)

    def answer(self, block: Block) -> None:
        """A quotation that answers; “A.” and a callout's label are no part of what it says."""
        lines = block.first_lines
        inner = block.blocks[0] if block.blocks else None
        if inner is None or inner.kind != "text" or not lines:
            self.collector.add(block)
            return
        callout = CALLOUT.match(lines[0].raw)
        first = lines[0].after(callout.end() if callout else 0)
        mark = self.conventions.answer_mark(first)
        first = first.after(mark.end() if mark else 0)
        kept = tuple(line for line in (first, *lines[1:]) if line.raw.strip())
        texts = (Block("text", inner.line, kept),) if kept else ()
        self.collector.add(Block("quote", block.line, blocks=(*texts, *block.blocks[1:])))
