"""How nearly an answer says what a reference says, judged by words: what a drafted rubric goes by.

Three things are counted: the words of the reference that are covered, the pairs of letters in common, and the small
words. They were kept because they agree with teachers on sets of answers that were left out; finer rules about
opposites, names and subjects did not (`docs/results/grading.md`). Length is never rewarded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import compress, pairwise
from operator import not_

from study.grading.language.language import Language
from study.grading.language.text import Text
from study.grading.similarity.letters import pairs_of_letters
from study.grading.similarity.vocabulary import MATCH, NEGATION, OPPOSITE, Heard, ReferenceVocabulary

LETTERS, SPOKEN = 0.34, 0.3
"""Weights, beside 1 for cover: pairs of letters in common, the reference's small words."""
DENIED = 0.5
"""What denying the words of the reference takes away."""
NEGATED = 0.8
"""How surely the opposite of a word, denied, stands for it."""
MEANT = 0.8
"""How much of its subject a pronoun stands for, where all else is said."""
CURVE = 0.7
"""Teachers give more for the first half of an answer than for the second."""
LONG, MANY = 0.3, 15.0
"""How much more easily a long reference is met, all of which teachers do not expect; weight of words of a long one."""
DRAFT_ACCEPT = 0.56
"""Score from which on an answer says what the reference says, as far as that is known of public answers."""
REFUTED, JUMBLED = 0.25, 0.45
"""What an answer earns at most that denies what the reference says; and whose words are no sentence."""
SAID, BARE, APART = 0.6, 0.06, 0.67
"""Cover above which an answer may be words without a sentence; shares of small words, and of neighbours left
neighbours, below which it is."""
COPIED = 0.9
"""Cover and letters in common from which on an answer copies the reference, so that another "not" refutes it."""
OPPOSED = "\0"
"""What the opposite of a word is marked by."""


@dataclass(slots=True)
class Evidence:
    """What one pass over an answer shows; shares from 0 to 1, and which word of the reference was found where.

    `refuted`: it copies the reference but for a "not"; `jumbled`: the reference's words stand there without the small
    words and the neighbours of a sentence.
    """

    cover: float = 0.0
    letters: float = 0.0
    spoken: float = 0.0
    denied: float = 0.0
    refuted: bool = False
    jumbled: bool = False
    ease: float = 1.0
    strengths: dict[str, float] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    negated: set[str] = field(default_factory=set)

    @property
    def similarity(self) -> float:
        """One number from 0 to 1."""
        base = self.cover + LETTERS * self.letters + SPOKEN * self.spoken * min(1.0, self.cover * 2)
        base /= 1 + LETTERS + SPOKEN
        return float((min(1.0, max(0.0, base)) ** CURVE * (1 - DENIED * self.denied**2)) ** self.ease)

    @property
    def score(self) -> float:
        """The similarity, held back where it was come by cheaply."""
        held = JUMBLED if self.jumbled else REFUTED if self.refuted else 1.0
        return min(self.similarity, held)


@lru_cache(maxsize=64)
def _spoken(text: Text, stop: frozenset[str]) -> tuple[set[str], int]:
    """The words of an answer and their pairs of letters: the same for every reference."""
    spoken = set(text.words)
    return spoken, pairs_of_letters(spoken - stop)


