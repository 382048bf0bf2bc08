"""How nearly an answer says what a reference says, judged by words: what a drafted rubric goes by.

The weights below are few and global. They were chosen on public answers with teachers' grades and hold when whole data
sets are left out; `docs/grading.md` says how well. Length is never rewarded.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import lru_cache

from study.grading import thesaurus
from study.grading.language import Language
from study.grading.patterns import MEANINGFUL
from study.grading.text import Text
from study.grading.typing_errors import forgiven

ASKED, ASKED_OTHERWISE, SMALL = 0.2, 0.35, 0.5
"""What a word weighs that the question has as it is, or in another form, and a small word that carries meaning."""
FAMILY, MISTYPED, ALIKE, TURNED = 0.9, 0.9, 0.85, 0.8
"""How surely a word stands for another: of its family, mistyped, of like meaning, its opposite denied."""
BEST, LETTERS, SPOKEN = 0.25, 0.45, 0.4
"""Weights, beside 1 for cover: the best covered statement, pairs of letters in common, the reference's small words."""
DENIED, SHARP, INCOHERENT, STRANGE = 0.35, 0.25, 0.06, 0.08
"""What turned polarity, foreign opposites, statements mixed up and foreign names take away."""
STATEMENT = 2.0
"""Weight of words from which on a statement stands by itself."""
COPIED = 0.9
"""Cover and letters in common from which on an answer copies the reference, so that another "not" refutes it."""
CURVE = 0.7
"""Teachers give more for the first half of an answer than for the second."""


@dataclass(slots=True)
class Evidence:
    """What one pass over an answer shows; shares from 0 to 1, and which word of the reference was found where."""

    cover: float = 0.0
    best: float = 0.0
    letters: float = 0.0
    spoken: float = 0.0
    precision: float = 0.0
    denied: float = 0.0
    sharp: float = 0.0
    coherent: float = 1.0
    strange: float = 0.0
    together: float = 1.0
    small: float = 0.0
    refuted: bool = False
    foreign: int = 0
    words: int = 0
    strengths: dict[str, float] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    turned: set[str] = field(default_factory=set)

    @property
    def likeness(self) -> float:
        """One number from 0 to 1."""
        base = (
            self.cover + BEST * self.best + LETTERS * self.letters + SPOKEN * self.spoken * min(1.0, self.cover * 2)
        ) / (1 + BEST + LETTERS + SPOKEN)
        base *= 1 - SHARP * self.sharp
        base *= (1 - INCOHERENT * (1 - self.coherent)) * (1 - STRANGE * self.strange)
        return float(min(1.0, max(0.0, base)) ** CURVE) * (1 - DENIED * self.denied)


@lru_cache(maxsize=65536)
def _letters(word: str) -> frozenset[str]:
    framed = f"#{word}#"
    return frozenset(framed[i : i + 2] for i in range(len(framed) - 1))


_NOTHING: frozenset[str] = frozenset()
Known = tuple[int, str, float, bool, bool, bool]
MATCH, ASKED_WORD, OPPOSITE, STOP, STOP_ASKED, FOREIGN, SHARP_WORD, NEGATION = range(8)
BARE = 0.06
"""Share of small words below which a text may be words without a sentence."""


