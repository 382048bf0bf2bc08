"""Alternatives as an author writes them, compiled: words in order, `*`, `near`, quotes, numbers by value, "not"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from study.grading.language.language import Language
from study.grading.language.numbers import Quantity, close, quantities
from study.grading.language.stems import bare, stem
from study.grading.language.text import Text
from study.grading.language.thesaurus import thesaurus_of
from study.grading.language.typos import forgiven

PHRASE_GAP = 3
"""Words, stop words not counted, that may stand between two words of a phrase."""
NEAR = 8
"""Words, stop words not counted, within which `near` holds."""
MANY = 40
"""Occurrences of one word that are looked at."""

_PIECE = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Element:
    """One word of a pattern: how it is recognised, and whether it must stand denied."""

    kind: str
    word: str
    root: str = ""
    denied: bool = False
    typos: bool = True
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand in order, `gap` words apart at most; `alike`: words of general English that mean nearly the same
    will do."""

    elements: tuple[int, ...]
    denied: tuple[bool, ...]
    gap: int
    exact: bool
    negator: bool
    alike: bool = True


@dataclass(slots=True)
class Vocabulary:
    """Every word that the patterns of one rubric know, so that an answer is looked through once."""

    language: Language
    elements: list[Element] = field(default_factory=list)
    _ids: dict[Element, int] = field(default_factory=dict)
    by_root: dict[str, list[int]] = field(default_factory=dict)
    by_word: dict[str, list[int]] = field(default_factory=dict)
    by_prefix: dict[str, list[int]] = field(default_factory=dict)
    by_letter: dict[str, list[int]] = field(default_factory=dict)
    prefix_lengths: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    _seen: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def add(self, element: Element) -> int:
        """The number of this word in the vocabulary."""
        element = Element(element.kind, element.word, element.root, False, element.typos, element.quantity)
        known = self._ids.get(element)
        if known is not None:
            return known
        number = self._ids[element] = len(self.elements)
        self.elements.append(element)
        self._seen.clear()
        if element.kind == "number":
            self.numbers.append(number)
            return number
        if element.kind == "prefix":
            self.by_prefix.setdefault(element.word, []).append(number)
            self.prefix_lengths = sorted({len(prefix) for prefix in self.by_prefix})
        elif element.kind == "exact":
            self.by_word.setdefault(element.word, []).append(number)
            return number
        else:
            self.by_root.setdefault(element.root, []).append(number)
        if element.typos and len(element.word) >= 3 and element.word[0].isalpha():
            for letter in {element.word[0], element.word[1]}:
                self.by_letter.setdefault(letter, []).append(number)
        return number

    def known(self, word: str, root: str) -> tuple[int, ...]:
        """Which words of the vocabulary this word of an answer is."""
        seen = self._seen.get(word)
        if seen is None:
            seen = self._recognise(word, root)
            if len(self._seen) < 20000:
                self._seen[word] = seen
        return seen

    def _recognise(self, word: str, root: str) -> tuple[int, ...]:
        out = [*self.by_word.get(word, ()), *self.by_root.get(root, ())]
        plain = bare(word) if not word.isascii() else word
        for length in self.prefix_lengths:
            if length > len(plain):
                break
            out.extend(self.by_prefix.get(plain[:length], ()))
        if out or len(word) < 3 or not word[0].isalpha() or word in self.language.stop:
            return tuple(out)
        for number in self.by_letter.get(word[0], ()):
            element = self.elements[number]
            if element.kind == "prefix":
                size = len(element.word)
                if size >= 5 and any(
                    forgiven(plain[:cut], element.word) for cut in (size, size + 1, size - 1) if cut <= len(plain)
                ):
                    out.append(number)
            elif forgiven(word, element.word) or (
                len(element.root) >= 4 and root != word and len(word) >= 5 and forgiven(root, element.root)
            ):
                out.append(number)
        if not out:
            for other in thesaurus_of(self.language).same(root):
                out.extend(~number for number in self.by_root.get(other, ()) if self.elements[number].typos)
        return tuple(out)


