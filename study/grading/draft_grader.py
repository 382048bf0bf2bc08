"""An answer graded by a drafted rubric: as a whole, by its similarity to the reference; points say what was heard."""

from __future__ import annotations

from study.grading import guards
from study.grading.language.language import Language
from study.grading.language.numbers import quantities
from study.grading.language.small_talk import read
from study.grading.language.text import Text
from study.grading.match.formulas import Formula, formula_of
from study.grading.match.operators.like import Like
from study.grading.polarity.negation import negated_words
from study.grading.rubric import Against, Grade, Point, PointResult, Rubric
from study.grading.similarity.measure import DRAFT_ACCEPT, Evidence, Similarity
from study.grading.verdict import CERTAIN, of_draft
from study.texts import noop

HEARD, HALF_HEARD = 0.75, 0.25
"""The share of a statement's words from which on it was said, or half said."""
OTHER_VALUE, AMONG_OTHERS = 0.25, 0.5
"""What an answer earns at most that has other numbers than a reference that is one; and what it earns that has it among
others, about which a human is asked."""
NAME, OWN = 3, 1.0
"""Words of a name, at most; and what a word of it weighs that the question does not have."""
DENIED = 0.5
"""Share of what was said of the reference from which on denying it is told."""


class DraftGrader:
    """A drafted rubric compiled for a question."""

    def __init__(self, rubric: Rubric, asked: guards.Question, language: Language) -> None:
        self.asked = asked
        self.language = language
        statements = [point.match.text for point in rubric.points if isinstance(point.match, Like)]
        self.whole = Similarity(" \n".join(statements), asked.text, language)
        self.reference = guards.Reference(
            self.whole, asked, (self.whole.text,), written=rubric.reference or " ".join(statements)
        )
        self.formula = formula_of(self.reference.text.plain)
        self.name = _name(self.whole)
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

    def grade(self, answer: str) -> Grade:
        """See `Grader`."""
        text = read(answer, self.language)
        if self.reference.is_itself(answer):
            return self._as_reference(text)
        if self.reference.nothing_said(answer, text):
            return Grade(
                0.0, 0.0, self.possible, tuple(self.missed), (guards.NOTHING_SAID,), "refuse", 1.0, text.truncated
            )
        seen = self.whole.evidence(text)
        similarity = seen.similarity
        found = self._guard(text, seen, similarity, set(seen.positions.values()))
        similarity = self._by_what_it_is(text, seen, similarity)
        if similarity == 1 and not found:
            return self._as_reference(text)
        score = round(similarity * (guards.REMAINS[found.kind] if found else 1.0), 4)
        return self._decide(score, seen, found, text)

    def _as_reference(self, text: Text) -> Grade:
        """The grade of what says all that the reference says."""
        results = tuple(
            PointResult(p.name, "hit", p.worth, p.worth, tuple(text.words), p.hit or p.name) for p in self.points
        )
        return Grade(1.0, self.possible, self.possible, results, (), "accept", CERTAIN, text.truncated)

    def _by_what_it_is(self, text: Text, seen: Evidence, similarity: float) -> float:
        """How near an answer is to a reference that is no sentence: to a number, a formula or a name."""
        if self.reference.value:
            return self._by_value(text, similarity)
        if self.formula is not None:
            return self._by_formula(self.formula, text, similarity)
        if self.name and "".join(text.words) == "".join(self.reference.text.words):
            return 1.0
        return similarity if self.name <= seen.strengths.keys() else min(similarity, AMONG_OTHERS)

    def _by_formula(self, formula: Formula, text: Text, similarity: float) -> float:
        """How near an answer is to a reference that is a formula: another of the same names is wrong, and whoever has
        other names or says it in words is shown to a human."""
        if formula.is_in(text.plain):
            return 1.0
        other = formula_of(text.plain)
        wrong = other is not None and other.names <= formula.names
        return min(similarity, OTHER_VALUE if wrong else AMONG_OTHERS)

    def _by_value(self, text: Text, similarity: float) -> float:
        """How near an answer is to a reference that is a number: its numbers decide."""
        value = self.reference.value
        found = quantities(text, self.language)
        negated = negated_words(text, self.language)
        right = [one for one in found if value is not None and one.says(value) and not negated[one.first]]
        if not right:
            return min(similarity, OTHER_VALUE)
        return 1.0 if len(right) == len(found) else AMONG_OTHERS

    def against(self, answer: str) -> Against | None:
        """See `Grader`."""
        text = read(answer, self.language)
        if self.reference.nothing_said(answer, text):
            return guards.NOTHING_SAID
        seen = self.whole.evidence(text)
        return self._guard(text, seen, seen.similarity, set(range(len(text))))

    def heard(self, answer: str) -> tuple[Text, set[int]]:
        """See `Grader`."""
        text = read(answer, self.language)
        return text, set(self.whole.evidence(text).positions.values())

    def _guard(self, text: Text, seen: Evidence, similarity: float, used: set[int]) -> Against | None:
        answer = guards.Answer(
            text,
            self.asked,
            self.reference,
            used,
            accepted=similarity >= DRAFT_ACCEPT,
            spoken=lambda: [used],
            earns=lambda words: self.grade(words).score >= DRAFT_ACCEPT,
            heard=lambda: used,
            seen=seen,
        )
        return guards.check(answer)

    def _decide(self, score: float, seen: Evidence, found: Against | None, text: Text) -> Grade:
        against = (found,) if found else ()
        if not found and seen.denied > DENIED:
            words = tuple(text.words[place] for place in sorted(seen.positions[root] for root in seen.negated))
            against = (Against("negated", noop("It seems to say the opposite."), words),)
        verdict, confidence = of_draft(score)
        points = round(score * self.possible, 2)
        results = self._results(seen, text)
        return Grade(score, points, self.possible, results, against, verdict, confidence, text.truncated)

    def _results(self, seen: Evidence, text: Text) -> tuple[PointResult, ...]:
        """What was heard of each part of the reference."""
        got = [0.0] * len(self.points)
        where: list[list[int]] = [[] for _ in got]
        weights, parts, positions = self.whole.weights, self.parts, seen.positions
        for root, strength in seen.strengths.items():
            if root not in seen.negated:
                for k in parts[root]:
                    got[k] += weights[root] * strength
                    where[k].append(positions[root])
        results = list(self.missed)
        for k, value in enumerate(got):
            share = round(value / self.totals[k], 9) if value else 0.0
            if share >= HALF_HEARD:
                results[k] = _said(self.points[k], share, text, sorted(where[k]))
        return tuple(results)


def _name(reference: Similarity) -> frozenset[str]:
    """What a name of few words cannot do without: "validation set" both, "Marie Curie" both, but for the question's own
    words. Nothing, where a reference is longer, or a single word."""
    own = frozenset(root for root, weight in reference.weights.items() if weight >= OWN)
    return own if len(own) > 1 and len(reference.text) <= NAME else frozenset()


def _said(point: Point, share: float, text: Text, places: list[int]) -> PointResult:
    words, phrases = tuple(text.words[i] for i in places), text.phrases(places)
    if share >= HEARD:
        said = point.hit or point.name
        return PointResult(point.name, "hit", point.worth, point.worth, words, said, phrases=phrases)
    earned, missed = round(point.worth * share, 4), point.missed or point.name
    return PointResult(point.name, "partial", earned, point.worth, words, missed, phrases=phrases)
