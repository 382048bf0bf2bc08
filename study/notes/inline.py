"""The words of a paragraph: Markdown's inline marks taken off, what they meant kept beside the text."""

# ruff: noqa: RUF001 - quotation marks and dashes as people type them

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markdown_it.token import Token

Style = Literal["plain", "em", "strong", "code", "struck"]

_RANK: tuple[Style, ...] = ("plain", "em", "strong", "code", "struck")


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
        seen = [run for run in self.runs if re.search(r"\w", run.text)]
        return bool(seen) and all(run.style in styles for run in seen)


@dataclass(frozen=True, slots=True)
class Left:
    """Something that plain text cannot hold, and where it stood."""

    line: int
    what: str


_STRAY = re.compile(r"(?<!\w)(\*{1,4}|_{1,2})(?=[^\W_])(?!\*|kwargs|args)|(?<=[^\W_])(\*{1,4}|_{1,2})(?!\w)")
_LONE = re.compile(
    r"^\s*\*{2,}(?=\s)|(?<=\s)\*{2,}\s*$|(?<=[“\"'‘(])_|_(?=[”\"'’).,])|(?<=\s)_+(?=[”“\"])|(?<=[”“\"])_+(?=\s|$)"
)
_MARKED = re.compile(r"(==|\^\^)(?=\S)(.+?)(?<=\S)\1")


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
    text = _LONE.sub("", _STRAY.sub("", _MARKED.sub(r"\2", text)))
    text = re.sub(r"[ \t\u00a0\u2007\u202f]+", " ", text.replace("\u200b", "").replace("\ufeff", ""))
    return re.sub("\ue000(\\d+)\ue001", lambda match: kept[int(match[1])], text).strip()


_BLOCK_REFERENCE = re.compile(r"!?\(\((?:[\w-]{9}|[0-9a-f]{8}-[0-9a-f-]{27})\)\)", re.IGNORECASE)


_OPENS: dict[str, Style] = {"strong_open": "strong", "em_open": "em", "s_open": "struck"}
_CLOSES: dict[str, Style] = {"strong_close": "strong", "em_close": "em", "s_close": "struck"}
_HTML_OPENS: dict[str, Style] = {
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


def lines_of(token: Token, first: int) -> tuple[list[Line], list[Left]]:
    """The lines of an inline token that begins on source line `first`, and what was left out of them."""
    lines: list[Line] = []
    left: list[Left] = []
    open_styles: list[Style] = []
    runs: list[Run] = []
    links: list[tuple[str, int]] = []
    number, hard = first, False

    def break_off(is_hard: bool, advance: int) -> None:
        nonlocal number, hard, runs
        lines.append(Line(number, tuple(runs), hard))
        runs, number, hard = [], number + advance, is_hard

    for child in token.children or ():
        style: Style = max(open_styles, key=_RANK.index, default="plain")
        if child.type in _OPENS:
            open_styles.append(_OPENS[child.type])
        elif child.type in _CLOSES:
            open_styles.remove(_CLOSES[child.type])
        elif child.type == "softbreak":
            break_off(False, 1)
        elif child.type == "hardbreak":
            break_off(True, 1)
        elif child.type == "code_inline":
            runs.append(Run(child.content, "struck" if "struck" in open_styles else "code"))
        elif child.type == "math":
            runs.append(Run(child.content))
        elif child.type in ("image", "embed"):
            alt = worded(child.content)
            where = child.attrs.get("src") or child.meta.get("target", "")
            if alt:
                runs.append(Run(alt, style))
            else:
                left.append(Left(number, f"a picture ({_short(str(where))})"))
        elif child.type == "reference":
            left.append(Left(number, f"a reference ({_short(child.content)})"))
        elif child.type == "link_open":
            links.append((str(child.attrs.get("href", "")), sum(len(run.text.strip()) for run in runs)))
        elif child.type == "link_close":
            href, before = links.pop()
            if sum(len(run.text.strip()) for run in runs) == before and not any(each.line == number for each in left):
                left.append(Left(number, f"a link without words ({_short(href)})"))
        elif child.type == "html_inline":
            tag = re.match(r"<(/?)([a-zA-Z]+)", child.content)
            name = tag[2].lower() if tag else ""
            if name == "br":
                break_off(True, 0)
            elif name == "img":
                left.append(Left(number, "a picture (HTML)"))
            elif name in _HTML_OPENS and tag is not None:
                if not tag[1]:
                    open_styles.append(_HTML_OPENS[name])
                elif _HTML_OPENS[name] in open_styles:
                    open_styles.remove(_HTML_OPENS[name])
            elif not tag and not child.content.startswith("<!--"):
                left.append(Left(number, f"a piece of HTML ({_short(child.content)})"))
        elif child.content:
            left.extend(Left(number, f"a reference ({each})") for each in _BLOCK_REFERENCE.findall(child.content))
            runs.append(Run(_BLOCK_REFERENCE.sub("", child.content), style))
    lines.append(Line(number, tuple(runs), hard))
    return [line for line in lines if line.raw.strip()], left


def worded(alt: str) -> str:
    """An alternative text that says something; file names and “image” do not."""
    return alt.strip() if len(alt.split()) >= 3 and not re.search(r"\.\w{3,4}$|^\d", alt.strip()) else ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


_MARKER = re.compile(r"(?:\(?[a-zA-Z0-9]{1,2}[.)]|[ivx]+[.)]|[•◦▪●\-–—*+→]|->|=>)\s")
_CODE_LINE = re.compile(r"\w\([^()]*\)|\w ?=|[{};]|:$|^(?:def|for|if|return|import|from|class|print)\b")
_GOES_ON = re.compile(r"[^\W\d_A-ZÀ-ÞĀ-Ž]|[,;.)]")
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")


def joined(lines: Sequence[Line], *, flowing: bool = False) -> str:
    """Lines as one text: wrapped prose runs on, what was set out line by line stays so unless it is `flowing`."""
    texts = [line.text for line in lines]
    set_out = (
        not flowing and len(texts) > 1 and max(map(len, texts[:-1])) < 50 and not any(map(_GOES_ON.match, texts[1:]))
    )
    if len(texts) > 1 and sum(_CODE_LINE.search(text) is not None for text in texts) * 3 > len(texts) * 2:
        set_out = not flowing
    broken = not flowing and any(line.hard for line in lines)
    made = ""
    for line, text in zip(lines, texts, strict=True):
        if not text:
            continue
        if not made:
            made = text
        elif _CJK.match(made[-1]) and _CJK.match(text[0]) and not line.hard:
            made += text
        elif line.hard or set_out or _MARKER.match(text) or (broken and not _GOES_ON.match(text)):
            made += "\n" + text
        else:
            made += " " + text
    return made
