"""A question while its answer is read, and what it comes to when it is complete."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from study.course import Option
from study.notes.markdown.block import Block
from study.notes.markdown.lines import Line, joined
from study.notes.marks import CHOICES
from study.notes.questions.choices import choice_in
from study.notes.questions.conventions import Conventions
from study.notes.questions.found import Offer
from study.notes.questions.options import Listed, choose, chosen_of_list, has_box, listed_options, without_label
from study.notes.questions.plain import plain
from study.notes.questions.run_in import run_in

Form = Literal["marked", "numbered", "heading", "bullet", "bold", "plain", "quote"]


@dataclass(slots=True)
class Seen:
    """How many lines and blocks of a question were looked at for options, and what was found."""

    lines: int = 0
    blocks: int = 0
    boxes: int = 0
    lettered: bool = False
    offers: bool = False


@dataclass(slots=True)
class Question:
    """A question whose answer is still being read.

    `answered`: something of its answer has been met; `marked`: under a mark such as “A:”.
    """

    line: int
    form: Form
    number: int | None
    section: int
    level: int = 0
    lines: list[Line] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    answered: bool = False
    marked: bool = False
    _seen: Seen = field(default_factory=Seen)

    def blocks_offer(self, conventions: Conventions) -> bool:
        """Whether its blocks list options to choose from. Each is looked at once, however often this is asked."""
        seen = self._seen
        if len(self.blocks) < seen.blocks:
            seen.blocks = seen.boxes = 0
        fresh = self.blocks[seen.blocks :]
        seen.blocks = len(self.blocks)
        seen.boxes += sum(map(has_box, fresh))
        seen.lettered = seen.lettered or any(map(conventions.has_option, fresh))
        return seen.boxes > 1 or seen.lettered

    def lines_offer(self, conventions: Conventions) -> bool:
        """Whether its own lines do. Each is looked at once."""
        seen = self._seen
        seen.offers = seen.offers or any(map(conventions.is_option, self.lines[seen.lines :]))
        seen.lines = len(self.lines)
        return seen.offers

    @property
    def has_gaps(self) -> bool:
        """Whether it is a sentence with gaps to fill, which answers itself."""
        return any(line.gaps for line in self.lines)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a question and its answer say. `offer` is what it lists to choose from while nothing says what is right."""

    question: str
    answer: str
    options: tuple[Option, ...] = ()
    explanation: str = ""
    offer: Offer | None = None

    @classmethod
    def chosen(cls, question: str, options: tuple[Option, ...], explanation: str = "") -> Wording:
        """A question to choose from, some of whose options are right."""
        return cls(question, "\n".join(option.text for option in options if option.right), options, explanation)


def wording(question: Question, conventions: Conventions) -> Wording:
    """The words of a complete question and of its answer."""
    own = 0 if question.form == "marked" else 1
    question.lines[own:] = [line for line in question.lines[own:] if not _PROPERTY.match(line.raw)]
    if (said := _named_choices(question)) is not None:
        return said
    listed = listed_options(question.lines, question.blocks, conventions.lettered)
    if listed is not None and (chosen := _of_options(listed)) is not None:
        return chosen
    text, answer = joined(question.lines, flowing=True), plain(question.blocks)
    if (options := chosen_of_list(question.blocks)) is not None:
        return Wording.chosen(text, options)
    offer = Offer(_stem(listed), listed.options) if listed is not None else None
    if question.has_gaps:
        gaps = "; ".join(gap for line in question.lines for gap in line.gaps)
        with_gaps = joined([line.with_gaps for line in question.lines], flowing=True)
        return Wording(with_gaps, gaps, explanation=without_label(answer))
    if answer:
        return Wording(text, answer, offer=offer)
    return replace(_within_question(question, text, conventions), offer=offer)


def _named_choices(question: Question) -> Wording | None:
    """A question whose choices stand in a line behind that word, if its answer is among them."""
    lines = [*question.lines, *(line for block in question.blocks for line in block.first_lines[:1])]
    listed = [(line, mark) for line in lines if (mark := CHOICES.match(line.raw))]
    if len(listed) != 1:
        return None
    line, mark = listed[0]
    said = line.after(mark.end()).text
    parts = said.split(";") if ";" in said else said.split(", ")
    options = tuple(Option(text) for part in parts if (text := part.strip()))
    answer = plain([block for block in question.blocks if line not in block.first_lines])
    found = choose(options, answer) if len(options) > 1 and answer else None
    if found is None:
        return None
    text = joined([each for each in question.lines if each is not line], flowing=True)
    return Wording.chosen(text, found[0], without_label(found[1]))


def _of_options(listed: Listed) -> Wording | None:
    """A question to choose from, if it says which option is right, or has boxes of which none is ticked."""
    stem, after = _stem(listed), plain(listed.after)
    if any(option.right for option in listed.options):
        return Wording.chosen(stem, listed.options, without_label(after))
    if after and (found := choose(listed.options, after)) is not None:
        return Wording.chosen(stem, found[0], without_label(found[1]))
    return Wording(stem, after, listed.options, offer=Offer(stem, listed.options)) if listed.boxed else None


def _stem(listed: Listed) -> str:
    """The words of a question without its options."""
    first, *rest = listed.stem or (Block("text", 0),)
    return "\n".join(filter(None, (joined(first.lines, flowing=True), plain(rest))))


def _within_question(question: Question, text: str, conventions: Conventions) -> Wording:
    """A question with its answer among its own lines: a choice made, or words behind a sign."""
    choice = next((choice for line in question.lines if (choice := choice_in(line)) is not None), None)
    if choice is not None:
        return Wording(text, choice.chosen)
    told_apart = question.marked or (question.form == "marked" and conventions.answers_marked)
    return Wording(*((None if told_apart else run_in(question.lines)) or (text, "")))


_PROPERTY = re.compile(r"[ \t]*(?i:(?:question[ \t])?type|difficulty|level|points?|category)[ \t]*:")
_PUT_OFF = frozenset(("TODO", "TBD", "tbd", "todo", "NA", "N/A"))
_BETWEEN_SIGNS = re.compile(r"[^\W_](?:.*[^\W_])?", re.DOTALL)
_PLACEHOLDER = re.compile(r"[\s\-–—_.…?!*,;:/|()\[\]]*")  # noqa: RUF001 - dashes as people type them


def says_nothing(answer: str, question: Question) -> bool:
    """Whether an answer is but an empty place, or a word that puts it off; code always says something."""
    if any(run.style == "code" for block in question.blocks for line in block.all_lines for run in line.runs):
        return False
    core = _BETWEEN_SIGNS.search(answer)
    return core[0] in _PUT_OFF if core else _PLACEHOLDER.fullmatch(answer) is not None
