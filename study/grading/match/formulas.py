"""Simple formulas, compared as mathematics compares them: sums and products in any order, minus and division not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple, cast

Tree = tuple[object, ...]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)|(?P<op>\*\*|[-+*/^]=|==|[-+*/^=()\[\],@]))"
)
_SPOKEN = {
    "minus": "-", "plus": "+", "times": "*", "over": "/", "equals": "=", "is": "=", "becomes": "=",
    "subtract": "-", "multiplied": "*", "divided": "/",
}  # fmt: skip
_SAME_SIGN = {"**": "^", "@": "*"}
_KINDS: tuple[Literal["number", "name", "op"], ...] = ("number", "name", "op")
_SIGN = re.compile(r"[-+*/^=@]|\b(?:" + "|".join(_SPOKEN) + r"|squared)\b")
_OF_FORMULAS = frozenset("*^=+")
"""Signs that only a formula has: "e-mail" and "and/or" are none."""
_LEFT_OUT = str.maketrans("", "", " *^")
_DEPTH = 12
_STARTS = 160
_LONG = 24


class Token(NamedTuple):
    """A name, number or sign, or a character that is none, and where it stands."""

    kind: Literal["number", "name", "op", "gap"]
    word: str
    first: int
    last: int


Read = tuple[Token, ...]
"""Tokens in order."""


@lru_cache(maxsize=64)
def tokens(text: str, names: tuple[tuple[str, str], ...] = ()) -> Read:
    """The text as names, numbers and signs, each with its place; spoken signs count as signs."""
    out: list[Token] = []
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            if not text[place].isspace():
                out.append(Token("gap", text[place], place, place + 1))
            place += 1
            continue
        place = found.end()
        token = _token(found)
        if not (token.kind == "name" and token.word == "by" and out and out[-1].word in ("*", "/")):
            out.append(token)
    return tuple(_renamed(out, _by_first_word(names)) if names else out)


def _token(found: re.Match[str]) -> Token:
    for kind in _KINDS:
        word = found[kind]
        if word is not None:
            first, last = found.span(kind)
            if kind == "name" and word in _SPOKEN:
                return Token("op", _SPOKEN[word], first, last)
            return Token(kind, _SAME_SIGN.get(word, word), first, last)
    raise AssertionError("a token is of one of these kinds")


@lru_cache(maxsize=64)
def _by_first_word(names: tuple[tuple[str, str], ...]) -> dict[str, list[tuple[list[str], str]]]:
    """Names of several words by their first, so that a long answer is gone through once."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    for long, short in names:
        parts = long.split()
        if parts:
            found.setdefault(parts[0], []).append((parts, short))
    return found


def _renamed(read: list[Token], names: dict[str, list[tuple[list[str], str]]]) -> list[Token]:
    out: list[Token] = []
    i = 0
    while i < len(read):
        for parts, short in names.get(read[i].word, ()):
            if [token.word for token in read[i : i + len(parts)]] == parts:
                out.append(Token("name", short, read[i].first, read[i + len(parts) - 1].last))
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
        return self.read[self.i].word if self.i < len(self.read) and self.read[self.i].kind == "op" else ""

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
        if self.i < len(self.read) and self.read[self.i].word == "squared":
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
    written = [(name, *(long.split()[0] for long, short in names if short == name)) for name in set(_names(value))]

    def search(plain: str) -> tuple[int, int] | None:
        if not all(any(map(plain.__contains__, ways)) for ways in written):
            return None
        for left, right, first, last in _statements(plain, names):
            if value in (left, right):
                return first, last
        return None

    return search


class Formula:
    """A text that is a formula and nothing else; `names` are those in it."""

    def __init__(self, text: str, read: tuple[Tree, Tree | None]) -> None:
        self.names = frozenset(name for side in read if side is not None for name in _names(side))
        self._letters = text.translate(_LEFT_OUT)
        self._search = finder(text)

    def is_in(self, plain: str) -> bool:
        """Whether it stands in an answer, as mathematics reads it or letter by letter: "E = mc2" is "E = m*c^2"."""
        return self._search(plain) is not None or plain.translate(_LEFT_OUT) == self._letters


def formula_of(text: str) -> Formula | None:
    """The formula that a text is; None where it is something else."""
    read = None if _OF_FORMULAS.isdisjoint(text) else parsed(text)
    return None if read is None else Formula(text, read)


def _names(tree: Tree) -> Iterator[str]:
    """The names in a formula."""
    if tree[0] in ("name", "call"):
        yield cast("str", tree[1])
    for part in tree[1:]:
        if isinstance(part, tuple):
            yield from _names(part)


@lru_cache(maxsize=8)
def _statements(plain: str, names: tuple[tuple[str, str], ...]) -> tuple[tuple[Tree, Tree | None, int, int], ...]:
    """Every formula that begins somewhere in an answer, read once for all that are looked for."""
    if _SIGN.search(plain) is None:
        return ()
    read = tokens(plain, names)
    found: list[tuple[Tree, Tree | None, int, int]] = []
    for i in islice((i for i in range(len(read)) if _may_begin(read, i)), _STARTS):
        one = _statement(read, i)
        if one is not None:
            left, right, end = one
            found.append((left, right, read[i].first, read[end - 1].last))
    return tuple(found)


def _may_begin(read: Read, i: int) -> bool:
    """Whether a formula may begin with this token: not in the middle of a sum or a product."""
    here = read[i]
    if here.kind == "gap" or (here.kind == "op" and here.word not in ("(", "[", "-", "+")):
        return False
    if not i:
        return True
    before = read[i - 1]
    if before.kind == "op" and before.word in ("+", "-", "*", "/", "^"):
        return False
    return here.word not in ("+", "-") or (before.kind == "op" and before.word not in (")", "]"))
