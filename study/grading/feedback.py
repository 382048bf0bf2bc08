"""What a learner is told of a grade: before the end nothing that could be handed in for credit, afterwards everything.

Before the end the words of an author are shown only where grading them earns nothing, and all that is shown together
only where it earns no more than the answer did. What fails that is left out, or gives way to a neutral sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from study.grading.language.languages import language_of
from study.grading.language.text import Text
from study.grading.rubric import Against, AgainstKind, Grade, Point, PointResult, Rubric
from study.marking import FULL
from study.texts import _, noop, number_text, p_

Earns = Callable[[str], Grade]
"""The grade that a text would be given in place of the answer."""

Sign = Literal["hit", "partly", "miss", "against", "note"]

WORDS_SHOWN = 12
"""Words that told against an answer, shown at most."""
NUDGE = noop("Read the question once more: is every part of it answered?")
"""The nudge where the author wrote none, or one that gives too much away."""
MISSING = noop("Something is still missing.")
"""Said where even a count would give something away."""
FILLER = "Blah blah blah blah blah blah.\n" * 3
"""Lines that give nothing away, as many and as long as a short feedback has."""
ROUNDING = 1e-9
WORTH = 10
"""What a question is worth on the leaderboard, and so wherever points are told."""

NEUTRAL: dict[AgainstKind, str] = {
    "misconception": noop("A part of it is mistaken."),
    "nothing": noop("It gives no answer."),
    "contradiction": noop("It contradicts itself, or exchanges what belongs apart."),
    "negated": noop("It seems to say the opposite of what is meant."),
    "echo": noop("It only repeats the question."),
    "salad": noop("Say it in a sentence or two: words side by side do not say how they hang together."),
    "beside": noop("Most of it speaks of something else."),
    "shotgun": noop("It names too many things to tell which of them you mean."),
}
"""What is said of each kind of objection while an answer may still be tried."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to tell: its sign, and the name of the point where the point may be named."""

    sign: Sign
    text: str
    name: str = ""

    def __str__(self) -> str:
        """The line without its sign."""
        return f"{self.name}: {self.text}" if self.name and self.text else self.name or self.text


def words_marked(text: str, grade: Grade, language: str) -> Iterator[tuple[str, Literal["earned", "cost", ""]]]:
    """The words of an answer as they were typed, each with what it did: earned, cost, or neither."""
    earned = {word for result in grade.results for word in result.words}
    cost = {word for one in grade.against for word in one.words}
    for word in text.split():
        parts = set(Text(word, language_of(language)).words)
        yield word, "cost" if parts & cost else "earned" if parts & earned else ""


def in_points(score: float) -> str:
    """A score as the leaderboard counts it, without decimals that say nothing: 6, 6.7."""
    return number_text(WORTH * score)


def before_the_end(rubric: Rubric, given: Grade, answer: str, earns: Earns) -> tuple[Line, ...]:
    """What may be told while the answer can still be tried: found, missing, objections, and one nudge."""
    keeps = _Keeps(given, answer, earns)
    found, objections, missing = (
        [line for line in lines if keeps.nothing_more(str(line))]
        for lines in (
            [*_found(rubric, given, keeps), *_likened(given)],
            _objections(given, keeps),
            _missing(rubric, given, keeps),
        )
    )
    rest = [*objections, *missing]
    if keeps.nothing_more("\n".join(map(str, (*found, *rest)))):
        return (*found, *rest)
    return tuple(rest) if keeps.nothing_more("\n".join(map(str, rest))) else (Line("note", _(MISSING)),)


def in_full(rubric: Rubric, given: Grade) -> tuple[Line, ...]:
    """Everything there is to tell: each point by name, the words for it, and every objection, each once."""
    lines = []
    for point, result in _told_points(rubric, given):
        if stands(result, given):
            lines.append(Line("hit" if result.hit else "partly", _because(point, result), point.name))
        elif not point.bonus and given.score < FULL:
            lines.append(Line("miss", point.missed, "" if point.missed else point.name))
    lines += [Line("against", _with_words(str(one), one)) for one in given.against]
    lines += _likened(given)
    return tuple(dict.fromkeys(lines))


