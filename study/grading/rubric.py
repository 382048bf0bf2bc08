"""What a rubric is: points to earn, misconceptions that cost, and marked examples that prove it. Values only."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Literal

from study import StudyError
from study.grading.match.operator import Operator
from study.marking import Verdict
from study.texts import _

MEANING = 8
"""Raised when the engine reads the same rubric differently, so that versions differ and answers can be regraded."""


ACCEPT = 0.7
"""From this score on an answer is accepted."""
REFUSE = 0.3
"""Below this score an answer is refused."""
UNGRADED = {"graded": False}
"""Marks a field that changes no grade, and so no version."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing worth saying. Its name is its feedback unless `hit` or `missed` say it better.

    `hint` nudges towards it while the answer may still be tried; it changes no grade.
    """

    name: str
    match: Operator
    worth: float = 1.0
    required: bool = False
    bonus: bool = False
    hit: str = ""
    missed: str = ""
    typos: bool = True
    negation: bool = True
    hint: str = field(default="", metadata=UNGRADED)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A misconception: what it costs (0: half of all there is to earn) and the sentence that helps."""

    name: str
    match: Operator
    feedback: str = ""
    costs: float = 0.0
    typos: bool = True


@dataclass(frozen=True, slots=True)
class MarkedAnswer:
    """An answer and the score, from 0 to 1, that somebody gave it."""

    answer: str
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Rubric:
    """What an answer is graded by. `version` is a short hash of all that can change a grade."""

    points: tuple[Point, ...]
    wrong: tuple[Wrong, ...] = ()
    examples: tuple[MarkedAnswer, ...] = ()
    language: str = "en"
    synonyms: tuple[tuple[str, ...], ...] = ()
    question: str = ""
    reference: str = ""
    version: str = field(default="", init=False)

    def __post_init__(self) -> None:
        """The hash covers the content, never the examples: proving a rubric does not change it."""
        content = json.dumps(
            [
                MEANING,
                _plain(self.points),
                _plain(self.wrong),
                self.language,
                self.synonyms,
                self.question,
                self.reference,
            ],
            ensure_ascii=False,
        )
        object.__setattr__(self, "version", hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rubric) and other.version == self.version

    def __hash__(self) -> int:
        return hash(self.version)

    @property
    def possible(self) -> float:
        """What can be earned, bonus points aside."""
        return sum(point.worth for point in self.points if not point.bonus)

    @property
    def drafted(self) -> bool:
        """Whether every point still is what drafting made of the reference answer."""
        return bool(self.points) and all(point.match.drafted for point in self.points)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    kind: type = type(value)
    graded = _graded(kind)
    return value if graded is None else [type(value).__name__, *(_plain(getattr(value, name)) for name in graded)]


@cache
def _graded(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass that can change a grade; None for what is none."""
    if not is_dataclass(kind):
        return None
    return tuple(one.name for one in fields(kind) if one.metadata.get("graded", True))


@dataclass(frozen=True, slots=True)
class PointResult:
    """What came of one point: `verdict` is hit, partial or missed; `words` are those of the answer that earned it, and
    `phrases` the same as they stand together there."""

    name: str
    verdict: Literal["hit", "partial", "missed"]
    earned: float
    possible: float
    words: tuple[str, ...]
    feedback: str
    bonus: bool = False
    phrases: tuple[str, ...] = ()

    @property
    def hit(self) -> bool:
        """Whether the point was earned in full."""
        return self.verdict == "hit"


AgainstKind = Literal["misconception", "nothing", "contradiction", "negated", "echo", "salad", "shotgun", "beside"]


@dataclass(frozen=True, slots=True)
class Against:
    """What told against an answer. A misconception's sentence is its author's; another may speak of a {point}.

    `phrases` are the words as they stand together in the answer.
    """

    kind: AgainstKind
    sentence: str
    words: tuple[str, ...] = ()
    point: str = ""
    phrases: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The sentence, ours in the language spoken now."""
        return self.sentence if self.kind == "misconception" else _(self.sentence).replace("{point}", self.point)


@dataclass(frozen=True, slots=True)
class Likened:
    """A marked answer that an answer is like: its mark, how near it is (0 to 1), and whether it says the `same`.

    Where the score was put right by many that are no more than a little like it, `nearness` is 0, and `mark` the score.
    """

    mark: float
    nearness: float
    same: bool

    def __str__(self) -> str:
        if not self.nearness:
            return _("Its score was put right by how answers to this question were marked.")
        if self.mark >= ACCEPT:
            like = _("Like an answer that was marked right.")
            return _("In the words of an answer that was marked right.") if self.same else like
        if self.mark < REFUSE:
            like = _("Like an answer that was marked wrong.")
            return _("In the words of an answer that was marked wrong.") if self.same else like
        like = _("Like an answer that was marked half right.")
        return _("In the words of an answer that was marked half right.") if self.same else like


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of one answer, with its reasons. `points` of `possible`; `score` is their share, 0 to 1.

    `likened` is the marked answer whose mark it took, or towards which its score was moved; None where no mark did.
    """

    score: float
    points: float
    possible: float
    results: tuple[PointResult, ...]
    against: tuple[Against, ...]
    verdict: Verdict
    confidence: float
    truncated: bool = False
    likened: Likened | None = None


@dataclass(frozen=True, slots=True)
class RubricFault:
    """Something wrong in a rubric: where inside the mapping, what it is, and the fix."""

    path: tuple[str | int, ...]
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path)) or 'rubric'}: {self.message} {self.fix}".strip()


class RubricFaults(StudyError):
    """All the faults of a rubric at once."""

    def __init__(self, faults: tuple[RubricFault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
