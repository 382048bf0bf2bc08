"""Blocks as plain text: list items on their own lines, paragraphs apart, code as it stands, choices made."""

# ruff: noqa: RUF001 - the full-width question mark is meant

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from study.notes.blocks import Block
from study.notes.choices import choice_in, is_chosen, without_tick
from study.notes.inline import Line, Run, joined
from study.notes.markers import asks, begins_as_question

CALLOUT = re.compile(r"\s*\[!(?P<type>[\w-]+)\][+-]?\s*")


def plain(blocks: Sequence[Block]) -> str:
    """The blocks' text."""
    made = ""
    before: Block | None = None
    for block in blocks:
        text = _block(block, before)
        if not text:
            continue
        follows = before is not None and before.kind in ("item", "text")
        close = follows and block.kind == "item" and not _is_prose(block, before)
        made = f"{made}{chr(10) if close else chr(10) * 2}{text}" if made else text
        before = block
    return made


def _block(block: Block, before: Block | None) -> str:
    match block.kind:
        case "text" | "heading":
            return joined([_chosen(line) for line in block.lines])
        case "code":
            return block.code
        case "table":
            return "\n".join(" | ".join(cell.text for cell in row) for row in block.rows)
        case "quote":
            return plain(block.blocks)
        case "item":
            inner = re.sub(r"\n{2,}", "\n", plain(block.blocks)) if all_lists(block.blocks) else plain(block.blocks)
            return f"{block.marker}. {inner}" if _is_prose(block, before) else inner
        case _:
            return ""


def _is_prose(block: Block, before: Block | None) -> bool:
    """Whether an item is none: Markdown takes “1986. A great season.” for a list, but its number counts nothing."""
    return len(block.marker) > 2 and (before is None or before.kind != "item")


def all_lists(blocks: Iterable[Block]) -> bool:
    """Whether the blocks hold nothing but short text and lists."""
    return all(block.kind in ("text", "item") for block in blocks)


def _chosen(line: Line) -> Line:
    choice = choice_in(line)
    return line if choice is None else Line(line.number, (Run(choice.told),), line.hard)


def first_lines(block: Block) -> tuple[Line, ...]:
    """The lines an item, quote or text begins with."""
    if block.kind in ("text", "heading"):
        return block.lines
    if block.kind in ("item", "quote") and block.blocks:
        return first_lines(block.blocks[0])
    return ()


def first_text(block: Block) -> str:
    """The plain text a block begins with."""
    return joined(first_lines(block))


def children(block: Block) -> tuple[Block, ...]:
    """What an item holds beneath its own text."""
    return block.blocks[1:] if block.blocks and block.blocks[0].kind in ("text", "heading") else block.blocks


def asks_within(blocks: Iterable[Block]) -> bool:
    """Whether anything beneath asks."""
    return any(
        asks(text := first_text(block)) or "?::" in text or "? ::" in text or asks_within(block.blocks)
        for block in blocks
        if block.kind != "quote"
    )


def question_end(lines: Sequence[Line]) -> int:
    """How many of a paragraph's lines are the question; the rest is already the answer."""
    bold = 0
    while bold < len(lines) and lines[bold].all_in("strong"):
        bold += 1
    if 0 < bold < len(lines):
        return bold
    for index, line in enumerate(lines):
        if asks(line.text):
            end = index + 1
            while end < len(lines) and asks(lines[end].text) and begins_as_question(lines[end].text):
                end += 1
            return end
    first = lines[0].text if lines else ""
    if len(lines) > 1 and first.endswith((".", ":", "!")) and begins_as_question(first):
        return 1 if not begins_as_question(lines[1].text) else len(lines)
    return len(lines)


_SEPARATED = re.compile(r"^(?P<question>.+?)\s*(?:::+|\?\s*(?:[-–—:]+>?|→|=>)\s)\s*(?P<answer>.+)$", re.DOTALL)
_TAILED = re.compile(r"^(?P<question>[^?？]+[?？])\s*(?P<answer>[^?？]+)$", re.DOTALL)
_SHORT = re.compile(r"\((?:yes|no|true|false|nope|yep|ja|nein)\b[^()]*\)", re.IGNORECASE)
_NO_ANSWER = re.compile(
    r"^[(\[]|^(?:hint|tip|note|see|cf|optional|bonus|e\.?g|i\.?e|answer in|in your|max)\b", re.IGNORECASE
)


def run_in(lines: Sequence[Line]) -> tuple[str, str] | None:
    """Question and answer where both stand in one paragraph with nothing but style, signs or a mark between them."""
    if not lines:
        return None
    runs = [run for run in lines[0].runs if run.text.strip()]
    if len(runs) > 1 and runs[0].style == "strong" and runs[1].style != "strong":
        lead = runs[0].text
        start = lines[0].raw.index(lead) + len(lead)
        rest = joined([lines[0].after(start), *lines[1:]]).lstrip(" :–—-")
        asking = asks(lead) or begins_as_question(lead)
        if asking and re.search(r"\w", rest) and not asks(rest) and not begins_as_question(rest):
            return lines[0].until(start).text, rest
    text = joined(lines)
    match = _SEPARATED.match(text)
    if match is not None and not match["question"].endswith(":"):
        question = match["question"] + "?" * text.startswith("?", match.end("question"))
        return question, match["answer"].strip()
    match = _TAILED.match(text)
    if match is not None:
        answer = match["answer"].strip()
        if _SHORT.fullmatch(answer):
            return match["question"].strip(), answer[1:-1]
        long_enough = len(answer.split()) >= 2 or re.search(r"[\u3000-\u9fff]{2}|^\w+\.$", answer)
        if long_enough and not begins_as_question(answer) and not _NO_ANSWER.match(answer):
            return match["question"].strip(), answer
    return None


def is_marked_run_in(lines: Sequence[Line]) -> bool:
    """Whether question and answer in one paragraph are told apart by more than a question mark."""
    if run_in(lines) is None:
        return False
    led_by_bold = bool(lines[0].runs) and lines[0].runs[0].style == "strong"
    return led_by_bold or _TAILED.match(joined(lines)) is None


def options_chosen(blocks: Sequence[Block]) -> tuple[list[str], list[str]] | None:
    """All options and the chosen ones, where the blocks are a list of short options with some set apart."""
    lines = [first_lines(block) for block in blocks]
    if len(blocks) < 2 or any(
        block.kind != "item" or len(block.blocks) != 1 or len(own) != 1 or len(own[0].raw) > 100
        for block, own in zip(blocks, lines, strict=True)
    ):
        return None
    options = [own[0] for own in lines]
    chosen = [line for line in options if is_chosen(line)]
    if not chosen or len(chosen) == len(options) or any(choice_in(line) for line in options):
        return None
    return [without_tick(line.text) for line in options], [without_tick(line.text) for line in chosen]
