"""How a grade is told: before the end without the key, afterwards point by point; points as the leaderboard counts."""

from __future__ import annotations

from cogs.marking import Marked
from cogs.messages import Block, BulletList, Entry, Quote, Text, Tone, strong
from study.grading.feedback import WORTH, Line, in_points
from study.grading.language.characters import LIMIT
from study.marking import Mark, Verdict
from study.texts import _, noop, number_text

TONES: dict[Verdict, Tone] = {"accept": "good", "partial": "partly", "refuse": "bad", "needs_review": "notice"}
HEADLINES: dict[Verdict, str] = {
    "accept": noop("That's right."),
    "partial": noop("Partly right."),
    "refuse": noop("Not yet."),
    "needs_review": noop("This needs review."),
}
SHOWN = 700
"""Letters of an answer that are shown at most."""


def number(value: float) -> str:
    """A count of points as people write it: 2, 2.5."""
    return number_text(value)


def points(score: float) -> str:
    """A score as the leaderboard counts it."""
    return _("{points} of {worth} points", points=in_points(score), worth=WORTH)


def truncated() -> str:
    """That an answer was too long to be read to its end."""
    return _("Only the first {limit} characters were read.", limit=number_text(LIMIT))


def headline(mark: Mark) -> str:
    """The mark in one sentence."""
    verdict = _(HEADLINES[mark.verdict])
    return f"{verdict} {points(mark.score)}."


def verdict_blocks(marked: Marked, *, over: bool) -> tuple[Block, ...]:
    """The mark and what is behind it. `over`: nothing can be won any more, so everything may be told."""
    blocks: list[Block] = [Text(headline(marked.mark)), *lines(marked, over=over)]
    if marked.mark.verdict == "needs_review":
        blocks.append(Text(_("Your organiser will look at your answer; until then the points above stand.")))
    elif marked.unsure and over:
        blocks.append(Text(_("I am not sure of this mark: compare your answer with the one below.")))
    if marked.text.strip():
        blocks.append(Quote(marked.text if len(marked.text) <= SHOWN else marked.text[: SHOWN - 1] + "…"))
    return tuple(blocks)


def lines(marked: Marked, *, over: bool) -> tuple[Block, ...]:
    """What is told of an answer, line by line, and whether all of it was read."""
    entries = tuple(map(entry, marked.lines(over=over)))
    blocks: list[Block] = [BulletList(entries)] if entries else []
    if marked.grade.truncated:
        blocks.append(Text(truncated()))
    return tuple(blocks)


def entry(line: Line) -> Entry:
    """A line of feedback as a line of a list."""
    named = (strong(line.name), f": {line.text}" if line.text else "") if line.name else (line.text,)
    return Entry(Text(*named), line.sign)
