"""Headings: questions, the word “Answer”, parts of answers, sections; and lines that are headings in all but name."""

# ruff: noqa: RUF001 - the full-width colon is meant

from __future__ import annotations

from collections.abc import Sequence

from study.notes.forms.tables import ANSWER_HEADS, QUESTION_HEADS
from study.notes.markdown.block import Block
from study.notes.markdown.lines import joined
from study.notes.marks import ANSWER, NUMBER, asks, begins_as_question, holds_question, is_likely_question, tells
from study.notes.questions.choices import choice_in
from study.notes.questions.collector import Collector
from study.notes.questions.conventions import Conventions, number_in
from study.notes.sections import names_section, section_of


class Headings:
    """Reads headings."""

    def __init__(self, collector: Collector, conventions: Conventions) -> None:
        self.collector = collector
        self.conventions = conventions

    def is_title(self, block: Block, following: Block | None) -> bool:
        """Whether a paragraph is a title that its author did not mark as one."""
        if block.kind != "text" or len(block.lines) != 1:
            return False
        line = block.lines[0]
        if self.conventions.question_mark(line.raw) or ANSWER.match(line.raw):
            return False
        if names_section(line.text):
            leads_on = following is None or following.kind in ("item", "text", "heading")
            return leads_on or section_of(line.text) == "other"
        bold = line.all_in("strong") and not is_likely_question(line.text) and len(line.text.split()) <= 8
        return bold and following is not None and self.conventions.begins_question(following)

    def read(self, block: Block, content: Sequence[Block], following: Block | None) -> None:
        """A heading with the blocks under it, up to the heading that follows."""
        line = block.lines[0]
        answer = ANSWER.match(line.raw)
        mark = self.conventions.question_mark(line.raw)
        if answer is not None and self.collector.open is not None:
            self.collector.answer(line, answer.end())
        elif self.turns(block):
            self.collector.answer(line, len(line.raw))
        elif _is_side(block, QUESTION_HEADS) and following is not None and _is_side(following, ANSWER_HEADS):
            self.collector.begin("heading", line, None, [], block.level)
        elif mark is not None:
            self.collector.begin("heading", line, number_in(mark), [line.after(mark.end())], block.level)
        elif self.asks(block, content, following):
            number = NUMBER.match(line.raw)
            rest = line.after(number.end()) if number else line
            own = int(number["number"]) if number else None
            self.collector.begin("heading", line, own, [rest, *block.lines[1:]], block.level)
        elif self.lies_within_answer(block):
            self.collector.add(Block("text", block.line, block.lines))
        else:
            self.collector.enter(block.level, joined(block.lines), block.line)

    def turns(self, block: Block) -> bool:
        """Whether a heading such as “Back” begins the other side of the card that is open."""
        question = self.collector.open
        on_card = question is not None and question.form == "heading" and question.level == block.level
        return on_card and not (question and question.marked) and _is_side(block, ANSWER_HEADS)

    def asks(self, block: Block, content: Sequence[Block], following: Block | None) -> bool:
        """Whether a heading without a mark is a question, rather than the title of several."""
        text, line = joined(block.lines), block.lines[0]
        number = NUMBER.match(line.raw)
        rest = line.after(number.end()).text if number else line.text
        asking = asks(text) or (holds_question(text) and begins_as_question(rest)) or choice_in(line) is not None
        commands = number is not None and (is_likely_question(rest) or self.conventions.offers(content))
        commands = commands or self.sets_exercise(block, rest)
        if not (asking or commands) or section_of(text) == "other":
            return False
        empty_title = not content and following is not None and following.level > block.level
        return not empty_title and not self.holds_questions(content)

    def sets_exercise(self, block: Block, text: str) -> bool:
        """Whether a heading tells the reader to do something, among headings that ask or in a section of questions."""
        among = block.level in self.conventions.exercises or self.collector.section == "questions"
        return among and tells(text) and not self.lies_within_answer(block)

    def lies_within_answer(self, block: Block) -> bool:
        """Whether a heading divides the answer that is being read."""
        question = self.collector.open
        deeper = question is not None and question.form == "heading" and block.level > question.level
        return deeper and (question is None or question.level > 1 or not section_of(joined(block.lines)))

    def holds_questions(self, content: Sequence[Block]) -> bool:
        """Whether what stands under a heading asks and answers by itself."""
        if any(self.conventions.marks_question(block) for block in content if block.kind in ("text", "item")):
            return True
        asking = [index for index, block in enumerate(content) if block.kind == "item" and asks(block.first_text)]
        answered = [
            index
            for index in asking
            if content[index].beneath or (index + 1 < len(content) and content[index + 1].kind == "quote")
        ]
        return len(answered) >= 2


def _is_side(block: Block, names: Sequence[str]) -> bool:
    """Whether a heading is but the name of one side of a card."""
    return block.kind == "heading" and joined(block.lines).strip(" :：").casefold() in names
