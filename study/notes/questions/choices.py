"""Choices that an author answered by setting one of the alternatives in bold or code: `T / **F**`."""

# ruff: noqa: RUF001 - dashes are meant

from __future__ import annotations

import re
from dataclasses import dataclass

from study.notes.markdown.lines import Line, Style, tidy

_YES = r"(?:True|Yes|Wahr|Richtig|Ja|Vrai|T|Y|W|对|是)"
_NO = r"(?:False|No|Falsch|Nein|Faux|F|N|错|否)"
_PAIR = re.compile(
    rf"(?<!\w)(?:(?P<a>{_YES})\s*(?:/|\||,|\bor\b|\boder\b|\bou\b|或)?\s*(?P<b>{_NO})"
    rf"|(?P<c>{_NO})\s*(?:/|\||,|\bor\b|\boder\b|\bou\b|或)?\s*(?P<d>{_YES}))(?!\w)",
    re.IGNORECASE,
)
_SPELLED = {"t": "True", "f": "False"}
_MARKED: tuple[Style, ...] = ("strong", "em", "code")
_REASON = re.compile(r"[.,;:–—(-]|because|since|weil")
_OR = re.compile(r"[/|,]|or|oder|ou|或")
_BLANK_BOX = re.compile(r"^\[ \]\s?")
_TICK = re.compile(r"[✓✔✅☑]\ufe0f?|\[[xX]\]\s?")


@dataclass(frozen=True, slots=True)
class Choice:
    """A line with its choice made: what stood around the pair, and which alternative was set apart."""

    before: str
    chosen: str
    after: str
    asked: str

    @property
    def as_answer(self) -> str:
        """The line as an answer."""
        before, after = self.before.rstrip(" :–—-([|"), self.after.strip(" )]|")
        if not before:
            return f"{after.lstrip(' :–—-')}: {self.chosen}" if after else self.chosen
        if _REASON.match(after):
            joint = "" if after[0] in ".,;:" else " "
            return f"{before}: {self.chosen}{joint}{after}"
        return f"{before} {after}: {self.chosen}" if after else f"{before}: {self.chosen}"


def choice_in(line: Line) -> Choice | None:
    """The choice that the line shows, None where it offers none or leaves it open."""
    raw = line.raw
    for match in _PAIR.finditer(raw):
        first, second = ("a", "b") if match["a"] else ("c", "d")
        styles = line.style_at(match.start(first)), line.style_at(match.start(second))
        between = raw[match.end(first) : match.start(second)]
        if not _OR.search(between) and "struck" not in styles:
            continue
        picked = _picked(styles)
        if picked is None:
            continue
        chosen = match[(first, second)[picked]]
        chosen = _SPELLED.get(chosen.lower(), chosen) if len(chosen) == 1 else chosen
        return Choice(tidy(line.until(match.start()).runs), chosen, tidy(line.after(match.end()).runs), line.text)
    return None


def _picked(styles: tuple[Style, Style]) -> int | None:
    if ("struck" in styles) and styles[0] != styles[1]:
        return 1 if styles[0] == "struck" else 0
    marked = [style in _MARKED for style in styles]
    return marked.index(True) if sum(marked) == 1 else None


def is_ticked(line: Line) -> bool:
    """Whether a line bears a tick."""
    return _TICK.search(line.raw) is not None


def without_tick(text: str) -> str:
    """An option's text without the sign that marks it."""
    return _TICK.sub("", _BLANK_BOX.sub("", text)).strip()
