"""What is watched for in answers: one pass over an answer tells which patterns are worth looking for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

Search = Any
"""What RE2 makes of expressions, or of how to go about them: it tells no types."""


def compiled(expression: str) -> Search:
    """A regular expression on RE2, whose time is linear whatever the expression."""
    import re2

    return re2.compile(expression, _options(1 << 20))


def _options(most: int) -> Search:
    """How RE2 goes about it; `most`: bytes that it may take."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = most
    options.never_capture = True
    return options


class Watch:
    """Words that stand together in what is looked for, and regular expressions, each with its number."""

    def __init__(self) -> None:
        self._numbers: dict[frozenset[int] | str, int] = {}
        self._by_rarest: dict[int, list[tuple[frozenset[int], int]]] = {}
        self._expressions = _Expressions(())
        self._ready = True

    def words(self, words: Iterable[int]) -> int:
        """The number of words of a vocabulary, all of which an answer must have."""
        return self._number(frozenset(words))

    def expression(self, expression: str) -> int:
        """The number of a regular expression."""
        return self._number(expression)

    def _number(self, what: frozenset[int] | str) -> int:
        self._ready = False
        return self._numbers.setdefault(what, len(self._numbers))

    def met(self, known: set[int], plain: str) -> set[int]:
        """The numbers of what may be in an answer: whose words are all known there, or whose expression is met."""
        if not self._ready:
            self._prepare()
        by_rarest = self._by_rarest
        met = {n for word in known if word in by_rarest for words, n in by_rarest[word] if words <= known}
        if self._expressions:
            met.update(self._expressions.met(plain))
        return met

    def _prepare(self) -> None:
        """Words are found by the one among them that the fewest others have."""
        words = {what: number for what, number in self._numbers.items() if isinstance(what, frozenset)}
        often = Counter(word for what in words for word in what)
        self._by_rarest = {}
        for what, number in words.items():
            self._by_rarest.setdefault(min(what, key=often.__getitem__), []).append((what, number))
        self._expressions = _Expressions(
            [(what, number) for what, number in self._numbers.items() if isinstance(what, str)]
        )
        self._ready = True


class _Expressions:
    """Regular expressions that are all matched in one pass."""

    def __init__(self, numbered: Sequence[tuple[str, int]]) -> None:
        self._numbers = [number for _, number in numbered]
        if numbered:
            import re2

            self._set = re2.Set.SearchSet(_options(8 << 20))
            for expression in ("", *(expression for expression, _ in numbered)):
                self._set.Add(expression)
            self._set.Compile()

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def met(self, plain: str) -> list[int]:
        """The numbers of those that match; of all, where there was no memory to tell, so that even "" did not."""
        found = self._set.Match(plain.encode())
        return [self._numbers[i - 1] for i in found if i] if found else self._numbers