class Similarity:
    """One reference answer, read once, against which many answers are measured."""

    def __init__(self, reference: str, asked: Text, language: Language) -> None:
        self.language = language
        self.text = text = Text(reference, language)
        self.vocabulary = ReferenceVocabulary(text, asked, language)
        self.weights = self.vocabulary.weights
        self.parity = dict.fromkeys(text.stems, 0) if self.vocabulary.bare else _parities(text, language)
        self.total = sum(self.weights.values())
        self.ease = 1 - LONG * min(1.0, self.total / MANY)
        self.subject = _subject(text, language) & self.weights.keys()
        self.rest = self.total - sum(self.weights[root] for root in self.subject)
        line = [root for root in text.stems if root in self.weights]
        self.next = {(a, b) for a, b in pairwise(line) if a != b}
        self.negations = sum(word in language.negators for word in text.words)
        self.small = {word for word in text.words if word in language.stop}
        self.asked_letters = pairs_of_letters(asked.words)
        self.letters = pairs_of_letters(set(text.words) - language.stop) & ~self.asked_letters

    def evidence(self, text: Text) -> Evidence:
        """Everything that one pass over an answer shows."""
        out = Evidence(ease=self.ease)
        if not text.words or not self.total:
            return out
        heard = self.vocabulary.known(text)
        agreed, opposed, negations = self._hear(text, heard, out)
        for other, place in opposed.items():
            if agreed[OPPOSED + other] & 1 and other not in out.strengths:
                out.strengths[other], out.positions[other], agreed[other] = NEGATED, place, 1
        spoken, letters = _spoken(text, self.language.stop)
        self._cover(agreed, spoken, out)
        out.letters = self._letters_in_common(letters) if self.letters else out.cover
        out.spoken = len(self.small & spoken) / len(self.small) if self.small else out.cover
        out.refuted = out.cover > COPIED and out.letters > COPIED and negations != self.negations
        out.jumbled = out.cover > SAID and self._jumbled(text, heard, out.strengths)
        return out

    def may_be_refuted(self, text: Text) -> bool:
        """Whether an answer has letters enough of the reference to copy it: told at less cost than all else."""
        return not self.letters or self._letters_in_common(_spoken(text, self.language.stop)[1]) > COPIED

    def _hear(
        self, text: Text, heard: list[tuple[int, Heard]], out: Evidence
    ) -> tuple[dict[str, int], dict[str, int], int]:
        """Which words of the reference an answer says (bit 1) and denies (bit 2) against it, and their opposites; and
        how many negations there are."""
        words, sentences, after_not = text.words, text.sentence, self.language.after_not
        strengths, positions = out.strengths, out.positions
        agreed: dict[str, int] = {}
        opposed: dict[str, int] = {}
        unit: list[str] = []
        odd = negations = sentence = at = 0
        for i, (kind, other, strength, breaks) in heard:
            if sentences[i] != sentence or (breaks and (unit or i - at > 1)):
                self._close(unit, odd, agreed)
                unit, odd, sentence, at = [], 0, sentences[i], i
            if kind == MATCH:
                if strength > strengths.get(other, 0.0):
                    strengths[other] = strength
                    positions[other] = i
                unit.append(other)
            elif kind == OPPOSITE:
                odd ^= OPPOSED + other not in unit
                opposed[other] = i
                unit.append(OPPOSED + other)
            elif kind == NEGATION:
                negations += 1
                at = i
                if i + 1 == len(words) or words[i + 1] not in after_not:
                    odd ^= 1
        self._close(unit, odd, agreed)
        return agreed, opposed, negations

    def _close(self, unit: list[str], odd: int, agreed: dict[str, int]) -> None:
        for root in unit:
            wanted = self.parity[root.removeprefix(OPPOSED)]
            agreed[root] = agreed.get(root, 0) | (1 if wanted in (2, odd) else 2)

    def _cover(self, agreed: dict[str, int], spoken: set[str], out: Evidence) -> None:
        """How much of the reference is said, and how much of what is said is denied."""
        weights, strengths = self.weights, out.strengths
        got = denied = 0.0
        for root, strength in strengths.items():
            weight = weights[root] * strength
            got += weight
            if agreed.get(root) == 2:
                denied += weight
                out.negated.add(root)
        out.denied = denied / got if got else 0.0
        if self.rest and not self.subject <= strengths.keys() and not self.language.pronouns.isdisjoint(spoken):
            there = sum(weights[root] * strengths[root] for root in self.subject if root in strengths)
            missing = sum(weights[root] for root in self.subject if root not in strengths)
            got += MEANT * missing * min(1.0, (got - there) / self.rest)
        out.cover = min(1.0, got / self.total)

    def _jumbled(self, text: Text, heard: list[tuple[int, Heard]], strengths: dict[str, float]) -> bool:
        """Whether an answer has next to no small words, and few of the reference's neighbours as neighbours."""
        glue = self.language.glue or self.language.stop
        if len(text) < 4 or sum(map(glue.__contains__, text.words)) / len(text) >= BARE:
            return False
        nexts = self.next
        possible = sum(1 for a, b in nexts if a in strengths and b in strengths)
        if not possible:
            return False
        places = [(i, one[1]) for i, one in heard if one[1]]
        found = {(one, two) for (a, one), (b, two) in pairwise(places) if b - a <= 3 and (one, two) in nexts}
        return len(found) / possible < APART

    def _letters_in_common(self, letters: int) -> float:
        mine = letters & ~self.asked_letters
        both = mine.bit_count() + self.letters.bit_count()
        return 2 * (mine & self.letters).bit_count() / both if both else 0.0


def _subject(text: Text, language: Language) -> set[str]:
    """The stems before the first auxiliary of a text's first sentence: what it speaks of."""
    for i, word in enumerate(text.words):
        if text.sentence[i]:
            break
        if word in language.auxiliaries:
            return set(compress(text.stems[:i], map(not_, text.small)))
    return set()


def _parities(text: Text, language: Language) -> dict[str, int]:
    """For each stem, whether the reference denies it: 0 no, 1 yes, 2 now this, now that."""
    out: dict[str, int] = {}
    unit: list[str] = []
    odd = at = 0
    for i, (word, root) in enumerate(zip(text.words, text.stems, strict=True)):
        ends = word in language.breaks and (unit or i - at > 1)
        if i and (text.sentence[i] != text.sentence[i - 1] or ends):
            for one in unit:
                out[one] = odd if out.get(one, odd) == odd else 2
            unit, odd, at = [], 0, i
        if word in language.negators:
            at = i
            odd ^= i + 1 == len(text.words) or text.words[i + 1] not in language.after_not
        unit.append(root)
    for one in unit:
        out[one] = odd if out.get(one, odd) == odd else 2
    return out
