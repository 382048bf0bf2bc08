"""What the matchers of one rubric share: its vocabulary, its synonyms, the question it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from study.grading.language.language import Language
from study.grading.language.remembered import Remembered
from study.grading.language.text import Text
from study.grading.match.matcher import Matcher
from study.grading.match.phrases import Phrase, number_phrase, phrase_of, written
from study.grading.match.vocabulary import Vocabulary

VARIANTS = 32
"""Ways of writing one alternative that synonyms may make."""

Way = tuple[Phrase, ...]
"""Phrases that stand near one another."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How strictly something is looked for.

    `typos`: typing errors are forgiven. `negation`: a "not" matters. `alike`: words of general English that mean nearly
    the same will do, and two words that touch in the other order. `whole`: half of it is nothing.
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


@dataclass(frozen=True, slots=True)
class _Synonyms:
    """The groups of words that mean the same, as they are looked for: the stems of each, and those they begin with."""

    groups: tuple[tuple[tuple[str, ...], ...], ...]
    firsts: tuple[frozenset[str], ...]
    first_of_any: frozenset[str]
    names: tuple[tuple[str, str], ...]


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
    _synonyms: _Synonyms = field(init=False)

    def __post_init__(self) -> None:
        self.vocabulary = Vocabulary(self.language)
        self.asked = Text(self.question, self.language)
        self._synonyms = _synonyms_of(self.synonyms, self.language)
        self.names = self._synonyms.names

    def has_words(self, text: str) -> bool:
        """Whether there is anything to look for in a written alternative, on each side of every `near`."""
        return all(
            _plain_letters(part)
            or Text(part.replace('"', " ").replace("*", " "), self.language).words
            or self._phrase(part, True) is not None
            for part in _split_near(text)
        )

    def ways(self, text: str, typos: bool) -> list[Way]:
        """One written alternative in every way that the synonyms write it; a way without a word is left out."""
        ways: list[Way] = []
        for variant in self._variants(text):
            phrases = [self._phrase(part, typos) for part in _split_near(variant)]
            if None in phrases:
                continue
            ways.append(tuple(phrase for phrase in phrases if phrase is not None))
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
        words = written(text, self.language).words
        if len(words) != 2 or not all(word.isalpha() and word not in self.language.stop for word in words):
            return None
        return phrase_of("".join(words), self.vocabulary, typos)

    def _variants(self, text: str) -> list[str]:
        out = [text]
        if '"' in text:
            return out
        roots = [self._roots_of(text)]
        if self._synonyms.first_of_any.isdisjoint(roots[0]):
            return out
        for group, first, spelled in zip(self._synonyms.groups, self._synonyms.firsts, self.synonyms, strict=True):
            for variant, flat in list(zip(out, roots, strict=True)):
                if first.isdisjoint(flat):
                    continue
                pieces = variant.split()
                for start, size in _members(flat, group):
                    for other in spelled:
                        new = " ".join([*pieces[:start], other, *pieces[start + size :]])
                        if new.lower() not in {one.lower() for one in out} and len(out) < VARIANTS:
                            out.append(new)
                            roots.append(self._roots_of(new))
        return out

    def _roots_of(self, text: str) -> list[str]:
        """The stem of each piece that is one word; for another what no synonym has."""
        return list(map(_roots(self.language).__getitem__, text.split()))


@lru_cache(maxsize=64)
def _synonyms_of(synonyms: tuple[tuple[str, ...], ...], language: Language) -> _Synonyms:
    """Cut once, for the hundreds of rubrics of a course."""
    groups = tuple(tuple(tuple(Text(one, language).stems) for one in group) for group in synonyms)
    firsts = tuple(frozenset(member[0] for member in group if member) for group in groups)
    return _Synonyms(
        groups,
        firsts,
        frozenset().union(*firsts),
        tuple(
            (" ".join(Text(long, language).words), min(group, key=len).lower())
            for group in synonyms
            for long in sorted(group, key=len, reverse=True)
            if long != min(group, key=len)
        ),
    )


@cache
def _roots(language: Language) -> Remembered[str]:
    """The stems of a language's pieces of writing, where these are one word each."""

    def root(piece: str) -> str:
        stems = Text(piece, language).stems
        return stems[0] if len(stems) == 1 else "\0"

    return Remembered(root)


def _members(stems: list[str], group: tuple[tuple[str, ...], ...]) -> list[tuple[int, int]]:
    """Where a synonym of a group stands among stems, and how many of them it is."""
    return [
        (start, len(member))
        for member in filter(None, group)
        for start in range(len(stems) - len(member) + 1)
        if tuple(stems[start : start + len(member)]) == member
    ]


def _plain_letters(part: str) -> bool:
    """Whether a part is ASCII letters alone, as nearly all are; these are words in every language."""
    return part.isascii() and part.replace(" ", "").replace("*", "").isalpha()


def _split_near(text: str) -> list[str]:
    parts: list[list[str]] = [[]]
    for word in text.split():
        if word == "near":
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts]
