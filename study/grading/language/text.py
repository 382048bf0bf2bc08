"""Reading an answer: one form for every way of typing the same words, cut into words, clauses and sentences."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from itertools import chain

from study.grading.language.language import Language
from study.grading.language.remembered import Remembered
from study.grading.language.stems import stems

LIMIT = 4000
"""Characters of an answer that are read."""

_NUMBER = (
    r"(?<![\w.])(?>\d+(?:[.,]\d+)*)(?:e[+-]?\d+)?(?!\w)(?:\s?%)?"
    r"|(?<![\w.])\d+[.,]\d+[a-z\u00b5]{1,3}\b|(?<![\w.])\.\d+\b"
)
_REST = (
    _NUMBER + r"|[^\W_]+(?:'[^\W_]+)*|[.;:!?\n\u2022]+|->|=>|\u2192|\u21d2|[,(){}\[\]/|\u2014\u2013]|(?<!\S)[-*+](?!\S)"
)
_TOKEN = re.compile(r"[^\W\d_][^\W_]*(?:'[^\W_]+)*|" + _REST)
_COMMAS = frozenset(",(){}[]/|\u2014\u2013-*+")
_SIGNS = _COMMAS | frozenset(".;:!?\n\u2022>\u2192\u21d2")
_OPENS, _CLOSES = frozenset("([{"), frozenset(")]}")
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
    "\u00b7": "*", "\u22c5": "*", "\u00f7": "/", "\u2215": "/", "\r": "\n", "\u2028": "\n", "\u2029": "\n",
    "\u25cf": "\u2022", "\u25aa": "\u2022", "\u25e6": "\u2022", "\u2023": "\u2022",
}  # fmt: skip
_MARK = re.compile(f"[{''.join(_MARKS)}]")
_FOREIGN = re.compile(r"(?<![^\W\d_])[A-Za-z]*+[^\W\d_A-Za-z][^\W\d_]*")
"""A word that has letters beside those of ASCII."""
_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}


def normalise(text: str, latin: bool = True) -> str:
    """The same words however they were typed: full-width, lookalike and invisible characters become plain ones.

    Lookalikes change only inside words that mix alphabets, or, in a Latin-script course, that are made of lookalikes
    wholly and are longer than a symbol; a lone Greek letter is mathematics.
    """
    if not text.isascii():
        text = _MARK.sub(_plain_mark, text)
    if not text.isascii():
        text = _MARK.sub(_plain_mark, unicodedata.normalize("NFKC", text)[:LIMIT])
    if text.isascii():
        plain = text.replace("\n", "").isprintable() and "`" not in text
        return (text if plain else text.translate(_CONTROLS)).lower()
    if not text.replace("\n", "").isprintable():
        text = "".join(map(_printable, text))
    return _FOREIGN.sub(_plain_letters if latin else _plain_mixed, text).lower()


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


_TOKENS = Remembered(lambda piece: (piece,) if piece.isalpha() else tuple(_TOKEN.findall(piece)))
"""Words and signs of what stands between two spaces."""


def _spoken(token: str) -> bool:
    return token[-1] not in _SIGNS


class Text:
    """A text cut into words. Parallel lists, index by index: the word, its stem, its sentence and clause.

    `begins` are the places where sentences begin; `lists` counts the signs that part a list; `inside` are the clauses
    that stand in brackets.
    """

    __slots__ = ("_places", "begins", "clause", "inside", "lists", "plain", "sentence", "stems", "truncated", "words")

    def __init__(self, raw: str, language: Language) -> None:
        self.truncated = len(raw) > LIMIT
        plain = normalise(raw[:LIMIT] if self.truncated else raw, language.latin)
        if ".g." in plain or ".e." in plain:
            plain = plain.replace("e.g.", "eg").replace("i.e.", "ie")
        if "w/" in plain:
            plain = plain.replace("w/o ", "without ").replace(" w/ ", " with ")
        if "&" in plain:
            plain = plain.replace("&", " and ")
        if language.tag_question is not None and ("n't " in plain or "nt " in plain):
            plain = language.tag_question.sub("?", plain)
        self.plain = plain = plain[:LIMIT]
        words: list[str] = []
        sentence: list[int] = []
        clause: list[int] = []
        sentences = clauses = commas = depth = start = 0
        inside: set[int] = set()
        begins = [0]
        pieces = plain.split(" ") if "%" not in plain else [plain]
        tokens = list(chain.from_iterable(map(_TOKENS.__getitem__, pieces)))
        for i in [i for i, token in enumerate(tokens) if token[-1] in _SIGNS]:
            words += tokens[start:i]
            sentence += [sentences] * (i - start)
            clause += [clauses] * (i - start)
            start = i + 1
            clauses += 1
            sign = tokens[i]
            if sign in _COMMAS:
                commas += 1
                if sign in "([{":
                    depth += 1
                elif sign in ")]}":
                    depth = 0
                if depth:
                    inside.add(clauses)
            else:
                sentences += 1
                if begins[-1] != len(words):
                    begins.append(len(words))
        words += tokens[start:]
        sentence += [sentences] * (len(tokens) - start)
        clause += [clauses] * (len(tokens) - start)
        if "%" in plain:
            words = [word.replace(" ", "") for word in words]
        self.words = words
        self.begins = begins if begins[-1] < len(words) else begins[:-1]
        self.sentence = sentence
        self.clause = clause
        self.lists = commas
        self.inside = inside
        self.stems = list(map(stems(language).__getitem__, words))
        self._places: tuple[list[int], list[int]] | None = None

    def _find(self) -> tuple[list[int], list[int]]:
        if self._places is None:
            found = [one.span() for one in _TOKEN.finditer(self.plain) if _spoken(one.group())]
            self._places = [first for first, _ in found], [last for _, last in found]
        return self._places

    @property
    def starts(self) -> list[int]:
        """Where each word begins in the plain text."""
        return self._find()[0]

    @property
    def ends(self) -> list[int]:
        """Where each word ends in the plain text."""
        return self._find()[1]

    def bounds(self, place: int) -> tuple[int, int]:
        """Where the sentence of a word begins, and where it has ended."""
        k = bisect_right(self.begins, place)
        return self.begins[k - 1], self.begins[k] if k < len(self.begins) else len(self.words)

    def __len__(self) -> int:
        return len(self.words)

    def quote(self, first: int, last: int) -> str:
        """The words from first to last, as they were read."""
        return self.plain[self.starts[first] : self.ends[last]]
