"""What an answer says otherwise than its reference: other names, another choice, opposites joined the other way."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from study.grading import thesaurus
from study.grading.language import Language
from study.grading.text import Text

STRANGE, CHOSEN, CROSSED = 0.5, 0.5, 0.5
"""What foreign names, another choice, and opposites joined the other way take away at most."""
MATTER = 2.0
"""Names or opposites take away that much where one word of the reference in so many is one."""


class Conflicts:
    """What a reference names, chooses and joins, held against what answers do.

    `roots`: the stems that weigh in the reference.
    """

    def __init__(self, text: Text, question: Text, language: Language, roots: AbstractSet[str]) -> None:
        self.language = language
        self.names = _names(text, language) if "=" not in text.plain else set()
        self.asked = _names(question, language) - self.names
        self.named = min(1.0, MATTER * len(self.names) / len(roots | self.names)) if self.names else 0.0
        kinds = {name.isdigit() for name in self.names}
        self.kind = kinds.pop() if len(kinds) == 1 else None
        self.choice = _choice(text, language)
        self.against = thesaurus.opposites() if language.tag == "en" else {}
        self.joined = self._joined(text)
        self.joins = min(1.0, MATTER * len(self.joined) / len(roots)) if roots else 0.0

    def taken(self, text: Text) -> float:
        """The share of a likeness, 0 to 1, that conflicts take away."""
        left = 1.0
        if self.named:
            left -= STRANGE * self.named * self._strange(text)
        if self.choice and _choice(text, self.language) not in ("", self.choice):
            left *= 1 - CHOSEN
        if self.joined:
            left *= 1 - CROSSED * self.joins * self._crossed(text)
        return 1 - left

    def _strange(self, text: Text) -> float:
        """The share of foreign ones among an answer's names; letters and numbers are held against their like only."""
        if "=" in text.plain:
            return 0.0
        names = _names(text, self.language) - self.asked
        if self.kind is not None:
            names = {name for name in names if name.isdigit() == self.kind}
        return len(names - self.names) / len(names) if names else 0.0

    def _joined(self, text: Text) -> set[tuple[str, str]]:
        """Words that have opposites and follow one another in a sentence: "the shorter ..., the higher ..."."""
        out = set()
        before, sentence = "", -1
        for i, root in enumerate(text.stems):
            if root in self.against:
                if before and before != root and text.sentence[i] == sentence:
                    out.add((before, root))
                before, sentence = root, text.sentence[i]
        return out

    def _crossed(self, text: Text) -> float:
        right = crossed = 0
        for a, b in self._joined(text):
            if (a, b) in self.joined:
                right += 1
            elif any((c, b) in self.joined for c in self.against[a]) or any(
                (a, c) in self.joined for c in self.against[b]
            ):
                crossed += 1
        return crossed / (right + crossed) if crossed else 0.0


def _names(text: Text, language: Language) -> set[str]:
    """The letters and numbers that a text calls things by; a lone "a" only where it is no article."""
    out = {word for word in text.words if len(word) == 1 or word.isdigit()}
    if "a" in out:
        words, clause, last = text.words, text.clause, len(text.words) - 1
        places = (i for i, word in enumerate(words) if word == "a")
        if not any(i == last or clause[i + 1] != clause[i] or words[i + 1] in language.stop for i in places):
            out.discard("a")
    return out


def _choice(text: Text, language: Language) -> str:
    """The "yes", the "no" or the letter that a text opens with, as an answer of its own."""
    words = text.words
    if not words:
        return ""
    first = words[0]
    goes_on = len(words) > 1 and text.clause[1] == text.clause[0]
    if goes_on and words[1] not in language.breaks and words[1] not in language.subjects:
        return ""
    if first in language.yes:
        return "yes"
    if first in language.no:
        return "no"
    return first if len(first) == 1 else ""