class Likeness:
    """One reference answer, read once, against which many answers are measured."""

    def __init__(self, reference: str, question: str, language: Language) -> None:
        self.language = language
        self.english = language.tag == "en"
        self.text = text = Text(reference, language)
        asked_text = Text(question, language)
        spoken = set(asked_text.words)
        stop = language.stop
        self.asked = {root for word, root in zip(asked_text.words, asked_text.stems, strict=True) if self._heavy(word)}
        self.parity = _parities(text, language)
        self.weights: dict[str, float] = {}
        self.words: dict[str, str] = {}
        line: list[str] = []
        self.statements: dict[int, set[str]] = {}
        self.part_of: dict[str, set[int]] = {}
        for i, (word, root) in enumerate(zip(text.words, text.stems, strict=True)):
            self.part_of.setdefault(root, set()).add(text.clause[i])
            weight = self._heavy(word)
            if not weight or word in language.negators:
                continue
            told = ASKED if word in spoken else ASKED_OTHERWISE if root in self.asked else 1.0
            self.weights.setdefault(root, weight * told)
            self.words.setdefault(root, word)
            self.statements.setdefault(text.sentence[i], set()).add(root)
            line.append(root)
        if not self.weights:
            self.weights = dict.fromkeys(text.stems, 1.0)
            self.words = {root: root for root in self.weights}
            self.parity = dict.fromkeys(text.stems, 0)
            self.statements = {0: set(self.weights)}
            line = list(text.stems)
        self.total = sum(self.weights.values())
        self.next = {(a, b) for a, b in itertools.pairwise(line) if a != b}
        self.statement_totals = {k: sum(self.weights[root] for root in roots) for k, roots in self.statements.items()}
        self.statement_least = min(max(self.statement_totals.values()), STATEMENT)
        self.negations = sum(word in language.negators for word in text.words)
        self.many = len(set(text.clause)) > 1
        self.small = {word for word in text.words if word in stop}
        self.asked_letters = _NOTHING.union(*map(_letters, spoken))
        heavy = [word for word in text.words if word not in stop]
        self.letters = _NOTHING.union(*map(_letters, heavy)) - self.asked_letters
        self.called = _names(text, language)
        self.quiet = _names(asked_text, language) - self.called
        self.sharp = frozenset(thesaurus.opposites()) if self.english else frozenset()
        self._neighbours()
        self.stated: dict[str, list[int]] = {root: [] for root in self.weights}
        for k, roots in self.statements.items():
            for root in roots:
                self.stated[root].append(k)
        self._seen: dict[str, Known] = {}

    def _neighbours(self) -> None:
        """The ways by which another word may stand for a word of the reference."""
        self._by_letter: dict[str, list[str]] = {}
        for root in self.weights:
            if root[:1].isalpha():
                for letter in set(root[:2]):
                    self._by_letter.setdefault(letter, []).append(root)
        self._families: dict[str, str] = {}
        self._alike: dict[str, str] = {}
        self._opposed: dict[str, str] = {}
        if not self.english:
            return
        against = thesaurus.opposites()
        for root in self.weights:
            self._families.setdefault(thesaurus.family(root), root)
            for other in thesaurus.same(root):
                if other not in self.weights:
                    self._alike.setdefault(other, root)
            for other in against.get(root, ()):
                if other not in self.weights:
                    self._opposed.setdefault(other, root)

    def _heavy(self, word: str) -> float:
        if word not in self.language.stop:
            return 1.0
        return SMALL if self.english and word in MEANINGFUL else 0.0

    def recognise(self, word: str, root: str) -> tuple[str, float]:
        """Which word of the reference this is, and how surely; below 0: it is its opposite."""
        if root in self.weights:
            return root, 1.0
        if word in self.language.stop:
            return "", 0.0
        if self.english:
            other = self._families.get(thesaurus.family(root))
            if other is not None:
                return other, FAMILY
        if root in self._opposed:
            return self._opposed[root], -1.0
        if len(word) >= 3 and root not in self.asked:
            for other in self._by_letter.get(word[0], ()):
                if forgiven(word, self.words[other]) or (len(other) >= 4 and len(root) >= 4 and forgiven(root, other)):
                    return other, MISTYPED
        if root in self._alike:
            return self._alike[root], ALIKE
        if len(root) >= 5:
            for other in self._by_letter.get(root[0], ()):
                size = min(len(root), len(other))
                if size >= 5 and root[: max(5, size - 1)] == other[: max(5, size - 1)]:
                    return other, ALIKE
        return "", 0.0

    def _known(self, word: str, root: str) -> Known:
        """All that matters about a word of an answer, looked up once for each word ever seen."""
        language = self.language
        name = len(word) == 1 or word.isdigit()
        glue = word in (language.glue or language.stop)
        if word in language.negators:
            known: Known = (NEGATION, "", 0.0, glue, word in language.breaks, name)
        else:
            other, strength = self.recognise(word, root)
            if strength > 0:
                kind = ASKED_WORD if other in self.asked else MATCH
            elif strength < 0:
                kind = OPPOSITE
            elif word in language.stop:
                kind = STOP
            elif root in self.asked:
                kind = STOP_ASKED
            else:
                kind = SHARP_WORD if root in self.sharp else FOREIGN
            known = (kind, other, strength, glue, word in language.breaks, name)
        if len(self._seen) < 20000:
            self._seen[word] = known
        return known

    def evidence(self, text: Text) -> Evidence:
        """Everything that one pass over an answer shows."""
        out = Evidence(words=len(text.words))
        if not out.words or not self.total:
            return out
        after_not = self.language.after_not
        seen, weights = self._seen, self.weights
        strengths, positions = out.strengths, out.positions
        words, sentences = text.words, text.sentence
        places: list[tuple[int, str]] = []
        agreed: dict[str, int] = {}
        opposed: dict[str, int] = {}
        unit: list[str] = []
        content = matched = small = own = odd = sharp = negations = 0
        named = False
        sentence = 0
        for i, word in enumerate(words):
            known = seen.get(word) or self._known(word, text.stems[i])
            kind, other, strength, glue, breaks, name = known
            if sentences[i] != sentence or (breaks and unit):
                if unit:
                    self._close(unit, odd, agreed)
                    unit = []
                odd, sentence = 0, sentences[i]
            small += glue
            named = named or name
            if kind == STOP:
                continue
            if kind == NEGATION:
                negations += 1
                if not (i + 1 < out.words and words[i + 1] in after_not):
                    odd ^= 1
                continue
            content += 1
            if kind <= ASKED_WORD:
                if kind == MATCH:
                    matched += 1
                    own += 1
                if strength > strengths.get(other, 0.0):
                    strengths[other] = strength
                    positions[other] = i
                unit.append(other)
                places.append((content, other))
            elif kind == OPPOSITE:
                own += 1
                odd ^= 1
                opposed[other] = i
                unit.append("\0" + other)
                places.append((content, other))
            elif kind != STOP_ASKED:
                own += 1
                sharp += kind == SHARP_WORD
        if unit:
            self._close(unit, odd, agreed)
        for other, place in opposed.items():
            if agreed.get("\0" + other, 0) & 1:
                matched += 1
                if other not in strengths:
                    strengths[other] = TURNED
                    positions[other] = place
                    agreed[other] = 1
        got = denied = 0.0
        for root, strength in strengths.items():
            weight = weights[root] * strength
            got += weight
            if agreed.get(root) == 2:
                denied += weight
                out.turned.add(root)
        out.small = small / out.words
        out.foreign = own - matched
        out.cover = min(1.0, got / self.total)
        out.precision = matched / own if own else 0.0
        out.sharp = sharp / own if own else 0.0
        out.denied = denied / got if got else 0.0
        if out.small < BARE:
            out.together = self._together(places, strengths)
        out.best = self._best(strengths)
        spoken = set(words)
        out.letters = self._letters_in_common(spoken)
        out.spoken = len(self.small & spoken) / len(self.small) if self.small else out.cover
        out.refuted = out.cover > COPIED and out.letters > COPIED and negations != self.negations
        if named and self.called:
            called = _names(text, self.language) - self.quiet
            out.strange = len(called - self.called) / len(called) if called else 0.0
        if self.many and len(positions) > 1:
            out.coherent = self._coherent(text, positions)
        return out

    def _close(self, unit: list[str], odd: int, agreed: dict[str, int]) -> None:
        parity = self.parity
        for root in unit:
            wanted = parity[root[1:] if root[0] == "\0" else root]
            agreed[root] = agreed.get(root, 0) | (1 if wanted in (2, odd) else 2)

    def _together(self, places: list[tuple[int, str]], strengths: dict[str, float]) -> float:
        possible = sum(1 for a, b in self.next if a in strengths and b in strengths)
        if not possible:
            return 1.0
        nexts = self.next
        found = {(one, two) for (a, one), (b, two) in itertools.pairwise(places) if b - a <= 3 and (one, two) in nexts}
        return len(found) / possible

    def _best(self, strengths: dict[str, float]) -> float:
        weights, stated = self.weights, self.stated
        got: dict[int, float] = {}
        for root, strength in strengths.items():
            weight = weights[root] * strength
            for k in stated[root]:
                got[k] = got.get(k, 0.0) + weight
        least, totals = self.statement_least, self.statement_totals
        return max((value / max(totals[k], least) for k, value in got.items()), default=0.0)

    def _letters_in_common(self, spoken: set[str]) -> float:
        if not self.letters:
            return 0.0
        mine = _NOTHING.union(*map(_letters, spoken - self.language.stop)) - self.asked_letters
        return 2 * len(mine & self.letters) / (len(mine) + len(self.letters)) if mine else 0.0

    def _coherent(self, text: Text, positions: dict[str, int]) -> float:
        same = pairs = 0
        before: set[int] | None = None
        clause = -1
        for place, root in sorted((place, root) for root, place in positions.items()):
            here = self.part_of[root]
            if len(here) == 1:
                if before is not None and text.clause[place] == clause:
                    pairs += 1
                    same += before == here
                before, clause = here, text.clause[place]
        return same / pairs if pairs else 1.0


def _parities(text: Text, language: Language) -> dict[str, int]:
    """For each stem, whether the reference denies it: 0 no, 1 yes, 2 now this, now that."""
    out: dict[str, int] = {}
    unit: list[str] = []
    odd = 0
    for i, (word, root) in enumerate(zip(text.words, text.stems, strict=True)):
        if i and (text.sentence[i] != text.sentence[i - 1] or (word in language.breaks and unit)):
            for one in unit:
                out[one] = odd if out.get(one, odd) == odd else 2
            unit, odd = [], 0
        if word in language.negators:
            odd ^= not (i + 1 < len(text.words) and text.words[i + 1] in language.after_not)
        unit.append(root)
    for one in unit:
        out[one] = odd if out.get(one, odd) == odd else 2
    return out


def _names(text: Text, language: Language) -> set[str]:
    """The letters and numbers that a text calls things by; a lone "a" only where it is no article."""
    out = {word for word in text.words if len(word) == 1 or word.isdigit()}
    if "a" in out:
        words, clause, last = text.words, text.clause, len(text.words) - 1
        places = (i for i, word in enumerate(words) if word == "a")
        if not any(i == last or clause[i + 1] != clause[i] or words[i + 1] in language.stop for i in places):
            out.discard("a")
    return out
