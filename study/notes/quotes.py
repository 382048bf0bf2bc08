"""Quotations and tables: answers most of the time, now and then questions."""

from __future__ import annotations

from study.notes.blocks import Block
from study.notes.inline import Line
from study.notes.markers import (
    ANSWER,
    NUMBER,
    OPTION_A,
    asks,
    is_likely_question,
)
from study.notes.page import lines_within, own_number
from study.notes.paragraphs import Paragraphs
from study.notes.plan import Plan
from study.notes.words import (
    CALLOUT,
    first_lines,
    first_text,
    plain,
    question_end,
)


class Quotes(Paragraphs):
    """Reads quotations and tables."""

    def quote(self, block: Block, following: Block | None, plan: Plan) -> None:
        """A quotation: an answer most of the time; now and then the question, or a whole note."""
        lines = first_lines(block)
        callout = CALLOUT.match(lines[0].raw) if lines else None
        if callout is not None and callout["type"].lower() in ("question", "faq", "help"):
            self.ask_callout(block, callout.end())
        elif (self.open is None or self.open.form == "numbered") and self.is_marked(block):
            self.close()
            self.walk(block.blocks)
        elif self.quotes_question(block, following):
            self.begin("quote", Line(block.line, ()), None, [])
            assert self.open is not None
            own = list(lines_within(block.blocks))
            number = NUMBER.match(own[0].raw)
            self.open.number = own_number(block.blocks[0]) or (int(number["number"]) if number else None)
            self.open.lines = [own[0].after(number.end()) if number else own[0], *own[1:]]
        elif self.open is None and any(each.kind in ("item", "heading") for each in block.blocks):
            self.walk(block.blocks)
        else:
            self.quoted(block)

    def quotes_question(self, block: Block, following: Block | None) -> bool:
        """Whether a quotation is a question that someone else put, answered below it."""
        if self.open is not None and self.open.form != "quote":
            return False
        number = own_number(block.blocks[0]) if len(block.blocks) == 1 else None
        if number is not None and self.open is not None:
            return is_likely_question(first_text(block)) or number == (self.open.number or 0) + 1
        return following is not None and asks(plain(block.blocks))

    def quoted(self, block: Block) -> None:
        """A quotation that answers; “A.” and a callout's label are no part of what it says."""
        lines = first_lines(block)
        inner = block.blocks[0] if block.blocks else None
        if inner is None or inner.kind != "text" or not lines:
            self.add(block)
            return
        callout = CALLOUT.match(lines[0].raw)
        skip = callout.end() if callout else 0
        match = ANSWER.match(lines[0].after(skip).raw)
        skip += match.end() if match and not OPTION_A.match(lines[0].raw) else 0
        kept = tuple(line for line in (lines[0].after(skip), *lines[1:]) if line.raw.strip())
        rest = block.blocks[1:]
        self.add(Block("quote", block.line, blocks=(Block("text", inner.line, kept), *rest) if kept else rest))

    def ask_callout(self, block: Block, skip: int) -> None:
        """A callout of the kind “question”: its title asks, the rest answers."""
        lines = list(first_lines(block))
        lines[0] = lines[0].after(skip)
        end = question_end(lines) if lines[0].raw.strip() else len(lines)
        self.begin("bold", Line(block.line, ()), None, lines[: max(1, end)])
        if lines[max(1, end) :]:
            self.add(Block("text", block.line, tuple(lines[max(1, end) :])))
        for each in block.blocks[1:]:
            self.add(each)

    def table(self, block: Block) -> None:
        """A table: questions with answers where its head says so, else part of an answer."""
        head = [cell.text.strip(" :").lower() for cell in block.rows[0]] if block.rows else []
        asked = next((i for i, cell in enumerate(head) if cell in _QUESTION_HEADS), None)
        told = next((i for i, cell in enumerate(head) if cell in _ANSWER_HEADS), None)
        if asked is None or told is None:
            self.add(block)
            return
        self.close()
        counted = next(
            (i for i, cell in enumerate(head) if cell in ("#", "no", "no.", "nr", "nr.", "number", "")), None
        )
        for row in block.rows[1:]:
            if max(asked, told) >= len(row):
                continue
            number = row[counted].text.strip(". ") if counted is not None else ""
            question = self.begin("marked", row[asked], int(number) if number.isdecimal() else None, [row[asked]])
            question.answered = True
            if row[told].raw.strip():
                question.blocks.append(Block("text", row[told].number, (row[told],)))
            self.close()


_QUESTION_HEADS = ("question", "questions", "q", "prompt", "frage", "fragen", "front", "问题", "pregunta")
_ANSWER_HEADS = ("answer", "answers", "a", "antwort", "antworten", "solution", "back", "答案", "回答", "respuesta")
