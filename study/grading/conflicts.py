"""What an answer says otherwise than its reference: other names, another choice, opposites joined the other way."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import lru_cache

from study.grading import thesaurus
from study.grading.language import Language
from study.grading.text import Text

STRANGE, CHOSEN, CROSSED = 0.7, 0.75, 0.7
"""What foreign names, another choice, and opposites joined the other way take away at most."""
NEAR = 2
"""So many words with opposites further on, two of them still belong together."""
OPENING = 4
"""Words up to which what stands before the first stop or break is a choice."""
MATTER = 2.0
"""Names or opposites take away that much where one word of the reference in so many is one."""


class Conflicts:
    """What a reference names, chooses and joins, held against what answers do.

    `roots`: the stems that weigh in the reference.
    """

    def __init__(self, text: Text, question: Text, language: Language, roots: AbstractSet[str]) -> None:
        self.language = language
        self.names = _names(text, language.stop) if "=" not in text.plain else frozenset()
        self.asked = _names(question, language.stop) - self.names
        self.named = min(1.0, MATTER * len(self.names) / len(roots | self.names)) if self.names else 0.0
        kinds = {name.isdigit() for name in self.names}
        self.kind = kinds.pop() if len(kinds) == 1 else None
        chooses = not language.choosing.isdisjoint(question.words)
        self.offered = frozenset(root for root in question.stems if chooses or len(root) == 1)
        self.choice = _choice(text, language, self.offered)
        self.poles = thesaurus.poles() if language.tag == "en" else {}
        self.joined = self._joined(text)
        against = thesaurus.facing()
        turned = {frozenset((c, b)) for one in self.joined for a in one for b in one - {a} for c in against[a]}
        self.contrary = turned - self.joined
        matter = {pole for one in self.joined | self.contrary for pole in one}
        self.poles = {root: pole for root, pole in self.poles.items() if pole in matter}

    def taken(self, text: Text) -> float:
        """The share of a likeness, 0 to 1, that conflicts take away."""
        left = 1.0
        if self.named:
            left -= STRANGE * self.named * self._strange(text)
        if (self.choice or self.names) and self._otherwise(_choice(text, self.language, self.offered)):
            left *= 1 - CHOSEN
        if self.joined:
            left *= 1 - CROSSED * self._crossed(text)
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
        names = _names(text, self.language.stop) - self.asked
        if self.kind is not None:
            names = frozenset(name for name in names if name.isdigit() == self.kind)
        return len(names - self.names) / len(names) if names else 0.0

    def _joined(self, text: Text) -> set[frozenset[str]]:
        """Words that have opposites and stand near one another in a sentence: "the shorter ..., the higher ..."."""
        out: set[frozenset[str]] = set()
        before: list[str] = []
        sentence = -1
        for i, pole in [(i, self.poles[root]) for i, root in enumerate(text.stems) if root in self.poles]:
            if text.sentence[i] != sentence:
                before, sentence = [], text.sentence[i]
            out.update(frozenset((one, pole)) for one in before[-NEAR:] if one != pole)
            before.append(pole)
        return out

    def _crossed(self, text: Text) -> float:
        joined = self._joined(text)
        right, crossed = len(joined & self.joined), len(joined & self.contrary)
        return crossed / (right + crossed) if crossed else 0.0


@lru_cache(maxsize=64)
def _names(text: Text, stop: frozenset[str]) -> frozenset[str]:
    """The letters and numbers that a text calls things by; a lone "a" only where it is no article."""
    out = {word for word in text.words if len(word) == 1 or word.isdigit()}
    if "a" in out:
        words, clause, last = text.words, text.clause, len(text.words) - 1
        places = (i for i, word in enumerate(words) if word == "a")
        if not any(i == last or clause[i + 1] != clause[i] or words[i + 1] in stop for i in places):
            out.discard("a")
    return frozenset(out)


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
