"""Modals and the App Home: forms to fill in, the moment of checking, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.platforms import typed
from bot.platforms.slack.rendering import blocks, limits
from bot.platforms.slack.rendering.blocks import small_print
from bot.platforms.slack.rendering.limits import Json, cut, plain
from bot.platforms.text import literal
from bot.vision import pictures
from cogs.declare import Command
from cogs.messages import BETWEEN, ActionId, Choice, Chosen, Form, FormField, say
from study.texts import _

FORM = "form:"
FIELD = "field:"
ROLE = "role:"
"""What begins the id of a field in which a user group is picked."""
WHERE = "where"
"""The field in which the channel is chosen that a form is for."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a view was opened from, carried in its private metadata: channel, message, and the way to answer there."""

    channel: str = ""
    name: str = ""
    respond: str = ""
    thread: str = ""
    file: str = ""

    def pack(self, more: Mapping[str, object] | None = None) -> str:
        """The private metadata, within its limit."""
        kept = {"c": self.channel, "n": self.name, "r": self.respond, "t": self.thread, "f": self.file}
        kept = {key: value for key, value in kept.items() if value}
        made = json.dumps({**kept, **(more or {})}, ensure_ascii=False, separators=(",", ":"))
        if len(made) > limits.PRIVATE_METADATA:
            made = json.dumps({"c": self.channel, **(more or {})}, separators=(",", ":"))
        return made if len(made) <= limits.PRIVATE_METADATA else json.dumps({"c": self.channel})

    @classmethod
    def unpack(cls, view: Json) -> Origin:
        """What a view carried; an empty origin where it carried nothing."""
        kept = _metadata(view)
        text = {key: value for key, value in kept.items() if isinstance(value, str)}
        get = text.get
        return cls(get("c", ""), get("n", ""), get("r", ""), get("t", ""), get("f", ""))


def _metadata(view: Json) -> Json:
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


# --- forms ------------------------------------------------------------------------------------------------------


def form_view(
    form: Form,
    origin: Origin,
    *,
    suggested: Callable[[str], bool] = lambda name: False,
    faults: Mapping[str, str] | None = None,
    where: bool = False,
) -> Json:
    """A form as a modal. Fields for which `suggested` holds are completed by the bot while one types.

    With `where`, the channel that it is for is chosen in it. Options longer than Slack shows are told in full above
    the fields.
    """
    made: list[Json] = [_where()] if where else []
    told = ["\n".join(one.label for one in field.choices) for field in form.fields if _told_above(field)]
    if intro := "\n".join(filter(str.strip, (form.intro, *told))):
        made += blocks.blocks(say(intro), limits.Room(10, 6000))
    long: dict[str, str] = {}
    for at, field in enumerate(form.fields):
        made.append(_input(field, suggested(field.name), at, long))
        if faults and field.name in faults:
            made.append(small_print("⚠ " + faults[field.name]))
    return {
        "type": "modal",
        "callback_id": (FORM + form.action.id)[:255],
        "title": plain(form.title, limits.TITLE),
        "submit": plain(form.submit, limits.TITLE),
        "close": plain("Cancel", limits.TITLE),
        "private_metadata": origin.pack({"v": long} if long else None),
        "blocks": made[: limits.VIEW.blocks],
    }


def _told_above(field: FormField) -> bool:
    """Whether options cannot be shown whole where they are tapped."""
    cut_short = any(len(one.label) > limits.OPTION_TEXT for one in field.choices)
    return field.kind == "options" and (cut_short or len(field.choices) > limits.TAPPED)


def _tapped(field: FormField, action_id: str) -> Json:
    """The options to tap: one of them, or any number."""
    options = [option(choice, "", {}) for choice in field.choices]
    picked = [one for one in options if one["value"] in field.chosen]
    made: Json = {"type": "checkboxes" if field.several else "radio_buttons", "action_id": action_id}
    made["options"] = options
    if picked:
        made |= {"initial_options": picked} if field.several else {"initial_option": picked[0]}
    return made


