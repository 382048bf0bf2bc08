"""Neutral spans as Discord's markdown: every literal is escaped, and one function decides how to cut to a limit.

A literal is a run of units that may not be torn apart (a backslash with its sign, a letter with its accents), so a
cut never leaves half an escape or an open bold behind. Lengths are counted in UTF-16 units, the stricter of the ways
in which Discord's clients count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.platforms.text import literal
from cogs.messages import Link, Moment, Span

ELLIPSIS = "…"

_ANYWHERE = frozenset("\\*_~`|<>[]@")
_LINE_START = re.compile(r"(?m)^([^\S\n]*)(#{1,3}(?=\s|$)|-#(?=\s|$)|[-+](?=\s|$)|\d+(?=[.)](?:\s|$)))")
_LINKS = re.compile(r"\w(:)(?=//)|^([:/])(?=/)|discord(\.)(?=gg|com)|(:)[A-Za-z_]\w*(:)", re.IGNORECASE)
_JOINS = "\u200d\ufe0e\ufe0f"
_CLUSTER = 32
"""So many signs are kept together; a heap of accents beyond that is nobody's writing."""


def width(text: str) -> int:
    """How long Discord may think this is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style: what opens it, its units, what closes it."""

    units: tuple[str, ...]
    opening: str = ""
    closing: str = ""

    def __str__(self) -> str:
        return self.opening + "".join(self.units) + self.closing


def _clusters(text: str) -> list[str]:
    """Letters with what belongs to them, so that no accent or joined emoji is torn off."""
    made: list[str] = []
    for sign in text:
        joined = made and (unicodedata.combining(sign) or sign in _JOINS or made[-1][-1] == "\u200d")
        joined = joined or (made and "\U0001f3fb" <= sign <= "\U0001f3ff")
        # No ASCII sign is joined: what may need an escape of its own never hides behind another.
        if joined and not sign.isascii() and len(made[-1]) < _CLUSTER:
            made[-1] += sign
        else:
            made.append(sign)
    return made


def _units(text: str) -> tuple[str, ...]:
    """The text's units, each sign that could format, mention or link escaped by a backslash."""
    marked = {match.end(2) - len(match[2]) for match in _LINE_START.finditer(text) if not match[2][0].isdigit()}
    marked |= {match.end(2) for match in _LINE_START.finditer(text) if match[2][0].isdigit()}
    for match in _LINKS.finditer(text):
        marked |= {match.start(group) for group in (1, 2, 3, 4, 5) if match[group]}
    made, at = [], 0
    for cluster in _clusters(text):
        escaped = cluster[0] in _ANYWHERE or at in marked
        made.append(f"\\{cluster}" if escaped else cluster)
        at += len(cluster)
    return tuple(made)


def plain(text: str) -> Run:
    """A label or title: nothing in it is markdown there, so nothing is escaped."""
    return Run(tuple(_clusters(literal(text))))


def markup(text: str) -> Run:
    """Markdown of our own making, such as a bullet; it is cut nowhere inside."""
    return Run((text,) if text else ())


def run(span: Span) -> Run:
    """A span as markdown."""
    if isinstance(span, Moment):
        return markup(f"<t:{span.epoch}:F>")
    if isinstance(span, Link):
        # The brackets round an address keep Discord from unfolding a preview of the page.
        return (
            Run(_units(literal(span.text)), "[", f"](<{span.url}>)")
            if span.text != span.url
            else markup(f"<{span.url}>")
        )
    text = literal(span.text)
    if span.style == "code" and text.strip():
        flat = " ".join(text.split("\n"))
        if "`" not in flat:
            return Run(tuple(_clusters(flat)), "`", "`")
        if "``" not in flat:
            return Run(tuple(_clusters(flat)), "`` ", " ``")
    if span.style == "strong" and text.strip():
        return Run(_units(text.strip()), _edge(text, 0) + "**", "**" + _edge(text, -1))
    return Run(_units(text))


def _edge(text: str, at: int) -> str:
    """Bold ends at blanks only if they stand outside its stars."""
    return " " if text[at].isspace() else ""


def cut(runs: Sequence[Run], limit: int) -> str:
    """The runs as one text of at most `limit`; what had to go is shown by an ellipsis, and every style is closed."""
    whole = "".join(map(str, runs))
    if width(whole) <= limit:
        return whole
    if limit < 1:
        return ""
    made, used = "", 0
    for one in runs:
        frame = width(one.opening) + width(one.closing)
        if used + width(str(one)) + 1 <= limit:
            made += str(one)
            used += width(str(one))
            continue
        kept = ""
        for unit in one.units:
            if used + frame + width(kept) + width(unit) + 1 > limit:
                break
            kept += unit
        if kept.strip():
            made += one.opening + kept.rstrip() + one.closing
        break
    return made.rstrip() + ELLIPSIS


def fit(text: str, limit: int) -> str:
    """A plain label of at most `limit` characters."""
    return cut([plain(" ".join(text.split()) if "\n" in text and limit <= 100 else text)], limit)