class Reading:
    """An answer as a rubric's vocabulary sees it: where each known word stands, and what is denied."""

    __slots__ = ("_quantities", "alike", "at", "judged", "language", "rank", "text", "turned")

    def __init__(self, text: Text, vocabulary: Vocabulary, turned: list[bool]) -> None:
        self.text = text
        self.language = language = vocabulary.language
        self.turned = turned
        self.at: dict[int, list[int]] = {}
        self.alike: dict[int, list[int]] = {}
        self.judged: dict[int, Any] = {}
        at = self.at
        words, roots, stop = text.words, text.stems, language.stop
        rank: list[int] = []
        count = 0
        seen = vocabulary._seen
        by_word = vocabulary.by_word
        before = ""
        for i, word in enumerate(words):
            known = seen.get(word)
            if known is None:
                known = vocabulary.known(word, roots[i])
            for number in known:
                if number >= 0:
                    at.setdefault(number, []).append(i)
                else:
                    self.alike.setdefault(~number, []).append(i)
            if before:
                joined = before + word
                if joined in vocabulary.by_root or joined in by_word:
                    for number in (*vocabulary.by_root.get(joined, ()), *by_word.get(joined, ())):
                        at.setdefault(number, []).append(i)
            before = word
            rank.append(count)
            if word not in stop:
                count += 1
        self.rank = rank
        self._quantities: list[Quantity] | None = None
        if vocabulary.numbers:
            found = self.quantities()
            if found:
                for number in vocabulary.numbers:
                    wanted = vocabulary.elements[number].quantity
                    assert wanted is not None
                    for one in found:
                        if one.kind == wanted.kind and close(one.value, wanted.value):
                            at.setdefault(number, []).append(one.first)

    def quantities(self) -> list[Quantity]:
        """The numbers of the answer."""
        if self._quantities is None:
            self._quantities = quantities(self.text, self.language)
        return self._quantities


@dataclass(frozen=True, slots=True)
class Found:
    """Words of the answer that match, and whether they say it (or say its opposite)."""

    first: int
    last: int
    positions: tuple[int, ...]
    affirmed: bool


def phrase_of(text: str, vocabulary: Vocabulary, typos: bool) -> Phrase | None:
    """A written phrase, compiled; None where nothing in it can be looked for."""
    language = vocabulary.language
    elements: list[int] = []
    denied: list[bool] = []
    exact_all = True
    negator_at = False
    for found in _PIECE.finditer(text):
        quoted, piece = found.group(1), found.group(2)
        if quoted is not None:
            quoted_not = negator_at
            for word in Text(quoted, language).words:
                elements.append(vocabulary.add(Element("exact", word)))
                denied.append(quoted_not)
                quoted_not = quoted_not or word in language.negators
            continue
        exact_all = False
        if piece.endswith("*") and len(piece) > 1:
            words = Text(piece[:-1], language).words
            for word in words[:-1]:
                elements.append(vocabulary.add(Element("word", word, stem(word, language), typos=typos)))
                denied.append(negator_at)
            if words:
                last = bare(words[-1])
                elements.append(vocabulary.add(Element("prefix", last, typos=typos)))
                denied.append(negator_at)
            continue
        inside = Text(piece, language)
        for i, word in enumerate(inside.words):
            if word in language.negators:
                negator_at = True
                continue
            elements.append(_literal(word, inside.stems[i], vocabulary, typos))
            denied.append(negator_at)
    if not elements and negator_at:
        words = Text(text.replace('"', " "), language).words
        found_words = tuple(vocabulary.add(Element("exact", word)) for word in words)
        return Phrase(found_words, (False,) * len(words), 0, True, True)
    kept = [
        i for i, number in enumerate(elements)
        if vocabulary.elements[number].kind != "glue"
    ]  # fmt: skip
    if not kept:
        words = Text(text.replace('"', " ").replace("*", " "), language).words
        if not words:
            return None
        found_words = tuple(vocabulary.add(Element("exact", word)) for word in words)
        return Phrase(found_words, (negator_at,) * len(words), 0, True, False)
    return Phrase(
        tuple(elements[i] for i in kept),
        tuple(denied[i] for i in kept),
        0 if exact_all else PHRASE_GAP,
        exact_all,
        False,
    )