def _where() -> Json:
    return {
        "type": "input",
        "block_id": WHERE,
        "label": plain(_("Channel"), limits.LABEL),
        "hint": plain(_("Where the group shall read. Invite me there, too."), limits.LABEL),
        "element": {
            "type": "conversations_select",
            "action_id": WHERE,
            "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        },
    }


def _input(field: FormField, suggested: bool, at: int, long: dict[str, str]) -> Json:
    made: Json = {
        "type": "input",
        "block_id": f"{FIELD}{field.name}"[:255],
        "label": plain(field.label, limits.LABEL),
        "element": _element(field, suggested, at, long),
        "optional": not field.required,
    }
    if field.hint.strip():
        made["hint"] = plain(field.hint, limits.LABEL)
    return made


def _element(field: FormField, suggested: bool, at: int, long: dict[str, str]) -> Json:
    action_id = f"{FIELD}{field.name}"[: limits.ACTION_ID]
    if field.kind == "person":
        return {"type": "users_select", "action_id": action_id}
    if field.kind in ("role", "mention"):
        return {"type": "external_select", "action_id": f"{ROLE}{field.kind}:{field.name}", "min_query_length": 0}
    if field.kind == "picture":
        return {"type": "file_input", "action_id": action_id, "filetypes": list(pictures.SUFFIXES), "max_files": 1}
    if field.kind == "options" and len(field.choices) <= limits.TAPPED:
        return _tapped(field, action_id)
    if field.choices and field.kind != "options":
        options = [option(choice, f"~{at}.{n}", long) for n, choice in enumerate(field.choices[: limits.OPTIONS**2])]
        return _select(field, action_id, options)
    if suggested:
        made: Json = {"type": "external_select", "action_id": action_id, "min_query_length": 0}
        if field.value and len(field.value) <= limits.OPTION_VALUE:
            made["initial_option"] = option(Choice(field.value, field.value), "", {})
        return made
    most = max(1, min(field.max_length, limits.INPUT))
    made = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": field.kind == "paragraph",
        "max_length": most,
    }
    if field.value:
        made["initial_value"] = literal(field.value)[:most]
    return made


def _select(field: FormField, action_id: str, options: list[Json]) -> Json:
    made: Json = {"type": "static_select", "action_id": action_id}
    if len(options) <= limits.OPTIONS:
        made["options"] = options
    else:
        made["option_groups"] = [
            {"label": plain(f"{start + 1} …", limits.OPTION_TEXT), "options": options[start : start + limits.OPTIONS]}
            for start in range(0, len(options), limits.OPTIONS)
        ]
    chosen = next((o for o, c in zip(options, field.choices, strict=False) if c.value == field.value), None)
    if chosen is not None:
        made["initial_option"] = chosen
    return made


def option(choice: Choice, name: str, long: dict[str, str]) -> Json:
    """An option of a select. A value over Slack's limit travels in the view's metadata under a short name."""
    value = choice.value
    if len(value) > limits.OPTION_VALUE or not value:
        long[name] = value
        value = name
    return {"text": plain(choice.label, limits.OPTION_TEXT), "value": value}


@dataclass(frozen=True, slots=True)
class Filled:
    """What a modal was sent with, by field: texts, files, the ids of people, and user groups; and for which channel."""

    texts: dict[str, str]
    files: dict[str, Json]
    people: dict[str, str]
    roles: dict[str, Chosen]
    where: str = ""


def filled(view: Json) -> Filled:
    """The state of a modal, read leniently: a field left empty is an empty text."""
    values, long = (view.get("state") or {}).get("values") or {}, _metadata(view).get("v") or {}
    chosen = str((values.get(WHERE) or {}).get(WHERE, {}).get("selected_conversation") or "")
    made = Filled({}, {}, {}, {}, chosen)
    for block_id, elements in values.items():
        if block_id.startswith(FIELD):
            for action_id, element in elements.items():
                _take(made, block_id.removeprefix(FIELD), action_id, element, long)
    return made


