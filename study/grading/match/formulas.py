"""Simple formulas, compared as mathematics compares them: sums and products in any order, minus and division not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import cast

Tree = tuple[object, ...]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)|(?P<op>\*\*|[-+*/^]=|==|[-+*/^=()\[\],@]))"
)
_SPOKEN = {
    "minus": "-", "plus": "+", "times": "*", "over": "/", "equals": "=", "is": "=", "becomes": "=",
    "subtract": "-", "multiplied": "*", "divided": "/",
}  # fmt: skip
_SIGN = re.compile(r"[-+*/^=@]|\b(?:" + "|".join(_SPOKEN) + r"|squared)\b")
_DEPTH = 12
_STARTS = 160
_LONG = 24


Read = tuple[tuple[str, str, int, int], ...]
"""Tokens in order: kind, word, and the place of the first and last character."""


@lru_cache(maxsize=64)
def tokens(text: str, names: tuple[tuple[str, str], ...] = ()) -> Read:
    """The text as names, numbers and signs, each with its place; spoken signs count as signs."""
    out: list[tuple[str, str, int, int]] = []
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            if text[place : place + 1].strip():
                out.append(("gap", text[place], place, place + 1))
            place += 1
            continue
        kind = found.lastgroup or "gap"
        word = found.group(kind)
        if kind == "name" and word in _SPOKEN:
            kind, word = "op", _SPOKEN[word]
        if not (kind == "name" and word == "by" and out and out[-1][1] in ("*", "/")):
            out.append((kind, "^" if word == "**" else "*" if word == "@" else word, found.start(kind), found.end()))
        place = found.end()
    return tuple(_renamed(out, _by_first_word(names)) if names else out)


@lru_cache(maxsize=64)
def _by_first_word(names: tuple[tuple[str, str], ...]) -> dict[str, list[tuple[list[str], str]]]:
    """Names of several words by their first, so that a long answer is gone through once."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    for long, short in names:
        parts = long.split()
        if parts:
            found.setdefault(parts[0], []).append((parts, short))
    return found


def _renamed(
    read: list[tuple[str, str, int, int]], names: dict[str, list[tuple[list[str], str]]]
) -> list[tuple[str, str, int, int]]:
    out: list[tuple[str, str, int, int]] = []
    i = 0
    while i < len(read):
        for parts, short in names.get(read[i][1], ()):
            if [token[1] for token in read[i : i + len(parts)]] == parts:
                out.append(("name", short, read[i][2], read[i + len(parts) - 1][3]))
                i += len(parts)
                break
        else:
            out.append(read[i])
            i += 1
    return out


class _Parser:
    def __init__(self, read: Read, start: int) -> None:
        self.read = read
        self.i = start

    def peek(self) -> str:
        return self.read[self.i][1] if self.i < len(self.read) and self.read[self.i][0] == "op" else ""

    def sum(self, depth: int) -> Tree | None:
        terms: list[tuple[bool, Tree]] = []
        minus = False
        if self.peek() in ("+", "-"):
            minus = self.peek() == "-"
            self.i += 1
        while True:
            back = self.i
            term = self.product(depth)
            if term is None:
                if not terms:
                    return None
                self.i = back - 1
                break
            terms.extend(_signed(term, minus))
            if len(terms) > _LONG:
                return None
            if self.peek() not in ("+", "-"):
                break
            minus = self.peek() == "-"
            self.i += 1
        if len(terms) == 1 and not terms[0][0]:
            return terms[0][1]
        return ("sum", *sorted(terms, key=repr))

    def product(self, depth: int) -> Tree | None:
        first = self.power(depth)
        if first is None:
            return None
        factors: list[tuple[bool, Tree]] = list(_factors(first))
        while self.peek() in ("*", "/"):
            over = self.peek() == "/"
            self.i += 1
            back = self.i
            one = self.power(depth)
            if one is None:
                self.i = back - 1
                break
            if len(factors) > _LONG:
                return None
            factors.extend((over != under, tree) for under, tree in _factors(one))
        if len(factors) == 1 and not factors[0][0]:
            return factors[0][1]
        return ("product", *sorted(factors, key=repr))

    def power(self, depth: int) -> Tree | None:
        base = self.atom(depth)
        if base is None:
            return None
        if self.peek() == "^":
            self.i += 1
            up = self.atom(depth)
            return None if up is None else ("power", base, up)
        if self.i < len(self.read) and self.read[self.i][1] == "squared":
            self.i += 1
            return ("power", base, ("number", 2.0))
        return base

    def atom(self, depth: int) -> Tree | None:
        if self.i >= len(self.read) or depth > _DEPTH:
            return None
        kind, word, _, _ = self.read[self.i]
        if kind == "number":
            self.i += 1
            return ("number", float(word))
        if kind == "name":
            self.i += 1
            if self.peek() == "(":
                back = self.i
                self.i += 1
                inside = self.sum(depth + 1)
                if inside is not None and self.peek() == ")":
                    self.i += 1
                    return ("call", word, inside)
                self.i = back
            return ("name", word)
        if word in ("(", "["):
            self.i += 1
            inside = self.sum(depth + 1)
            if inside is None or self.peek() not in (")", "]"):
                return None
            self.i += 1
            return inside
        return None


