"""Answers that list things: any so many of them, each of them, or sentences that all begin alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from study.grading.authoring.sketching.answer import ReferenceAnswer, sentences_of
from study.grading.authoring.sketching.parts import Part, Sketch, Trust, named
from study.grading.language.numbers import number_of
from study.texts import _

_COUNTED = "two|three|four|five|six|seven|eight|zwei|drei|vier|fünf|sechs|sieben|acht|[2-9]"
_COUNTS = {
    word: count
    for count, words in enumerate(
        ("two zwei", "three drei", "four vier", "five fünf", "six sechs", "seven sieben", "eight acht"), start=2
    )
    for word in words.split()
}
_ANY_OF = re.compile(rf"(?:any|beliebige|irgendwelche)\s+(?P<count>{_COUNTED})\b", re.IGNORECASE)
_ASKED_FOR = re.compile(
    r"\b(?:name|list|give|state|mention|describe|identify|provide|what are|nennen?|zählen?|geben?)\s+"
    rf"(?:(?:any|the|at least|mindestens)\s+)?(?P<count>{_COUNTED})\b",
    re.IGNORECASE,
)
_DASHES = r"[:–—]|\s-(?=\s)"  # noqa: RUF001 - dashes as people type them
_HEAD = re.compile(rf"(?P<head>[^:–—]{{2,60}}?)(?:{_DASHES})\s+(?P<rest>\S.*)")  # noqa: RUF001
_PIECES = re.compile(r"[,;()/]|\betc\b\.?|\bsuch as\b|\bex:")
_LETTERS = re.compile(r"\(([A-Z][A-Za-z]{1,5})\)")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_OR = re.compile(r"/|\band\b|\bor\b|,")
_ALTERNATIVE = re.compile(r"(?:or|oder|ou|o)\s", re.IGNORECASE)
_CLAUSE = re.compile(r"\s(?:for|whereby|which|that|within|in order|so that|because|where)\s")
_MEASURE = re.compile(r"^(?:an?|some|the|several|eine?)\s\w+\s(?:of|von)\s", re.IGNORECASE)
LONG_ITEM, SHORT_ITEM = 40, 14
"""Words from which on a line is prose rather than an item; and up to which it is one for sure."""
MOST_WAYS = 24
"""Ways to say one thing of a list, at most."""
ENOUGH = 0.75
"""The share of things in a row of sentences that a good answer has."""


def so_many_of(answer: ReferenceAnswer) -> Sketch | None:
    """Any so many of the things listed."""
    header = _ANY_OF.match(answer.lines[0]) if answer.lines else None
    asked = header or _ASKED_FOR.search(answer.question)
    items = answer.lines[1:] if header else _without_title(answer.lines)
    count = _count(asked["count"]) if asked else 0
    if not 1 <= count <= len(items) or len(items) < 2:
        return None
    of = [thing for item in items if (thing := _thing(answer, item))]
    if len(of) < count:
        return None
    return Sketch((named(_("{count} of {all}", count=count, all=len(of)), {"any": count, "of": of}),), "sure")


def items(answer: ReferenceAnswer) -> Sketch | None:
    """Every item of a list, or one where an item begins with “or”."""
    lines = _without_title(answer.lines)
    longest = max((len(line.split()) for line in lines), default=0)
    of = [item for line in lines if (item := _item(answer, line))]
    if len(of) < 2 or not 2 <= len(lines) <= 16 or longest > LONG_ITEM:
        return None
    trust: Trust = "sure" if longest <= SHORT_ITEM else "fair"
    if any(_ALTERNATIVE.match(line) for line in lines[1:]):
        return Sketch((named(_("one of {all}", all=len(of)), {"any": 1, "of": of}),), trust)
    return Sketch((named(_("{count} things", count=len(of)), {"of": of}),), trust)


def refrain(answer: ReferenceAnswer) -> Sketch | None:
    """Sentences that all begin alike, each with another thing: a list in prose."""
    openings = Counter(_opening(sentence) for sentence in answer.sentences)
    opening, count = openings.most_common(1)[0] if openings else ("", 0)
    if count < 3 or not opening:
        return None
    first = opening.split()[0]
    alike = [each for each in answer.sentences if _opening(each).split()[:1] == [first]]
    of = [named(each, {"any": 1, "of": words}) for each in alike if (words := answer.parts(each))]
    if len(of) < 3:
        return None
    return Sketch(
        (named(_("{count} things", count=len(of)), {"any": max(2, round(len(of) * ENOUGH)), "of": of}),), "fair"
    )


def _opening(sentence: str) -> str:
    return " ".join(sentence.casefold().removeprefix("and ").split()[:2])


def _count(word: str) -> int:
    return _COUNTS.get(word.casefold()) or int(number_of(word) or 0)


def _without_title(lines: list[str]) -> list[str]:
    return lines[1:] if len(lines) > 2 and lines[0].endswith(":") else lines


def _thing(answer: ReferenceAnswer, item: str) -> dict[str, Part] | None:
    """One thing of a list, by its name and by what is said of it."""
    head = _HEAD.match(item)
    name, rest = (head["head"], head["rest"]) if head else (item, "")
    ways = [*_ways(answer, name, 4), *(word for word in answer.decisive(name) if len(word) > 4)]
    for piece in _PIECES.split(rest):
        ways += _ways(answer, piece, 3)
    return named(name, list(dict.fromkeys(ways))[:MOST_WAYS]) if ways else None


def _ways(answer: ReferenceAnswer, text: str, most: int) -> Iterator[str]:
    """The ways to say a phrase of few decisive words: these close together, and the letters it goes by."""
    yield from _LETTERS.findall(text)
    for part in _OR.split(_IN_BRACKETS.sub(" ", text)):
        words = answer.decisive(part)
        if 0 < len(words) <= most:
            yield " near ".join(words[:3])


def _item(answer: ReferenceAnswer, line: str) -> dict[str, Part] | None:
    """An item of which nothing but its own words is known: two of them will do."""
    first = next(iter(sentences_of(line)), "")
    head = _MEASURE.sub("", _CLAUSE.split(first, maxsplit=1)[0])
    words = (answer.decisive(head) or answer.decisive(first))[:6]
    if not words:
        return None
    return named(first, [" near ".join(words)] if len(words) <= 2 else {"any": 2, "of": words})
