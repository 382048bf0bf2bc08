"""Item analysis: what a question's answers say of the question, and how far the grader and people agree about them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from operator import mul
from statistics import fmean

from study.grading import ACCEPT, REFUSE, Grade
from study.marking import NOTICED

FEWEST = 5
"""People from whose answers on a question is said to tell the strong from the weak, or not to."""
SAME = 1e-20
"""The variance below which scores are all the same, but for rounding."""
CONFIDENT = 1.96
"""Standard deviations on either side between which 95% lie."""


@dataclass(frozen=True, slots=True)
class Response:
    """What somebody's best answer to a question earned, from 0 to 1."""

    person: Hashable
    question: str
    score: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """An answer that a person marked, with what the grader had given it; `appealed`: whoever wrote it asked for that.

    `ruled` is None where nobody has decided yet.
    """

    question: str
    graded: float
    ruled: float | None
    appealed: bool = False

    @property
    def upheld(self) -> bool:
        """Whether an appeal brought more."""
        return self.appealed and self.ruled is not None and self.ruled >= self.graded + NOTICED

    @property
    def agrees(self) -> bool:
        """Whether both accept the answer, both refuse it, or both put it between."""
        return self.ruled is not None and _band(self.ruled) == _band(self.graded)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of so many marks the grader would have given, and the share of all, by 95% between `low` and `high`."""

    agreed: int
    of: int
    low: float
    high: float

    @classmethod
    def counted(cls, agreed: int, of: int) -> Agreement:
        """The interval is Wilson's, which few marks do not lead astray."""
        if not of:
            return cls(0, 0, 0.0, 1.0)
        share, square = agreed / of, CONFIDENT * CONFIDENT
        middle = (share + square / (2 * of)) / (1 + square / of)
        half = CONFIDENT / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
        return cls(agreed, of, max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """A question in figures. `discrimination` is the correlation, from -1 to 1, of what people earn here with what they
    earn in the mean elsewhere: near 0 or below it, those who know more do no better. None where too few answered.
    """

    question: str
    answered: int
    mean: float
    discrimination: float | None
    appealed: int
    upheld: int
    agreement: Agreement


def analysed(responses: Iterable[Response], judgements: Iterable[Judgement]) -> tuple[QuestionFigures, ...]:
    """The figures of every question that was answered, in the order in which they first come."""
    by_question: dict[str, dict[Hashable, float]] = defaultdict(dict)
    for one in responses:
        by_question[one.question][one.person] = one.score
    return figures(by_question, judgements)


def figures(
    by_question: Mapping[str, Mapping[Hashable, float]], judgements: Iterable[Judgement]
) -> tuple[QuestionFigures, ...]:
    """As `analysed`, of what each question's people earned, by person."""
    totals: dict[Hashable, float] = defaultdict(float)
    counts = Counter[Hashable]()
    for scores in by_question.values():
        counts.update(scores.keys())
        for person, score in scores.items():
            totals[person] += score
    judged: dict[str, list[Judgement]] = defaultdict(list)
    for each in judgements:
        judged[each.question].append(each)
    return tuple(
        QuestionFigures(
            question,
            len(scores),
            fmean(scores.values()),
            _discrimination(scores, totals, counts),
            sum(each.appealed for each in judged[question]),
            sum(each.upheld for each in judged[question]),
            agreement(judged[question]),
        )
        for question, scores in by_question.items()
    )


def agreement(judgements: Sequence[Judgement]) -> Agreement:
    """How far the grader agrees with what people decided."""
    decided = [each for each in judgements if each.ruled is not None]
    return Agreement.counted(sum(each.agrees for each in decided), len(decided))


def commonly_missed(grades: Iterable[Grade]) -> tuple[str, int] | None:
    """The point that most of these answers lack, and how many do; None where none is lacking."""
    return _commonest(one.name for each in grades for one in each.results if not one.hit and not one.bonus)


def commonly_mistaken(grades: Iterable[Grade]) -> tuple[str, int] | None:
    """What most of these answers get wrong, and how many do; None where nothing tells against them."""
    return _commonest(one.sentence for each in grades for one in each.against if one.kind == "misconception")


def _commonest(names: Iterable[str]) -> tuple[str, int] | None:
    counted = Counter(names).most_common(1)
    return counted[0] if counted else None


def _discrimination(
    scores: Mapping[Hashable, float], totals: Mapping[Hashable, float], counts: Mapping[Hashable, int]
) -> float | None:
    """Pearson's correlation of what people earn here with what they earn in the mean elsewhere."""
    people = [person for person in scores if counts[person] > 1]
    here = [scores[person] for person in people]
    elsewhere = [(totals[person] - scores[person]) / (counts[person] - 1) for person in people]
    count = len(here)
    if count < FEWEST:
        return None
    middle, other = fmean(here), fmean(elsewhere)
    apart, others = [one - middle for one in here], [one - other for one in elsewhere]
    spread, spread_elsewhere = sum(map(mul, apart, apart)), sum(map(mul, others, others))
    if spread < SAME * count or spread_elsewhere < SAME * count:
        return None
    together: float = sum(map(mul, apart, others))
    return together / sqrt(spread * spread_elsewhere)


def _band(score: float) -> int:
    return 2 if score >= ACCEPT else 0 if score < REFUSE else 1
