"""The blocks of a card as lines of markdown: lists, quotes, bars, rankings, facts."""

from __future__ import annotations

from typing import assert_never

from bot.platforms.discord.words import Run, markup, run
from bot.platforms.text import MARKS, literal
from cogs.messages import (
    Bars,
    Block,
    BulletList,
    Code,
    EntryMark,
    Fields,
    Image,
    Quote,
    Ranking,
    Span,
    Text,
    code,
    strong,
)
from study.texts import _, percent_text

BAR_STEPS = 12

Line = list[Run]


def _spans(text: Text) -> Line:
    return [run(span) for span in text.spans]


def lines_of(block: Block) -> list[Line]:
    """A block as lines of runs."""
    match block:
        case Text():
            return [_spans(block)] if any(span.text for span in block.spans) else []
        case Quote():
            return [[run(Span(line))] for line in literal(block.text).split("\n")] if block.text else []
        case Code():
            return _code_lines(block.text)
        case BulletList():
            return [[markup(_before(entry.mark, at)), *_spans(entry.text)] for at, entry in enumerate(block.entries, 1)]
        case Bars():
            return [_bar(bar.label, bar.share, bar.note) for bar in block.bars]
        case Ranking():
            return [
                [
                    markup(f"{row.rank}\\. "),
                    run(Span(row.name, "strong" if row.own else "plain")),
                    *([markup(" (you)")] if row.own else []),
                    run(Span(f" — {row.points}")),
                    *([run(Span(f" · {row.note}"))] if row.note else []),
                ]
                for row in block.rows
            ]
        case Fields():
            return [[run(strong(f"{name}:")), markup(" "), run(Span(value))] for name, value in block.pairs]
        case Image():
            return []
    assert_never(block)


def _code_lines(text: str) -> list[Line]:
    return [[run(code(_indented(line)))] if line.strip() else [] for line in text.split("\n")]


def _indented(line: str) -> str:
    """A line of code whose first blanks Discord does not take away."""
    bare = line.lstrip(" \t")
    return "\u00a0" * len(line.expandtabs(4).removesuffix(bare.expandtabs(4))) + bare


def _before(mark: EntryMark, at: int) -> str:
    """What stands before an entry: a bullet, a number, or a sign with its word."""
    shown = MARKS.get(mark)
    word = _(shown.word) if shown else ""
    return f"{shown.emoji} {word}: " if shown else f"{at}. " if mark == "number" else "- "


def _bar(label: str, share: float, note: str) -> Line:
    """A share as signs and in words: the signs stand in code, where a screen reader may pass them by."""
    filled = round(max(0.0, min(1.0, share)) * BAR_STEPS)
    signs = "█" * filled + "░" * (BAR_STEPS - filled)
    return [markup(f"`{signs}` "), run(strong(label)), run(Span(f" {note or percent_text(share)}"))]
