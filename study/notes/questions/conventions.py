"""How one note marks its questions and answers: what its lines declare, seen as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from study.notes.markdown.block import Block
from study.notes.markdown.lines import Line
from study.notes.marks import ANSWER, GERMAN_QUESTION, NUMBER, QUESTION, asks, tells
from study.notes.questions.options import has_box, letter_of, option_lines

_ASKING_CARD = re.compile(r"\? ?(?:::|;;)")


@dataclass(frozen=True, slots=True)
class Conventions:
    """`german`: “F:” marks a question here. `answers_marked`: an answer without a mark is none.

    `lettered` are the numbers of the lines that are options to choose from. `exercises` are the levels whose headings
    mostly ask, or tell the reader to name or explain something. `asked_alone`: answers bear a mark, questions none.
    """

    german: bool
    answers_marked: bool
    lettered: frozenset[int] = frozenset()
    exercises: frozenset[int] = frozenset()
    asked_alone: bool = False

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> Conventions:
        """The conventions of a whole note."""
        lettered = frozenset(option_lines(blocks))
        raws = [line.raw for block in blocks for line in block.all_lines if line.number not in lettered]
        answers = sum(ANSWER.match(raw) is not None for raw in raws)
        questions = sum(QUESTION.match(raw) is not None for raw in raws)
        german_questions = sum(GERMAN_QUESTION.match(raw) is not None for raw in raws)
        german = not questions and answers >= 1 and german_questions > 0
        marked = german_questions if german else questions
        alone = answers > 1 and not marked
        return cls(german, answers > 0 and answers * 2 >= marked, lettered, _exercises(blocks), alone)

    def question_mark(self, raw: str) -> re.Match[str] | None:
        """The mark by which a line declares itself a question."""
        return QUESTION.match(raw) or (GERMAN_QUESTION.match(raw) if self.german else None)

    def is_option(self, line: Line) -> bool:
        """Whether a line is one of several lettered options."""
        return line.number in self.lettered and bool(letter_of(line))

    def has_option(self, block: Block) -> bool:
        """Whether a block opens with such lines."""
        return any(line.number in self.lettered for line in block.first_lines)

    def offers(self, blocks: Sequence[Block]) -> bool:
        """Whether blocks list options, lettered or with boxes to tick."""
        return sum(map(has_box, blocks)) > 1 or any(map(self.has_option, blocks))

    def answer_mark(self, line: Line) -> re.Match[str] | None:
        """The mark by which a line declares itself an answer; “A.” may as well be the first of several options."""
        return None if self.is_option(line) else ANSWER.match(line.raw)

    def marks_question(self, block: Block) -> bool:
        """Whether a block holds a line that declares itself a question."""
        return any(self.question_mark(line.raw) for line in block.all_lines)

    def begins_question(self, block: Block) -> bool:
        """Whether a block opens with a question of its own."""
        lines = block.first_lines
        if not lines or block.kind == "quote":
            return False
        raw = lines[0].raw
        numbered = (block.kind == "item" and bool(block.marker)) or NUMBER.match(raw) is not None
        return self.question_mark(raw) is not None or (numbered and asks(block.first_text))


def _exercises(blocks: Sequence[Block]) -> frozenset[int]:
    """The levels of which most headings, and two at least, ask or tell."""
    levels: dict[int, list[bool]] = {}
    for block in blocks:
        if block.kind == "heading":
            levels.setdefault(block.level, []).append(asks(block.first_text) or tells(block.first_text))
    return frozenset(level for level, told in levels.items() if sum(told) > 1 and sum(told) * 2 > len(told))


def number_in(mark: re.Match[str]) -> int | None:
    """The number within a mark such as Q7."""
    digits = next((group for group in mark.groupdict().values() if group), None)
    return int(digits) if digits else None


def asks_within(blocks: Iterable[Block]) -> bool:
    """Whether anything in these blocks asks."""
    return any(
        asks(text := block.first_text) or _ASKING_CARD.search(text) or asks_within(block.blocks)
        for block in blocks
        if block.kind != "quote"
    )