def _literal(word: str, root: str, vocabulary: Vocabulary, typos: bool) -> int:
    language = vocabulary.language
    if word in language.stop and word not in language.meaningful:
        return vocabulary.add(Element("glue", word, "\0" + word, typos=False))
    return vocabulary.add(Element("word", word, root, typos=typos))


def number_phrase(text: str, vocabulary: Vocabulary, typos: bool) -> Phrase | None:
    """A phrase that speaks of numbers: "20%", "two layers", "100 ms". None where it has no number."""
    language = vocabulary.language
    inside = Text(text.replace('"', " ").replace("*", " "), language)
    found = {one.first: one for one in quantities(inside, language)}
    if not found:
        return None
    elements: list[int] = []
    i = 0
    while i < len(inside.words):
        one = found.get(i)
        if one is not None:
            plain = Quantity(one.value, one.kind, 0, 0)
            elements.append(vocabulary.add(Element("number", f"{one.value!r} {one.kind}", quantity=plain)))
            i = one.last + 1
            continue
        word = inside.words[i]
        followed_by_star = text[inside.ends[i] : inside.ends[i] + 1] == "*"
        if word not in language.negators and (word not in language.stop or word in language.meaningful):
            kind = Element("prefix", bare(word), typos=typos) if followed_by_star else None
            elements.append(vocabulary.add(kind) if kind else _literal(word, inside.stems[i], vocabulary, typos))
        i += 1
    return Phrase(tuple(elements), (False,) * len(elements), PHRASE_GAP, False, False)


_NONE: dict[int, list[int]] = {}


def find(phrase: Phrase, reading: Reading, heed: bool) -> list[Found]:
    """Every place where a phrase stands in an answer."""
    at, alike = reading.at, reading.alike if phrase.alike and len(phrase.elements) > 1 else _NONE
    places: list[list[int]] = []
    for number in phrase.elements:
        here = at.get(number)
        if alike and number in alike:
            here = sorted((*(here or ()), *alike[number]))
        if not here:
            return []
        places.append(here if len(here) <= MANY else here[:MANY])
    if len(places) == 1:
        return [_found((place,), phrase, reading, heed) for place in places[0]]
    out: list[Found] = []
    rank, sentence = reading.rank, reading.text.sentence
    for start in places[0]:
        path = [start]
        for here in places[1:]:
            step = _next(here, path, rank, sentence, phrase)
            if step is None:
                break
            path.append(step)
        else:
            out.append(_found(tuple(path), phrase, reading, heed))
            continue
        if len(places) == 2 and not phrase.exact:
            turned_round = next(
                (p for p in places[1] if p < start and rank[start] - rank[p] <= 1 and sentence[p] == sentence[start]),
                None,
            )
            if turned_round is not None and (not any(phrase.denied) or reading.turned[turned_round]):
                out.append(_found((turned_round, start), phrase, reading, heed))
    return out


def _next(here: list[int], path: list[int], rank: list[int], sentence: list[int], phrase: Phrase) -> int | None:
    last = path[-1]
    for place in here:
        if place <= last:
            continue
        if phrase.exact:
            if place == last + 1:
                return place
            return None
        if rank[place] - rank[last] > phrase.gap + 1 or sentence[place] != sentence[last]:
            return None
        return place
    return None


def _found(path: tuple[int, ...], phrase: Phrase, reading: Reading, heed: bool) -> Found:
    affirmed = True
    if heed and not phrase.negator:
        turned = reading.turned
        if any(phrase.denied):
            affirmed = any(turned[p] for p, denied in zip(path, phrase.denied, strict=True) if denied)
        else:
            affirmed = not any(turned[p] for p in path)
    return Found(min(path), max(path), path, affirmed)
