"""Answers to yes-or-no questions, and lists of statements that are all true or all false."""

from __future__ import annotations

import re
from collections.abc import Sequence

from study.grading.authoring.sketching.answer import ReferenceAnswer
from study.grading.authoring.sketching.parts import Part, Sketch, Trust, named
from study.grading.authoring.sketching.prose import carrying
from study.texts import _

_YES_NO = re.compile(
    r"(?:do|does|did|is|are|was|were|can|could|should|will|would|has|have|must|may|so"
    r"|ist|sind|kann|können|muss|müssen|darf|dürfen|hat|haben|wird|werden)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\W*(?:(?P<yes>yes|yep|yeah|ja|true|correct|right|wahr|richtig)"
    r"|(?P<no>no|nope|nein|not (?:at all|always|necessarily|really)|false|never|falsch))\b",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:^|[\s:–—-])(?:(?P<yes>true|yes|wahr|richtig|ja|t)|(?P<no>false|no|falsch|nein|f))\W*$",  # noqa: RUF001
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|nicht|kein\w*)\b|n['’]t\b", re.IGNORECASE)  # noqa: RUF001
_ALWAYS = re.compile(r"\b(?:always|only|immer|nur)\b", re.IGNORECASE)


def all_alike(answer: ReferenceAnswer) -> Sketch | None:
    """Several statements of which each is true, or each is false."""
    poles = [_ENDING.search(line) for line in answer.lines]
    said = [bool(pole["yes"]) for pole in poles if pole is not None]
    if len(said) < max(2, len(poles)) or len(set(said)) > 1:
        return None
    word, letter, other = ("yes", "t", "true") if said[0] else ("no", "f", "false")
    ways: list[Part] = [{"says": word, "about": [other]}, {"regex": rf"(?:^|\W){letter}(?:\W|$)"}]
    name = _("yes to all of them") if said[0] else _("no to all of them")
    return Sketch((named(name, ways),), "sure")


def yes_or_no(answer: ReferenceAnswer) -> Sketch | None:
    """Yes or no; the reasons are welcome beside it."""
    if not _YES_NO.match(answer.question) or not answer.sentences:
        return None
    opening = _OPENING.match(answer.sentences[0])
    if opening is not None:
        yes = bool(opening["yes"])
    elif _ALWAYS.search(answer.question) and _NOT.search(answer.reference):
        yes = False
    else:
        return None
    bare = opening is not None and len(answer.sentences[0].split()) < 6
    reasons = _reasons(answer, answer.sentences[1:] if bare else answer.sentences)
    trust: Trust = "sure" if opening is not None else "fair"
    if yes:
        return Sketch(({_("yes"): {"says": "yes"}, "required": True}, *reasons), trust)
    return Sketch(({_("no"): {"says": "no"}}, *reasons), trust, ({_("says yes"): {"says": "yes"}},))


def _reasons(answer: ReferenceAnswer, sentences: Sequence[str]) -> list[dict[str, Part | bool]]:
    reasons = carrying(answer, sentences)
    return [{**reasons, "bonus": True}] if reasons is not None else []
