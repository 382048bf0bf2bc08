"""Marked answers against a rubric: how well the two agree, which points mislead, and what no point knows yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from study.grading.grader import grade, grader
from study.grading.language.text import Text
from study.grading.rubric import ACCEPT, REFUSE, Grade, Rubric

LONGEST = 3
"""Words of a suggestion at most."""


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer with the score that a teacher gave it, and, where told, the names of the points it should hit."""

    answer: str
    score: float
    points: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """A marked answer and the grade that the rubric gave it."""

    marked: Marked
    grade: Grade

    @property
    def right(self) -> bool:
        """Whether the teacher accepts the answer."""
        return self.marked.score >= ACCEPT

    @property
    def accepted(self) -> bool:
        """Whether the rubric does."""
        return self.grade.score >= ACCEPT

    @property
    def lacks(self) -> tuple[str, ...]:
        """The names of the points that it missed."""
        return tuple(one.name for one in self.grade.results if not (one.hit or one.bonus))

    @property
    def agrees(self) -> bool:
        """Whether both say the same: accepted, refused, or something between."""
        return _band(self.marked.score) == _band(self.grade.score)


def _band(score: float) -> int:
    return 2 if score >= ACCEPT - 1e-9 else 0 if score < REFUSE else 1


@dataclass(frozen=True, slots=True)
class PointTally:
    """How often a point was hit: in right answers and in wrong ones, and against what the marks say of it."""

    name: str
    right_hits: int
    right: int
    wrong_hits: int
    wrong: int
    missed: int
    undue: int


def replay(rubric: Rubric, marked: Sequence[Marked], question: str = "") -> list[Replayed]:
    """Every marked answer, graded."""
    return [Replayed(one, grade(rubric, one.answer, question=question)) for one in marked]


def tally(rubric: Rubric, replayed: Sequence[Replayed]) -> Iterator[PointTally]:
    """Point by point, where hits fell. `missed` and `undue` count against marks that name points."""
    for i, point in enumerate(rubric.points):
        right = [one for one in replayed if one.right]
        wrong = [one for one in replayed if one.marked.score < REFUSE]
        named = [one for one in replayed if one.marked.points is not None]
        yield PointTally(
            point.name,
            sum(one.grade.results[i].hit for one in right),
            len(right),
            sum(one.grade.results[i].hit for one in wrong),
            len(wrong),
            sum(point.name in (one.marked.points or ()) and not one.grade.results[i].hit for one in named),
            sum(point.name not in (one.marked.points or ()) and one.grade.results[i].hit for one in named),
        )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Words seen in right answers that missed a point, and that no point knows; `point` is what most of them missed."""

    words: str
    right: int
    wrong: int
    point: str = ""


def suggest(rubric: Rubric, replayed: Sequence[Replayed], question: str = "", at_least: int = 2) -> list[Suggestion]:
    """What right answers say that no point knows, most telling first. Never applied by itself: a human chooses."""
    machine = grader(rubric, question)
    stop = machine.language.stop
    in_right: Counter[tuple[str, ...]] = Counter()
    in_wrong: Counter[tuple[str, ...]] = Counter()
    spelled: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    lacking: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for given in replayed:
        if given.right and not given.lacks:
            continue
        into = in_right if given.right else in_wrong if given.marked.score < REFUSE else None
        if into is None:
            continue
        seen = dict(_phrases(*machine.heard(given.marked.answer), stop))
        for roots in [each for each in seen if any(root in machine.asked.text.content for root in each)]:
            del seen[roots]
        into.update(seen.keys())
        for roots, words in seen.items():
            spelled[roots][words] += 1
            if given.right:
                lacking[roots].update(given.lacks)
    found = [
        Suggestion(spelled[roots].most_common(1)[0][0], count, in_wrong[roots], lacking[roots].most_common(1)[0][0])
        for roots, count in in_right.items()
        if count >= at_least and in_wrong[roots] * 3 <= count
    ]
    found.sort(key=lambda one: (-one.right + one.wrong, -len(one.words.split()), one.words))
    return found


def _phrases(text: Text, known: set[int], stop: frozenset[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """What a text says that no point knows: the roots of its weighty words, and the words as they stand."""
    for first, last in _runs(text, known, stop):
        pairs = zip(text.stems[first : last + 1], text.words[first : last + 1], strict=True)
        yield tuple(root for root, word in pairs if word not in stop), " ".join(text.words[first : last + 1])


def _runs(text: Text, known: set[int], stop: frozenset[str]) -> Iterator[tuple[int, int]]:
    words = text.words
    for first, word in enumerate(words):
        if word in stop or first in known or len(word) < 3:
            continue
        heavy = 0
        for last in range(first, min(len(words), first + 2 * LONGEST)):
            if text.sentence[last] != text.sentence[first] or last in known:
                break
            if words[last] in stop:
                continue
            heavy += 1
            if heavy > LONGEST:
                break
            yield first, last
