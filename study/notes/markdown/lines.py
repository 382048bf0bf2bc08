"""Lines of styled text: what a paragraph says once its inline marks are taken off, and its plain words."""

# ruff: noqa: RUF001 - quotation marks and dashes as people type them

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Style = Literal["plain", "em", "strong", "code", "struck", "gap"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was written. `hard` says that the author broke it off on purpose from the line before."""

    number: int
    runs: tuple[Run, ...]
    hard: bool = False

    @property
    def text(self) -> str:
        """The line as plain text."""
        return tidy(self.runs)

    def after(self, count: int) -> Line:
        """The line without its first `count` characters of plain text, as `raw` counts them."""
        kept = []
        for run in self.runs:
            if count < len(run.text):
                kept.append(Run(run.text[count:], run.style))
            count = max(0, count - len(run.text))
        return Line(self.number, tuple(kept), self.hard)

    def until(self, count: int) -> Line:
        """The first `count` characters of the line, as `raw` counts them."""
        kept = []
        for run in self.runs:
            if count > 0:
                kept.append(Run(run.text[:count], run.style))
            count -= len(run.text)
        return Line(self.number, tuple(kept), self.hard)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What the line leaves to be filled in, unless that is all it says."""
        gaps = tuple(run.text.strip() for run in self.runs if run.style == "gap")
        return gaps if any(run.style != "gap" and _WORD.search(run.text) for run in self.runs) else ()

    @property
    def with_gaps(self) -> Line:
        """The line with its gaps left open."""
        return Line(self.number, tuple(Run("____", "code") if run.style == "gap" else run for run in self.runs))

    @property
    def raw(self) -> str:
        """The runs' text joined, nothing tidied."""
        return "".join(run.text for run in self.runs)

    def style_at(self, position: int) -> Style:
        """The style of the character at that place of `raw`."""
        for run in self.runs:
            if position < len(run.text):
                return run.style
            position -= len(run.text)
        return "plain"

    def all_in(self, *styles: Style) -> bool:
        """Whether all that can be seen of the line is in one of these styles."""
        seen = [run for run in self.runs if _WORD.search(run.text)]
        return bool(seen) and all(run.style in styles for run in seen)


_WORD = re.compile(r"\w")
_STRAY = re.compile(r"(?<!\w)(\*{1,4}|_{1,2})(?=[^\W_])(?!\*|kwargs|args)|(?<=[^\W_])(\*{1,4}|_{1,2})(?!\w)")
_LONE = re.compile(
    r"^\s*\*{2,}(?=\s)|(?<=\s)\*{2,}\s*$|(?<=[“\"'‘(])_|_(?=[”\"'’).,])|(?<=\s)_+(?=[”“\"])|(?<=[”“\"])_+(?=\s|$)"
)
_SPACES = re.compile(r"[ \t\u00a0\u2007\u202f]+")
_INVISIBLE = str.maketrans("", "", "\u200b\ufeff")
_KEPT = re.compile("\ue000(\\d+)\ue001")


def tidy(runs: Iterable[Run]) -> str:
    """Runs as one plain text: stray marks of unclosed emphasis gone, spaces single, code and formulas as they stand."""
    kept: list[str] = []
    text = ""
    for run in runs:
        if run.style == "code" or run.text.startswith("$"):
            text += f"\ue000{len(kept)}\ue001"
            kept.append(run.text)
        else:
            text += run.text
    text = _LONE.sub("", _STRAY.sub("", without_highlights(text)))
    text = _SPACES.sub(" ", text.translate(_INVISIBLE))
    return _KEPT.sub(lambda match: kept[int(match[1])], text).strip()


_HIGHLIGHT = re.compile(r"(?:==|\^\^)(?=\S)")
_HIGHLIGHT_ENDS = {sign: re.compile(rf"(?<=\S){re.escape(sign)}") for sign in ("==", "^^")}


def without_highlights(text: str) -> str:
    """The text with the signs of ==highlights== and ^^highlights^^ taken off, read once from start to end."""
    kept: list[str] = []
    done = start = 0
    unclosed: set[str] = set()
    while (sign := _HIGHLIGHT.search(text, start)) is not None:
        end = None if sign[0] in unclosed else _HIGHLIGHT_ENDS[sign[0]].search(text, sign.end() + 1)
        if end is None:
            unclosed.add(sign[0])
            start = sign.start() + 1
        else:
            kept += (text[done : sign.start()], text[sign.end() : end.start()])
            done = start = end.end()
    return "".join(kept) + text[done:]


_MARKER = re.compile(r"(?:\(?[a-zA-Z0-9]{1,2}[.)]|[ivx]+[.)]|[•◦▪●\-–—*+→]|->|=>)\s")
_CODE_LINE = re.compile(r"\w\([^()]*\)|\w ?=|[{};]|:$|^(?:def|for|if|return|import|from|class|print)\b")
_GOES_ON = re.compile(r"[^\W\d_A-ZÀ-ÞĀ-Ž]|[,;.)]")
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")


def joined(lines: Sequence[Line], *, flowing: bool = False) -> str:
    """Lines as one text: wrapped prose runs on, what was set out line by line stays so unless it is `flowing`."""
    texts = [line.text for line in lines]
    set_out = not flowing and _is_set_out(texts)
    broken = not flowing and any(line.hard for line in lines)
    made: list[str] = []
    for line, text in zip(lines, texts, strict=True):
        if text:
            made += (_joint(made[-1], line, text, set_out=set_out, broken=broken) if made else "", text)
    return "".join(made)


def _is_set_out(texts: Sequence[str]) -> bool:
    """Whether a paragraph's lines are too short, or too much like code, to be prose that was wrapped."""
    if len(texts) < 2:
        return False
    if sum(_CODE_LINE.search(text) is not None for text in texts) * 3 > len(texts) * 2:
        return True
    return max(map(len, texts[:-1])) < 50 and not any(map(_GOES_ON.match, texts[1:]))


def _joint(before: str, line: Line, text: str, *, set_out: bool, broken: bool) -> str:
    """What joins a line to the text before it: nothing within Chinese prose, a new line or a space."""
    if _CJK.match(before[-1]) and _CJK.match(text[0]) and not line.hard:
        return ""
    new_line = line.hard or set_out or _MARKER.match(text) or (broken and not _GOES_ON.match(text))
    return "\n" if new_line else " "
