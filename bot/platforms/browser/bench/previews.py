"""What a question looks like elsewhere: drawn from what the other platforms' own renderers would send.

Colours and frames are ours, texts, cuts and order are theirs; buttons are drawn and cannot be pressed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from typing import Any

from markupsafe import Markup, escape

from cogs.messages import Picture
from cogs.rehearsal import Rehearsal
from study.texts import _

PLACES = ("page", "discord", "slack", "phone")
"""Where a question can be looked at, this page first."""
CHECKBOX_GROUP = 22
_MARKS = re.compile(
    r"\\([^0-9A-Za-z\s])|(`+) ?(.+?) ?\2|\*\*(.+?)\*\*(?!\*)|<t:\d+:F>|\[((?:\\.|[^\]\\])+)\]\(<[^<>]*>\)", re.DOTALL
)


Previews = Mapping[str, str]
"""A question as each platform shows it, HTML, with the form under its button; `notice` is what a locked phone says."""


def previews(rehearsed: Rehearsal, picture: str) -> Previews:
    """How a post and its form look. `picture` is the address of its picture. Must be called in an event loop."""
    # Each brings its platform's library along, which a page alone can start without.
    from bot.platforms.discord.cards import render
    from bot.platforms.discord.forms import render_form
    from bot.platforms.slack.rendering.blocks import blocks
    from bot.platforms.slack.rendering.limits import fallback
    from bot.platforms.slack.rendering.views import Origin, form_view

    sent = render(rehearsed.post).view.to_components()  # type: ignore[no-untyped-call]
    form, modal, view = rehearsed.form, Markup(), Markup()
    if form is not None:
        made = render_form(form).to_dict()
        modal = _discord_form(made["title"], made["components"])
        view = _slack_form(form_view(form, Origin()))

    def uploaded(shown: Picture) -> str:
        return shown.name

    return {
        "discord": _each(_discord(one, picture) for one in sent),
        "discord_form": modal,
        "slack": _each(_slack(one, picture) for one in blocks(rehearsed.post, uploaded=uploaded)),
        "slack_form": view,
        "notice": " ".join(unescape(fallback(rehearsed.post.summary)).split()),
    }


def _each(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def _tag(name: str, said: Markup | str, look: str = "") -> Markup:
    return Markup("<{0}{1}>{2}</{0}>").format(name, Markup(' class="{}"').format(look) if look else Markup(), said)


def _button(said: str, look: str) -> Markup:
    return _tag("span", said, f"button-like {look}".strip())


def _field(options: Sequence[str], *, several: bool) -> Markup:
    """A place to write in, or options to tap: one of them, or any number."""
    if not options:
        return _tag("p", Markup("&nbsp;"), "input")
    sign = "☐" if several else "○"
    return _each(_tag("p", Markup("{} {}").format(sign, one), "option") for one in options)


def _image(address: str, alt: str) -> Markup:
    return Markup('<img class="shown" src="{}" alt="{}">').format(address, alt)


def _discord(part: Mapping[str, Any], picture: str) -> Markup:
    """A component of a Discord message."""
    inner = _each(_discord(one, picture) for one in part.get("components", ()))
    match part["type"]:
        case 17:
            return _tag("div", inner, "card")
        case 10:
            return _each(map(_discord_line, part["content"].split("\n")))
        case 1:
            return _tag("p", inner, "buttons")
        case 2:
            return _button(part["label"], "primary" if part["style"] == 1 else "")
        case 12:
            return _each(_image(picture, one.get("description") or "") for one in part["items"])
        case _:
            return Markup()


def _discord_line(line: str) -> Markup:
    for mark, look in (("### ", "title"), ("-# ", "small"), ("> ", "quote")):
        if line.startswith(mark):
            return _tag("p", _discord_words(line.removeprefix(mark)), look)
    if line.startswith("- "):
        return _tag("p", Markup("• {}").format(_discord_words(line[2:])))
    return _tag("p", _discord_words(line)) if line else Markup()


def _discord_words(text: str) -> Markup:
    """Discord's markdown as it is read there."""
    made, at = Markup(), 0
    for match in _MARKS.finditer(text):
        made += text[at : match.start()]
        at = match.end()
        if match[1]:
            made += match[1]
        elif match[3]:
            made += _tag("code", match[3])
        elif match[4] or match[5]:
            made += _tag("b" if match[4] else "u", _discord_words(match[4] or match[5]))
        else:
            made += _("day and time")
    return made + text[at:]


def _discord_form(title: str, parts: Sequence[Mapping[str, Any]]) -> Markup:
    made = [_tag("p", title, "title")]
    for part in parts:
        if part["type"] == 10:
            made += map(_discord_line, part["content"].split("\n"))
            continue
        hint = _tag("p", part["description"], "small") if part.get("description") else Markup()
        box = part["component"]
        options = [one["label"] for one in box.get("options", ())]
        made.append(_tag("p", _tag("b", part["label"])) + hint + _field(options, several=box["type"] == CHECKBOX_GROUP))
    made.append(_tag("p", _button(_("Submit"), "primary"), "buttons"))
    return _each(made)


def _slack(block: Mapping[str, Any], picture: str) -> Markup:
    """A block of a Slack message or modal."""
    match block["type"]:
        case "header":
            return _tag("p", block["text"]["text"], "title")
        case "rich_text":
            return _each(map(_rich, block["elements"]))
        case "context":
            return _tag("p", Markup(" ").join(map(_element, block["elements"])), "small")
        case "actions":
            pressed = (one for one in block["elements"] if one["type"] == "button")
            return _tag("p", _each(_button(one["text"]["text"], one.get("style", "")) for one in pressed), "buttons")
        case "image":
            return _image(picture, block["alt_text"])
        case "divider":
            return Markup("<hr>")
        case "input":
            hint = _tag("p", block["hint"]["text"], "small") if "hint" in block else Markup()
            box = block["element"]
            field = _field([one["text"]["text"] for one in box.get("options", ())], several=box["type"] == "checkboxes")
            return _tag("p", _tag("b", block["label"]["text"])) + field + hint
        case _:
            return Markup()


def _rich(part: Mapping[str, Any]) -> Markup:
    if part["type"] == "rich_text_list":
        lines = (_each(map(_element, one["elements"])) for one in part["elements"])
        return _each(_tag("p", Markup("• {}").format(line)) for line in lines)
    look = {"rich_text_quote": "quote", "rich_text_preformatted": "code"}.get(part["type"], "")
    return _tag("p", _each(map(_element, part["elements"])), look)


def _element(element: Mapping[str, Any]) -> Markup:
    """A stretch of text in one style; a moment is told as Slack's readers see one, in their own zone."""
    if element["type"] == "date":
        return escape(_("day and time"))
    if element["type"] == "mrkdwn":
        target, _bar, said = element["text"].partition("|")
        return escape(_("day and time") if target.startswith("<!date") else unescape(said[:-1]))
    words: Markup = escape(element.get("text", ""))
    style = element.get("style", {})
    words = _tag("code", words) if style.get("code") else words
    return _tag("b", words) if style.get("bold") else words


def _slack_form(view: Mapping[str, Any]) -> Markup:
    send = _tag("p", _button(view["submit"]["text"], "primary"), "buttons")
    return _tag("p", view["title"]["text"], "title") + _each(_slack(one, "") for one in view["blocks"]) + send
