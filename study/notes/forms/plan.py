"""What stands between two headings, seen as a whole: which numbered items are questions, which are lists in answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from study.notes.forms.list_roles import ListRole
from study.notes.markdown.block import Block
from study.notes.marks import ANSWER, asks, holds_question, is_likely_question
from study.notes.questions.conventions import Conventions
from study.notes.sections import Section


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a region before it is read.

    `questions`: its items that are questions, by identity. `strong`: questions in it are marked; `bold`: or set in
    bold; `leading`: or the first lines of their paragraphs. `quoted`: a quotation answers one of its items.
    `roles` is filled as its lists are met, keyed by line.
    """

    questions: frozenset[int]
    strong: bool
    bold: bool
    leading: bool
    quoted: bool
    roles: dict[int, ListRole] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands in its region."""

    region: Sequence[Block]
    index: int
    plan: Plan

    @property
    def following(self) -> Block | None:
        """The block that comes after it."""
        return _after(self.region, self.index)


def plan_region(blocks: Sequence[Block], section: Section, conventions: Conventions) -> Plan:
    """The plan of a region."""
    texts = [block for block in blocks if block.kind == "text"]
    bold = sum(block.lines[0].all_in("strong") and asks(block.lines[0].text) for block in texts)
    questions = _Items(blocks).questions(section, asked_in_bold=bold > 0)
    firsts = [block.lines[0].text for block in texts if len(block.lines) > 1]
    leading = sum(map(asks, firsts)) >= 2 and sum(map(is_likely_question, firsts)) >= 3
    strong = bool(questions) or any(_is_strong(block, conventions) for block in blocks)
    quoted = any(
        before.kind == "item" and after.kind == "quote" and asks(before.first_text)
        for before, after in pairwise(blocks)
    )
    return Plan(questions, strong, bold >= 2, leading, quoted)


def _is_strong(block: Block, conventions: Conventions) -> bool:
    """Whether a block marks a question, or is a bullet that asks and is answered beneath."""
    if any(conventions.question_mark(line.raw) is not None for line in (*block.first_lines, *block.lines)):
        return True
    return block.kind == "item" and not block.marker and asks(block.first_text) and bool(block.beneath)


def _after(blocks: Sequence[Block], index: int) -> Block | None:
    return blocks[index + 1] if index + 1 < len(blocks) else None


class _Items:
    """The numbered items of a region with what speaks for each being a question."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.ordered = [index for index, block in enumerate(blocks) if block.kind == "item" and block.marker]
        numbers = {blocks[index].marker for index in self.ordered}
        self.lazy = len(self.ordered) > 1 and len(numbers) == 1
        self.likely = {index: self.is_likely(index) for index in self.ordered}
        self.certain = {index: self.is_certain(index) for index in self.ordered}
        self.last_certain = {
            int(blocks[index].marker): place for place, index in enumerate(self.ordered) if self.certain[index]
        }

    def is_likely(self, index: int) -> bool:
        """Whether an item asks, tells the reader to do something, or is answered in a way that only questions are."""
        return is_likely_question(self.blocks[index].first_text) or self.is_certain(index)

    def is_certain(self, index: int) -> bool:
        """Whether an item can only be a question."""
        block = self.blocks[index]
        following = _after(self.blocks, index)
        if holds_question(block.first_text) or (following is not None and following.kind == "quote"):
            return True
        beneath = (*block.beneath, *([following] if following is not None and following.kind == "text" else []))
        return any(
            each.kind == "quote" or ((lines := each.first_lines) and ANSWER.match(lines[0].raw) is not None)
            for each in beneath
        )

    def questions(self, section: Section, *, asked_in_bold: bool) -> frozenset[int]:
        """The identities of the items that are questions. Where bold lines ask, items that do not are answers."""
        if section in ("prompts", "other"):
            return frozenset()
        if not any(self.certain.values()) and not all(self.likely.values()):
            asked = section == "questions" and not asked_in_bold
            return frozenset(id(self.blocks[index]) for index in self.ordered if asked)
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
        following = _after(self.blocks, index)
        return bool(self.blocks[index].beneath) or (
            following is not None and following.kind in ("quote", "text", "code")
        )

    def is_question(self, place: int, number: int, last: int | None, listed: int | None) -> bool:
        """Whether an item is a question, after question `last` and, since then, an item of another list."""
        index = self.ordered[place]
        expected = 1 if last is None else last + 1
        goes_on = listed is not None and number == listed + 1
        if self.lazy:
            return self.likely[index] or self.answered(index)
        if self.certain[index]:
            inside = goes_on and not holds_question(self.blocks[index].first_text)
            return not (inside and self.comes_later(place, expected))
        if self.likely[index] and self.counts_up(index, number, last):
            return True
        due = number in (expected, 0) and not self.comes_later(place, expected)
        return due and (self.likely[index] or not goes_on)

    def counts_up(self, index: int, number: int, last: int | None) -> bool:
        """Whether a number repeats the last question's, or is greater and has something beneath it."""
        return number == last or (number > (last or 0) and bool(self.blocks[index].beneath))

    def comes_later(self, place: int, expected: int) -> bool:
        """Whether a later item has the number looked for and reads more like a question."""
        return self.last_certain.get(expected, -1) > place
