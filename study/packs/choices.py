"""What earns credit in a question to choose from, where its author leaves that to its options.

Each right option is a point, each other one a mistake with its own feedback. Letters name options, and so do words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import ascii_lowercase
from typing import Any

from study.choosing import in_part, naming, saying, truth_of
from study.course import Option
from study.grading.match.operator import LONG

MOST = len(ascii_lowercase)
"""Options that a question may have: a letter each."""

MISSED = "An option that is right."
"""What feedback calls a right option that was not named, so that it can be tried again."""

_PLAIN = re.compile(r"[^\W\d_][\w' -]*[^\W_]")
_LONG = 60
"""Characters from which on an option is a sentence to be looked for by its words."""


def rubric_of(choices: Sequence[Option], language: str) -> dict[str, Any]:
    """The points and mistakes that options come to, in the form in which a rubric is written.

    `language` is the course's tag: letters are named with its words around them.
    """
    names = _names(choices)
    points, wrong = [], []
    for letter, name, option in zip(ascii_lowercase, names, choices, strict=False):
        if option.right:
            points.append({name: list(_alternatives(letter, option, choices, language)), "missed": MISSED})
        else:
            feedback = {"feedback": option.feedback} if option.feedback else {}
            wrong.append({name: list(_alternatives(letter, option, choices, language)), **feedback})
    return {"points": points, **({"wrong": wrong} if wrong else {})}


def _names(choices: Sequence[Option]) -> list[str]:
    """The options' texts as names of points: short, and none of them a word that rubrics need."""
    return [
        f"{letter.upper()}: {' '.join(option.text.split())[:80]}"
        for letter, option in zip(ascii_lowercase, choices, strict=False)
    ]


def _alternatives(letter: str, option: Option, choices: Sequence[Option], language: str) -> Iterator[Any]:
    """The ways to name an option: its letter alone or before its words, its words, and yes or no for what says so."""
    yield from ({"regex": one} for one in naming(letter, language))
    truth = truth_of(option.text)
    if truth is not None and [truth_of(other.text) for other in choices].count(truth) == 1:
        yield {"regex": saying(truth)}
    text = " ".join(option.text.split())
    bare = text.casefold().rstrip(".")
    if any(bare in other.text.casefold() for other in choices if other is not option):
        # Its words are part of another option's: only the whole answer can tell them apart.
        yield {"regex": rf"^\W*{re.escape(bare)}\W*$"}
    elif len(text) > _LONG:
        yield {"like": text[:500]}
    elif _PLAIN.fullmatch(bare):
        yield text.rstrip(".")
    else:
        yield {"regex": rf"(?:^|[\s\"'`(]){re.escape(bare)}(?:$|[\s\"'`).,;!])"}
    part = in_part(bare, [other.text for other in choices if other is not option], language)
    if truth is None and part is not None and len(part) <= LONG:
        yield {"regex": part}
