"""How a grade is told: points earned and missed, the words that earned them, and what told against the answer."""

from __future__ import annotations

from cogs.marking import Marked
from cogs.messages import Block, BulletList, Entry, Quote, Span, Text, Tone, strong
from study.grading import Against, PointResult
from study.grading.language.characters import LIMIT
from study.marking import Mark, Verdict

TONES: dict[Verdict, Tone] = {"accept": "good", "partial": "partly", "refuse": "bad", "needs_review": "notice"}
HEADLINES: dict[Verdict, str] = {
    "accept": "That's right.",
    "partial": "Partly right.",
    "refuse": "Not yet.",
    "needs_review": "This needs review.",
}
TRUNCATED = f"Only the first {LIMIT:,} characters were read."
SHOWN = 700
WORDS_SHOWN = 12
"""Letters of an answer, and words that told against it, that are shown at most."""


def number(value: float) -> str:
    """A count of points as people write it: 2, 2.5."""
    return f"{value:.1f}".removesuffix(".0")


def headline(mark: Mark) -> str:
    """The mark in one sentence."""
    return f"{HEADLINES[mark.verdict]} {number(mark.points)} of {number(mark.possible)} points."


def verdict_blocks(marked: Marked, answer: str) -> tuple[Block, ...]:
    """The mark, point by point."""
    grade, mark = marked.grade, marked.mark
    entries = [
        Entry(
            Text(strong(result.name), *_because(result)),
            "hit" if result.earned >= result.possible else "miss" if result.earned <= 0 else "partly",
        )
        for result in grade.results
    ]
    entries += [against(one) for one in grade.against]
    blocks: list[Block] = [Text(headline(mark)), BulletList(tuple(entries))]
    if mark.verdict == "needs_review":
        blocks.append(Text("Your organiser will look at your answer; until then the points above stand."))
    elif marked.unsure:
        blocks.append(Text("I am not sure of this mark: compare your answer with the one below."))
    if grade.truncated:
        blocks.append(Text(TRUNCATED))
    if answer.strip():
        blocks.append(Quote(answer if len(answer) <= SHOWN else answer[: SHOWN - 1] + "…"))
    return tuple(blocks)


def against(one: Against) -> Entry:
    """What told against an answer, and the words that did."""
    words = " ".join(one.words[:WORDS_SHOWN]) + (" …" if len(one.words) > WORDS_SHOWN else "")
    return Entry(Text(one.sentence, f" You wrote “{words}”." if words else ""), "against")


def _because(result: PointResult) -> tuple[Span, ...]:
    """The words that earned the point, and the author's own sentence where there is one."""
    said = f": you wrote “{'”, “'.join(result.words)}”" if result.words else ""
    if result.feedback and result.feedback != result.name:
        said += f"{'. ' if said else ': '}{result.feedback}"
    return (Span(said),) if said else ()
