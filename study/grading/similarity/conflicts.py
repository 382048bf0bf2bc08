"""What an answer says otherwise than its reference: other names, another choice, opposites joined the other way."""

from __future__ import annotations

import itertools
from collections.abc import Set as AbstractSet
from functools import lru_cache

from study.grading.language.language import Language
from study.grading.language.remembered import Remembered
from study.grading.language.text import Text
from study.grading.language.thesaurus import thesaurus_of

STRANGE, CHOSEN, CROSSED = 0.5, 0.75, 0.85
"""What foreign names, another choice, and opposites joined the other way take away at most."""
NEAR = 2
"""So many words with opposites further on, two of them still belong together."""
OPENING = 4
"""Words up to which what stands before the first stop or break is a choice."""
MATTER = 3.0
"""Names or opposites take away that much where one word of the reference in so many is one."""


class Conflicts:
    """What a reference names, chooses and joins, held against what answers do.

    `roots`: the stems that weigh in the reference.
    """

    def __init__(self, text: Text, question: Text, language: Language, roots: AbstractSet[str]) -> None:
        self.language = language
        self.names = _names(text, language) if "=" not in text.plain else frozenset()
        self.asked = _names(question, language) - self.names
        self.named = min(1.0, MATTER * len(self.names) / len(roots | self.names)) if self.names else 0.0
        kinds = {name.isdigit() for name in self.names}
        self.kind = kinds.pop() if len(kinds) == 1 else None
        chooses = not language.choosing.isdisjoint(question.words)
        self.offered = frozenset(root for root in question.stems if chooses or len(root) == 1)
        self.choice = _choice(text, language, self.offered)
        thesaurus = thesaurus_of(language)
        self.poles = thesaurus.poles
        poles = self._poles(text)
        self.joined = {frozenset((a, b)) for a, b in itertools.pairwise(poles) if a and b and a != b}
        against = thesaurus.facing
        turned = {frozenset((c, b)) for one in self.joined for a in one for b in one - {a} for c in against[a]}
        self.contrary = turned - self.joined
        self.paired = frozenset(itertools.chain.from_iterable(self.joined | self.contrary))
        self.joins = min(1.0, MATTER * len(self.joined) / len(roots)) if roots else 0.0

    def taken(self, text: Text) -> float:
        """The share of a likeness, 0 to 1, that conflicts take away."""
        left = 1.0
        if self.named:
            left -= STRANGE * self.named * self._strange(text)
        if (self.choice or self.names) and self._otherwise(_choice(text, self.language, self.offered)):
            left *= 1 - CHOSEN
        if self.joined:
            left *= 1 - CROSSED * self.joins * self._crossed(text)
        return 1 - left

    def _otherwise(self, choice: str) -> bool:
        """Whether this is another choice than the reference's, of the same kind."""
        if not choice or choice == self.choice:
            return False
        if self.choice:
            return _kind(choice) == _kind(self.choice)
        return len(choice) == 1 and choice in self.offered and choice not in self.names

    def _strange(self, text: Text) -> float:
        """The share of foreign ones among an answer's names; letters and numbers are held against their like only."""
        if "=" in text.plain:
            return 0.0
        names = _names(text, self.language) - self.asked
        if self.kind is not None:
            names = frozenset(name for name in names if name.isdigit() == self.kind)
        return len(names - self.names) / len(names) if names else 0.0

    def _poles(self, text: Text) -> list[str]:
        """The words of a text that have opposites, in their plain form; nothing stands between sentences."""
        out: list[str] = []
        sentence = 0
        for i, pole in [(i, self.poles[root]) for i, root in enumerate(text.stems) if root in self.poles]:
            if text.sentence[i] != sentence:
                out.append("")
                sentence = text.sentence[i]
            out.append(pole)
        return out

    def _crossed(self, text: Text) -> float:
        """The share of an answer's pairs of such words that are joined the other way; each word is of one pair."""
        right = crossed = 0
        before: list[str] = []
        for pole in self._poles(text):
            if pole not in self.paired:
                before = [*before[-1:], pole] if pole else []
                continue
            pairs = [frozenset((one, pole)) for one in before[-NEAR:]]
            if not self.joined.isdisjoint(pairs):
                right, before = right + 1, []
            elif not self.contrary.isdisjoint(pairs):
                crossed, before = crossed + 1, []
            else:
                before.append(pole)
        return crossed / (right + crossed) if crossed else 0.0


def _names(text: Text, language: Language) -> frozenset[str]:
    return _named(text, language.stop, language.subjects)


@lru_cache(maxsize=64)
def _named(text: Text, stop: frozenset[str], subjects: frozenset[str]) -> frozenset[str]:
    """The letters and numbers that a text calls things by, but for "I"; a lone "a" only where it is no article."""
    out = set(filter(_IS_NAME.__getitem__, text.words)) - subjects
    if "a" in out:
        words, clause, last = text.words, text.clause, len(text.words) - 1
        places = (i for i, word in enumerate(words) if word == "a")
        if not any(i == last or clause[i + 1] != clause[i] or words[i + 1] in stop for i in places):
            out.discard("a")
    return frozenset(out)


_IS_NAME = Remembered(lambda word: len(word) == 1 or word.isdigit())


def _kind(choice: str) -> str:
    if choice in ("yes", "no"):
        return "assent"
    return "number" if choice.isdigit() else "letter" if len(choice) == 1 else "word"


def _choice(text: Text, language: Language, offered: AbstractSet[str]) -> str:
    """The "yes", the "no", the letter, the number or the word of the question that a text opens with as its answer."""
    words = text.words
    if not words:
        return ""
    first = words[0]
    goes_on = len(words) > 1 and text.clause[1] == text.clause[0]
    if not goes_on or words[1] in language.breaks or words[1] in language.subjects:
        if first in language.yes:
            return "yes"
        if first in language.no:
            return "no"
        if len(first) == 1:
            return first
    opening: list[int] = []
    for i, word in enumerate(words):
        if text.clause[i] != text.clause[0] or word in language.breaks:
            break
        if i == OPENING or word in language.auxiliaries:
            return ""
        if word not in language.stop:
            opening.append(i)
    if not 1 <= len(opening) <= 2:
        return ""
    i = opening[0]
    return text.stems[i] if words[i].isdigit() or text.stems[i] in offered else ""
