"""Finds what answers a question among questions that have an answer, by the words they share; no model is asked.

Words count as in grading: in any form, mistyped, or by another of like meaning, the course's own synonyms among them.
What a word is worth follows from how few of the entries have it; a word that some entry has as it is was not mistyped.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from study.grading.language.languages import language_of
from study.grading.language.text import Text
from study.grading.similarity.vocabulary import ReferenceVocabulary

IN_ANSWER = 0.5
"""What a word is worth that stands in an entry's answer alone."""
INEXACT = 0.8
"""What a word is worth that is only like one of the entry's, beside how surely it is that one."""
MISTYPED = 5
"""Letters from which on a word that no entry has may be one that was mistyped."""
OWN = 0.6
"""How much of the likeness is that the entry has the words asked for; the rest is that they are what it asks."""
USUAL = 0.7
"""How far a question counts as of the usual length: more words make it no less like, fewer no more."""
CONFIDENT, LEAD = 0.5, 0.1
"""How like an entry must be to be told as the answer, and how much more than any other."""
OFFERED = 0.22
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
    """An entry, and how like what was asked it is, from 0 to 1.

    `fits`: its question has half of the words asked for, and no entry has more of them, by what they are worth.
    """

    known: Known
    similarity: float
    fits: bool


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
    confident = bool(near) and near[0].fits and near[0].similarity >= max(CONFIDENT, second + LEAD)
    known = tuple(one.known for one in near)
    return Offer(known[0], known[1:]) if confident else Offer(None, known)


class Lookup:
    """Entries read once, in which many questions are looked up. `tag` is their language; synonyms come as lists."""

    def __init__(self, known: Sequence[Known], tag: str, synonyms: Sequence[Sequence[str]] = ()) -> None:
        self._language = language_of(tag)
        self._synonyms = {word.casefold(): each[0] for each in synonyms for word in each}
        words = sorted(self._synonyms, key=len, reverse=True)
        self._any = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, words))})s?(?!\w)", re.IGNORECASE)
        self._nothing = Text("", self._language)
        self._known = tuple(known)
        self._questions = [self._vocabulary(one.question) for one in known]
        self._answers = [self._vocabulary(one.answer) for one in known]
        pairs = zip(self._questions, self._answers, strict=True)
        self._spread = Counter(
            stem for asked, answered in pairs for stem in asked.weights.keys() | answered.weights.keys()
        )
        self._worth = [
            {stem: weight * self._rarity(stem) for stem, weight in one.weights.items()} for one in self._questions
        ]
        self._usual = sum(sum(one.values()) for one in self._worth) / max(1, len(self._worth))

    def find(self, question: str) -> tuple[Found, ...]:
        """The entries most like a question, the likest first."""
        wanted = self._text(question)
        asked = self._vocabulary(question)
        worth = {stem: weight * self._rarity(stem) for stem, weight in asked.weights.items()} if wanted.words else {}
        total = sum(worth.values())
        if not total:
            return ()
        words = dict(zip(wanted.stems, wanted.words, strict=True))
        shares = [self._shares(n, worth, words) for n in range(len(self._known))]
        most = max((got for got, _own, _covered in shares), default=0.0)
        found = [
            Found(one, OWN * got / total + (1 - OWN) * covered, fits=own >= total / 2 and got >= most)
            for one, (got, own, covered) in zip(self._known, shares, strict=True)
        ]
        return tuple(sorted(found, key=lambda one: -one.similarity)[:AT_MOST])

    def _text(self, text: str) -> Text:
        if self._synonyms:
            text = self._any.sub(lambda found: self._synonyms[found[1].casefold()], text)
        return Text(text, self._language)

    def _vocabulary(self, text: str) -> ReferenceVocabulary:
        return ReferenceVocabulary(self._text(text), self._nothing, self._language)

    def _rarity(self, stem: str) -> float:
        return math.log(1 + len(self._known) / (0.5 + self._spread[stem]))

    def _shares(self, n: int, worth: dict[str, float], words: dict[str, str]) -> tuple[float, float, float]:
        """How much of what is asked an entry has, how much of it in its question, and how much of that was asked."""
        got, own_got, met = 0.0, 0.0, dict[str, float]()
        for stem, each in worth.items():
            own, strength = self._recognised(self._questions[n], words[stem], stem)
            if strength:
                got += each * strength
                own_got += each * strength
                met[own] = max(met.get(own, 0.0), strength)
            else:
                got += each * IN_ANSWER * self._recognised(self._answers[n], words[stem], stem)[1]
        there = USUAL * self._usual + (1 - USUAL) * sum(self._worth[n].values())
        covered = sum(self._worth[n][stem] * strength for stem, strength in met.items()) / there if there else 0.0
        return got, own_got, min(1.0, covered)

    def _recognised(self, vocabulary: ReferenceVocabulary, word: str, stem: str) -> tuple[str, float]:
        """Which word of an entry this is, and how surely; 0 where it is none, or the opposite of one."""
        mistyped = len(stem) >= MISTYPED and not self._spread[stem]
        own, strength = vocabulary.recognise(word, stem, mistyped=mistyped)
        if not own or strength <= 0:
            return "", 0.0
        return own, strength if strength == 1 else INEXACT * strength
