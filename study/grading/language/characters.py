"""One form for every way of typing the same letters, signs and figures."""

from __future__ import annotations

import re
import unicodedata

from study.grading.language.language import Language

LIMIT = 4000
"""Characters of an answer that are read."""

_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u0475\u043a\u043c\u0442\u043d\u0432"
    "\u0410\u0415\u041e\u0420\u0421\u0423\u0425\u0406\u0408\u0405\u0412\u041a\u041c\u041d\u0422"
    "\u03bf\u03b1\u03b5\u03b9\u03ba\u03bd\u03c1\u03c4\u03c5\u03c7"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0131",
    "aeopcyxijsdqvkmthbAEOPCYXIJSBKMHToaeikvptuxABEZHIKMNOPTYXi",
)
_MARKS = {
    "\u2019": "'", "\u2018": "'", "\u201b": "'", "\u02bc": "'", "`": "'", "\u00b4": "'", "\u2032": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2212": "-", "\u2010": "-", "\u2011": "-", "\u00d7": "*",
    "\u00b7": "*", "\u22c5": "*", "\u00f7": "/", "\u2215": "/", "\u2044": "/",
    "\r": "\n", "\u2028": "\n", "\u2029": "\n",
    "\u25cf": "\u2022", "\u25aa": "\u2022", "\u25e6": "\u2022", "\u2023": "\u2022",
}  # fmt: skip
_MARK = re.compile(f"[{''.join(_MARKS)}]")
_FOREIGN = re.compile(r"(?<![^\W\d_])[A-Za-z]*+[^\W\d_A-Za-z][^\W\d_]*")
"""A word that has letters beside those of ASCII."""
_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}


_RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207f"
_POWER = re.compile(f"(?<=[\\w)\\]])[{_RAISED}]+")
"""Raised figures after what they are a power of."""
_FRACTION_AFTER_FIGURE = re.compile("(?<=\\d)(?=[\u00bc-\u00be\u2150-\u215e])")
"""Between the 2 and the \u00bd of 2\u00bd, which together would else be read as 21/2."""
_GROUPING_SPACE = re.compile("(?<=\\d)[\u00a0\u202f\u2009\u2007](?=\\d{3}(?!\\d))")
"""Spaces that are only ever typed on purpose: between the thousands of a number."""
_MINUS = re.compile("(?<![\\w)\\]%])[\u2012\u2013](?=\\.?\\d)")
"""A dash that stands at a figure, and after none."""
_GROUPING_SIGN = re.compile("(?<=\\d)['_](?=\\d{3}(?!\\d))")
_GROUPS = re.compile(r"(?<![\d.,])(?<![\d.,] )[1-9]\d{0,2}(?: \d{3})+(?! ?\d)")
_LIGATURES = str.maketrans({"\u00df": "ss", "\u0153": "oe", "\u00e6": "ae"})
"""Letters for which many write two."""
_TIMES_TEN = re.compile(r"(?<=\d)x(?=10(?:\^|\*\*))")
_SPACED_DEGREES = re.compile("\u00b0 ([cf])(?!\\w)")


_UNSPACED_STOP = re.compile(r"(?<=[^\W\d_A-Z])\.(?=[A-Z])")
"""A full stop whose space was forgotten: "at random.It keeps"."""


def normalise(text: str, language: Language) -> str:
    """The same words however they were typed: full-width, lookalike and invisible characters become plain ones, raised
    figures powers, and the thousands of a number are not parted.

    Lookalikes change only inside words that mix alphabets, or, in a Latin-script course, that are made of lookalikes
    wholly and are longer than a symbol; a lone Greek letter is mathematics.
    """
    if "." in text:
        text = _UNSPACED_STOP.sub(". ", text)
    if not text.isascii():
        text = _unified(text)
    if text.isascii():
        plain = text.replace("\n", "").isprintable() and "`" not in text
        text = (text if plain else text.translate(_CONTROLS)).lower()
    else:
        if not text.replace("\n", "").isprintable():
            text = "".join(map(_printable, text))
        text = _FOREIGN.sub(_plain_letters if language.latin else _plain_mixed, text).lower().translate(_LIGATURES)
        text = _SPACED_DEGREES.sub("\u00b0\\1", text)
    if "x10" in text:
        text = _TIMES_TEN.sub("*", text)
    if "'" in text or "_" in text:
        text = _GROUPING_SIGN.sub("", text)
    if language.grouping_space or " 000" in text:
        text = _GROUPS.sub(_without_spaces if language.grouping_space else _without_sure_spaces, text)
    return text


def _unified(text: str) -> str:
    """The text in the one form that Unicode has for compatible characters; figures keep their sense."""
    text = _GROUPING_SPACE.sub("", _POWER.sub(_power, _FRACTION_AFTER_FIGURE.sub(" ", text)))
    text = _MARK.sub(_plain_mark, _MINUS.sub("-", text))
    if text.isascii():
        return text
    return _MARK.sub(_plain_mark, unicodedata.normalize("NFKC", text)[:LIMIT])


def _power(found: re.Match[str]) -> str:
    return "^" + unicodedata.normalize("NFKC", found.group()).replace("\u2212", "-")


def _without_spaces(found: re.Match[str]) -> str:
    return found.group().replace(" ", "")


def _without_sure_spaces(found: re.Match[str]) -> str:
    """Without spaces where a group of three noughts tells that it is no list of numbers."""
    return _without_spaces(found) if "000" in found.group().split(" ")[1:] else found.group()


_CONTROLS = dict.fromkeys((*range(32), 127)) | {9: " ", 10: "\n", 11: "\n", 12: "\n", 13: "\n", 96: "'"}


def _plain_mark(found: re.Match[str]) -> str:
    return _MARKS[found.group()]


def _printable(letter: str) -> str:
    if letter.isprintable() or letter == "\n":
        return letter
    return " " if letter == "\t" or unicodedata.category(letter) not in _INVISIBLE else ""


def _plain_letters(found: re.Match[str]) -> str:
    word = found.group()
    plain = word.translate(_LOOKALIKES)
    return plain if plain.isascii() and len(word) > 1 else word


def _plain_mixed(found: re.Match[str]) -> str:
    word = found.group()
    plain = word.translate(_LOOKALIKES)
    return plain if plain.isascii() and any(c.isascii() for c in word) else word
