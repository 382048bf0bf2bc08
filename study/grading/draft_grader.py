"""An answer graded by a drafted rubric: as a whole, by its likeness to the reference; points say what was heard."""

from __future__ import annotations

from functools import lru_cache

from study.grading import verdict as verdicts
from study.grading.guards import contradictions as both_ways
from study.grading.guards import guards
from study.grading.guards.copies import LEAST, exchanged
from study.grading.language.language import Language
from study.grading.language.small_talk import without_small_talk
from study.grading.language.text import Text
from study.grading.match.operators.like import Like
from study.grading.rubric import Against, Grade, Point, PointResult, Rubric
from study.grading.similarity.likeness import DRAFT_ACCEPT, REFUTED, Evidence, Likeness

HEARD, HALF_HEARD = 0.75, 0.25
"""The share of a statement's words from which on it was said, or half said."""
COPIED = 0.7
"""Share of the reference's words in an answer, and of them in all of its own, from which on it may be a copy."""
ECHO = Against("echo", "It repeats the question.")
EXCHANGED = Against("contradiction", "Terms of the answer are exchanged.")
TORN = Against("hedge", "It says a thing and its opposite.")
SALAD = Against("salad", "These are words without a sentence.")


class Drafted:
    """A drafted rubric compiled for a question."""

    def __init__(self, rubric: Rubric, asked: guards.Question, language: Language) -> None:
        self.asked = asked
        self.language = language
        statements = [point.match.text for point in rubric.points if isinstance(point.match, Like)]
        self.whole = Likeness(" \n".join(statements), asked.text, language)
        words = frozenset(self.whole.text.words)
        self.refers = guards.Reference.of(self.whole.text, asked.text, language, words, many=False)
        self.possible = rubric.possible
        self.missed = [PointResult(p.name, "missed", 0.0, p.worth, (), p.missed or p.name) for p in rubric.points]
        self.points = rubric.points
        self.totals: list[float] = []
        self.parts: dict[str, list[int]] = {root: [] for root in self.whole.weights}
        for k, statement in enumerate(statements):
            roots = [root for root in dict.fromkeys(Text(statement, language).stems) if root in self.parts]
            self.totals.append(sum(self.whole.weights[root] for root in roots))
            for root in roots:
                self.parts[root].append(k)

    def score(self, answer: str) -> float:
        """The score of an answer, 0 to 1, and nothing of what was heard."""
        return self._weigh(answer)[0]

    def grade(self, answer: str) -> Grade:
        """The grade of an answer."""
        score, text, seen, told = self._weigh(answer)
        if seen is None:
            return Grade(0.0, 0.0, self.possible, tuple(self.missed), (), "refuse", 1.0, text.truncated)
        if seen.denied > 0.5:
            words = tuple(text.words[place] for place in sorted(seen.positions[root] for root in seen.turned))
            told = (*told, Against("negated", "It seems to say the opposite.", words))
        verdict, confidence = verdicts.of_draft(score, seen)
        return Grade(
            score,
            round(score * self.possible, 2),
            self.possible,
            self._heard(seen, text),
            told,
            verdict,
            confidence,
            text.truncated,
        )

    def _weigh(self, answer: str) -> tuple[float, Text, Evidence | None, tuple[Against, ...]]:
        """The score, the answer read, what was seen of it (nothing if it only shrugs), and what tells against it."""
        text, shrugs, torn, denies = _read(answer, self.language)
        if shrugs:
            return 0.0, text, None, ()
        seen = self.whole.evidence(text)
        score = seen.score
        if seen.foreign <= 2 and guards.echo(text, self.language, self.asked):
            return round(min(score, guards.ECHOED), 4), text, seen, (ECHO,)
        if denies and score >= DRAFT_ACCEPT and not self.refers.denies:
            denied = guards.refused(text, self.language, self.asked, self.refers, set(seen.positions.values()))
            if denied is not None:
                return 0.0, text, seen, (Against("negated", guards.DENIED, guards.others(text, denied)),)
        if score >= DRAFT_ACCEPT and self._in_another_order(seen) and exchanged(text, self.whole.text, self.language):
            return min(score, REFUTED), text, seen, (EXCHANGED,)
        if torn and not self.refers.torn:
            return round(score * guards.FACTOR["hedge"], 4), text, seen, (TORN,)
        return round(score, 4), text, seen, (SALAD,) if seen.jumbled else ()

    def _in_another_order(self, seen: Evidence) -> bool:
        """Whether the reference's own words stand otherwise than there, or opposites of some of them are said."""
        if seen.words < LEAST or seen.cover < COPIED or seen.precision < COPIED:
            return False
        places = [seen.positions[root] for root in self.whole.weights if root in seen.positions]
        return seen.sharp > 0 or places != sorted(places)

    def _heard(self, seen: Evidence, text: Text) -> tuple[PointResult, ...]:
        """What was heard of each part of the reference."""
        got = [0.0] * len(self.points)
        where: list[list[int]] = [[] for _ in got]
        weights, parts, positions = self.whole.weights, self.parts, seen.positions
        for root, strength in seen.strengths.items():
            if root not in seen.turned:
                for k in parts[root]:
                    got[k] += weights[root] * strength
                    where[k].append(positions[root])
        results = list(self.missed)
        for k, value in enumerate(got):
            share = round(value / self.totals[k], 9) if value else 0.0
            if share >= HALF_HEARD:
                results[k] = _said(self.points[k], share, [text.words[i] for i in sorted(where[k])])
        return tuple(results)


def _said(point: Point, share: float, words: list[str]) -> PointResult:
    if share >= HEARD:
        return PointResult(point.name, "hit", point.worth, point.worth, tuple(words), point.hit or point.name)
    earned = round(point.worth * share, 4)
    return PointResult(point.name, "partial", earned, point.worth, tuple(words), point.missed or point.name)


@lru_cache(maxsize=64)
def _read(answer: str, language: Language) -> tuple[Text, bool, bool, bool]:
    """An answer read, whether it says nothing, whether it contradicts itself, and whether it may take itself back.

    Kept for a moment, since it may be held against several references.
    """
    text = Text(without_small_talk(answer, language), language)
    if not text.words or guards.shrug(text, language):
        return text, True, False, False
    return text, False, both_ways.contradicts_itself(text, language), guards.may_refuse(text, language)
