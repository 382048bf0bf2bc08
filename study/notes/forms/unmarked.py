"""Paragraphs without any mark: questions by their style or their question mark alone, prompts, recap lines."""

# ruff: noqa: RUF001 - the full-width signs are meant

from __future__ import annotations

from collections.abc import Sequence

from study.notes.entries import Kind
from study.notes.forms.plan import Place
from study.notes.markdown.block import Block
from study.notes.markdown.lines import Line, joined
from study.notes.marks import asks, begins_as_question, holds_question, is_likely_question
from study.notes.questions.collector import Collector
from study.notes.questions.conventions import Conventions
from study.notes.questions.question import Question
from study.notes.questions.run_in import is_card, is_marked_run_in, is_spaced_card, question_end


class Unmarked:
    """Reads lines that nothing marks."""

    def __init__(self, collector: Collector, conventions: Conventions) -> None:
        self.collector = collector
        self.conventions = conventions

    def is_another(self, question: Question, lines: Sequence[Line], place: Place) -> bool:
        """Whether lines met while a question is open are the next question."""
        if question.form in ("bold", "plain", "quote"):
            return self.asks(lines, place)
        return question.form == "numbered" and place.plan.bold and _is_bold_question(lines)

    def read(self, lines: Sequence[Line], place: Place) -> None:
        """Lines that belong to no question yet: a question, a prompt, a line of a recap, or nothing known."""
        following = place.following
        quoted = following is not None and following.kind == "quote"
        asking = (quoted and asks(joined(lines))) or self.asks(lines, place)
        if asking and (quoted or len(lines) == 1 or not all(asks(line.text) for line in lines)):
            self.question(lines)
        else:
            self.collector.close()
            self.aside(lines, place)

    def asks(self, lines: Sequence[Line], place: Place) -> bool:
        """Whether unmarked lines ask by their style or their question mark alone."""
        plan = place.plan
        if self.is_answered(place.following):
            return True
        if plan.bold and _is_bold_question(lines):
            return True
        if plan.strong:
            return False
        if plan.leading and len(lines) > 1 and is_likely_question(lines[0].text):
            return True
        return _asks_by_style(lines) or self.asks_and_is_answered(lines, place.following)

    def is_answered(self, following: Block | None) -> bool:
        """Whether the mark of an answer comes next, in a note where nothing else tells what is asked."""
        if not self.conventions.asked_alone or following is None or following.kind not in ("text", "quote"):
            return False
        return bool(following.first_lines) and self.conventions.answer_mark(following.first_lines[0]) is not None

    def asks_and_is_answered(self, lines: Sequence[Line], following: Block | None) -> bool:
        """Whether lines that are not too long ask, and something that can be the answer comes after them."""
        end = question_end(lines)
        answered = end < len(lines) or (following is not None and following.kind != "rule")
        short = len(joined(lines)) <= 400
        return answered and short and self.collector.section != "prompts" and asks(joined(lines[:end]))

    def question(self, lines: Sequence[Line]) -> None:
        """Lines that ask; what they do not need for that is already the answer."""
        end = question_end(lines)
        bold = lines[0].all_in("strong")
        while end > 1 and _closes(lines[0].text) and begins_as_question(lines[1].text):
            self.collector.begin("plain", lines[0], None, lines[:1])
            lines, end = lines[1:], end - 1
        all_in_one = end == len(lines) and is_marked_run_in(lines)
        self.collector.begin("bold" if bold else "plain", lines[0], None, lines[:end])
        if not all_in_one:
            self.collector.add_lines(lines[end:])

    def aside(self, lines: Sequence[Line], place: Place) -> None:
        """Lines that are no question to be answered here."""
        text, section = joined(lines), self.collector.section
        if section == "recap" and not text.endswith((":", "：")) and not place.plan.strong:
            self.keep("recap", text, lines[0])
        elif asks(text) and all(asks(line.text) for line in lines):
            for line in lines:
                self.keep("question" if section == "questions" else "prompt", line.text, line)
        elif section == "prompts" and holds_question(text):
            self.keep("prompt", text, lines[0])
        else:
            self.collector.pending.append(Block("text", lines[0].number, tuple(lines)))

    def keep(self, kind: Kind, text: str, line: Line) -> None:
        """An entry of one line."""
        self.collector.keep(kind, None, text, "", line.number, self.collector.section_count)


def _is_bold_question(lines: Sequence[Line]) -> bool:
    """Whether lines begin with a question set in bold, and nothing else on its line."""
    end = question_end(lines)
    return all(line.all_in("strong") for line in lines[:end]) and is_likely_question(joined(lines[:end]))


def _asks_by_style(lines: Sequence[Line]) -> bool:
    """Whether bold print or a double colon tells a question from its answer."""
    led_by_bold = next(run for run in lines[0].runs if run.text.strip()).style == "strong"
    if _is_bold_question(lines) or (led_by_bold and is_marked_run_in(lines)):
        return True
    return is_spaced_card(lines) and is_card(lines)


def _closes(text: str) -> bool:
    """Whether a sentence ends with the text."""
    return text.endswith((".", "!", "?", "。", "？"))
