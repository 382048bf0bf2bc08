"""Lists: questions, answers, prompts, recap lines or titles, told from the list as a whole."""

# ruff: noqa: RUF001 - the dashes are meant

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice, takewhile
from typing import assert_never

from study.notes.forms.list_roles import ListRole, list_role
from study.notes.forms.plan import Place
from study.notes.forms.quotations import Quotations
from study.notes.markdown.block import Block
from study.notes.markdown.lines import Line, joined
from study.notes.marks import asks, holds_question, is_likely_question
from study.notes.questions.choices import choice_in
from study.notes.questions.collector import Collector, set_off
from study.notes.questions.conventions import Conventions, asks_within, number_in
from study.notes.questions.plain import plain
from study.notes.questions.question import Form, Question
from study.notes.questions.run_in import question_end, run_in
from study.texts import _


class Lists:
    """Reads the items of lists; `walk` reads blocks that turn out to be a note of their own."""

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
        self.headed = False

    def read(self, block: Block, place: Place) -> None:
        """An item of a list, which is read as its list is."""
        if not block.blocks:
            return
        if self.is_headed_question(block):
            self.ask(block, "numbered")
            self.headed = True
        elif block.blocks[0].kind == "heading" or (len(block.blocks) == 1 and block.blocks[0].kind == "item"):
            self.walk(block.blocks)
        elif id(block) in place.plan.questions and not self.inside_marked(block):
            self.ask(block, "numbered")
        else:
            self.as_its_list(block, self.role(block, place))

    def is_headed_question(self, block: Block) -> bool:
        """Whether a numbered item is a heading with what answers it: `1. ### What is it?`, or one among such."""
        if not (block.marker and block.blocks and block.blocks[0].kind == "heading" and block.beneath):
            return False
        return (self.headed or is_likely_question(block.first_text)) and not asks_within(block.beneath)

    def inside_marked(self, block: Block) -> bool:
        """Whether a numbered item lies within an answer that ends only at the next marked question."""
        question = self.collector.open
        inside = question is not None and question.form in ("marked", "heading")
        return inside and not self.conventions.begins_question(block)

    def role(self, block: Block, place: Place) -> ListRole:
        """The role of the item's list, made out when the first of its items is met."""
        roles = place.plan.roles
        if block.level not in roles:
            rest = islice(place.region, place.index, None)
            roles[block.level] = list_role(
                list(takewhile(lambda each: each.kind == "item" and each.level == block.level, rest)),
                quoted=place.plan.quoted,
                conventions=self.conventions,
                section=self.collector.section,
                question=self.collector.open,
            )
        return roles[block.level]

    def as_its_list(self, block: Block, role: ListRole) -> None:
        """An item, read as the role of its list says."""
        match role:
            case ListRole.MARKED:
                self.marked(block)
            case ListRole.ANSWER:
                self.collector.add(block)
            case ListRole.QUESTIONS:
                self.question(block)
            case ListRole.PROMPTS:
                self.prompt(block)
            case ListRole.SECTIONS:
                self.section(block)
            case ListRole.RECAP:
                self.recap(block)
            case ListRole.UNKNOWN:
                self.leave(block)
            case _:
                assert_never(role)

    def leave(self, block: Block) -> None:
        """An item of which nothing is known yet."""
        self.collector.close()
        self.collector.pending.append(block)

    def marked(self, block: Block) -> None:
        """An item that says itself what it is, as its paragraphs would."""
        before = self.collector.open
        self.walk(block.blocks)
        question = self.collector.open
        if block.beneath and question is not None and question is not before and question.answered:
            self.collector.close()

    def prompt(self, block: Block) -> None:
        """An item that is a question to talk about."""
        self.collector.close()
        text = "\n".join(filter(None, (block.first_text, plain(block.beneath))))
        self.collector.keep("prompt", block.own_number, text, "", block.line, self.collector.section_count)

    def ask(self, block: Block, form: Form) -> None:
        """An item that is a question; what stands beneath it is the answer."""
        lines = list(block.first_lines) if block.blocks[0].kind in ("text", "heading") else []
        number = block.own_number
        mark = self.conventions.question_mark(lines[0].raw) if lines else None
        if mark is not None:
            number = number_in(mark) or number
            lines[0] = lines[0].after(mark.end())
        marks = [self.conventions.answer_mark(line) for line in lines]
        answers = ((i, mark.end()) for i, mark in enumerate(marks) if i and mark is not None)
        answer_at, skip = next(answers, (None, 0))
        asked = 1 if self.conventions.ends_with_line(block) else question_end(lines)
        end = answer_at if answer_at is not None else asked
        question = self.collector.begin(form, Line(block.line, ()), number, lines[:end])
        if answer_at is not None:
            self.collector.answer(lines[answer_at], skip)
            end += 1
        self.collector.add_lines(lines[end:])
        self.beneath(block.beneath, question)

    def beneath(self, blocks: Sequence[Block], question: Question) -> None:
        """What an item holds under its question."""
        items = [each for each in blocks if each.kind == "item"]
        asking = len(items) > 1 and all(asks(each.first_text) and not each.beneath for each in items)
        parts_of_question = asking and len(blocks) > len(items)
        for block in blocks:
            lines = block.first_lines
            mark = self.conventions.answer_mark(lines[0]) if lines else None
            if mark is not None:
                self.answer(block, mark.end())
            elif block.kind == "item" and parts_of_question and not question.answered:
                question.lines.extend(set_off(lines))
            elif block.kind == "quote":
                self.quotations.answer(block)
            else:
                self.collector.add(block)

    def answer(self, block: Block, skip: int) -> None:
        """A block that begins with the mark of an answer."""
        self.collector.answer(block.first_lines[0], skip)
        inner = block.blocks[0] if block.kind in ("item", "quote") else block
        self.collector.add_lines(inner.lines[1:])
        for each in block.blocks[1:]:
            self.collector.add(each)

    def question(self, block: Block) -> None:
        """A bullet of a list of questions."""
        text, beneath = block.first_text, block.beneath
        choice = any(choice_in(line) for line in block.first_lines)
        if not holds_question(text) and not choice and asks_within(beneath):
            self.section(block)
        elif is_likely_question(text) or beneath or choice or run_in(block.first_lines):
            self.ask(block, "bullet")
            if beneath:
                self.collector.close()
        else:
            self.leave(block)

    def section(self, block: Block) -> None:
        """A bullet that is a title to those beneath it."""
        beneath = block.beneath
        if not beneath:
            self.leave(block)
            return
        collector = self.collector
        collector.close()
        levels = list(collector.levels)
        if block.blocks[0].kind == "text":
            collector.enter(levels[-1].level + 1, block.first_text, block.line)
            if len(block.first_lines) > 1:
                collector.remark(
                    block.line, _("“{words}” was read as a title to what is beneath it.", words=block.first_text)
                )
        self.walk(beneath)
        collector.close()
        collector.levels = levels
        collector.section_count += 1

    def recap(self, block: Block) -> None:
        """A line of a recap; the lines set out beneath it are its answer."""
        self.collector.close()
        lines = block.first_lines
        first = next((index for index, line in enumerate(lines) if index and _SUB.match(line.text)), len(lines))
        beneath = [Block("text", lines[first].number, lines[first:])] if lines[first:] else []
        question, answer = joined(lines[:first]), plain([*beneath, *block.beneath])
        if not question:
            question, answer = answer, ""
        if question:
            section = self.collector.section_count
            self.collector.keep("recap", block.own_number, question, answer, block.line, section)


_SUB = re.compile(r"\(?[a-zA-Z0-9]{1,2}[.)]\s|[-–—*+→]\s|->|=>")
