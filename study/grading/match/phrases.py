"""Alternatives as an author writes them, compiled: words in order, `*`, quotes, numbers by value, "not"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from study.grading.language.language import Language
from study.grading.language.numbers import Quantity, quantities
from study.grading.language.stems import bare, stem
from study.grading.language.text import Text
from study.grading.language.tokens import INNER_DOT, TOKENS, unspaced
from study.grading.match.vocabulary import Element, Kind, Vocabulary

_PIECE = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words, by their numbers in the vocabulary, that stand in order and near one another.

    `denied`: which of them must stand denied. `beside`: which of them stand right after the one before. `negator`: it
    is itself a "not", or holds one as it is written.
    """

    elements: tuple[int, ...]
    denied: tuple[bool, ...]
    beside: tuple[bool, ...]
    negator: bool = False
    denies: bool = field(init=False)
    """Whether any must."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "denies", any(self.denied))


@lru_cache(maxsize=2048)
def written(text: str, language: Language) -> Text:
    """What an author wrote, read: the same words stand in hundreds of alternatives of a course."""
    return Text(text, language)


def phrase_of(text: str, vocabulary: Vocabulary, typos: bool) -> Phrase | None:
    """A written phrase, compiled; None where nothing in it can be looked for."""
    phrase = _Written(vocabulary, typos)
    for found in _PIECE.finditer(text):
        quoted, piece = found.group(1), found.group(2)
        if quoted is not None:
            phrase.quoted(quoted)
        elif piece.endswith("*") and len(piece) > 1:
            phrase.starred(piece[:-1])
        else:
            phrase.plain(piece)
    phrase.keep_small_words()
    kept = [i for i, number in enumerate(phrase.elements) if vocabulary.elements[number].kind is not Kind.GLUE]
    if not kept:
        return _letter_by_letter(text, vocabulary, phrase)
    return Phrase(
        tuple(phrase.elements[i] for i in kept),
        tuple(phrase.denied[i] for i in kept),
        tuple(phrase.exact or phrase.beside[i] for i in kept),
    )


def _letter_by_letter(text: str, vocabulary: Vocabulary, phrase: _Written) -> Phrase | None:
    """A phrase of small words alone, side by side; a "not" among them is one of them: "with and without"."""
    words = written(text.replace('"', " ").replace("*", " "), vocabulary.language).words
    if not words:
        return None
    elements = tuple(vocabulary.add(Element(Kind.EXACT, word)) for word in words)
    return Phrase(elements, (False,) * len(words), (True,) * len(words), negator=phrase.negated)


class _Written:
    """The words of a phrase so far: their numbers, which of them must stand denied, and whether all are quoted."""

    def __init__(self, vocabulary: Vocabulary, typos: bool) -> None:
        self.vocabulary, self.typos = vocabulary, typos
        self.language = vocabulary.language
        self.elements: list[int] = []
        self.denied: list[bool] = []
        self.beside: list[bool] = []
        self.negated = False
        self.exact = True

    def _add(self, element: Element, denied: bool, beside: bool = False) -> None:
        self.elements.append(self.vocabulary.add(element))
        self.denied.append(denied)
        self.beside.append(beside)

    def keep_small_words(self) -> None:
        """Small words count where otherwise one word would be left: "used to" is not "used"."""
        known = [self.vocabulary.elements[number] for number in self.elements]
        if sum(one.kind is not Kind.GLUE for one in known) != 1:
            return
        for i, one in enumerate(known):
            if one.kind is Kind.GLUE and one.word not in self.language.empty:
                self.elements[i] = self.vocabulary.add(Element(Kind.EXACT, one.word))

    def quoted(self, text: str) -> None:
        negated = self.negated
        for i, word in enumerate(written(text, self.language).words):
            self._add(Element(Kind.EXACT, word), negated, beside=i > 0)
            negated = negated or word in self.language.negators

    def starred(self, text: str) -> None:
        self.exact = False
        words = written(text, self.language).words
        for word in words[:-1]:
            self._add(Element(Kind.WORD, word, stem(word, self.language), typos=self.typos), self.negated)
        if words:
            self._add(Element(Kind.PREFIX, bare(words[-1]), typos=self.typos), self.negated)

    def plain(self, text: str) -> None:
        self.exact = False
        inside = written(text, self.language)
        one_name = unspaced(inside.plain) or INNER_DOT in "".join(TOKENS[inside.plain])
        for i, (word, root) in enumerate(zip(inside.words, inside.stems, strict=True)):
            if word in self.language.negators:
                self.negated = True
            else:
                literal = _literal(word, root, self.vocabulary, self.typos)
                self._add(literal, self.negated, beside=one_name and i > 0)


def _literal(word: str, root: str, vocabulary: Vocabulary, typos: bool) -> Element:
    language = vocabulary.language
    if word in language.stop and word not in language.meaningful:
        return Element(Kind.GLUE, word, "\0" + word, typos=False)
    return Element(Kind.WORD, word, root, typos=typos)


def number_phrase(text: str, vocabulary: Vocabulary, typos: bool) -> Phrase | None:
    """A phrase that speaks of numbers: "20%", "two layers", "100 ms". None where it has no number."""
    language = vocabulary.language
    inside = written(text.replace('"', " ").replace("*", " "), language)
    found = {one.first: one for one in quantities(inside, language)}
    if not found:
        return None
    elements: list[int] = []
    i = 0
    while i < len(inside.words):
        one = found.get(i)
        if one is not None:
            plain = Quantity(one.value, one.dimension, 0, 0, one.percent)
            name = f"{one.value!r} {one.dimension} {one.percent}"
            elements.append(vocabulary.add(Element(Kind.NUMBER, name, quantity=plain)))
            i = one.last + 1
            continue
        word = inside.words[i]
        starred = text[inside.ends[i] : inside.ends[i] + 1] == "*"
        if word not in language.negators and (word not in language.stop or word in language.meaningful):
            prefix = Element(Kind.PREFIX, bare(word), typos=typos)
            literal = _literal(word, inside.stems[i], vocabulary, typos)
            elements.append(vocabulary.add(prefix if starred else literal))
        i += 1
    return Phrase(tuple(elements), (False,) * len(elements), (False,) * len(elements))
