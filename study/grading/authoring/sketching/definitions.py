"""Answers of a few words, what letters stand for, and what is said of each of two things compared."""

from __future__ import annotations

import re

from study.grading.authoring.sketching.answer import ReferenceAnswer
from study.grading.authoring.sketching.parts import Part, Sketch, named
from study.grading.authoring.sketching.prose import carrying
from study.texts import _

_STANDS_FOR = re.compile(
    r"\b(?P<short>[A-Z][\w&]{1,9})\s(?:stands for|is short for|means|steht für)\s"
    r"(?P<long>[A-Z][\w-]+(?:\s(?:(?:of|and|for|und)\s)?[A-Z][\w-]+){1,5})"
)
_KNOWN_AS = re.compile(r"also known as an?\s(?P<other>\w+(?:\s\w+)?)")
_BETWEEN = re.compile(
    r"\b(?:between|zwischen)\s(?P<a>[\w-]+(?:\s[\w-]+)?)\s(?:and|und)\s(?P<b>[\w-]+(?:\s[\w-]+)?)", re.IGNORECASE
)
_MADE_BY = re.compile(r"\b(?:built|made|invented|created|written|founded|introduced) by\b")
FEW = 9
"""Words up to which an answer is a name, or nearly so."""


def expansion(answer: ReferenceAnswer) -> Sketch | None:
    """What letters stand for, or else what the thing does."""
    found = _STANDS_FOR.search(answer.reference)
    if found is None or found["short"] not in answer.question:
        return None
    ways: list[Part] = [found["long"], *(other["other"] for other in _KNOWN_AS.finditer(answer.reference))]
    about = [each for each in answer.sentences if found["short"] in each and found["long"] not in each]
    if (what := carrying(answer, about)) is not None:
        ways += what.values()
    return Sketch((named(_("{short} is {long}", **found.groupdict()), ways),), "sure")


def compared(answer: ReferenceAnswer) -> Sketch | None:
    """What is said of each of two things that the question compares."""
    asked = _BETWEEN.search(answer.question)
    if asked is None:
        return None
    a, b = asked["a"], asked["b"]
    sides: dict[str, list[str]] = {}
    for sentence in answer.sentences:
        opening = answer.stems(sentence)[:3]
        for side, other in ((a, b), (b, a)):
            own = [root for root in answer.stems(side) if root not in answer.stems(other)]
            if own and own[0] in opening:  # “a mean and a median” both begin with the same word
                sides.setdefault(side, answer.decisive(sentence))
    if len(sides) < 2 or not all(sides.values()):
        return None
    return Sketch((named(_("each with its own"), {"pair": sides}),), "fair")


def short(answer: ReferenceAnswer) -> Sketch | None:
    """A few words: nearly all of those that decide."""
    if len(answer.lines) != 1 or len(answer.reference.split()) > FEW:
        return None
    words = answer.decisive(_MADE_BY.split(answer.lines[0])[0])
    if not words:
        return None
    way: list[Part] = [words[0]] if len(words) == 1 else [{"any": len(words) - 1, "of": words}]
    return Sketch((named(answer.lines[0], way),), "sure" if len(words) == 1 else "fair")
