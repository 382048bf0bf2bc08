"""Checks every payload: the platform's published schemas, the models of slack-sdk, and limits that neither holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.packs import PACKS
from tests import shared
from tests.counterparts.slack.model import Json

TOTAL = 13_200
BROADCASTS = ("<!channel", "<!here", "<!everyone", "<!subteam", "<@", "<#")


@cache
def _validator(what: str) -> Any:
    if what in ("blocks", "modal", "home", "metadata"):
        schema = json.loads(shared.schema("slack-blockkit.schema.json"))
        schema["$ref"] = f"#/definitions/SlackPayloads/properties/{what}"
    else:
        schema = json.loads(shared.schema("slack-webapi-args.schemas.json"))[what]
        schema["$ref"] = "#/definitions/Root"
    return jsonschema_rs.validator_for(schema)


@cache
def methods() -> frozenset[str]:
    if shared.SHARED is None:
        return frozenset()
    return frozenset(json.loads(shared.schema("slack-webapi-args.schemas.json")))


def _against(what: str, value: Any) -> Iterator[str]:
    if shared.SHARED is not None:
        for error in list(_validator(what).iter_errors(value))[:2]:
            yield f"{what}: {error.message[:300]} at {list(error.instance_path)}"


def arguments(method: str, args: Json) -> Iterator[str]:
    """Faults of a method's arguments."""
    if method not in methods():
        return
    given = {key: value for key, value in args.items() if value is not None}
    if method == "files.getUploadURLExternal":
        given["length"] = int(given.get("length", 0))
        if "alt_txt" in given:  # the reference calls it alt_txt, the published types alt_text
            given["alt_text"] = given.pop("alt_txt")
    if given.get("include_locale") in ("0", "1"):  # a form's way to say no and yes
        given["include_locale"] = given["include_locale"] == "1"
    if method == "files.completeUploadExternal" and isinstance(given.get("files"), str):
        given["files"] = json.loads(given["files"])
    yield from (f"{method}: {fault}" for fault in _against(method, {"args": given}))


def blocks(given: list[Json], most: int = 50, total: int | None = TOTAL) -> Iterator[str]:
    """Faults of blocks."""
    if not given:
        yield "no blocks"
    if len(given) > most:
        yield f"{len(given)} blocks, at most {most}"
    yield from _against("blocks", given)
    yield from _tables(given)
    for block in given:
        yield from _modelled(block)
        yield from _own(block)
    ids = [block["block_id"] for block in given if "block_id" in block]
    if len(ids) != len(set(ids)):
        yield "two blocks share an id"
    if total is not None and (count := sum(len(text) for text in _texts(given))) > total:
        yield f"{count} characters of text in all blocks"


def _modelled(block: Json) -> Iterator[str]:
    try:
        made = Block.parse(block)
        if made is None:
            yield f"slack-sdk knows no block {block.get('type')}"
        else:
            made.validate_json()
    except Exception as error:
        yield f"slack-sdk refuses {block.get('type')}: {error}"


@cache
def _taught() -> frozenset[str]:
    """The addresses that the shipped packs name: nobody else's words become links."""
    texts = (path.read_text(encoding="utf-8") for path in PACKS.rglob("*.yaml"))
    return frozenset(
        found.rstrip("/.,;:") for text in texts for found in re.findall(r"https?://[^\s<>\"'`()\[\]]+", text)
    )


def _own(block: Json) -> Iterator[str]:
    for node in _nodes(block):
        kind = node.get("type")
        if kind in ("plain_text", "mrkdwn"):
            text = node.get("text", "")
            if not text or len(text) > 3000:
                yield f"{kind} of {len(text)} characters"
            if kind == "mrkdwn" and any(sign in text for sign in BROADCASTS):
                yield f"mrkdwn that mentions: {text[:60]!r}"
        if kind == "text" and not node.get("text"):
            yield "an empty run of rich text"
        if kind == "image" and not node.get("alt_text"):
            yield "an image without alt text"
        if kind in ("user", "channel"):
            yield f"rich text with a {kind}"
        if kind == "link" and node.get("url", "").rstrip("/") not in _taught():
            yield f"a link that no pack has: {node.get('url')}"
        if kind == "plain_text_input" and len(node.get("initial_value", "")) > node.get("max_length", 3000):
            yield "an initial value over the field's length"
        if kind == "plain_text_input" and not 1 <= node.get("max_length", 1) <= 3000:
            yield "max_length out of 1 to 3000"
        if kind == "static_select" and not (node.get("options") or node.get("option_groups")):
            yield "a select without options"
        if kind in ("radio_buttons", "checkboxes"):
            yield from _options(node)
        if "value" in node and kind != "plain_text_input" and isinstance(node["value"], str):
            most = 2000 if kind == "button" else 150
            if not 1 <= len(node["value"]) <= most:
                yield f"a value of {len(node['value'])} characters"
        if kind in (
            *("rich_text", "rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"),
        ) and not node.get("elements"):
            yield f"an empty {kind}"
    if block["type"] == "rich_text" and sum(len(text) for text in _texts(block)) > 3000:
        yield "rich text of over 3,000 characters"
    if block["type"] == "actions":
        ids = [one.get("action_id") for one in block["elements"]]
        if len(ids) != len(set(ids)):
            yield "two actions of a block share an id"


