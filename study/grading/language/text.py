"""Reading an answer: one form for every way of typing the same words, cut into words, clauses and sentences."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import chain, compress
from operator import not_

from study.grading.language.characters import LIMIT, normalise
from study.grading.language.language import Language
from study.grading.language.stems import stems
from study.grading.language.tokens import INNER_DOT, SIGNS, TOKENS, is_comma, operator_alone, spans

BETWEEN = 2
"""Words between two of a phrase, at most, with which it is quoted."""


class Text:
    """A text cut into words. Parallel lists, index by index: the word, its stem, whether it is a stop word (`small`),
    its sentence and clause.

    `begins` are the places where sentences begin; `lists` counts the signs that part a list; `inside` are the clauses
    that stand in brackets; `truncated`: only the first `LIMIT` characters were read.
    """

    __slots__ = (
        "_content", "_places", "begins", "clause", "inside", "lists", "plain", "sentence", "small", "stems",
        "truncated", "words",
    )  # fmt: skip

    def __init__(self, raw: str, language: Language) -> None:
        self.truncated = len(raw) > LIMIT
        plain = normalise(raw[:LIMIT] if self.truncated else raw, language)
        self.plain = plain = _spelled_out(plain, language)[:LIMIT]
        self.words: list[str] = []
        self.sentence: list[int] = []
        self.clause: list[int] = []
        self.begins = [0]
        self.lists = 0
        self.inside: set[int] = set()
        pieces = plain.split(" ") if "%" not in plain else [plain]
        self._cut(list(chain.from_iterable(map(TOKENS.__getitem__, pieces))), language.stop)
        if "%" in plain:
            self.words = [word.replace(" ", "") for word in self.words]
        elif not self.words and (alone := operator_alone(plain)):
            self.words, self.sentence, self.clause = [alone], [0], [0]
        if self.begins[-1] >= len(self.words):
            self.begins.pop()
        self.stems = list(map(stems(language).__getitem__, self.words))
        self.small = list(map(language.stop.__contains__, self.words))
        self._content: frozenset[str] | None = None
        self._places: tuple[list[int], list[int]] | None = None

    def _cut(self, tokens: list[str], stop: frozenset[str]) -> None:
        """Part words by the signs between them."""
        words, begins = self.words, self.begins
        sentences = clauses = start = 0
        depth = False
        for i in compress(range(len(tokens)), map(SIGNS.__getitem__, tokens)):
            self._add(tokens[start:i], sentences, clauses)
            start = i + 1
            clauses += 1
            sign = tokens[i]
            if is_comma(sign):
                self.lists += 1
                depth = sign in "([{" or (depth and sign not in ")]}")
                if depth:
                    self.inside.add(clauses)
            elif sign != INNER_DOT or tokens[start] in stop:
                sentences += 1
                if begins[-1] != len(words):
                    begins.append(len(words))
        self._add(tokens[start:], sentences, clauses)

    def _add(self, words: list[str], sentence: int, clause: int) -> None:
        self.words += words
        self.sentence += [sentence] * len(words)
        self.clause += [clause] * len(words)

    def _find(self) -> tuple[list[int], list[int]]:
        if self._places is None:
            found = spans(self.plain)
            self._places = [first for first, _ in found], [last for _, last in found]
        return self._places

    @property
    def content(self) -> frozenset[str]:
        """The stems of its content words: of all but stop words."""
        if self._content is None:
            self._content = frozenset(compress(self.stems, map(not_, self.small)))
        return self._content

    @property
    def starts(self) -> list[int]:
        """Where each word begins in the plain text."""
        return self._find()[0]

    @property
    def ends(self) -> list[int]:
        """Where each word ends in the plain text."""
        return self._find()[1]

    def between(self, place: int) -> str:
        """What stands between a word and the next, without spaces."""
        return self.plain[self.ends[place] : self.starts[place + 1]].strip()

    def bounds(self, place: int) -> tuple[int, int]:
        """Where the sentence of a word begins, and where it has ended."""
        k = bisect_right(self.begins, place)
        return self.begins[k - 1], self.begins[k] if k < len(self.begins) else len(self.words)

    def phrases(self, places: Iterable[int]) -> tuple[str, ...]:
        """What stands at some places, those of one clause with few words between them as one phrase."""
        runs: list[list[int]] = []
        for place in sorted(set(places)):
            last = runs[-1][-1] if runs else None
            if last is not None and place - last <= BETWEEN + 1 and self.clause[place] == self.clause[last]:
                runs[-1].append(place)
            else:
                runs.append([place])
        return tuple(" ".join(self.words[run[0] : run[-1] + 1]) for run in runs)

    def __len__(self) -> int:
        return len(self.words)


def _spelled_out(plain: str, language: Language) -> str:
    """A text without abbreviations whose signs would part it."""
    for short, long in language.abbreviations:
        if short in plain and short * 2 not in plain:  # "&&" is an operator
            plain = plain.replace(short, long)
    if language.elision is not None and "'" in plain:
        plain = language.elision.sub(r"\1 ", plain)
    if language.tag_question is not None and ("n't " in plain or "nt " in plain):
        plain = language.tag_question.sub("?", plain)
    return plain
