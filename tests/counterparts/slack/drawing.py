"""Messages and modals as a page, near enough to how Slack shows them, for pictures in the documents."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.counterparts.slack.model import Json, Message, StoredView

STYLE = """
body { margin: 0; background: #fff; font: 15px/1.46 "DejaVu Sans", sans-serif; color: #1d1c1d; }
#shot { padding: 18px 20px; width: 600px; }
.message { display: grid; grid-template-columns: 40px 1fr; column-gap: 10px; margin-bottom: 16px; }
.face { width: 36px; height: 36px; border-radius: 6px; background: #2f6f6a; color: #fff; display: grid;
  place-items: center; font-weight: bold; } .who { font-weight: bold; }
.app { background: #e8e8e8; color: #616061; font-size: 10px;
  border-radius: 3px; padding: 1px 4px; margin-left: 6px; }
h1 { font-size: 18px; margin: 6px 0; } p, ul, ol { margin: 4px 0; }
.small { color: #616061; font-size: 12px; margin: 4px 0; }
blockquote { margin: 4px 0; padding-left: 12px; border-left: 4px solid #ddd; }
table { border-collapse: collapse; margin: 6px 0; } td { border: 1px solid #ddd; padding: 4px 10px; }
td p { margin: 0; } tr:first-child { font-weight: bold; background: #f8f8f8; }
hr { border: 0; border-top: 1px solid #ddd; }
code { border: 1px solid #ddd; border-radius: 3px; background: #f8f8f8; color: #c01343; padding: 1px 3px;
  font-size: 13px; }
.row { display: flex; gap: 8px; flex-wrap: wrap; margin: 8px 0; }
button { font: inherit; font-size: 13px; font-weight: bold; color: #1d1c1d; background: #fff; border: 1px solid #bbb;
  border-radius: 8px; padding: 5px 12px; } .primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.danger { color: #e01e5a; border-color: #e01e5a; } .private { color: #616061; font-size: 12px; margin-bottom: 2px; }
.modal { border: 1px solid #ddd; border-radius: 10px; padding: 14px 20px; box-shadow: 0 4px 14px #0002; }
.modal > b { font-size: 18px; } label { font-weight: bold; display: block; margin-top: 10px; }
.input { border: 1px solid #868686; border-radius: 4px; padding: 8px; min-height: 20px; white-space: pre-wrap;
  margin: 4px 0; }
.tall { min-height: 80px; }
.typed { border: 1px solid #868686; border-radius: 8px; padding: 10px 12px; margin-bottom: 14px; }
"""

_TARGET = re.compile(r"<(!date\^(\d+)\^[^|]*|[^|>]*)\|([^>]*)>")


def _text(element: Json) -> str:
    made, style = html.escape(str(element.get("text", ""))).replace("\n", "<br>"), element.get("style", {})
    made = f"<code>{made}</code>" if style.get("code") else made
    made = f"<b>{made}</b>" if style.get("bold") else made
    return f"<i>{made}</i>" if style.get("italic") else made


def _small(element: Json) -> str:
    """Small print; what is in Slack's own markup as its clients show it to somebody in Berlin."""
    if element["type"] != "mrkdwn":
        return _text(element)
    return _TARGET.sub(lambda found: _moment(int(found[2])) if found[2] else f"<u>{found[3]}</u>", element["text"])


def _moment(epoch: int) -> str:
    at = datetime.fromtimestamp(epoch, ZoneInfo("Europe/Berlin"))
    ending = "th" if at.day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(at.day % 10, "th")
    return f"{at:%A, %B} {at.day}{ending}, {at:%Y}, {at.hour % 12 or 12}:{at:%M %p}"


def _rich(part: Json) -> str:
    if part["type"] == "rich_text_list":
        tag = "ol" if part["style"] == "ordered" else "ul"
        return f"<{tag}>{''.join(f'<li>{_inner(one)}</li>' for one in part['elements'])}</{tag}>"
    tag = {"rich_text_quote": "blockquote", "rich_text_preformatted": "pre"}.get(part["type"], "p")
    return f"<{tag}>{_inner(part)}</{tag}>"


def _inner(part: Json) -> str:
    return "".join(map(_text, part["elements"]))


def _cell(cell: Json) -> str:
    return "".join(map(_rich, cell["elements"])) if cell["type"] == "rich_text" else _text(cell)


def _button(element: Json) -> str:
    return f'<button class="{element.get("style", "")}">{html.escape(element["text"]["text"])}</button>'


def _tapped(element: Json, value: str) -> str:
    """Options to tap; those that are picked are filled."""
    signs = "◉○" if element["type"] == "radio_buttons" else "☑☐"
    picked = value.split(", ")
    lines = (f"{signs[one['value'] not in picked]} {_text(one['text'])}" for one in element["options"])
    return "".join(f"<p>{line}</p>" for line in lines)


def _block(block: Json, values: dict[str, str]) -> str:
    match block["type"]:
        case "header":
            return f"<h1>{_text(block['text'])}</h1>"
        case "rich_text":
            return "".join(map(_rich, block["elements"]))
        case "section":
            return "".join(f"<p>{_text(one)}</p>" for one in [*block.get("fields", ()), block.get("text")] if one)
        case "context":
            return (
                f'<div class="small">{"&ensp;".join(_small(one) for one in block["elements"] if "text" in one)}</div>'
            )
        case "actions":
            shown = [_button(one) for one in block["elements"] if one["type"] == "button"]
            return f'<div class="row">{"".join(shown)}</div>'
        case "table":
            rows = ("".join(f"<td>{_cell(cell)}</td>" for cell in row) for row in block["rows"])
            return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        case "divider":
            return "<hr>"
        case "input":
            element = block["element"]
            label, tall = html.escape(block["label"]["text"]), " tall" if element.get("multiline") else ""
            value = html.escape(values.get(block.get("block_id", ""), next(iter(values.values()), "")))
            hint = f'<div class="small">{_text(block["hint"])}</div>' if "hint" in block else ""
            if element["type"] in ("radio_buttons", "checkboxes"):
                return f"<label>{label}</label>{_tapped(element, value)}{hint}"
            return f'<label>{label}</label><div class="input{tall}">{value}</div>{hint}'
        case _:
            return ""


def _blocks(blocks: list[Json], **values: str) -> str:
    return "".join(_block(one, values) for one in blocks)


def message(shown: Message) -> str:
    """A message of the bot's."""
    private = '<div class="private">Only visible to you</div>' if shown.to else ""
    return (
        f'<div class="message"><div class="face">s</div><div>{private}<span class="who">Study group</span>'
        f'<span class="app">APP</span>{_blocks(shown.blocks)}</div></div>'
    )


def modal(shown: StoredView, **values: str) -> str:
    """A modal, filled in where values are given."""
    view: dict[str, Any] = shown.view
    send = html.escape(view.get("submit", {}).get("text", ""))
    buttons = f'<button>Cancel</button><button class="primary">{send}</button>' if send else ""
    return (
        f'<div class="modal"><b>{html.escape(view["title"]["text"])}</b>{_blocks(view["blocks"], **values)}'
        f'<div class="row">{buttons}</div></div>'
    )


def typed(line: str) -> str:
    """A command as it is typed."""
    return f'<div class="typed">{html.escape(line)}</div>'


def page(*parts: str) -> str:
    """The page to take a picture of."""
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><div id="shot">{"".join(parts)}</div>'
