"""One answer against one rubric: points earned, what told against it, a verdict and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from study.grading import verdict as verdicts
from study.grading.draft_grader import Drafted
from study.grading.guards import contradictions as both_ways
from study.grading.guards import guards
from study.grading.guards.copies import exchanged
from study.grading.guards.order import known_pairs, scrambled
from study.grading.language.language import Language
from study.grading.language.languages import language_of
from study.grading.language.small_talk import without_small_talk
from study.grading.language.text import Text
from study.grading.match.builder import Builder, Tolerance
from study.grading.match.judged import NOTHING, Judged
from study.grading.match.matcher import Matcher
from study.grading.match.operators.several import Several
from study.grading.match.reading import Reading
from study.grading.polarity.negation import turned
from study.grading.rubric import Against, Grade, Point, PointResult, Rubric, Wrong
from study.grading.similarity.likeness import Likeness

WITHOUT_REQUIRED = 0.5
"""What an answer earns at most that lacks a required point."""


@dataclass(slots=True)
class Grader:
    """A rubric compiled: its vocabulary looked up once, every point ready to judge."""

    rubric: Rubric
    language: Language
    builder: Builder
    points: list[tuple[Point, Matcher]]
    wrong: list[tuple[Wrong, Matcher]]
    asked: guards.Question
    whole: Drafted | None = None
    reference: Likeness | None = None
    refers: guards.Reference = field(default_factory=guards.Reference)
    habits: dict[str, frozenset[str]] = field(default_factory=dict)

    def read(self, answer: str) -> Reading:
        """The answer as this rubric's vocabulary sees it."""
        text = Text(without_small_talk(answer, self.language), self.language)
        return Reading(text, self.builder.vocabulary, turned(text, self.language))


@lru_cache(maxsize=512)
def grader(rubric: Rubric, question: str) -> Grader:
    """The rubric compiled for a question. Kept, since the same rubric grades many answers."""
    language = language_of(rubric.language)
    question = question or rubric.question
    builder = Builder(language, rubric.synonyms, question)
    asked = guards.Question(question, language)
    made = Grader(rubric, language, builder, [], [], asked)
    if rubric.drafted:
        made.whole = Drafted(rubric, asked, language)
        return made
    for point in rubric.points:
        how = Tolerance(typos=point.typos, negation=point.negation)
        made.points.append((point, point.match.compile(builder, how)))
    for wrong in rubric.wrong:
        how = Tolerance(typos=wrong.typos, alike=False, whole=True)
        made.wrong.append((wrong, wrong.match.compile(builder, how)))
    phrases = [Text(one, language) for point in rubric.points for one in point.match.phrases()]
    looked_for = frozenset(
        word for one in phrases for word in one.words if len(one) > 1 or word not in language.negators
    )
    many = any(isinstance(point.match, Several) and point.match.count >= guards.MANY for point in rubric.points)
    made.refers = guards.Reference.of(Text(rubric.reference, language), asked.text, language, looked_for, many)
    phrases.append(asked.text)
    if rubric.reference:
        made.reference = Likeness(rubric.reference, asked.text, language)
        phrases.append(made.reference.text)
        reading = made.read(rubric.reference)
        for i, (point, matcher) in enumerate(made.points):
            if point.negation and _only_denied(matcher.judge(reading)):
                how = Tolerance(typos=point.typos, negation=False)
                made.points[i] = (point, point.match.compile(builder, how))
    made.habits = known_pairs(phrases, language)
    return made


def _only_denied(judged: Judged) -> bool:
    return judged.share < 1 and bool(judged.denied)


