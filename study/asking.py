"""Finds what answers a question among questions that have an answer, by the words they share; no model is asked.

Words count as in grading: in any form, mistyped, or by another of like meaning. What a word is worth follows from how
few of the entries have it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from study.grading.language.languages import language_of
from study.grading.language.text import Text
from study.grading.similarity.vocabulary import ReferenceVocabulary

IN_ANSWER = 0.5
"""What a word is worth that stands in an entry's answer alone."""
OWN = 0.6
"""How much of the likeness is that the entry has the words asked for; the rest is that they are what it asks."""
CONFIDENT, LEAD = 0.5, 0.05
"""How like an entry must be to be told as the answer, and how much more than any other."""
OFFERED = 0.25
"""How like an entry must be to be offered at all."""
AT_MOST = 3
"""So many entries are offered."""


@dataclass(frozen=True, slots=True)
class Known:
    """A question with its answer. `ref` is what whoever handed it in calls it."""

    ref: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Found:
    """An entry, and how like what was asked it is, from 0 to 1."""

    known: Known
    similarity: float


@dataclass(frozen=True, slots=True)
class Offer:
    """What is said to a question: its answer where that is sure, and what else may have been meant."""

    answer: Known | None
    others: tuple[Known, ...]

    @property
    def all(self) -> tuple[Known, ...]:
        """The answer and the others."""
        return self.others if self.answer is None else (self.answer, *self.others)


def offer(found: Sequence[Found]) -> Offer:
    """What may be said of what was found, the likest first; nothing where nothing is like enough."""
    near = [one for one in found if one.similarity >= OFFERED]
    second = found[1].similarity if len(found) > 1 else 0.0
    confident = bool(near) and near[0].similarity >= CONFIDENT and near[0].similarity - second >= LEAD
    known = tuple(one.known for one in near)
    return Offer(known[0], known[1:]) if confident else Offer(None, known)


class Lookup:
    """Entries read once, in which many questions are looked up. `tag` is their language."""

    def __init__(self, known: Sequence[Known], tag: str) -> None:
        self._language = language_of(tag)
        self._nothing = Text("", self._language)
        self._known = tuple(known)
        self._questions = [self._vocabulary(one.question) for one in known]
        self._answers = [self._vocabulary(one.answer) for one in known]
        pairs = zip(self._questions, self._answers, strict=True)
        self._spread = Counter(
            stem for asked, answered in pairs for stem in asked.weights.keys() | answered.weights.keys()
        )

    def find(self, question: str) -> tuple[Found, ...]:
        """The entries most like a question, the likest first."""
        wanted = Text(question, self._language)
        asked = self._vocabulary(question)
        worth = {stem: weight * self._rarity(stem) for stem, weight in asked.weights.items()} if wanted.words else {}
        total = sum(worth.values())
        if not total:
            return ()
        words = dict(zip(wanted.stems, wanted.words, strict=True))
        found = [Found(one, self._similarity(n, worth, words, total)) for n, one in enumerate(self._known)]
        return tuple(sorted(found, key=lambda one: -one.similarity)[:AT_MOST])

    def _vocabulary(self, text: str) -> ReferenceVocabulary:
        return ReferenceVocabulary(Text(text, self._language), self._nothing, self._language)

    def _rarity(self, stem: str) -> float:
        return math.log(1 + len(self._known) / (0.5 + self._spread[stem]))

    def _similarity(self, n: int, worth: dict[str, float], words: dict[str, str], total: float) -> float:
        """How much of what is asked an entry has, and how much of what the entry asks was asked."""
        got, met = 0.0, dict[str, float]()
        for stem, each in worth.items():
            own, strength = _recognised(self._questions[n], words[stem], stem)
            if strength:
                got += each * strength
                met[own] = max(met.get(own, 0.0), strength)
            elif _recognised(self._answers[n], words[stem], stem)[1]:
                got += each * IN_ANSWER
        weights = {stem: weight * self._rarity(stem) for stem, weight in self._questions[n].weights.items()}
        there = sum(weights.values())
        covered = sum(weights[stem] * strength for stem, strength in met.items()) / there if there else 0.0
        return OWN * got / total + (1 - OWN) * covered


def _recognised(vocabulary: ReferenceVocabulary, word: str, stem: str) -> tuple[str, float]:
    """Which word of an entry this is, and how surely; 0 where it is none, or the opposite of one."""
    own, strength = vocabulary.recognise(word, stem)
    return (own, strength) if own and strength > 0 else ("", 0.0)
