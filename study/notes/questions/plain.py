"""Blocks as plain text: list items on their own lines, paragraphs apart, code as it stands, choices made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import assert_never

from study.notes.markdown.block import Block
from study.notes.markdown.lines import Line, Run, joined
from study.notes.questions.choices import choice_in

_APART = re.compile(r"\n{2,}")


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
            return "\n".join(" | ".join(joined(cell) for cell in row) for row in block.rows)
        case "quote":
            return plain(block.blocks)
        case "folded":
            return "\n\n".join(filter(None, (joined(block.lines), plain(block.blocks))))
        case "item":
            inner = _APART.sub("\n", plain(block.blocks)) if all_lists(block.blocks) else plain(block.blocks)
            return f"{block.marker}. {inner}" if _is_prose(block, before) else inner
        case "rule":
            return ""
        case _:
            assert_never(block.kind)


def _is_prose(block: Block, before: Block | None) -> bool:
    """Whether an item is none: Markdown takes “1986. A great season.” for a list, but its number counts nothing."""
    return len(block.marker) > 2 and (before is None or before.kind != "item")


def all_lists(blocks: Iterable[Block]) -> bool:
    """Whether the blocks hold nothing but short text and lists."""
    return all(block.kind in ("text", "item") for block in blocks)


def _chosen(line: Line) -> Line:
    choice = choice_in(line)
    return line if choice is None else Line(line.number, (Run(choice.as_answer),), line.hard)