def _options(element: Json) -> Iterator[str]:
    """Faults of what is tapped: one to ten options of 75 characters each, the initial ones among them."""
    options = element["options"]
    if not 1 <= len(options) <= 10 or len({one["value"] for one in options}) != len(options):
        yield f"{len(options)} options of {element['type']}"
    yield from (f"an option of {len(one['text']['text'])}" for one in options if len(one["text"]["text"]) > 75)
    initial = element.get("initial_options", [element["initial_option"]] if "initial_option" in element else [])
    if not all(one in options for one in initial):
        yield "an initial option that is not offered"
    if element.get("initial_options") == []:
        yield "initial_options may not be empty"


def _tables(given: list[Json]) -> Iterator[str]:
    """Faults of tables: one a message, 100 rows of 20 cells at most, 10,000 characters, no empty cell."""
    tables = [block for block in given if block["type"] == "table"]
    if len(tables) > 1:
        yield "only_one_table_allowed"
    for table in tables:
        if not 1 <= len(table["rows"]) <= 100 or not all(1 <= len(row) <= 20 for row in table["rows"]):
            yield "a table over 100 rows of 20 cells"
        if len({len(row) for row in table["rows"]}) > 1:
            yield "rows of different lengths"
        cells = [cell for row in table["rows"] for cell in row]
        if any(cell["type"] == "raw_text" and not cell["text"] for cell in cells):
            yield "an empty cell"
        if sum(len(text) for text in _texts(cells)) > 10_000:
            yield "a table of over 10,000 characters"


def view(given: Json) -> Iterator[str]:
    """Faults of a view."""
    yield from _against("modal" if given.get("type") == "modal" else "home", given)
    yield from blocks(given.get("blocks", []), 100, None)
    if any(block["type"] == "table" for block in given.get("blocks", [])):
        yield "a table in a view"
    if len(json.dumps(given)) > 250_000:
        yield "a view over 250 kB"
    if len(given.get("private_metadata", "")) > 3000 or len(given.get("callback_id", "")) > 255:
        yield "private_metadata or callback_id too long"
    for part in ("title", "submit", "close"):
        if part in given and not 1 <= len(given[part]["text"]) <= 24:
            yield f"a {part} of {len(given[part]['text'])} characters"
    inputs = any(block["type"] == "input" for block in given.get("blocks", []))
    if given.get("type") == "modal" and inputs and "submit" not in given:
        yield "a form without a submit button"
    try:
        View(**given).validate_json()
    except Exception as error:
        yield f"slack-sdk refuses the view: {error}"


def mentions(given: list[Json]) -> list[str]:
    """Whom rich text mentions: user groups by their ids, broadcasts by their range."""
    found = [node for node in _nodes(given) if node.get("type") in ("broadcast", "usergroup")]
    return [str(node.get("usergroup_id") or node.get("range")) for node in found]


def message(args: Json) -> Iterator[str]:
    """Faults of a message."""
    text = args.get("text") or ""
    if not text.strip():
        yield "a message without text for notifications"
    if len(text) > 4000:
        yield f"a notification of {len(text)} characters"
    if any(sign in text for sign in BROADCASTS):
        yield f"text that mentions: {text[:80]!r}"
    if args.get("blocks") is not None:
        yield from blocks(args["blocks"])
    if args.get("metadata") is not None:
        yield from _against("metadata", args["metadata"])


def _nodes(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _texts(value: Any) -> Iterator[str]:
    for node in _nodes(value):
        if isinstance(node.get("text"), str):
            yield node["text"]
