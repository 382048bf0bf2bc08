"""Cutting to size: parts of a card become blocks, as many and as long as Slack takes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.platforms.slack.rendering import limits
from bot.platforms.slack.rendering.limits import Json, Room, cut

WHOLE = ("image", "table")
"""Blocks that stand by themselves."""


def rich(elements: list[Json]) -> Json:
    """A block of literal text."""
    return {"type": "rich_text", "elements": list(elements)}


def size(block: Json) -> int:
    """What a block counts: its JSON, which is more than Slack counts."""
    return len(json.dumps(block, ensure_ascii=False, separators=(",", ":")))


def fit(parts: Iterator[Json], room: Room) -> tuple[list[Json], bool]:
    """Blocks out of the parts, as many as there is room for, and whether that was all."""
    made: list[Json] = []
    left = room.characters
    open_block: Json | None = None
    inside = 0
    for part in (piece for whole in parts for piece in _pieces(whole)):
        own = size(part) + 1
        if own > left - 60:
            shorter = (_fewer_rows if part["type"] == "table" else _shorter)(part, left - 60)
            if shorter is not None and (open_block is not None or len(made) < room.blocks):
                made.append(shorter if shorter["type"] in WHOLE else rich([shorter]))
            return made[: room.blocks], False
        if part["type"] in WHOLE:
            open_block = None
            if len(made) == room.blocks:
                return made, False
            made.append(part)
        elif open_block is not None and inside + own <= limits.TEXT:
            open_block["elements"].append(part)
            inside += own
        else:
            if len(made) == room.blocks:
                return made, False
            open_block, inside = rich([part]), own
            made.append(open_block)
            left -= 40
        left -= own
    return made, True


def _pieces(part: Json) -> Iterator[Json]:
    """A part in pieces that each keep within what Slack takes of one text."""
    if part["type"] in WHOLE:
        yield part
        return
    if part["type"] == "rich_text_list":
        piece = {**part, "elements": []}
        for line in part["elements"]:
            alone = size(line) > limits.TEXT - 200
            if piece["elements"] and (alone or size(piece) + size(line) > limits.TEXT):
                yield piece
                piece = {**part, "elements": []}
            if alone:
                yield from _pieces({**line, "elements": [{"type": "text", "text": "• "}, *line["elements"]]})
            else:
                piece["elements"].append(line)
        if piece["elements"]:
            yield piece
        return
    taken: list[Json] = []
    room = limits.TEXT - 200
    for run in part["elements"]:
        text = run.get("text", "")
        if not text:  # a moment is never cut in two
            taken.append(run)
            room -= size(run)
        while text:
            if room <= 0:
                yield {**part, "elements": taken}
                taken, room = [], limits.TEXT - 200
            taken.append({**run, "text": text[:room]})
            text, room = text[room:], room - len(text[:room])
    if taken:
        yield {**part, "elements": taken}


def _fewer_rows(table: Json, most: int) -> Json | None:
    """The rows of a table that fit, below its head; None where that is none."""
    left, rows = most - size({**table, "rows": []}), list[list[Json]]()
    for row in table["rows"]:
        left -= sum(size(cell) + 1 for cell in row) + 3
        if left < 0:
            break
        rows.append(row)
    return {**table, "rows": rows} if len(rows) > 1 else None


def _shorter(part: Json, most: int) -> Json | None:
    """The part cut to so many characters of JSON; None where that leaves nothing worth showing."""
    if size(part) <= most:
        return part
    if part["type"] == "image" or most < 150:
        return None
    if part["type"] == "rich_text_list":
        lines: list[Json] = []
        for line in part["elements"]:
            fits = _shorter(line, most - 70 - sum(size(one) + 1 for one in lines))
            if fits is None:
                break
            lines.append(fits)
        return {**part, "elements": lines} if lines else None
    runs: list[Json] = []
    left = most - 60
    for run in part["elements"]:
        overhead = size({**run, "text": ""}) + 1
        if size(run) + 1 <= left:
            runs.append(run)
            left -= size(run) + 1
            continue
        text = cut(run.get("text", ""), max(0, left - overhead))
        while text and len(json.dumps(text, ensure_ascii=False)) + overhead > left:
            text = cut(text, len(text) - max(1, (len(json.dumps(text, ensure_ascii=False)) + overhead - left)))
            if text == limits.CUT:
                break
        if text:
            runs.append({**run, "text": text})
        break
    return {**part, "elements": runs} if runs else None
