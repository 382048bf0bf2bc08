"""Messages and forms as a page, near enough to how a client shows them, for pictures in the documents."""

from __future__ import annotations

import base64
import html
import re
from datetime import UTC, datetime
from typing import Any

from tests.counterparts.discord.world import World

STYLE = """
body { margin: 0; background: #1f2025; font: 15px/1.4 "DejaVu Sans", sans-serif; color: #dfe0e4; }
#shot { padding: 18px 20px; width: 600px; }
.message { display: grid; grid-template-columns: 44px 1fr; column-gap: 12px; margin-bottom: 14px; }
.face { width: 40px; height: 40px; border-radius: 50%; background: #5865f2; color: #fff; display: grid;
  place-items: center; font-weight: bold; }
.who { font-weight: bold; color: #fff; } .app { background: #5865f2; color: #fff; font-size: 10px;
  border-radius: 3px; padding: 1px 4px; margin-left: 6px; vertical-align: 2px; }
.card { background: #2b2c33; border: 1px solid #3a3b43; border-left: 4px solid var(--accent, #3a3b43);
  border-radius: 8px; padding: 10px 14px; margin-top: 6px; display: grid; gap: 8px; }
h1, h2, h3 { font-size: 17px; margin: 0; color: #fff; } small { color: #9b9ca6; font-size: 12px; }
blockquote { margin: 2px 0; padding-left: 10px; border-left: 3px solid #4e5058; }
code { background: #1a1b1f; border-radius: 4px; padding: 1px 4px; font-size: 13px; }
.row { display: flex; gap: 8px; flex-wrap: wrap; }
button { font: inherit; font-size: 14px; color: #fff; background: #43444c; border: 0; border-radius: 8px;
  padding: 7px 14px; } button.s1 { background: #5865f2; } button.s4 { background: #c0392b; }
img { width: 140px; border-radius: 6px; image-rendering: pixelated; display: block; }
.private { color: #9b9ca6; font-size: 12px; margin-top: 4px; }
.form { background: #2b2c33; border-radius: 10px; padding: 18px; display: grid; gap: 12px; }
.form h2 { font-size: 19px; } label { font-weight: bold; display: block; } .hint { color: #9b9ca6; font-size: 12px; }
.input { background: #1a1b1f; border: 1px solid #3a3b43; border-radius: 6px; padding: 9px; min-height: 22px;
  white-space: pre-wrap; margin-top: 4px; } .tall { min-height: 84px; }
.typed { background: #2b2c33; border-radius: 8px; padding: 12px 14px; } .typed b { color: #fff; }
.option { background: #1a1b1f; border-radius: 4px; padding: 2px 6px; margin-left: 6px; }
"""


def _inline(text: str) -> str:
    """A line of Discord's markdown as HTML."""
    made, at = "", 0
    pattern = re.compile(r"\\([^0-9A-Za-z\s])|`([^`]+)`|\*\*(.+?)\*\*(?!\*)|<t:(\d+):F>", re.DOTALL)
    for match in pattern.finditer(text):
        made += html.escape(text[at : match.start()])
        if match[1]:
            made += html.escape(match[1])
        elif match[2]:
            made += f"<code>{html.escape(match[2])}</code>"
        elif match[3]:
            made += f"<b>{_inline(match[3])}</b>"
        else:
            made += f"{datetime.fromtimestamp(int(match[4]), UTC):%A, %-d %B %Y %H:%M}"
        at = match.end()
    return made + html.escape(text[at:])


def _markdown(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        if line.startswith("### "):
            lines.append(f"<h3>{_inline(line[4:])}</h3>")
        elif line.startswith("-# "):
            lines.append(f"<small>{_inline(line[3:])}</small>")
        elif line.startswith("> "):
            lines.append(f"<blockquote>{_inline(line[2:])}</blockquote>")
        elif line.startswith("- "):
            lines.append(f"<div>&bull; {_inline(line[2:])}</div>")
        else:
            lines.append(f"<div>{_inline(line) or '&nbsp;'}</div>")
    return "".join(lines)


def _component(component: dict[str, Any], world: World) -> str:
    inner = "".join(_component(c, world) for c in component.get("components", ()))
    match component["type"]:
        case 17:
            accent = component.get("accent_color")
            style = f' style="--accent: #{accent:06x}"' if accent is not None else ""
            return f'<div class="card"{style}>{inner}</div>'
        case 10:
            return f"<div>{_markdown(component['content'])}</div>"
        case 1:
            return f'<div class="row">{inner}</div>'
        case 2:
            return f'<button class="s{component["style"]}">{html.escape(component["label"])}</button>'
        case 12:
            return "".join(
                _image(item["media"]["url"], item["description"] or "", world) for item in component["items"]
            )
        case _:
            return ""


def _image(url: str, alt: str, world: World) -> str:
    data = base64.b64encode(world.files[url.split("/")[-2]][1]).decode()
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}">'


def message(shown: Any, world: World) -> str:
    """A message of the bot's."""
    body = "".join(_component(c, world) for c in shown.message["components"])
    private = '<div class="private">Only you can see this</div>' if shown.private else ""
    return (
        f'<div class="message"><div class="face">s</div><div><span class="who">studybot</span>'
        f'<span class="app">APP</span>{body}{private}</div></div>'
    )


def _tapped(group: dict[str, Any], values: dict[str, str]) -> str:
    """Options to tap; those that are picked are filled."""
    signs = "◉○" if group["type"] == 21 else "☑☐"
    picked = values.get(group["custom_id"], "").split(", ")
    lines = (f"{signs[one['value'] not in picked]} {html.escape(one['label'])}" for one in group["options"])
    return "".join(f'<div class="input">{line}</div>' for line in lines)


def form(sheet: Any, values: dict[str, str]) -> str:
    """A form, filled in."""
    made = [f"<h2>{html.escape(sheet.title)}</h2>"]
    for part in sheet.modal["components"]:
        if part["type"] == 10:
            made.append(f"<div>{_markdown(part['content'])}</div>")
            continue
        if part["component"]["type"] in (21, 22):
            made.append(f"<div><label>{html.escape(part['label'])}</label>{_tapped(part['component'], values)}</div>")
            continue
        tall = " tall" if part["component"].get("style") == 2 else ""
        value = values.get(part["component"]["custom_id"], "")
        hint = f'<div class="hint">{html.escape(part.get("description") or "")}</div>'
        box = f'<div class="input{tall}">{html.escape(value)}</div>'
        made.append(f"<div><label>{html.escape(part['label'])}</label>{hint}{box}</div>")
    made.append('<div class="row"><button class="s1">Submit</button><button>Cancel</button></div>')
    return f'<div class="form">{"".join(made)}</div>'


def typed(command: str, **options: str) -> str:
    """A command as it is typed."""
    given = "".join(f'<span class="option">{html.escape(k)}: {html.escape(v)}</span>' for k, v in options.items())
    return f'<div class="typed"><b>{html.escape(command)}</b>{given}</div>'


def page(*parts: str) -> str:
    """The page to take a picture of."""
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><div id="shot">{"".join(parts)}</div>'