def grade(rubric: Rubric, answer: str, *, question: str = "") -> Grade:
    """The grade of an answer. Total over any text, deterministic, and quick: 4,000 characters are read at most."""
    machine = grader(rubric, question)
    if machine.whole is not None:
        return machine.whole.grade(answer)
    reading = machine.read(answer)
    text = reading.text
    if not text.words or guards.shrug(text, machine.language):
        return _nothing(machine, text.truncated)
    judged = [matcher.judge(reading) for _, matcher in machine.points]
    matchers = [matcher for _, matcher in machine.points]

    def earns(words: str) -> bool:
        return grade(rubric, words, question=question).score >= verdicts.ACCEPT

    against = guards.against(reading, judged, matchers, machine.asked, machine.reference, machine.refers, earns)
    kinds = {kind for kind, *_ in against}
    if "echo" in kinds:
        judged = [NOTHING] * len(judged)
    results: list[PointResult] = []
    earned = 0.0
    capped = False
    for (point, _), one in zip(machine.points, judged, strict=True):
        share = 0.0 if both_ways.torn(reading, one) else one.share
        if share == 0.0 and one.share:
            against.append(("contradiction", f"It both says and denies: {point.name}.", _words(text, one.positions)))
        elif not one.share and one.denied:
            against.append(("negated", f"It says the opposite of: {point.name}.", _words(text, one.denied)))
        elif one.swapped:
            against.append(("contradiction", f"The sides are exchanged: {point.name}.", _words(text, one.positions)))
        earned += point.worth * share
        capped = capped or (point.required and share < 0.5)
        results.append(_result(point, one, share, text))
    possible = rubric.possible
    costs = 0.0
    for wrong, matcher in machine.wrong:
        one = matcher.judge(reading)
        if one.share and not both_ways.torn(reading, one):
            costs += wrong.costs or possible / 2
            against.append(("misconception", wrong.feedback or wrong.name, _words(text, one.positions)))
    score = max(0.0, min(1.0, (earned - costs) / possible)) if possible else 0.0
    if capped:
        score = min(score, WITHOUT_REQUIRED)
    for kind in kinds:
        score *= guards.FACTOR.get(kind, 1.0)
    told_against = [kind for kind, *_ in against]
    if costs or "contradiction" in told_against or told_against.count("negated") > 1:
        score = min(score, verdicts.ACCEPT - 0.05)
    if score >= verdicts.ACCEPT and machine.language.word_order and scrambled(text, machine.habits):
        against.append(("salad", "Its words stand in no order.", ()))
        score *= guards.FACTOR["salad"]
    elif score >= verdicts.ACCEPT and _exchanged(text, machine):
        against.append(("contradiction", "Terms of the answer are exchanged.", ()))
        score *= guards.FACTOR["contradiction"]
    told = tuple(Against(kind, sentence, words) for kind, sentence, words in against)
    verdict, confidence = verdicts.of_rubric(score, text, told, machine.reference)
    score = round(score, 4)
    return Grade(score, round(score * possible, 2), possible, tuple(results), told, verdict, confidence, text.truncated)


def _exchanged(text: Text, machine: Grader) -> bool:
    return machine.reference is not None and exchanged(text, machine.reference.text, machine.language)


def _result(point: Point, judged: Judged, share: float, text: Text) -> PointResult:
    verdict: Literal["hit", "partial", "missed"] = "hit" if share >= 0.999 else "partial" if share > 0 else "missed"
    if verdict == "hit":
        feedback = point.hit or point.name
    elif judged.counted and not judged.missing and share > 0:
        feedback = point.missed or f"{judged.counted} so far"
    elif judged.missing and share > 0:
        feedback = point.missed or f"{point.name} (not yet: {', '.join(judged.missing[:8])})"
    else:
        feedback = point.missed or ("" if point.bonus else point.name)
    words = _words(text, judged.positions) if share else ()
    return PointResult(point.name, verdict, round(point.worth * share, 4), point.worth, words, feedback, point.bonus)


def _words(text: Text, positions: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(text.words[p] for p in sorted(set(positions)))


def _nothing(machine: Grader, truncated: bool) -> Grade:
    results = tuple(_result(point, NOTHING, 0.0, Text("", machine.language)) for point in machine.rubric.points)
    return Grade(0.0, 0.0, machine.rubric.possible, results, (), "refuse", 1.0, truncated)