def _take(made: Filled, name: str, action_id: str, element: Json, long: Mapping[str, str]) -> None:
    """What one field of a modal holds."""
    picked = element.get("selected_option") or {}
    if element.get("type") == "file_input":
        made.files.update([(name, file) for file in (element.get("files") or [])[:1]])
    elif element.get("selected_user"):
        made.people[name] = element["selected_user"]
    elif "selected_options" in element:
        values = [one["value"] for one in element["selected_options"] or ()]
        made.texts[name] = BETWEEN.join(values)
    elif action_id.startswith(ROLE):
        made.roles.update({name: Chosen(picked["value"], picked["text"]["text"])} if picked else {})
    elif "selected_option" in element:
        value = picked.get("value", "")
        made.texts[name] = long.get(value, value)
    else:
        made.texts[name] = element.get("value") or ""


def words_of(view: Json) -> list[str]:
    """What a person wrote into a modal, to be shown while it is worked on or if it is not taken."""
    state = ((view.get("state") or {}).get("values") or {}).values()
    written = [element.get("value") for fields in state for element in fields.values()]
    return [text for text in written if isinstance(text, str) and len(text) > 20]


def press_of(view: Json) -> ActionId:
    """What sending this modal means."""
    return ActionId.parse(str(view.get("callback_id", "")).removeprefix(FORM))


def field_faults(view: Json, faults: Mapping[str, str]) -> dict[str, str]:
    """Faults by block id, as Slack shows them under the field; one without a field here goes to the first."""
    inputs = [block["block_id"] for block in view.get("blocks", []) if block.get("type") == "input"]
    made: dict[str, str] = {}
    for name, fault in faults.items():
        block_id = f"{FIELD}{name}" if f"{FIELD}{name}" in inputs else inputs[0] if inputs else f"{FIELD}{name}"
        made[block_id] = cut(literal(f"{made[block_id]} {fault}" if block_id in made else fault), 300)
    return made


def again(view: Json, faults: Mapping[str, str]) -> Json:
    """The same modal once more, with what was typed and the faults under their fields, for when they came late."""
    remarks = field_faults(view, faults)
    values = (view.get("state") or {}).get("values") or {}
    made: list[Json] = []
    for block in view.get("blocks", []):
        if block.get("type") == "context" and str(block.get("block_id", "")).startswith("fault:"):
            continue
        if block.get("type") == "input":
            block = {**block, "element": _keep(block["element"], values.get(block["block_id"], {}))}
        made.append(block)
        if block.get("block_id") in remarks:
            made.append(
                {**small_print("⚠ " + remarks[block["block_id"]]), "block_id": f"fault:{block['block_id']}"[:255]}
            )
    kept = ("type", "callback_id", "title", "submit", "close", "private_metadata")
    return {**{key: view[key] for key in kept if view.get(key)}, "blocks": made[: limits.VIEW.blocks]}


def _keep(element: Json, state: Json) -> Json:
    now: Json = next(iter(state.values()), {})
    initial = ("initial_value", "initial_option", "initial_options")
    kept = {key: value for key, value in element.items() if key not in initial}
    if now.get("value") and element.get("type") == "plain_text_input":
        kept["initial_value"] = now["value"]
    if now.get("selected_conversation"):
        kept["initial_conversation"] = now["selected_conversation"]
    if now.get("selected_option"):
        kept["initial_option"] = now["selected_option"]
    if now.get("selected_options"):
        kept["initial_options"] = now["selected_options"]
    return kept


# --- what is asked of a command ---------------------------------------------------------------------------------


def command_form(asked: typed.Typed, *, without: Sequence[str] = ()) -> Form:
    """The form that asks for a command's options, holding what was typed."""
    form = typed.form(asked)
    return replace(form, fields=tuple(field for field in form.fields if field.name not in without))


def suggesting(command: Command) -> Callable[[str], bool]:
    """Whether an option of the command is completed while one types."""
    names = {option.name for option in command.options if option.suggest is not None}
    return names.__contains__
