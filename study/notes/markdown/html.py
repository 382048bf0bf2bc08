"""HTML within notes: the words that a browser would show, and what it would fold away."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Literal

from study.notes.markdown.tokens import SHIFTS, shifted, worded

Part = tuple[Literal["fold", "opens", "summary", "text", "unfold"], tuple[str, ...]]
"""A part of a block of HTML, with the lines it says. `opens` begins a summary that ends, as `summary`, further down."""


def parts_of(content: str) -> tuple[list[Part], int]:
    """The parts of a block of HTML in their order, and how many pictures without words it shows."""
    reader = _Reader()
    reader.feed(_with_ends(content))
    reader.close()
    reader.end_text("opens" if reader.summary else "text")
    return reader.parts, reader.pictures


def _with_ends(content: str) -> str:
    """The same, where what no sign ends is text: the standard library looks for each such end in all that follows.

    In HTML `<![` begins a comment up to the next `>`; that reader knows sections of SGML, and raises at others.
    """
    for opens, closes in (("<!--", "-->"), ("<", ">")):
        ended, close, rest = content.rpartition(closes)
        content = ended + close + rest.replace(opens, opens.replace("<", "&lt;"))
    return content.replace("<![", "<!_[")


_BREAKS = frozenset(["br", "p", "div", "li", "tr", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4"])
_ENDS = frozenset(["p", "div", "li", "tr"])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Part] = []
        self.pictures = 0
        self.lines: list[list[str]] = [[]]
        self.shifted = ""
        self.skipped = 0
        self.summary = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Breaks lines at block tags, counts pictures, skips scripts."""
        if tag in ("script", "style"):
            self.skipped += 1
        elif tag in ("details", "summary"):
            self.end_text()
            self.summary = tag == "summary"
            if tag == "details":
                self.parts.append(("fold", ()))
        elif tag == "img":
            alt = worded(dict(attrs).get("alt") or "")
            self.pictures += not alt
            self.handle_data(alt)
        elif tag in SHIFTS:
            self.shifted = tag
        elif tag in _BREAKS:
            self.lines.append([])

    def handle_endtag(self, tag: str) -> None:
        """Ends what the tag had begun."""
        if tag in ("script", "style"):
            self.skipped = max(0, self.skipped - 1)
        elif tag == "summary":
            said = " ".join(self.said())
            self.lines, self.summary = [[]], False
            self.parts.append(("summary", (said,) if said else ()))
        elif tag == "details":
            self.end_text()
            self.parts.append(("unfold", ()))
        elif tag in SHIFTS:
            self.shifted = ""
        elif tag in _ENDS:
            self.lines.append([])

    def handle_data(self, data: str) -> None:
        """Collects words."""
        if not self.skipped:
            self.lines[-1].append(shifted(data, self.shifted) if self.shifted else data)

    def said(self) -> tuple[str, ...]:
        lines = (" ".join("".join(pieces).split()) for pieces in self.lines)
        return tuple(line for line in lines if line)

    def end_text(self, kind: Literal["opens", "text"] = "text") -> None:
        """What has been said up to here is a part."""
        said = self.said()
        self.lines = [[]]
        if said or kind == "opens":
            self.parts.append((kind, said))
