"""Answers that say a thing and its opposite, and so say neither."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from itertools import pairwise

from study.grading.language.language import Language
from study.grading.language.text import Text
from study.grading.polarity.negation import supposes

SHORT = 40
"""Words up to which saying a thing and denying it anywhere cancel out; in longer answers only within a sentence."""
AGAIN = 3
"""So many words after a "not", the same as those an answer began with, say its opposite."""
STATEMENTS = 30
"""Statements of an answer that are held against one another."""
ALIKE = 0.9
"""Share of words from which on two statements speak of the same."""
SPLIT = 0.5
"""Share of statements that others deny from which on an answer contradicts itself; one chance pair in many does not."""
JOINED = 6
"""Words before a "not" among which an "and" or "or" makes its part go with what was said."""
_ANY = frozenset({"anything", "something", "nothing", "either", "too", "all", "thing", "things"})
_OTHERWISE = frozenset({"by", "in", "on", "of", "at", "from", "with", "for", "to", "through", "as"})
"""After a "not", these go on with another way, place or time, and not with another truth."""


def contradicts_itself(text: Text, language: Language) -> bool:
    """Whether two statements of an answer have the same words, and one denies what the other says."""
    words, negators = text.words, language.negators
    if negators.isdisjoint(words):
        return False
    negations = _negations(text, language)
    if _and_not(text, language, negations):
        return True
    breaks = (i for i, word in enumerate(words) if word in language.breaks)
    edges = sorted({*text.begins, *breaks, len(words)})
    odd = [False] * len(edges)
    for i in negations:
        odd[bisect_right(edges, i) - 1] ^= True
    small = _small(language)
    statements = [
        {root for word, root in zip(words[a:b], text.stems[a:b], strict=True) if word not in small}
        for a, b in pairwise(edges)
    ]
    held = [(roots, denies) for roots, denies in zip(statements, odd, strict=False) if len(roots) >= 3][:STATEMENTS]
    torn_apart: set[int] = set()
    said = [(i, roots) for i, (roots, denies) in enumerate(held) if not denies]
    for i, (mine, denies) in enumerate(held):
        for j, other in said if denies else ():
            fewer, more = sorted((len(mine), len(other)))
            if fewer >= ALIKE * more and len(mine & other) >= ALIKE * more:
                torn_apart.update((i, j))
    return len(torn_apart) >= max(2.0, SPLIT * len(held))


def _negations(text: Text, language: Language) -> list[int]:
    """Where an answer has a "not" that neither limits only nor supposes."""
    words = text.words
    found = [i for i, word in enumerate(words) if word in language.negators and not supposes(i, text, language)]
    return [i for i in found if i + 1 == len(words) or words[i + 1] not in language.after_not]


@cache
def _small(language: Language) -> frozenset[str]:
    """The words of a language that say nothing by themselves, or only deny."""
    return language.stop | language.negators


def _and_not(text: Text, language: Language, negations: list[int]) -> bool:
    """Whether a sentence goes on, after a "not" at one of these places, with nothing but what it said before."""
    words, stems, small = text.words, text.stems, text.small
    for i in negations[:STATEMENTS]:
        if i + 1 == len(words):
            return False
        if i >= AGAIN and stems[i + 1 : i + 1 + AGAIN] == stems[:AGAIN]:
            return True
        start, end = text.bounds(i)
        if _said_and_denied(text, language, start, i):
            return True
        after = {stems[place] for place in range(i + 1, end) if not small[place]}
        before = {stems[place] for place in range(start, i) if not small[place]}
        if after and len(after & before) >= ALIKE * len(after) and len(after) >= 0.5 * len(before):
            return True
    return False


def _said_and_denied(text: Text, language: Language, start: int, at: int) -> bool:
    """Whether an "and" or "or" leads to a "not" whose part of the sentence denies nothing but what it has said: "they
    interact in complex ways and do not interact". In long answers it is mostly said of something else."""
    words, stems, clause = text.words, text.stems, text.clause
    if len(words) > SHORT or words[at] in language.noun_negators:
        return False
    if language.joining.isdisjoint(words[max(start, at - JOINED) : at]) or words[at + 1] in _OTHERWISE:
        return False
    denied = set()
    for i in range(at + 1, len(words)):
        if clause[i] != clause[at] or words[i] in language.breaks or words[i] in language.joining:
            break
        if not text.small[i] and words[i] not in _ANY:
            denied.add(stems[i])
    return bool(denied) and denied.issubset(stems[start:at])
