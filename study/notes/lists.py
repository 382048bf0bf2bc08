"""Lists: questions, answers, prompts, recap lines or titles, told from the list as a whole."""

# ruff: noqa: RUF001 - the full-width signs are meant

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise, takewhile

from study.notes.blocks import Block
from study.notes.choices import choice_in
from study.notes.inline import Line, joined
from study.notes.markers import (
    ANSWER,
    OPTION_A,
    asks,
    holds_question,
    is_likely_question,
)
from study.notes.page import Form, Question, number_of, own_number, set_off
from study.notes.plan import Plan
from study.notes.quotes import Quotes
from study.notes.words import (
    asks_within,
    children,
    first_lines,
    first_text,
    is_marked_run_in,
    plain,
    question_end,
    run_in,
)


class Lists(Quotes):
    """Reads the items of lists."""

    def item(self, block: Block, region: Sequence[Block], index: int, plan: Plan) -> None:
        """An item of a list, which is read as its list is."""
        if not block.blocks:
            return
        if block.blocks[0].kind == "heading" or (len(block.blocks) == 1 and block.blocks[0].kind == "item"):
            self.walk(block.blocks)
            return
        if id(block) in plan.questions and not self.inside_marked(block):
            number = int(block.marker) if block.marker else None
            self.ask(block, "numbered", number)
            return
        if block.level not in plan.modes:
            group = list(
                takewhile(lambda each: each.kind == "item" and each.level == block.level, islice(region, index, None))
            )
            plan.modes[block.level] = self.mode(group, region, plan)
        match plan.modes[block.level]:
            case "marked":
                before = self.open
                self.walk(block.blocks)
                if children(block) and self.open is not None and self.open is not before and self.open.answered:
                    self.close()
            case "answer":
                self.add(block)
            case "questions":
                self.question_item(block)
            case "prompts":
                self.close()
                text = "\n".join(filter(None, (first_text(block), plain(children(block)))))
                self.keep("prompt", own_number(block), text, "", block.line, self.section_count)
            case "sections":
                self.section_item(block)
            case "recap":
                self.recap_item(block)
            case _:
                self.close()
                self.pending.append(block)

    def inside_marked(self, block: Block) -> bool:
        """Whether a numbered item lies within an answer that ends only at the next marked question."""
        inside = self.open is not None and self.open.form in ("marked", "heading")
        return inside and not self.begins_question(block)

    def ask(self, block: Block, form: Form, number: int | None) -> None:
        """An item that is a question; what stands beneath it is the answer."""
        lines = list(first_lines(block)) if block.blocks[0].kind in ("text", "heading") else []
        mark = self.question_mark(lines[0].raw) if lines else None
        if lines and mark is not None:
            number = number_of(mark) or number
            lines[0] = lines[0].after(mark.end())
        at = Line(block.line, ())
        answer_at = next((i for i, line in enumerate(lines) if i and ANSWER.match(line.raw)), None)
        end = answer_at if answer_at is not None else question_end(lines)
        question = self.begin(form, at, number, lines[:end])
        if answer_at is not None:
            match = ANSWER.match(lines[answer_at].raw)
            assert match is not None
            self.answer(lines[answer_at], match.end())
            end += 1
        if lines[end:]:
            self.add(Block("text", lines[end].number, tuple(lines[end:])))
        self.beneath(children(block), question)

    def beneath(self, blocks: Sequence[Block], question: Question) -> None:
        """What an item holds under its question."""
        items = [each for each in blocks if each.kind == "item"]
        asking = len(items) > 1 and all(asks(first_text(each)) and not children(each) for each in items)
        for block in blocks:
            lines = first_lines(block)
            match = ANSWER.match(lines[0].raw) if lines and block.kind != "code" else None
            if match is not None and not OPTION_A.match(lines[0].raw):
                self.answer(lines[0], match.end())
                inner = block.blocks[0] if block.kind in ("item", "quote") else block
                if inner.lines[1:]:
                    self.add(Block("text", inner.lines[1].number, inner.lines[1:]))
                for each in block.blocks[1:]:
                    self.add(each)
            elif block.kind == "item" and asking and not question.answered and len(blocks) > len(items):
                question.lines.extend(set_off(lines))
            elif block.kind == "quote":
                self.quoted(block)
            else:
                self.add(block)

    def mode(self, group: Sequence[Block], region: Sequence[Block], plan: Plan) -> str:
        """How to read a list, seen as a whole."""
        texts = [first_text(each) for each in group]
        raws = [lines[0].raw for each in group if (lines := first_lines(each))]
        asked = any(self.question_mark(raw) for raw in raws)
        if asked or (self.open is not None and any(ANSWER.match(raw) and not OPTION_A.match(raw) for raw in raws)):
            return "marked"
        asking = sum(holds_question(text) for text in texts)
        own = [asks(first_text(each)) and bool(kids := children(each)) and not asks_within(kids) for each in group]
        if self.open is not None:
            complete = bool(self.open.blocks) or self.open.form == "bullet"
            if complete and any(own):
                return "questions"
            listed = len(group) >= 3 and all(asks(text) for text in texts)
            return "prompts" if complete and listed and self.open.form != "marked" else "answer"
        choices = any(choice_in(line) for each in group for line in first_lines(each))
        run_ins = sum(is_marked_run_in(first_lines(each)) for each in group)
        tails = sum(run_in(first_lines(each)) is not None for each in group)
        quotes = any(
            before.kind == "item" and after.kind == "quote" and asks(first_text(before))
            for before, after in pairwise(region)
        )
        if any(own) or choices or run_ins * 2 > len(group) or tails * 5 >= len(group) * 4 or (quotes and asking):
            return "questions"
        if self.section == "questions" and any(is_likely_question(text) for text in texts):
            return "questions"
        if self.section == "prompts" or asking * 2 >= len(group):
            return "prompts"
        if any(asks_within(children(each)) for each in group):
            return "sections"
        return "recap" if self.section == "recap" else "pending"

    def question_item(self, block: Block) -> None:
        """A bullet of a list of questions."""
        text, beneath = first_text(block), children(block)
        choice = any(choice_in(line) for line in first_lines(block))
        if not holds_question(text) and not choice and asks_within(beneath):
            self.section_item(block)
        elif is_likely_question(text) or beneath or choice or run_in(first_lines(block)):
            self.ask(block, "bullet", own_number(block))
            if beneath:
                self.close()
        else:
            self.close()
            self.pending.append(block)

    def section_item(self, block: Block) -> None:
        """A bullet that is a title to those beneath it."""
        beneath = children(block)
        self.close()
        if not beneath:
            self.pending.append(block)
            return
        levels = list(self.levels)
        if block.blocks[0].kind == "text":
            self.enter(self.levels[-1].level + 1, first_text(block), block.line)
        self.walk(beneath)
        self.close()
        self.levels = levels
        self.section_count += 1

    def recap_item(self, block: Block) -> None:
        """A line of a recap; the lines set out beneath it are its answer."""
        self.close()
        lines = first_lines(block)
        first = next((index for index, line in enumerate(lines) if index and _SUB.match(line.text)), len(lines))
        beneath = [Block("text", lines[first].number, lines[first:])] if lines[first:] else []
        answer = plain([*beneath, *children(block)])
        question = joined(lines[:first])
        if question or answer:
            self.keep(
                "recap",
                own_number(block),
                question or answer,
                answer if question else "",
                block.line,
                self.section_count,
            )


_SUB = re.compile(r"\(?[a-zA-Z0-9]{1,2}[.)]\s|[-–—*+→]\s|->|=>")
