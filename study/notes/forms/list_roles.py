"""What a list is, seen as a whole: questions, answers, prompts, recap lines or titles."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from study.notes.markdown.block import Block
from study.notes.marks import asks, holds_question, is_likely_question
from study.notes.questions.choices import choice_in
from study.notes.questions.conventions import Conventions, asks_within
from study.notes.questions.question import Question
from study.notes.questions.run_in import is_marked_run_in, run_in
from study.notes.sections import Section


class ListRole(Enum):
    """How the items of a list are read."""

    MARKED = "their own marks say what they are"
    ANSWER = "parts of the open question's answer"
    QUESTIONS = "questions, with what stands beneath them"
    PROMPTS = "questions to talk about"
    SECTIONS = "titles of what stands beneath them"
    RECAP = "lines of a recap"
    UNKNOWN = "nothing that is known yet"


def list_role(
    group: Sequence[Block],
    *,
    quoted: bool,
    conventions: Conventions,
    section: Section,
    question: Question | None,
) -> ListRole:
    """How to read the items of one list.

    `question` is the one that is open where it begins; `quoted` says that items around it are answered by quotations.
    """
    firsts = [lines[0] for each in group if (lines := each.first_lines)]
    if any(conventions.question_mark(line.raw) or (question is None and line.gaps) for line in firsts):
        return ListRole.MARKED
    if question is not None:
        return ListRole.MARKED if any(map(conventions.answer_mark, firsts)) else _within(question, group)
    return _standing_free(group, section, quoted=quoted)


def _within(question: Question, group: Sequence[Block]) -> ListRole:
    """The role of a list that follows an open question."""
    complete = bool(question.blocks) or question.form == "bullet"
    if complete and any(map(_asks_and_answers, group)):
        return ListRole.QUESTIONS
    listed = len(group) >= 3 and all(asks(each.first_text) for each in group)
    return ListRole.PROMPTS if complete and listed and question.form != "marked" else ListRole.ANSWER


def _standing_free(group: Sequence[Block], section: Section, *, quoted: bool) -> ListRole:
    """The role of a list met while no question is open."""
    texts = [each.first_text for each in group]
    asking = sum(map(holds_question, texts))
    if _are_answered(group) or (asking and quoted):
        return ListRole.QUESTIONS
    if section == "questions" and any(map(is_likely_question, texts)):
        return ListRole.QUESTIONS
    if section == "prompts" or asking * 2 >= len(group):
        return ListRole.PROMPTS
    if any(asks_within(each.beneath) for each in group):
        return ListRole.SECTIONS
    return ListRole.RECAP if section == "recap" else ListRole.UNKNOWN


def _are_answered(group: Sequence[Block]) -> bool:
    """Whether the items bring their answers along: beneath them, behind them, or by a choice made."""
    run_ins = sum(is_marked_run_in(each.first_lines) for each in group)
    tails = sum(run_in(each.first_lines) is not None for each in group)
    return (
        run_ins * 2 > len(group)
        or tails * 5 >= len(group) * 4
        or any(map(_asks_and_answers, group))
        or any(choice_in(line) for each in group for line in each.first_lines)
    )


def _asks_and_answers(item: Block) -> bool:
    """Whether an item asks, and what stands beneath it does not."""
    return asks(item.first_text) and bool(item.beneath) and not asks_within(item.beneath)