def _signed(term: Tree, minus: bool) -> Iterator[tuple[bool, Tree]]:
    if term[0] == "sum":
        for negative, inside in cast("Iterable[tuple[bool, Tree]]", term[1:]):
            yield negative != minus, inside
    else:
        yield minus, term


def _factors(tree: Tree) -> Iterator[tuple[bool, Tree]]:
    if tree[0] == "product":
        yield from cast("Iterable[tuple[bool, Tree]]", tree[1:])
    else:
        yield False, tree


def _statement(read: Read, start: int) -> tuple[Tree, Tree | None, int] | None:
    parser = _Parser(read, start)
    left = parser.sum(0)
    if left is None:
        return None
    sign = parser.peek()
    if sign in ("=", "==", "+=", "-=", "*=", "/="):
        parser.i += 1
        right = parser.sum(0)
        if right is not None:
            if sign in ("+=", "-="):
                right = ("sum", *sorted([(False, left), *_signed(right, sign == "-=")], key=repr))
            elif sign in ("*=", "/="):
                right = ("product", *sorted([*_factors(left), (sign == "/=", right)], key=repr))
            return left, right, parser.i
    return left, None, parser.i


@lru_cache(maxsize=512)
def parsed(text: str, names: tuple[tuple[str, str], ...] = ()) -> tuple[Tree, Tree | None] | None:
    """A whole formula; None where it is not one."""
    read = tokens(text.lower(), names)
    one = _statement(read, 0) if read else None
    return (one[0], one[1]) if one and one[2] == len(read) else None


def finder(text: str, names: tuple[tuple[str, str], ...] = ()) -> Callable[[str], tuple[int, int] | None]:
    """A search for the formula in an answer; it gives the place of its first and last character."""
    wanted = parsed(text, names)
    if wanted is None:
        return lambda _: None
    value = wanted[1] if wanted[1] is not None else wanted[0]

    def search(plain: str) -> tuple[int, int] | None:
        for left, right, first, last in _statements(plain, names):
            if value in (left, right):
                return first, last
        return None

    return search


@lru_cache(maxsize=8)
def _statements(plain: str, names: tuple[tuple[str, str], ...]) -> tuple[tuple[Tree, Tree | None, int, int], ...]:
    """Every formula that begins somewhere in an answer, read once for all that are looked for."""
    if _SIGN.search(plain) is None:
        return ()
    read = tokens(plain, names)
    found: list[tuple[Tree, Tree | None, int, int]] = []
    starts = 0
    for i, (kind, word, first, _) in enumerate(read):
        if kind == "gap" or (kind == "op" and word not in ("(", "[", "-", "+")):
            continue
        before = read[i - 1] if i else None
        if before is not None and before[0] == "op" and before[1] in ("+", "-", "*", "/", "^"):
            continue
        if word in ("+", "-") and before is not None and (before[0] != "op" or before[1] in (")", "]")):
            continue
        starts += 1
        if starts > _STARTS:
            break
        one = _statement(read, i)
        if one is not None:
            left, right, end = one
            found.append((left, right, first, read[end - 1][3]))
    return tuple(found)
