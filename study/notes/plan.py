"""Which numbered items between two headings are questions, and which are lists inside answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from study.notes.blocks import Block
from study.notes.markers import ANSWER, Section, asks, holds_question, is_likely_question
from study.notes.words import children, first_lines, first_text


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a region before it is read.

    `strong`: questions in it are marked; `bold`: or set in bold; `leading`: or the first lines of their paragraphs.
    `modes` is filled as its lists are met, keyed by their line.
    """

    questions: frozenset[int]
    strong: bool
    bold: bool
    leading: bool
    modes: dict[int, str] = field(default_factory=dict)


def plan_region(
    blocks: Sequence[Block], section: Section, question_mark: Callable[[str], re.Match[str] | None]
) -> Plan:
    """The plan of a region: its question items by identity, and whether questions in it are marked at all."""
    items = _Items(blocks)
    questions = frozenset() if section in ("prompts", "other") else items.questions(section)
    marked = any(
        question_mark(line.raw) is not None for block in blocks for line in (*first_lines(block), *block.lines)
    )
    bullets = any(
        block.kind == "item" and not block.marker and asks(first_text(block)) and children(block) for block in blocks
    )
    bold = sum(
        block.kind == "text" and block.lines[0].all_in("strong") and asks(block.lines[0].text) for block in blocks
    )
    firsts = [block.lines[0].text for block in blocks if block.kind == "text" and len(block.lines) > 1]
    leading = sum(map(asks, firsts)) >= 2 and sum(map(is_likely_question, firsts)) >= 3
    return Plan(questions, bool(questions) or marked or bullets, bold >= 2, leading)


class _Items:
    """The numbered items of a region with what speaks for each being a question."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.ordered = [index for index, block in enumerate(blocks) if block.kind == "item" and block.marker]
        numbers = {blocks[index].marker for index in self.ordered}
        self.lazy = len(self.ordered) > 1 and len(numbers) == 1
        self.likely = {index: self.is_likely(index) for index in self.ordered}
        self.sure = {index: self.is_sure(index) for index in self.ordered}

    def is_likely(self, index: int) -> bool:
        """Whether an item asks, tells the reader to do something, or is answered in a way that only questions are."""
        return is_likely_question(first_text(self.blocks[index])) or self.is_sure(index)

    def is_sure(self, index: int) -> bool:
        """Whether an item can only be a question."""
        block = self.blocks[index]
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        if holds_question(first_text(block)) or (following is not None and following.kind == "quote"):
            return True
        beneath = (*children(block), *([following] if following is not None and following.kind == "text" else []))
        return any(
            each.kind == "quote" or ((lines := first_lines(each)) and ANSWER.match(lines[0].raw) is not None)
            for each in beneath
        )

    def questions(self, section: Section) -> frozenset[int]:
        """The identities of the items that are questions."""
        if not any(self.sure.values()) and not all(self.likely.values()):
            return frozenset(id(self.blocks[index]) for index in self.ordered if section == "questions")
        if section == "recap" and sum(self.answered(index) for index in self.ordered) * 2 < len(self.ordered):
            return frozenset()
        chosen = []
        last: int | None = None
        listed: int | None = None
        for place, index in enumerate(self.ordered):
            number = int(self.blocks[index].marker)
            if self.is_question(place, number, last, listed):
                chosen.append(id(self.blocks[index]))
                last, listed = number, None
            else:
                listed = number
        return frozenset(chosen)

    def answered(self, index: int) -> bool:
        """Whether something that can be an answer goes with the item."""
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        return bool(children(self.blocks[index])) or (
            following is not None and following.kind in ("quote", "text", "code")
        )

    def is_question(self, place: int, number: int, last: int | None, listed: int | None) -> bool:
        index = self.ordered[place]
        expected = 1 if last is None else last + 1
        if self.lazy:
            return self.likely[index] or self.answered(index)
        if self.sure[index]:
            inside = listed is not None and number == listed + 1 and not holds_question(first_text(self.blocks[index]))
            return not (inside and self.comes_later(place, expected))
        if self.likely[index] and (number == last or (number > (last or 0) and children(self.blocks[index]))):
            return True
        if number in (expected, 0) and not self.comes_later(place, expected):
            return self.likely[index] or listed is None or number != listed + 1
        return False

    def comes_later(self, place: int, expected: int) -> bool:
        """Whether a later item has the number looked for and reads more like a question."""
        return any(
            int(self.blocks[index].marker) == expected and self.sure[index] for index in self.ordered[place + 1 :]
        )
