"""Reading an answer: one form for every way of typing the same words, cut into words, clauses and sentences."""

from __future__ import annotations

import re
import unicodedata

from study.grading.language import Language, stemmer

LIMIT = 4000
"""Characters of an answer that are read."""

_NUMBER = (
    r"(?<![\w.])(?>\d+(?:[.,]\d+)*)(?:e[+-]?\d+)?(?!\w)(?:\s?%)?"
    r"|(?<![\w.])\d+[.,]\d+[a-z\u00b5]{1,3}\b|(?<![\w.])\.\d+\b"
)
_REST = (
    _NUMBER + r"|[^\W_]+(?:'[^\W_]+)*|[.;:!?\n\u2022]+|->|=>|\u2192|\u21d2|[,(){}\[\]/|\u2014\u2013]|(?<!\S)[-*+](?=\s)"
)
_TOKEN = re.compile(r"[^\W\d_][^\W_]*(?:'[^\W_]+)*|" + _REST)
_ASCII_TOKEN = re.compile(r"[a-z][a-z0-9]*(?:'[a-z0-9]+)*|" + _REST, re.ASCII)
"""The same for a text in small ASCII letters, a third faster."""
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
_MARKS = str.maketrans(
    {
        "\u2019": "'", "\u2018": "'", "\u201b": "'", "\u02bc": "'", "`": "'", "\u00b4": "'", "\u2032": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2212": "-", "\u2010": "-", "\u2011": "-", "\u00d7": "*",
        "\u00b7": "*", "\u22c5": "*", "\u00f7": "/", "\u2215": "/", "\r": "\n", "\u2028": "\n", "\u2029": "\n",
        "\u25cf": "\u2022", "\u25aa": "\u2022", "\u25e6": "\u2022", "\u2023": "\u2022",
    }
)  # fmt: skip
_MIXED = re.compile(r"[^\W\d_]+")
_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}


def normalise(text: str, latin: bool = True) -> str:
    """The same words however they were typed: full-width, lookalike and invisible characters become plain ones.

    Lookalikes change only inside words that mix alphabets, or, in a Latin-script course, that are made of lookalikes
    wholly and are longer than a symbol; a lone Greek letter is mathematics.
    """
    if not text.isascii():
        text = text.translate(_MARKS)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[:LIMIT].translate(_MARKS)
    if text.isascii():
        plain = text.replace("\n", "").isprintable() and "`" not in text
        return (text if plain else text.translate(_CONTROLS)).lower()
    if not text.replace("\n", "").isprintable():
        text = "".join(map(_printable, text))
    return _MIXED.sub(_plain_letters if latin else _plain_mixed, text).lower()


_CONTROLS = dict.fromkeys((*range(32), 127)) | {9: " ", 10: "\n", 11: "\n", 12: "\n", 13: "\n", 96: "'"}


def _printable(letter: str) -> str:
    if letter.isprintable() or letter == "\n":
        return letter
    return " " if letter == "\t" or unicodedata.category(letter) not in _INVISIBLE else ""


def _plain_letters(found: re.Match[str]) -> str:
    word = found.group()
    if word.isascii():
        return word
    plain = word.translate(_LOOKALIKES)
    return plain if plain.isascii() and len(word) > 1 else word


def _plain_mixed(found: re.Match[str]) -> str:
    word = found.group()
    plain = word.translate(_LOOKALIKES)
    return plain if plain.isascii() and any(c.isascii() for c in word) else word


_STEMS: dict[str, dict[str, str]] = {}
_KEPT = 100_000


def stem(word: str, stemmer_name: str) -> str:
    """The stem of a word, without its accents, so that a keyboard without them is no disadvantage; kept."""
    known = _STEMS.setdefault(stemmer_name, {})
    root = known.get(word)
    if root is None:
        root = stemmer(stemmer_name)(word[:-2] if word.endswith("'s") else word)
        root = root if root.isascii() else bare(root)
        if len(known) < _KEPT:
            known[word] = root
    return root


def _spoken(token: str) -> bool:
    return token[-1] not in _SIGNS


def bare(word: str) -> str:
    """A word without its accents."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


class Text:
    """A text cut into words. Parallel lists, index by index: the word, its stem, its sentence and clause.

    `lists` counts the signs that part a list; `inside` are the clauses that stand in brackets.
    """

    __slots__ = ("_places", "clause", "inside", "lists", "plain", "sentence", "stems", "truncated", "words")

    def __init__(self, raw: str, language: Language) -> None:
        self.truncated = len(raw) > LIMIT
        plain = normalise(raw[:LIMIT] if self.truncated else raw, language.latin)
        if ".g." in plain or ".e." in plain:
            plain = plain.replace("e.g.", "eg").replace("i.e.", "ie")
        if "w/" in plain:
            plain = plain.replace("w/o ", "without ").replace(" w/ ", " with ")
        if "&" in plain:
            plain = plain.replace("&", " and ")
        self.plain = plain = plain[:LIMIT]
        words: list[str] = []
        sentence: list[int] = []
        clause: list[int] = []
        sentences = clauses = commas = depth = start = 0
        inside: set[int] = set()
        tokens = (_ASCII_TOKEN if plain.isascii() else _TOKEN).findall(plain)
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
        words += tokens[start:]
        sentence += [sentences] * (len(tokens) - start)
        clause += [clauses] * (len(tokens) - start)
        if "%" in plain:
            words = [word.replace(" ", "") for word in words]
        self.words = words
        self.sentence = sentence
        self.clause = clause
        self.lists = commas
        self.inside = inside
        name = language.stemmer
        known = _STEMS.setdefault(name, {})
        self.stems = [known.get(word) or stem(word, name) for word in words]
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

    def __len__(self) -> int:
        return len(self.words)

    def quote(self, first: int, last: int) -> str:
        """The words from first to last, as they were read."""
        return self.plain[self.starts[first] : self.ends[last]]
