"""What is folded away: most of the time an answer to the question above, or to the one in its own summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from study.notes.forms.quotations import Quotations
from study.notes.markdown.block import Block
from study.notes.markdown.lines import Line, joined
from study.notes.marks import NUMBER, asks, is_likely_question
from study.notes.questions.collector import Collector
from study.notes.questions.conventions import Conventions, number_in


class Folded:
    """Reads what is folded away; `walk` reads blocks that turn out to be a note of their own."""

    def __init__(
        self,
        collector: Collector,
        conventions: Conventions,
        quotations: Quotations,
        walk: Callable[[Sequence[Block]], None],
    ) -> None:
        self.collector = collector
        self.conventions = conventions
        self.quotations = quotations
        self.walk = walk
        self.asked = False

    def read(self, block: Block) -> None:
        """Something folded away."""
        if self.asks(block):
            self.ask(block)
        elif self.collector.open is not None:
            self.answer(block)
        else:
            self.walk((*((Block("text", block.line, block.lines),) if block.lines else ()), *block.blocks))

    def asks(self, block: Block) -> bool:
        """Whether the summary is a question, and what is folded its answer."""
        if not block.lines or any(map(self.conventions.marks_question, block.blocks)):
            return False
        line, text = block.lines[0], joined(block.lines)
        if self.conventions.answer_mark(line) is not None:
            return False
        return bool(self.conventions.question_mark(line.raw)) or asks(text) or self.tells(line) or self.goes_on(block)

    def tells(self, line: Line) -> bool:
        """Whether a summary that does not ask tells one to do something, and no question waits for its answer."""
        question = self.collector.open
        return (question is None or question.answered) and is_likely_question(line.text)

    def goes_on(self, block: Block) -> bool:
        """Whether a summary of some words stands, with no question waiting, where summaries have asked before."""
        words = len(block.lines[0].text.split())
        return self.asked and self.collector.open is None and bool(block.blocks) and words >= 3

    def ask(self, block: Block) -> None:
        """A question in the summary, with its answer."""
        line, *more = block.lines
        mark = self.conventions.question_mark(line.raw) or NUMBER.match(line.raw)
        number = number_in(mark) if mark else None
        self.collector.begin("heading", line, number, [line.after(mark.end()) if mark else line, *more], 7)
        self.contents(block.blocks)
        self.collector.close()
        self.asked = True

    def answer(self, block: Block) -> None:
        """The answer to the question above, whatever the summary calls it."""
        if block.lines:
            self.collector.answer(block.lines[0].until(0), 0)
        self.contents(block.blocks)

    def contents(self, blocks: Sequence[Block]) -> None:
        """What is folded, the mark of an answer taken off where one stands."""
        for block in blocks:
            words = block.lines if block.kind in ("heading", "text") else ()
            mark = self.conventions.answer_mark(words[0]) if words else None
            if mark is not None:
                self.collector.answer(words[0], mark.end())
                self.collector.add_lines(words[1:])
            elif block.kind == "quote":
                self.quotations.answer(block)
            elif block.kind == "folded":
                self.contents(block.blocks)
            else:
                self.collector.add(block)