class _Keeps:
    """Whether a text would earn what the answer has not."""

    def __init__(self, given: Grade, answer: str, earns: Earns) -> None:
        self._score, self._answer, self._earns = given.score, answer, earns
        # Anything at all after an answer may undo what was said at its end, such as “scratch that”: by points, then.
        filled = earns(f"{answer}\n{FILLER}").results
        self._most = [max(one.earned, two.earned) for one, two in zip(given.results, filled, strict=True)]

    def nothing(self, text: str) -> bool:
        """Whether the text by itself earns nothing, nor adds anything to the answer."""
        got = self._earns(text)
        return got.score < ROUNDING and not any(one.earned for one in got.results) and self.nothing_more(text)

    def nothing_more(self, text: str) -> bool:
        """Whether the text earns no more than the answer did, and adds no point to it."""
        if self._earns(text).score > self._score + ROUNDING:
            return False
        added = self._earns(f"{self._answer}\n{text}").results
        return all(one.earned <= most + ROUNDING for one, most in zip(added, self._most, strict=True))


def _found(rubric: Rubric, given: Grade, keeps: _Keeps) -> Iterator[Line]:
    """What earned something, in the learner's own words; each set of words once."""
    seen: set[tuple[str, ...]] = set()
    for point, result in _told_points(rubric, given):
        told = result.phrases or result.words
        if not stands(result, given) or not told or told in seen:
            continue
        seen.add(told)
        praise = f" {point.hit}" if result.hit and point.hit and keeps.nothing(point.hit) else ""
        wrote = _("You wrote {words}.", words=quoted(told))
        yield Line("hit" if result.hit else "partly", f"{wrote}{praise}")


def _objections(given: Grade, keeps: _Keeps) -> Iterator[Line]:
    """What told against the answer: an author's sentence where it gives nothing away, else a neutral one."""
    said = set()
    for one in given.against:
        author = one.kind == "misconception" and keeps.nothing(one.sentence)
        sentence = one.sentence if author else _(NEUTRAL[one.kind])
        if sentence in said:
            continue
        said.add(sentence)
        whole = _with_words(sentence, one)
        yield Line("against", whole if keeps.nothing(whole) else sentence)


def _missing(rubric: Rubric, given: Grade, keeps: _Keeps) -> Iterator[Line]:
    """How much is missing, and the nudge towards the first of it."""
    lacking = [
        point for point, one in _told_points(rubric, given) if not point.bonus and not (one.hit and stands(one, given))
    ]
    if given.score >= FULL:
        return
    if not lacking:
        if not given.against and given.likened is None:
            yield Line("note", _(NUDGE))
        return
    left = {"points": in_points(1 - given.score), "worth": WORTH}
    count = _("{points} of {worth} points are still missing.", **left)
    if len(lacking) > 1:
        count = _("{points} of {worth} points are still missing, in {n} parts of the answer.", n=len(lacking), **left)
    yield Line("note", count if keeps.nothing_more(count) else _(MISSING))
    hint = lacking[0].hint
    yield Line("note", hint if hint and keeps.nothing(hint) else _(NUDGE))


def _likened(given: Grade) -> Iterator[Line]:
    """What marked answers had to do with it."""
    if given.likened is not None:
        yield Line("note", str(given.likened))


def _told_points(rubric: Rubric, given: Grade) -> Iterator[tuple[Point, PointResult]]:
    """The points with their results. One that is earned by any of several others is no further thing to be told."""
    matches = {point.match for point in rubric.points}
    for point, result in zip(rubric.points, given.results, strict=True):
        ways = point.match.alternatives()
        if not ways or not matches.issuperset(ways):
            yield point, result


def stands(result: PointResult, given: Grade) -> bool:
    """Whether what earned a point is told and counted as found: not where the answer also says its opposite."""
    if result.earned <= 0 or given.score <= 0:
        return False
    for one in given.against:
        if one.kind in ("contradiction", "negated") and not one.words:
            return False
        if not set(one.words).isdisjoint(result.words):
            return False
    return True


def _because(point: Point, result: PointResult) -> str:
    """The words that earned a point, and the author's own sentence where there is one."""
    said = _("you wrote {words}", words=quoted(result.phrases or result.words)) if result.words else ""
    more = result.feedback if result.feedback != point.name else ""
    return ". ".join(filter(None, (said, more)))


def _with_words(sentence: str, one: Against) -> str:
    if not one.words:
        return sentence
    said = " … ".join(one.phrases or (" ".join(one.words),)).split()
    words = " ".join(said[:WORDS_SHOWN]) + (" …" if len(said) > WORDS_SHOWN else "")
    wrote = _("You wrote “{words}”.", words=words)
    return f"{sentence} {wrote}"


def quoted(words: Sequence[str]) -> str:
    """Words or phrases, each set in quotation marks, in a row."""
    return ", ".join(p_("quotation", "“{words}”", words=each) for each in words)
