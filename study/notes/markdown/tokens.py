"""The words of a paragraph: Markdown's inline marks taken off, what they meant kept beside the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from markdown_it.token import Token

from study.notes.markdown.left import Left
from study.notes.markdown.lines import Line, Run, Style
from study.texts import _

_RANK: tuple[Style, ...] = ("struck", "code", "strong", "em")
_OPENS: dict[str, Style] = {"strong_open": "strong", "em_open": "em", "s_open": "struck"}
_CLOSES: dict[str, Style] = {"strong_close": "strong", "em_close": "em", "s_close": "struck"}
_HTML: dict[str, Style] = {
    "b": "strong",
    "strong": "strong",
    "mark": "strong",
    "u": "strong",
    "i": "em",
    "em": "em",
    "code": "code",
    "kbd": "code",
    "s": "struck",
    "del": "struck",
}
_BREAKS = frozenset(("br", "div", "p", "li"))
_TAG = re.compile(r"<(/?)([a-zA-Z]+)")
_BLOCK_REFERENCE = re.compile(r"!?\(\((?:[\w-]{9}|[0-9a-f]{8}-[0-9a-f-]{27})\)\)", re.IGNORECASE)
_FILE_NAME = re.compile(r"\.\w{3,4}$|^\d")


def lines_of(token: Token, first: int) -> tuple[list[Line], list[Left]]:
    """The lines of an inline token that begins on source line `first`, and what was left out of them."""
    reader = _Reader(first)
    for child in token.children or ():
        reader.read(child)
    return reader.finish(), reader.left


def worded(alt: str) -> str:
    """An alternative text that says something; file names and “image” do not."""
    return alt.strip() if len(alt.split()) >= 3 and not _FILE_NAME.search(alt.strip()) else ""


_NUMBERS, _SIGNS = "0123456789", "+-=()"
SHIFTS = {
    "sup": ("^", str.maketrans(f"{_NUMBERS}{_SIGNS}ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")),
    "sub": ("_", str.maketrans(f"{_NUMBERS}{_SIGNS}", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")),
}
"""How what is set above or below the line is written on it: a sign before it, where no letters of its own exist."""


def shifted(text: str, tag: str) -> str:
    """A text that HTML sets above (`sup`) or below (`sub`) the line."""
    sign, letters = SHIFTS[tag]
    return text.translate(letters) if all(ord(char) in letters for char in text) else f"{sign}{text}"


class _Reader:
    """Reads tokens one by one: `runs` are those of the line being read, `written` their characters.

    `styles` and `links` are open there.
    """

    def __init__(self, first: int) -> None:
        self.left: list[Left] = []
        self.lines: list[Line] = []
        self.runs: list[Run] = []
        self.styles: Counter[Style] = Counter()
        self.written = 0
        self.links: list[tuple[str, int]] = []
        self.number, self.hard = first, False
        self.shifted = ""
        self.readers: dict[str, Callable[[Token], None]] = {
            **dict.fromkeys(_OPENS, self.open_style),
            **dict.fromkeys(_CLOSES, self.close_style),
            "softbreak": lambda _: self.break_off(hard=False, advance=1),
            "hardbreak": lambda _: self.break_off(hard=True, advance=1),
            "code_inline": self.code,
            "math": lambda token: self.write(token.content),
            "gap": lambda token: self.write(token.content, "gap"),
            "image": self.picture,
            "embed": self.picture,
            "reference": lambda token: self.leave(_("a reference ({what}) was left out.", what=_short(token.content))),
            "link_open": self.open_link,
            "link_close": self.close_link,
            "html_inline": self.html,
        }

    def read(self, token: Token) -> None:
        self.readers.get(token.type, self.words)(token)

    def finish(self) -> list[Line]:
        self.break_off(hard=False, advance=0)
        return [line for line in self.lines if line.raw.strip()]

    @property
    def style(self) -> Style:
        return next((style for style in _RANK if self.styles[style]), "plain")

    def write(self, text: str, style: Style = "plain") -> None:
        self.runs.append(Run(text, style))
        self.written += len(text.strip())

    def leave(self, what: str) -> None:
        self.left.append(Left(self.number, what))

    def break_off(self, *, hard: bool, advance: int) -> None:
        self.lines.append(Line(self.number, tuple(self.runs), self.hard))
        self.runs, self.written, self.number, self.hard = [], 0, self.number + advance, hard

    def open_style(self, token: Token) -> None:
        self.styles[_OPENS[token.type]] += 1

    def close_style(self, token: Token) -> None:
        self.close(_CLOSES[token.type])

    def close(self, style: Style) -> None:
        self.styles[style] = max(0, self.styles[style] - 1)

    def words(self, token: Token) -> None:
        if token.content:
            for reference in _BLOCK_REFERENCE.findall(token.content):
                self.leave(_("a reference ({what}) was left out.", what=reference))
            text = _BLOCK_REFERENCE.sub("", token.content)
            self.write(shifted(text, self.shifted) if self.shifted else text, self.style)

    def code(self, token: Token) -> None:
        self.write(token.content, "struck" if self.styles["struck"] else "code")

    def picture(self, token: Token) -> None:
        if alt := worded(token.content):
            self.write(alt, self.style)
        else:
            where = str(token.attrs.get("src") or token.meta.get("target", ""))
            self.leave(_("a picture ({where}) was left out.", where=_short(where)))

    def open_link(self, token: Token) -> None:
        self.links.append((str(token.attrs.get("href", "")), self.written))

    def close_link(self, token: Token) -> None:
        href, before = self.links.pop()
        if self.written == before and (not self.left or self.left[-1].line != self.number):
            self.leave(_("a link without words ({where}) was left out.", where=_short(href)))

    def html(self, token: Token) -> None:
        tag = _TAG.match(token.content)
        if tag is None:
            if not token.content.startswith("<!--"):
                self.leave(_("a piece of HTML ({what}) was left out.", what=_short(token.content)))
            return
        name = tag[2].lower()
        if name in _BREAKS:
            self.break_off(hard=True, advance=0)
        elif name == "img":
            self.leave(_("a picture ({where}) was left out.", where="HTML"))
        elif name in SHIFTS:
            self.shifted = "" if tag[1] else name
        elif name in _HTML and not tag[1]:
            self.styles[_HTML[name]] += 1
        elif name in _HTML:
            self.close(_HTML[name])


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
