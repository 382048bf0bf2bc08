"""Paragraphs: lines that mark questions and answers, and lines that only look like it."""

# ruff: noqa: RUF001 - the full-width signs are meant

from __future__ import annotations

import re
from collections.abc import Sequence

from study.notes.blocks import Block
from study.notes.entries import Kind
from study.notes.inline import Line, joined
from study.notes.markers import (
    ANSWER,
    NUMBER,
    OPTION_A,
    OPTION_B,
    asks,
    begins_as_question,
    holds_question,
    is_likely_question,
)
from study.notes.page import Page, Question, number_of, set_off
from study.notes.plan import Plan
from study.notes.words import (
    first_lines,
    is_marked_run_in,
    question_end,
    run_in,
)


class Paragraphs(Page):
    """Reads paragraphs, which may hold several questions and answers, a line each."""

    def text(self, block: Block, following: Block | None, plan: Plan) -> None:
        """A paragraph, which may hold several questions and answers, a line each."""
        held: list[Line] = []
        fresh = False
        for index, line in enumerate(block.lines):
            later = block.lines[index + 1] if index + 1 < len(block.lines) else None
            mark = self.question_mark(line.raw)
            if mark is not None:
                self.flush(held, fresh, following, plan)
                self.begin("marked", line, number_of(mark), [])
                held, fresh = [line.after(mark.end())], True
            elif self.is_answer(line, later, following, held, fresh):
                self.flush(held, fresh, following, plan)
                match = ANSWER.match(line.raw)
                assert match is not None
                self.answer(line.until(0), 0)
                held, fresh = [line.after(match.end())], False
            elif (number := NUMBER.match(line.raw)) is not None and self.is_next(number, line, index == 0):
                self.flush(held, fresh, following, plan)
                self.begin("numbered", line, int(number["number"]), [])
                held, fresh = [line.after(number.end())], True
            elif line.text in ("?", "??") and held:
                asked, held = held, []
                self.begin("plain", asked[0], None, asked).answered = True
                fresh = False
            else:
                held.append(line)
        self.flush(held, fresh, following, plan)

    def is_answer(
        self, line: Line, later: Line | None, following: Block | None, held: Sequence[Line], fresh: bool
    ) -> bool:
        """Whether a line begins an answer: marked so, and not the first of several options to choose from."""
        if self.open is None or ANSWER.match(line.raw) is None:
            return False
        if OPTION_A.match(line.raw):
            after = (
                later.raw if later else (first_lines(following)[0].raw if following and first_lines(following) else "")
            )
            return not OPTION_B.match(after)
        return True

    def is_next(self, number: re.Match[str], line: Line, first: bool) -> bool:
        """Whether a number at the start of a line of plain text numbers a question."""
        rest = line.after(number.end()).text
        if (self.open is not None and self.open.form in ("marked", "heading")) or not is_likely_question(rest):
            return False
        last = self.open.number if self.open is not None else None
        return first or last is None or int(number["number"]) == last + 1

    def flush(self, lines: list[Line], fresh: bool, following: Block | None, plan: Plan) -> None:
        """Lines without a mark go where they belong: to the open question, to its answer, or to neither."""
        lines = [line for line in lines if line.raw.strip() and not _RULE.fullmatch(line.raw)]
        if not lines:
            return
        question = self.open
        if question is None or (not fresh and self.is_another(question, lines, following, plan)):
            self.loose(lines, following, plan)
        elif question.answered:
            self.add(Block("text", lines[0].number, tuple(lines)))
        elif question.form in ("marked", "heading") and self.answers_marked and (fresh or question.form == "marked"):
            question.lines.extend(set_off(lines) if question.lines else lines)
        elif fresh or not question.lines:
            end = question_end(lines)
            question.lines.extend(lines[:end])
            if lines[end:]:
                self.add(Block("text", lines[end].number, tuple(lines[end:])))
        else:
            self.add(Block("text", lines[0].number, tuple(lines)))

    def is_another(self, question: Question, lines: Sequence[Line], following: Block | None, plan: Plan) -> bool:
        """Whether lines without a mark, met while a question is open, are the next question."""
        if question.form in ("bold", "plain", "quote"):
            return self.is_weak(lines, following, plan)
        return question.form == "numbered" and plan.bold and self.is_bold_question(lines)

    def is_bold_question(self, lines: Sequence[Line]) -> bool:
        """Whether lines begin with a question set in bold, and nothing else on its line."""
        end = question_end(lines)
        return all(line.all_in("strong") for line in lines[:end]) and is_likely_question(joined(lines[:end]))

    def is_weak(self, lines: Sequence[Line], following: Block | None, plan: Plan) -> bool:
        """Whether unmarked lines ask by their style or their question mark alone."""
        if plan.bold and self.is_bold_question(lines):
            return True
        if plan.strong:
            return False
        if plan.leading and len(lines) > 1 and is_likely_question(lines[0].text):
            return True
        if self.is_bold_question(lines) or (
            next(run for run in lines[0].runs if run.text.strip()).style == "strong" and is_marked_run_in(lines)
        ):
            return True
        text = joined(lines)
        if "::" in text and run_in(lines) is not None:
            return True
        end = question_end(lines)
        answered = end < len(lines) or (following is not None and following.kind != "rule")
        return asks(joined(lines[:end])) and len(text) <= 400 and answered and self.section != "prompts"

    def loose(self, lines: list[Line], following: Block | None, plan: Plan) -> None:
        """Lines that belong to no question yet: one of a less marked kind, a prompt, a recap, or nothing known."""
        text = joined(lines)
        quoted = following is not None and following.kind == "quote"
        if (quoted and asks(text)) or self.is_weak(lines, following, plan):
            each_asks = len(lines) > 1 and all(asks(line.text) for line in lines)
            if not each_asks or quoted:
                end = question_end(lines)
                bold = lines[0].all_in("strong")
                while end > 1 and _closes(lines[0].text) and begins_as_question(lines[1].text):
                    self.begin("plain", lines[0], None, lines[:1])
                    lines, end = lines[1:], end - 1
                split = run_in(lines) if end == len(lines) and is_marked_run_in(lines) else None
                question = self.begin("bold" if bold else "plain", lines[0], None, lines[:end])
                if split is None and lines[end:]:
                    question.answered = True
                    question.blocks.append(Block("text", lines[end].number, tuple(lines[end:])))
                return
        self.close()
        if self.section == "recap" and not text.endswith((":", "：")) and not plan.strong:
            self.keep("recap", None, text, "", lines[0].number, self.section_count)
        elif asks(text) and all(asks(line.text) for line in lines):
            kind: Kind = "question" if self.section == "questions" else "prompt"
            for line in lines:
                self.keep(kind, None, line.text, "", line.number, self.section_count)
        elif self.section == "prompts" and holds_question(text):
            self.keep("prompt", None, text, "", lines[0].number, self.section_count)
        else:
            self.pending.append(Block("text", lines[0].number, tuple(lines)))


def _closes(text: str) -> bool:
    """Whether a sentence ends with the text."""
    return text.endswith((".", "!", "?", "。", "？"))


_RULE = re.compile(r"\s*[-–—_*=~.]{2,}\s*")
