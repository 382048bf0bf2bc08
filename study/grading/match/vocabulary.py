"""The words that a rubric knows, so that an answer is looked through once for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from study.grading.language.language import Language
from study.grading.language.numbers import Quantity
from study.grading.language.remembered import Remembered
from study.grading.language.stems import bare, stems
from study.grading.language.thesaurus import Thesaurus, thesaurus_of
from study.grading.language.typos import forgiven, letters
from study.grading.match.watch import Watch

KEPT = 20_000
"""Words of answers that are remembered."""
MISTYPED = 4
"""Letters of a word from which on another may be it mistyped; one letter fewer may have been typed."""


class Kind(StrEnum):
    """How a word of a pattern is recognised."""

    WORD = "word"
    """By its stem."""
    PREFIX = "prefix"
    """By what it begins with."""
    EXACT = "exact"
    """As it is written."""
    NUMBER = "number"
    """By its value."""
    GLUE = "glue"
    """Not at all: a small word that a phrase does without."""


@dataclass(frozen=True, slots=True)
class Element:
    """One word of a pattern."""

    kind: Kind
    word: str
    root: str = ""
    typos: bool = True
    quantity: Quantity | None = None


@dataclass(slots=True)
class Vocabulary:
    """Every word that the patterns of one rubric know. A word's number is its place in `elements`."""

    language: Language
    elements: list[Element] = field(default_factory=list)
    by_root: dict[str, list[int]] = field(default_factory=dict)
    by_word: dict[str, list[int]] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    seen: Remembered[tuple[int, ...]] = field(init=False)
    """Which words of the vocabulary a word of an answer is; below 0: the complement of one that means nearly the
    same."""
    heads: set[str] = field(default_factory=set)
    """What the words known by stem or as they are written begin with, that may be written as two."""
    watch: Watch = field(default_factory=Watch)
    """What of it must stand together."""
    _thesaurus: Thesaurus = field(init=False)
    _ids: dict[Element, int] = field(default_factory=dict)
    _by_prefix: dict[str, list[int]] = field(default_factory=dict)
    _by_letter: dict[str, list[int]] = field(default_factory=dict)
    _prefix_lengths: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._thesaurus = thesaurus_of(self.language)
        self.seen = Remembered(self._recognise, KEPT)

    def add(self, element: Element) -> int:
        """The number of this word in the vocabulary."""
        known = self._ids.get(element)
        if known is not None:
            return known
        number = self._ids[element] = len(self.elements)
        self.elements.append(element)
        self.seen.clear()
        if element.kind is Kind.NUMBER:
            self.numbers.append(number)
        elif element.kind is Kind.EXACT:
            self.by_word.setdefault(element.word, []).append(number)
            self._add_heads(element.word)
        else:
            self._add_inexact(element, number)
        return number

    def _add_inexact(self, element: Element, number: int) -> None:
        if element.kind is Kind.PREFIX:
            self._by_prefix.setdefault(element.word, []).append(number)
            self._prefix_lengths = sorted({len(prefix) for prefix in self._by_prefix})
        else:
            self.by_root.setdefault(element.root, []).append(number)
            self._add_heads(element.root)
        if element.typos and len(element.word) >= MISTYPED and element.word[0].isalpha():
            for letter in {element.word[0], element.word[1]}:
                self._by_letter.setdefault(letter, []).append(number)

    def _add_heads(self, word: str) -> None:
        self.heads.update(word[:length] for length in range(1, len(word)))

    def _recognise(self, word: str) -> tuple[int, ...]:
        root = stems(self.language)[word]
        plain = word if word.isascii() else bare(word)
        out = [*self.by_word.get(word, ()), *self.by_root.get(root, ()), *self._prefixes(plain)]
        if out or len(word) < MISTYPED - 1 or not word[0].isalpha() or word in self.language.stop:
            return tuple(out)
        return tuple(self._mistyped(word, root, plain)) or tuple(self._alike(root))

    def _prefixes(self, plain: str) -> Iterator[int]:
        for length in self._prefix_lengths:
            if length > len(plain):
                break
            yield from self._by_prefix.get(plain[:length], ())

    def _mistyped(self, word: str, root: str, plain: str) -> Iterator[int]:
        mine, of_root = letters(word), letters(root)
        for number in self._by_letter.get(word[0], ()):
            element = self.elements[number]
            if element.kind is Kind.PREFIX:
                found = _begins_mistyped(plain, element.word)
            else:
                found = _may_be(mine, element.word) and forgiven(word, element.word)
                found = found or (_may_be(of_root, element.root) and _stem_mistyped(word, root, element.root))
            if found:
                yield number

    def _alike(self, root: str) -> Iterator[int]:
        for other in self._thesaurus.same(root):
            for number in self.by_root.get(other, ()):
                if self.elements[number].typos:
                    yield ~number


def _may_be(mine: int, meant: str) -> bool:
    """Whether few enough letters differ for a word to be another mistyped: two errors change four at most."""
    return (mine ^ letters(meant)).bit_count() <= 4


def _begins_mistyped(plain: str, prefix: str) -> bool:
    size = len(prefix)
    cuts = (cut for cut in (size, size + 1, size - 1) if cut <= len(plain))
    return size >= 5 and any(forgiven(plain[:cut], prefix, most=1) for cut in cuts)


def _stem_mistyped(word: str, root: str, meant: str) -> bool:
    return len(meant) >= 4 and root != word and len(word) >= 5 and forgiven(root, meant)
