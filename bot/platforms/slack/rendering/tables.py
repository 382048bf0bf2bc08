"""A ranking as Slack's table, as many of its rows as fit, and the same in lines where Slack refuses tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.platforms.slack.rendering.limits import TABLE_CELL, TABLE_ROWS, Json, cut
from bot.platforms.text import literal
from study.texts import _


def table(rows: Sequence[tuple[str, str, str]], own: Collection[int] = ()) -> Json:
    """Rank, name and points of each row, below a head; the rows at `own` stand out."""
    shown: list[list[Json]] = [[_cell(head) for head in (_("Rank"), _("Name"), _("Points"))]]
    for at, row in enumerate(rows[: TABLE_ROWS - 1]):
        shown.append([_cell(text, bold=at in own) for text in row])
    return {"type": "table", "rows": shown, "column_settings": [{"align": "right"}, {"is_wrapped": True}]}


def _cell(text: str, *, bold: bool = False) -> Json:
    shown = cut(literal(text).strip(), TABLE_CELL) or "-"  # Slack takes no cell without a text
    if not bold:
        return {"type": "raw_text", "text": shown}
    run = {"type": "text", "text": shown, "style": {"bold": True}}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [run]}]}


def lines(block: Json) -> str:
    """What a table says, a line for each row."""
    rows = [[_text(cell) for cell in row] for row in block["rows"][1:]]
    return "\n".join(f"{rank}. {name}: {points}" for rank, name, points in rows)


def _text(cell: Json) -> str:
    return str(cell["text"] if "text" in cell else cell["elements"][0]["elements"][0]["text"])
