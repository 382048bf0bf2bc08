"""What a group was asked so far, as something to look up: one entry a question, however often it was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from study.grading.language.languages import language_of
from study.grading.language.text import Text
from study.group import PostKind


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that something was asked, and how it went: who answered, who was right, and the sum of best scores.

    Of those erased since only their number and their scores are known; `present` are the others.
    """

    post_id: int
    kind: PostKind
    item: str
    week: int
    course: str
    opens: datetime
    closes: datetime
    is_open: bool
    answered: int
    present: int
    right: int
    score: float

    @property
    def mean(self) -> float:
        """The mean best score, 0 where nobody answered."""
        return self.score / self.answered if self.answered else 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with every time it was asked, newest first."""

    occurrences: tuple[Occurrence, ...]

    @property
    def latest(self) -> Occurrence:
        """When it was asked last."""
        return self.occurrences[0]

    @property
    def is_open(self) -> bool:
        """Whether it may still be answered somewhere, so that its answer is nobody's to see."""
        return any(one.is_open for one in self.occurrences)

    @property
    def went(self) -> Occurrence | None:
        """The last time that it closed with answers."""
        return next((one for one in self.occurrences if not one.is_open and one.answered), None)


def entries(occurrences: Iterable[Occurrence]) -> tuple[Entry, ...]:
    """The archive, what was asked last first; within a round in the order in which it was asked."""
    found: dict[tuple[str, PostKind, str, int], list[Occurrence]] = {}
    for one in sorted(occurrences, key=lambda one: (one.opens, -one.post_id), reverse=True):
        found.setdefault((one.course, one.kind, one.item, 0 if one.item else one.week), []).append(one)
    return tuple(Entry(tuple(each)) for each in found.values())


def mentions(words: str, texts: Iterable[str], tag: str) -> bool:
    """Whether every word is somewhere in the texts: as it is written, within another, or in another form of it.

    `tag` is the language of the texts. Small words of the language may be missing.
    """
    language = language_of(tag)
    wanted, there = Text(words, language), Text(" ".join(texts), language)
    stems = set(there.stems)
    heavy = [(word, stem) for word, stem in zip(wanted.words, wanted.stems, strict=True) if word not in language.stop]
    asked = heavy or list(zip(wanted.words, wanted.stems, strict=True))
    return all(stem in stems or word in there.plain for word, stem in asked)
