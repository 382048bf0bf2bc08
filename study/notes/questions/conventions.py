"""How one note marks its questions and answers: what its lines declare, seen as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from study.notes.markdown.block import Block
from study.notes.markdown.lines import Line
from study.notes.marks import ANSWER, GERMAN_QUESTION, NUMBER, QUESTION, asks, tells
from study.notes.questions.options import has_box, letter_of, option_lines
from study.notes.questions.run_in import tells_alone

_ASKING_CARD = re.compile(r"\? ?(?:::|;;)")


@dataclass(frozen=True, slots=True)
class Conventions:
    """`german`: “F:” marks a question here. `answers_marked`: an answer without a mark is none.

    `lettered` are the numbers of the lines that are options to choose from. `exercises` are the levels whose headings
    mostly ask, or tell the reader to name or explain something. `asked_alone`: answers bear a mark, questions none.
    `lined`: a numbered question is one line, and the lines right under it are its answer.
    """

    german: bool
    answers_marked: bool
    lettered: frozenset[int] = frozenset()
    exercises: frozenset[int] = frozenset()
    asked_alone: bool = False
    lined: bool = False

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
        told_apart = answers > 0 and answers * 2 >= marked
        return cls(german, told_apart, lettered, _exercises(blocks), alone, _are_lined(blocks, lettered))

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

    def ends_with_line(self, block: Block) -> bool:
        """Whether a numbered item is a question by its first line alone, as the others of its note are."""
        lines = block.first_lines
        return self.lined and bool(block.marker) and tells_alone(lines) and lines[1].number not in self.lettered

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


def _are_lined(blocks: Sequence[Block], lettered: frozenset[int]) -> bool:
    """Whether numbered items of several lines, two at least, ask or tell in the first of them and answer in the rest.

    One that goes on in small letters, where the answers to questions do not begin so, or asks further down, is broken
    where its line was full; then nothing can be told by lines.
    """
    several = [
        lines
        for block in blocks
        if block.kind == "item" and block.marker and len(lines := block.first_lines) > 1
        if not any(line.number in lettered for line in lines)
    ]
    asked = [lines for lines in several if asks(lines[0].text)]
    told = [lines for lines in several if tells_alone(lines)]
    broken = any(asks(line.text) for lines in several for line in lines[1:])
    small = bool(asked) and all(lines[1].text[:1].islower() for lines in asked)
    broken = broken or (not small and any(lines[1].text[:1].islower() for lines in told))
    return len(asked) + len(told) > 1 and not broken


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
