"""One answer against a written rubric: points earned, what told against it, a verdict and how sure it is.

An answer passes five stages: it is read, its points are judged, guards look at it as a whole, it is scored, and what
that means is decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from study.grading import guards
from study.grading.language.language import Language
from study.grading.language.numbers import Quantity, quantities
from study.grading.language.small_talk import read
from study.grading.language.text import Text
from study.grading.match.alternatives import Worth
from study.grading.match.builder import Builder, Tolerance
from study.grading.match.judged import NOTHING, Judged
from study.grading.match.operators.several import Several
from study.grading.match.phrases import written
from study.grading.match.reading import Known, Reading
from study.grading.polarity.contradictions import SHORT
from study.grading.rubric import ACCEPT, Against, AgainstKind, Grade, Point, PointResult, Rubric
from study.grading.similarity.measure import Similarity
from study.grading.verdict import CERTAIN, JUST_BELOW, of_rubric
from study.marking import FULL
from study.texts import noop

WITHOUT_REQUIRED = 0.5
"""What an answer earns at most that lacks a required point, and the share of one below which it lacks it."""
MANY = 3
"""Things of one point from which on many are asked for."""
KEPT = 0.5
"""What a misconception leaves of what the rest of the answer earns, at least."""
BELOW = frozenset({"contradiction", "beside"})
"""What keeps an answer below the line, whatever it earns."""
NAMED = 8
"""Things still missing that feedback names, at most."""


@dataclass(frozen=True, slots=True)
class _Misconception:
    """A misconception found: what is told of it, where its words stand, and what its author says it costs."""

    against: Against
    places: tuple[int, ...]
    costs: float


class RubricGrader:
    """A written rubric, compiled: its vocabulary looked up once, every point ready to judge."""

    def __init__(self, rubric: Rubric, asked: guards.Question, language: Language) -> None:
        self.rubric = rubric
        self.asked = asked
        self.language = language
        self.possible = rubric.possible
        self.required = [i for i, point in enumerate(rubric.points) if point.required]
        nothing = Text("", language)
        self.missed = [_result(point, NOTHING, nothing) for point in rubric.points]
        self.builder = builder = Builder(language, rubric.synonyms, asked.text.plain)
        self.matchers = [
            point.match.compile(builder, Tolerance(typos=point.typos, negation=point.negation))
            for point in rubric.points
        ]
        self.wrong = Worth(
            [
                wrong.match.compile(builder, Tolerance(typos=wrong.typos, alike=False, whole=True))
                for wrong in rubric.wrong
            ]
        )
        phrases = [written(one, language) for point in rubric.points for one in point.match.phrases()]
        many = any(isinstance(point.match, Several) and point.match.count >= MANY for point in rubric.points)
        similarity = Similarity(rubric.reference, asked.text, language)
        self.reference = guards.Reference(similarity, asked, phrases, written=rubric.reference, many=many)
        if rubric.reference:
            self._heed_what_the_reference_denies()

    def _heed_what_the_reference_denies(self) -> None:
        """Points that the reference answer itself has only denied are found whether denied or not."""
        reading = self._read(self.rubric.reference)
        for i, (point, matcher) in enumerate(zip(self.rubric.points, self.matchers, strict=True)):
            if point.negation and _only_denied(matcher.judge(reading)):
                self.matchers[i] = point.match.compile(self.builder, Tolerance(typos=point.typos, negation=False))

    def grade(self, answer: str) -> Grade:
        """See `Grader`."""
        reading = self._read(answer)
        if self.reference.is_itself(answer):
            return replace(self._decide(1.0, 1.0, self._as_reference(reading), (), reading.text), confidence=CERTAIN)
        if self.reference.nothing_said(answer, reading.text):
            return self._nothing(reading.text.truncated)
        judged = self._judge(reading)
        whole = self._guard(reading, judged)
        if whole is not None and whole.kind == "echo":
            judged = [NOTHING] * len(judged)
        misconceptions = self._misconceptions(reading)
        if misconceptions:
            judged = [_uncontested(one, misconceptions, reading.text) for one in judged]
        negated = list(_negated(self.rubric.points, judged, reading.text))
        against = (*([whole] if whole else ()), *negated, *(one.against for one in misconceptions))
        earned = self._share(judged)
        score = self._score(earned, judged, whole, negated, misconceptions)
        return self._decide(score, earned, judged, against, reading.text)

    def against(self, answer: str) -> Against | None:
        """See `Grader`."""
        reading = self._read(answer)
        if self.reference.nothing_said(answer, reading.text):
            return guards.NOTHING_SAID
        every = Judged(1.0, tuple(range(len(reading.text))))
        return self._guard(reading, [every] * len(self.matchers))

    def heard(self, answer: str) -> tuple[Text, set[int]]:
        """See `Grader`."""
        reading = self._read(answer)
        return reading.text, _heard(reading)

    def may_accept(self, text: Text, numbers: list[Quantity]) -> bool:
        """Whether an answer has words for points enough to be accepted; whether it is, grading it tells.

        `numbers` are those of the answer.
        """
        met = Known(text, self.builder.vocabulary, numbers).met
        each = zip(self.rubric.points, self._watched, strict=True)
        worth = sum(point.worth for point, watched in each if watched is None or not watched.isdisjoint(met))
        return worth >= ACCEPT * self.possible

    @cached_property
    def _watched(self) -> list[frozenset[int] | None]:
        """What is watched for of each point."""
        return [matcher.watches() for matcher in self.matchers]

    def _read(self, answer: str) -> Reading:
        text = read(answer, self.language)
        return Reading(text, self.builder.vocabulary)

    def _judge(self, reading: Reading) -> list[Judged]:
        """How much of each point is said; nothing of what is denied as well."""
        judged = [matcher.judge(reading) for matcher in self.matchers]
        judged = [replace(one, share=0.0) if _contradictory(reading, one) else one for one in judged]
        said = {reading.text.stems[place] for one in judged if one.share for place in one.positions}
        stray = len(said) == 1 and self._share(judged) >= FULL and not reading.text.content <= said
        return self._for_one_word(judged) if stray else judged

    def _for_one_word(self, judged: list[Judged]) -> list[Judged]:
        """A stray word earns no whole question of several points, but the one that it earns most of."""
        worth = [point.worth * one.share for point, one in zip(self.rubric.points, judged, strict=True)]
        best = worth.index(max(worth))
        return [one if i == best else replace(one, share=0.0) for i, one in enumerate(judged)]

    def _as_reference(self, reading: Reading) -> list[Judged]:
        """What the reference itself says: every point, whatever the rubric makes of its words."""
        return [
            one if point.bonus or one.share >= FULL else Judged(1.0, one.positions)
            for point, one in zip(self.rubric.points, self._judge(reading), strict=True)
        ]

    def _guard(self, reading: Reading, judged: Sequence[Judged]) -> Against | None:
        """What tells against the answer as a whole."""
        answer = guards.Answer(
            reading.text,
            self.asked,
            self.reference,
            {place for one in judged for place in one.positions},
            accepted=self._share(judged) >= ACCEPT,
            spoken=lambda: [matcher.places(reading) for matcher in self.matchers],
            earns=lambda words: self.grade(words).score >= ACCEPT,
            heard=lambda: _heard(reading),
        )
        return guards.check(answer)

    def _misconceptions(self, reading: Reading) -> list[_Misconception]:
        """The misconceptions of an answer."""
        found: list[_Misconception] = []
        for i in self.wrong.places(reading):
            wrong, one = self.rubric.wrong[i], self.wrong.matchers[i].judge(reading)
            if one.share and not _contradictory(reading, one):
                said = _words(reading.text, one.positions), "", reading.text.phrases(one.positions)
                against = Against("misconception", wrong.feedback or wrong.name, *said)
                found.append(_Misconception(against, one.positions, wrong.costs))
        return found

    def _share(self, judged: Sequence[Judged]) -> float:
        """The share of all there is to earn that the points earn."""
        earned = sum([point.worth * one.share for point, one in zip(self.rubric.points, judged, strict=True)])
        return earned / self.possible if self.possible else 0.0

    def _score(
        self,
        share: float,
        judged: Sequence[Judged],
        whole: Against | None,
        negated: Sequence[Against],
        misconceptions: Sequence[_Misconception],
    ) -> float:
        """The score, 0 to 1: the `share` that points earn, less what tells against the answer.

        A misconception leaves half of what the rest of the answer earns, at least, and keeps it below the line.
        """
        possible = self.possible
        score = earned = min(1.0, share)
        if misconceptions and possible:
            score -= sum(one.costs for one in misconceptions) / possible
            if earned < ACCEPT and any(not one.costs for one in misconceptions):
                score = 0.0
            score = max(score, KEPT * earned)
        if any(judged[i].share < WITHOUT_REQUIRED for i in self.required):
            score = min(score, WITHOUT_REQUIRED)
        kinds = [one.kind for one in (*negated, *filter(None, (whole,)))]
        if whole is not None:
            score *= guards.REMAINS[whole.kind]
        if misconceptions or not BELOW.isdisjoint(kinds) or kinds.count("negated") > 1:
            score = min(score, ACCEPT - JUST_BELOW)
        return max(0.0, score)

    def _decide(
        self, score: float, earned: float, judged: Sequence[Judged], against: tuple[Against, ...], text: Text
    ) -> Grade:
        similarity = None if self._other_value(text) else self.reference.similarity
        verdict, confidence = of_rubric(score, earned, text, against, similarity)
        score, possible = round(score, 4), self.possible
        each = zip(self.rubric.points, judged, self.missed, strict=True)
        results = tuple([_result(point, one, text) if one.share else missed for point, one, missed in each])
        points = round(score * possible, 2)
        return Grade(score, points, possible, results, against, verdict, confidence, text.truncated)

    def _other_value(self, text: Text) -> bool:
        """Whether the reference is a number, and the answer has others."""
        value = self.reference.value
        found = quantities(text, self.language) if value is not None else []
        return value is not None and bool(found) and not any(one.says(value) for one in found)

    def _nothing(self, truncated: bool) -> Grade:
        return Grade(0.0, 0.0, self.possible, tuple(self.missed), (guards.NOTHING_SAID,), "refuse", 1.0, truncated)


def _uncontested(judged: Judged, misconceptions: Sequence[_Misconception], text: Text) -> Judged:
    """A point, not found where it stands in a sentence with misconceptions, half of its words in their clauses."""
    places = judged.positions if judged.share else ()
    sentences = {text.sentence[place] for one in misconceptions for place in one.places}
    clauses = {text.clause[place] for one in misconceptions for place in one.places}
    if not places or not sentences.issuperset(text.sentence[place] for place in places):
        return judged
    return NOTHING if 2 * sum(text.clause[place] in clauses for place in places) >= len(places) else judged


def _contradictory(reading: Reading, judged: Judged) -> bool:
    """Whether the same words are both said and denied, so that they earn neither."""
    if not judged.share or not judged.denied or not judged.positions:
        return False
    text = reading.text
    said = set(judged.positions)
    denied = {text.stems[p] for p in judged.denied if p not in said}
    if not denied.issuperset(text.stems[p] for p in said):
        return False
    if len(text) <= SHORT:
        return True
    within = {text.sentence[p] for p in judged.positions}
    return any(text.sentence[p] in within for p in judged.denied)


def _heard(reading: Reading) -> set[int]:
    """The places of the words that some point or misconception knows."""
    return {place for found in reading.at.values() for place in found}


def _only_denied(judged: Judged) -> bool:
    return judged.share < 1 and bool(judged.denied)


def _negated(points: Sequence[Point], judged: Sequence[Judged], text: Text) -> Iterator[Against]:
    """Points that the answer denies, or says and denies."""
    for point, one in zip(points, judged, strict=True):
        if not one.share and one.denied and one.positions:
            sentence = noop("It both says and denies: {point}.")
            yield _found_against("contradiction", sentence, text, one.positions, point)
        elif not one.share and one.denied:
            sentence = noop("It says the opposite of: {point}.")
            yield _found_against("negated", sentence, text, one.denied, point)
        elif one.swapped:
            sentence = noop("The sides are exchanged: {point}.")
            yield _found_against("contradiction", sentence, text, one.positions, point)


def _found_against(kind: AgainstKind, sentence: str, text: Text, places: tuple[int, ...], point: Point) -> Against:
    return Against(kind, sentence, _words(text, places), point.name, text.phrases(places))


def _result(point: Point, judged: Judged, text: Text) -> PointResult:
    share = judged.share
    verdict: Literal["hit", "partial", "missed"] = "hit" if share >= FULL else "partial" if share > 0 else "missed"
    if verdict == "hit":
        feedback = point.hit or point.name
    elif judged.counted and not judged.missing and share > 0:
        feedback = point.missed or f"{judged.counted} so far"
    elif judged.missing and share > 0:
        feedback = point.missed or f"{point.name} (not yet: {', '.join(judged.missing[:NAMED])})"
    else:
        feedback = "" if point.bonus else point.missed or point.name
    places = judged.positions if share else ()
    earned, said = round(point.worth * share, 4), (_words(text, places), feedback, point.bonus, text.phrases(places))
    return PointResult(point.name, verdict, earned, point.worth, *said)


def _words(text: Text, positions: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(text.words[p] for p in sorted(set(positions)))
