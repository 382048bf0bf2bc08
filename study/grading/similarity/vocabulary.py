"""The words of a reference answer: what each weighs, and which other words may stand for it."""

from __future__ import annotations

from functools import cache

from study.grading.language.language import Language
from study.grading.language.remembered import Remembered
from study.grading.language.stems import stem
from study.grading.language.text import Text
from study.grading.language.thesaurus import thesaurus_of
from study.grading.language.typos import TWICE, forgiven, letters

ASKED, ASKED_OTHERWISE, SMALL, LIGHT = 0.2, 0.3, 0.5, 0.3
"""What a word weighs that the question has as it is, or in another form; a small word that carries meaning; a word that
says little."""
FAMILY, MISTYPED, ALIKE = 0.9, 0.9, 0.85
"""How surely a word stands for another: of its family, mistyped, of like meaning or part of a longer one."""
FAMILIAR, BEGINS, PART = 3, 5, 4
"""Letters that words of one family begin with, that two words must begin with to be thought the same, and from which on
one may be part of another."""
KEPT = 20_000
"""Words that one reference remembers having looked up."""

Heard = tuple[int, str, float, bool]
"""A word that matters: its kind, the word of the reference it is, how surely, and whether a negation ends at it."""
MATCH, OPPOSITE, NEGATION, BREAK = range(4)


class ReferenceVocabulary:
    """The vocabulary of one reference answer, looked up once for each word that answers ever have."""

    def __init__(self, text: Text, question: Text, language: Language) -> None:
        self.language = language
        self.thesaurus = thesaurus_of(language)
        self.asked = {root for word, root in zip(question.words, question.stems, strict=True) if self._heavy(word)}
        self.weights: dict[str, float] = {}
        self.words: dict[str, str] = {}
        spoken, light = set(question.words), _light(language)
        for word, root in zip(text.words, text.stems, strict=True):
            weight = self._heavy(word)
            if weight and word not in language.negators:
                weight *= ASKED if word in spoken else ASKED_OTHERWISE if root in self.asked else 1.0
                self.weights.setdefault(root, weight * LIGHT if root in light else weight)
                self.words.setdefault(root, word)
        self.bare = not self.weights
        if self.bare:
            self.weights = dict.fromkeys(text.stems, 1.0)
            self.words = {root: root for root in self.weights}
        self._neighbours()
        self.seen: Remembered[Heard | None] = Remembered(self._look_up, KEPT)

    def _heavy(self, word: str) -> float:
        if word not in self.language.stop:
            return 1.0
        return SMALL if word in self.language.meaningful else 0.0

    def _neighbours(self) -> None:
        """The ways by which another word may stand for a word of the reference."""
        self._mistyped: dict[str, list[tuple[str, str, int, int]]] = {}
        self._begins: dict[str, list[str]] = {}
        self._first: dict[str, list[str]] = {}
        self._last: dict[str, list[str]] = {}
        for root in self.weights:
            if root[:1].isalpha():
                meant = self.words[root]
                candidate = root, meant, letters(meant), 2 if len(meant) < TWICE else 4
                for letter in set(root[:2]):
                    self._mistyped.setdefault(letter, []).append(candidate)
            if len(root) >= PART:
                self._first.setdefault(root[:PART], []).append(root)
                self._last.setdefault(root[-PART:], []).append(root)
            if len(root) >= BEGINS:
                self._begins.setdefault(root[:BEGINS], []).append(root)
        self._families: dict[str, str] = {}
        self._begin_families = {root[:FAMILIAR] for root in self.weights} if self.thesaurus.knows else set()
        self._alike: dict[str, str] = {}
        self._opposed: dict[str, str] = {}
        for root in self.weights if self.thesaurus.knows else ():
            self._families.setdefault(self.thesaurus.family(root), root)
            for other in self.thesaurus.same(root):
                self._alike.setdefault(other, root)
            for other in self.thesaurus.opposites.get(root, ()):
                self._opposed.setdefault(other, root)

    def recognise(self, word: str, root: str, *, mistyped: bool = True) -> tuple[str, float]:
        """Which word of the reference this is, and how surely; below 0: it is its opposite.

        `mistyped`: whether it may be one that was mistyped.
        """
        if root in self.weights:
            return root, 1.0
        if word in self.language.stop:
            return (self._opposed.get(root, ""), -1.0) if word in self.language.meaningful else ("", 0.0)
        other = self._families.get(self.thesaurus.family(root)) if root[:FAMILIAR] in self._begin_families else None
        if other is not None:
            return other, FAMILY
        if root in self._opposed:
            return self._opposed[root], -1.0
        if mistyped and (meant := self._typed(word, root)):
            return meant, MISTYPED
        return self._alike.get(root) or self._longer(root), ALIKE

    def _typed(self, word: str, root: str) -> str:
        """The word of the reference that this one is if it was mistyped."""
        near = self._mistyped.get(word[0])
        if near is not None and len(word) >= 3 and root not in self.asked:
            mine = letters(word)
            for other, meant, others, most in near:
                if (mine ^ others).bit_count() <= most and (forgiven(word, meant) or _stem_forgiven(root, other)):
                    return other
        return ""

    def _longer(self, root: str) -> str:
        """The word of the reference that is part of a longer one ("path" of "pathway"), or begins as it does."""
        most = len(root) - 3
        if most >= PART:
            found = [one for one in self._first.get(root[:PART], ()) if len(one) <= most and root.startswith(one)]
            found += [one for one in self._last.get(root[-PART:], ()) if len(one) <= most and root.endswith(one)]
            if found:
                return max(found, key=len)
        for other in self._begins.get(root[:BEGINS], ()):
            size = max(BEGINS, min(len(root), len(other)) - 1)
            if root[:size] == other[:size]:
                return other
        return ""

    def known(self, text: Text) -> list[tuple[int, Heard]]:
        """The words of an answer that matter, with their places."""
        return [(i, one) for i, one in enumerate(map(self.seen.__getitem__, text.words)) if one]

    def _look_up(self, word: str) -> Heard | None:
        """The word as one that matters, if it does."""
        breaks = word in self.language.breaks
        root = stem(word, self.language)
        if word in self.language.negators and not (self.bare and root in self.weights):
            return NEGATION, "", 0.0, breaks
        other, strength = self.recognise(word, root)
        if other:
            return OPPOSITE if strength < 0 else MATCH, other, strength, breaks
        return (BREAK, "", 0.0, True) if breaks else None


def _stem_forgiven(root: str, other: str) -> bool:
    return len(root) >= 4 and len(other) >= 4 and forgiven(root, other)


@cache
def _light(language: Language) -> frozenset[str]:
    """The stems of a language's words that say little."""
    return frozenset(stem(word, language) for word in language.light)
