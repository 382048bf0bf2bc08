"""Choices that an author answered by setting one of the alternatives in bold or code: `T / **F**`."""

# ruff: noqa: RUF001 - dashes are meant

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from study.notes.markdown.blocks import Block
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
    def told(self) -> str:
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


def is_chosen(line: Line) -> bool:
    """Whether the whole line is set apart from its neighbours, as the right option of a list is."""
    return line.all_in("strong", "code") or _TICK.search(line.raw) is not None


def without_tick(text: str) -> str:
    """An option's text without the sign that marks it."""
    return _TICK.sub("", _BLANK_BOX.sub("", text)).strip()


def options_chosen(blocks: Sequence[Block]) -> tuple[list[str], list[str]] | None:
    """All options and the chosen ones, where the blocks are a list of short options with some set apart."""
    if len(blocks) < 2 or not all(map(_is_option, blocks)):
        return None
    options = [block.first_lines[0] for block in blocks]
    chosen = [line for line in options if is_chosen(line)]
    if not chosen or len(chosen) == len(options) or any(choice_in(line) for line in options):
        return None
    return [without_tick(line.text) for line in options], [without_tick(line.text) for line in chosen]


def _is_option(block: Block) -> bool:
    """Whether a block is a list item of one short line and nothing else."""
    lines = block.first_lines
    return block.kind == "item" and len(block.blocks) == 1 and len(lines) == 1 and len(lines[0].raw) <= 100
