"""What a course is: weeks of reading, each with a recap and questionnaire items. Plain values, read elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from study.grading import Rubric


@dataclass(frozen=True, slots=True)
class Option:
    """One of the options of a question to choose from. `feedback` is for those who choose it."""

    text: str
    right: bool = False
    feedback: str = ""

    def as_json(self) -> dict[str, object]:
        """The option as JSON says it."""
        right: dict[str, object] = {"right": True} if self.right else {}
        return {"text": self.text, **right, **({"feedback": self.feedback} if self.feedback else {})}


def with_letters(question: str, options: Sequence[Option]) -> str:
    """A question with its options below it, each under its letter."""
    lettered = (f"{letter}. {option.text}" for letter, option in zip(ascii_uppercase, options, strict=False))
    return "\n".join((question, *lettered))


@dataclass(frozen=True, slots=True)
class Item:
    """One questionnaire item. `rubric` is None where words cannot answer it; `ungraded` then says why.

    A question to choose from has its options in `choices`, of which one or several are right. `picture` is a file in
    the pack's folder of pictures and `alt` what it shows; `code` is shown letter by letter. `draft` says how far to
    trust a rubric that nobody has looked at; it is empty where somebody has.
    """

    id: str
    ask: str
    answer: str
    rubric: Rubric | None
    number: int | None = None
    hint: str = ""
    ungraded: str = ""
    choices: tuple[Option, ...] = ()
    draft: str = ""
    picture: str = ""
    alt: str = ""
    code: str = ""

    @property
    def stem(self) -> str:
        """The question without its options, as plain text: its code and what its picture shows below it."""
        shown = f"[{self.alt}]" if self.picture else ""
        return "\n".join(filter(None, (self.ask, self.code, shown)))

    @property
    def question(self) -> str:
        """The question as plain text, a letter before each of its options."""
        return with_letters(self.stem, self.choices)


@dataclass(frozen=True, slots=True)
class Recap:
    """A week's recap: what to tell in one's own words. The rubric's points are the week's ideas."""

    prompt: str
    answer: str
    rubric: Rubric
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A question that came up in a meeting, with its answer: to look up, not to be graded on."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Marked answers that an item's author had not seen, graded once: how many, and how many as they were marked.

    `rubric` is the version of the rubric that graded them, `on` the day, as it was written.
    """

    item: str
    rubric: str
    answers: int
    agreed: int
    on: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """One week of a course. `prompts` are for talking, not for grading."""

    number: int
    title: str
    reading: str
    recap: Recap | None
    items: tuple[Item, ...]
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """A course pack, whole. `language` is a BCP 47 tag; week numbers ascend and may have gaps.

    `licence` says how the pack may be shared, `source` what it is made from or read along with.
    """

    id: str
    title: str
    language: str
    weeks: tuple[Week, ...]
    knowledge: tuple[Knowledge, ...] = ()
    licence: str = ""
    source: str = ""
    proofs: tuple[Proof, ...] = ()

    def week(self, number: int) -> Week | None:
        """The week of that number, if the pack has it."""
        return next((week for week in self.weeks if week.number == number), None)

    def nth(self, week: Week) -> int:
        """The place of a week among the course's, from 1: what people are told, for the pack's numbers may jump."""
        return 1 + sum(other.number < week.number for other in self.weeks)

    def item(self, item_id: str) -> Item | None:
        """The item of that id, wherever it stands in the course."""
        return next((item for item in self.items() if item.id == item_id), None)

    @property
    def synonyms(self) -> tuple[tuple[str, ...], ...]:
        """Words that mean the same throughout the course, as all of its rubrics know them."""
        return next((item.rubric.synonyms for item in self.items() if item.rubric is not None), ())

    def items(self) -> Iterator[Item]:
        """Every item, in the order of the course."""
        for week in self.weeks:
            yield from week.items
