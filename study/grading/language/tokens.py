"""The words, numbers and signs of a text, in order."""

from __future__ import annotations

import re
from functools import cache

from study.grading.language.language import word_set
from study.grading.language.remembered import Remembered

_ACCENTS = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
    "\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a51\u0a81-\u0a83\u0abc-\u0acd\u0b82\u0bbe-\u0bcd"
    "\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d"
)
"""Marks that are part of a word and no letters for regular expressions: accents, and vowels of Indian scripts."""
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005\u3040-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts that put no space between words, or none before endings: Thai, Lao, Tibetan, Burmese, Khmer, Chinese,
Japanese and Korean."""
_UNSPACED_ACCENTS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f18-\u0f19\u0f35-\u0f39\u0f71-\u0f84"
    "\u0f8d-\u0fbc\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u3099\u309a"
)

OPERATORS = word_set("== === != !== <= >= += -= *= /= %= := && || ** // ++ -- << >> <-")
"""Signs of programs that are words where they stand alone."""
INNER_DOT = "\u2024"
"""A full stop with letters on both sides: in "node.js" it ends nothing, in "at random.It keeps" it does."""
COMMAS = frozenset(",(){}[]/|\u2014\u2013-*+")
_STOPS = frozenset(f".;:!?\n\u2022{INNER_DOT}")
_ARROWS = frozenset(("->", "=>", "\u2192", "\u21d2"))
SIGN_ENDS = COMMAS | _STOPS | frozenset(">\u2192\u21d2+-*/|<")
"""What a sign ends with, and some words too."""

_CLOCK = r"(?<![\w.:,])(?:[01]?\d|2[0-4]):[0-5]\d(?![\w:])"
_MINUS = r"(?:(?<![\w)\]%.-])-(?=\.?\d))?"


def _tokens(letter: str, inside: str, no_letter: str) -> str:
    """The expression for tokens of scripts with these letters: to begin a word, inside one, and none at its end."""
    rest = f"(?:{inside}|[{_ACCENTS}])*"
    name = f"{letter}{rest}(?:'{inside}{rest})*"
    signs = r"(?:\+\+(?![\w+])|(?<![^\W_]{2})#(?![\w#])|(?<![^\W_]{3})\^\d(?!\w))?"
    number = (
        f"{_CLOCK}"
        rf"|{_MINUS}(?:(?<![\w.])(?>\d+(?:[.,]\d+)*)(?:e[+-]?\d+)?{no_letter}(?:\s?%)?"
        r"|(?<![\w.])\d+[.,]\d+[a-z\u00b5\u03bc]{1,3}\b|(?<![\w.])\.\d+\b)"
    )
    operators = "|".join(sorted(map(re.escape, OPERATORS), key=len, reverse=True))
    return (
        f"{name}{signs}|{number}|{inside}{rest}(?:'{inside}{rest})*"
        rf"|\u00b0(?:[cf]{no_letter})?|(?<![^\s\"'(])(?:{operators})(?![^\s\"').,;:!?])"
        f"|[.;:!?\\n\u2022{INNER_DOT}]+|->|=>|\u2192|\u21d2|[,(){{}}\\[\\]/|\u2014\u2013]|(?<!\\S)[-*+](?!\\S)"
    )


_TOKEN = re.compile(_tokens(r"[^\W\d_]", r"[^\W_]", r"(?!\w)"))
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_INNER_DOTS = re.compile(r"(?<=[^\W\d_])\.(?=[^\W\d_])")
_OPERATOR_ALONE = re.compile(r"[=!<>+\-*/%&|^~@#$:.\\]{1,3}|\u2192|\u21d2")
_PUNCTUATION = frozenset(".!:-*")


def unspaced(text: str) -> bool:
    """Whether a text has letters of a script that puts no space between words."""
    return not text.isascii() and _IS_UNSPACED.search(text) is not None


@cache
def _unspaced_token() -> re.Pattern[str]:
    """The other expression, which takes as long to compile as all else here, and which few courses ever need."""
    return re.compile(
        f"[{_UNSPACED}][{_UNSPACED_ACCENTS}]*|"
        + _tokens(f"(?![{_UNSPACED}])[^\\W\\d_]", f"(?![{_UNSPACED}])[^\\W_]", f"(?![^\\W{_UNSPACED}])")
    )


def _pattern(text: str) -> re.Pattern[str]:
    return _unspaced_token() if unspaced(text) else _TOKEN


def _cut(piece: str) -> tuple[str, ...]:
    if piece.isalpha() and piece.isascii():
        return (piece,)
    found = _pattern(piece).findall(_INNER_DOTS.sub(INNER_DOT, piece) if "." in piece else piece)
    return tuple(word.replace("^", "") if word[0].isalpha() and "^" in word else word for word in found)


TOKENS = Remembered(_cut)
"""Words and signs of what stands between two spaces."""


def is_sign(token: str) -> bool:
    """Whether a token is no word: a stop, a comma, a bracket, an arrow."""
    if token[-1] not in SIGN_ENDS or token[0].isalnum():
        return False
    return len(token) == 1 or token[0] in _STOPS or token in _ARROWS


SIGNS = Remembered(is_sign)
"""Whether a token is one."""


def is_comma(sign: str) -> bool:
    """Whether a sign parts clauses, and no sentences."""
    return sign in COMMAS


def spans(plain: str) -> list[tuple[int, int]]:
    """Where each word of a text begins and ends."""
    return [one.span() for one in _pattern(plain).finditer(plain) if not SIGNS[one.group()]]


def operator_alone(plain: str) -> str:
    """The operator that is all there is of a text ("==", "@"); nothing, where there is more or only punctuation."""
    sign = plain.strip().strip("\"'")
    return sign if _OPERATOR_ALONE.fullmatch(sign) and not _PUNCTUATION.issuperset(sign) else ""
