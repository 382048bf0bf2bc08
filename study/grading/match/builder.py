"""What the matchers of one rubric share: its vocabulary, its synonyms, the question it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from study.grading.language.language import Language
from study.grading.language.text import Text
from study.grading.match.matcher import Matcher
from study.grading.match.phrases import Phrase, number_phrase, phrase_of
from study.grading.match.vocabulary import Vocabulary

VARIANTS = 32
"""Ways of writing one alternative that synonyms may make."""

Way = tuple[Phrase, ...]
"""Phrases that stand near one another."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How strictly something is looked for.

    `typos`: typing errors are forgiven. `negation`: a "not" matters. `alike`: words of general English that mean nearly
    the same will do. `whole`: half of it is nothing.
    """

    typos: bool = True
    negation: bool = True
    alike: bool = True
    whole: bool = False

    def all_of_it(self) -> Tolerance:
        """The same, where half is nothing."""
        return replace(self, whole=True)

    def even_denied(self) -> Tolerance:
        """The same, where a "not" does not matter."""
        return replace(self, negation=False)


@dataclass(slots=True)
class Builder:
    """Compiles what is written over one shared vocabulary."""

    language: Language
    synonyms: tuple[tuple[str, ...], ...] = ()
    question: str = ""
    vocabulary: Vocabulary = field(init=False)
    asked: Text = field(init=False)
    names: tuple[tuple[str, str], ...] = field(init=False)
    """Long names of the synonyms with their short ones, as formulas write them."""
    made: dict[tuple[object, Tolerance], Matcher] = field(default_factory=dict)
    """Matchers that may stand in several places."""
    _groups: list[list[tuple[str, ...]]] = field(init=False)
    _firsts: list[set[str]] = field(init=False)
    _roots: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.vocabulary = Vocabulary(self.language)
        self.asked = Text(self.question, self.language)
        self._groups = [[tuple(Text(one, self.language).stems) for one in group] for group in self.synonyms]
        self._firsts = [{member[0] for member in group if member} for group in self._groups]
        self.names = tuple(
            (" ".join(Text(long, self.language).words), min(group, key=len).lower())
            for group in self.synonyms
            for long in sorted(group, key=len, reverse=True)
            if long != min(group, key=len)
        )

    def ways(self, text: str, typos: bool) -> list[Way]:
        """One written alternative in every way that the synonyms write it; a way without a word is left out."""
        ways: list[Way] = []
        for variant in self._variants(text):
            phrases = [self._phrase(part, typos) for part in _split_near(variant)]
            ways.append(tuple(phrase for phrase in phrases if phrase is not None))
            if None in phrases:
                return []
            joined = self._as_one_word(variant, typos) if len(phrases) == 1 else None
            if joined is not None:
                ways.append((joined,))
        return ways

    def _phrase(self, text: str, typos: bool) -> Phrase | None:
        of_numbers = None if '"' in text else number_phrase(text, self.vocabulary, typos)
        return of_numbers or phrase_of(text, self.vocabulary, typos)

    def _as_one_word(self, text: str, typos: bool) -> Phrase | None:
        """Two plain words written as one: "dataset", "nodejs"."""
        if '"' in text or "*" in text:
            return None
        words = Text(text, self.language).words
        if len(words) != 2 or not all(word.isalpha() and word not in self.language.stop for word in words):
            return None
        return phrase_of("".join(words), self.vocabulary, typos)

    def _variants(self, text: str) -> list[str]:
        out = [text]
        if '"' in text:
            return out
        roots = [self._roots_of(text)]
        for group, first, written in zip(self._groups, self._firsts, self.synonyms, strict=True):
            for variant, flat in list(zip(out, roots, strict=True)):
                if first.isdisjoint(flat):
                    continue
                pieces = variant.split()
                for start, size in _members(flat, group):
                    for other in written:
                        new = " ".join([*pieces[:start], other, *pieces[start + size :]])
                        if new.lower() not in {one.lower() for one in out} and len(out) < VARIANTS:
                            out.append(new)
                            roots.append(self._roots_of(new))
        return out

    def _roots_of(self, text: str) -> list[str]:
        """The stem of each piece that is one word; for another what no synonym has."""
        for piece in text.split():
            if piece not in self._roots:
                stems = Text(piece, self.language).stems
                self._roots[piece] = stems[0] if len(stems) == 1 else "\0"
        return [self._roots[piece] for piece in text.split()]


def _members(stems: list[str], group: list[tuple[str, ...]]) -> list[tuple[int, int]]:
    """Where a synonym of a group stands among stems, and how many of them it is."""
    return [
        (start, len(member))
        for member in filter(None, group)
        for start in range(len(stems) - len(member) + 1)
        if tuple(stems[start : start + len(member)]) == member
    ]


def _split_near(text: str) -> list[str]:
    parts: list[list[str]] = [[]]
    for word in text.split():
        if word == "near":
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts]
