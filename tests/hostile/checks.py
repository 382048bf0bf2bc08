"""What must hold of a reply on each platform, whatever its words are; none of it asks the renderers' own code."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from bot.platforms.browser.members import Session
from bot.platforms.browser.serialisation import written
from bot.platforms.browser.view import View, Viewer
from bot.platforms.discord.cards import render
from bot.platforms.discord.forms import render_form as discord_form
from bot.platforms.slack.rendering.blocks import blocks
from bot.platforms.slack.rendering.limits import fallback
from bot.platforms.slack.rendering.views import Origin, form_view
from bot.platforms.text import render_form, render_text
from cogs import COGS
from store.page.messages import Message
from store.page.people import PagePerson

UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What moves a terminal's cursor, or turns the direction of writing."""
RAW = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def sendable(body) -> None:
    """JSON that travels: whole characters only."""
    json.dumps(body, ensure_ascii=False).encode()


# --- Discord: every sign that could format, mention or link is escaped or stands in code ------------------------

OURS = re.compile(r"(?m)^(?:### |-# |> |>(?=…$)|- )?")
"""What the bot itself puts at the start of a line; a quote may be cut down to its sign."""
MEANT = re.compile(r"[`\\*_~|<>\[\]@]|\w://|discord\.(?:gg|com)", re.IGNORECASE)


def strings(value, kinds=("content", "label", "placeholder", "description", "title", "value")):
    if isinstance(value, dict):
        for name, one in value.items():
            if name in kinds and isinstance(one, str):
                yield name, one
            yield from strings(one, kinds)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one, kinds)


def unescaped(content: str) -> str:
    """What Discord reads as more than letters: without escaped signs and without what stands in code."""
    rest, at = [], 0
    while at < len(content):
        if content[at] == "\\" and at + 1 < len(content):
            assert content[at + 1] in "\\`*_~|<>[]@#-+.):/0123456789", f"half an escape: {content[at : at + 9]!r}"
            at += 2
            rest.append("\x00")
        elif content[at] == "`":
            ticks = re.match("`+", content[at:])[0]
            end = re.search(rf"(?<!`){ticks}(?!`)", content[at + len(ticks) :])
            assert end and len(ticks) < 3, f"open code: {content[at : at + 20]!r}"
            assert "\n" not in content[at : at + len(ticks) + end.start()], "code over lines"
            at += len(ticks) + end.end()
            rest.append("\x00")
        else:
            rest.append(content[at])
            at += 1
    return "".join(rest)


def discord_says_only_words(reply, form) -> None:
    made = render(reply, key="7").view.to_components()
    modal = discord_form(form).to_dict()
    sendable([made, modal])
    for name, said in (*strings(made), *strings(modal)):
        assert not UNSEEN.search(said), f"unseen signs: {said[:60]!r}"
        if name != "content":
            continue
        rest = unescaped(said)
        assert rest.count("**") % 2 == 0, f"open bold: {said[:60]!r}"
        bare = OURS.sub("", rest.replace("**", "\x00"))
        left = MEANT.search(bare)
        assert left is None, f"markup: {bare[max(0, left.start() - 40) : left.end() + 20]!r}"
        headings = re.findall(r"(?m)^#{1,3} ", rest)
        assert len(headings) <= len(reply.cards), f"a heading of somebody else's: {said[:60]!r}"
    ids = re.findall(r'"custom_id": "([^"]*)"', json.dumps([made, modal]))
    assert set(ids) <= {"quiz.answer:1", "quiz.answer:2", "quiz.send:1", "answer", "kind"}


# --- Slack: literal text elements and plain text only; the notification holds no bracket ------------------------

TYPES = {
    *("header", "divider", "actions", "button", "context", "plain_text", "rich_text", "text", "rich_text_section"),
    *("table", "raw_text"),
    *(
        "rich_text_list",
        "rich_text_quote",
        "rich_text_preformatted",
        "modal",
        "input",
        "plain_text_input",
        "static_select",
    ),
}


def typed(value):
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for one in value.values():
            yield from typed(one)
    elif isinstance(value, list):
        for one in value:
            yield from typed(one)


def slack_says_only_words(reply, form) -> None:
    made, view = blocks(reply), form_view(form, Origin("C1", "room", "", "", ""))
    sendable([made, view])
    assert len(made) <= 50 and len(json.dumps(made, ensure_ascii=False)) <= 13_000
    for one in typed([made, view]):
        assert one["type"] in TYPES, one["type"]
        if one["type"] == "plain_text":
            assert one["emoji"] is False and one["text"]
        if one["type"] == "raw_text":
            assert one.keys() == {"type", "text"} and one["text"]
        if one["type"] == "text":
            assert one.keys() <= {"type", "text", "style"} and one.get("style", {}).keys() <= {"bold", "code"}
    for _, said in strings([made, view], ("text", "initial_value", "accessibility_label")):
        assert not RAW.search(said), f"control signs: {said[:60]!r}"
    told = fallback(reply.summary)
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", told) and 0 < len(told) <= 3000, told[:60]


# --- browser: the same elements and attributes as for harmless words --------------------------------------------


class Skeleton(HTMLParser):
    """The elements of a page, with the names of their attributes and whatever leads somewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        leads = [value for name, value in attrs if name in ("href", "src", "action", "formaction")]
        assert all(value.startswith(("/", "#")) for value in leads), leads
        self.found.append((tag, *(name for name, _ in attrs), *leads))

    def handle_endtag(self, tag):
        self.found.append((f"/{tag}",))

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data[:60]!r}")

    def handle_decl(self, decl):
        raise AssertionError(f"a declaration: {decl[:60]!r}")

    def handle_pi(self, data):
        raise AssertionError(f"an instruction: {data[:60]!r}")


VIEW = View(COGS)
AT = datetime(2026, 11, 20, tzinfo=UTC)


def entries(reply, form, word: str) -> str:
    """A channel in which the reply stands, and somebody of that name who says the word; then a form."""
    body, _ = written(reply)
    viewer = Viewer(PagePerson("1", word, True, "UTC"), "room", ZoneInfo("UTC"), Session("secret", ("1",)), True)
    talk = {"is": "Talk", "text": word, "picture": None}
    post = Message(1, "a", "room", None, None, None, "", word, body | {"asked": word}, 1, AT, None)
    said = Message(2, "b", "room", None, None, "1", word, "", talk, 1, AT, None)
    page = VIEW.entries([post, said], viewer)
    return page + VIEW.form(form, viewer, message="1", opener="o", key="k", faults={"answer": word}, given={})


def browser_shows_only_words(reply, form, word, harmless) -> None:
    assert Skeleton(entries(reply, form, word)).found == harmless


# --- terminal ---------------------------------------------------------------------------------------------------


def terminal_says_only_words(reply, form) -> None:
    for told in (render_text(reply, first_button=1), render_form(form)):
        told.encode()
        assert not UNSEEN.search(told), f"control signs: {told[:60]!r}"
