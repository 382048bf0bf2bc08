"""Forms as Discord's modals, and what comes back from them as options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.platforms.discord import limits
from bot.platforms.discord.words import cut, fit, run, width
from bot.platforms.text import literal
from cogs.messages import BETWEEN, Choice, Chosen, Form, FormField, Span
from study.texts import _, noop

TEXT_INPUT, SELECT, FILE_UPLOAD, LABEL = 4, 3, 19, 18
USER_SELECT, ROLE_SELECT = 5, 6
RADIO_GROUP, CHECKBOX_GROUP = 21, 22
UNMENTIONED = noop(
    "Discord tells nobody yet: let anyone mention this role (Server Settings, Roles), or give me the permission "
    "Mention @everyone, @here, and All Roles."
)


def render_form(form: Form) -> ui.Modal:
    """The form as a modal. Labels and options longer than Discord takes are told in full above the fields."""
    modal = ui.Modal(title=fit(form.title, limits.MODAL_TITLE) or "…", custom_id=form.action.id, timeout=None)
    fields = form.fields[: limits.MODAL_PARTS]
    lines = [form.intro] if form.intro else []
    lines += [field.label for field in fields if width(field.label) > limits.LABEL]
    lines += ["\n".join(one.label for one in field.choices) for field in fields if _told_above(field)]
    if lines and len(fields) < limits.MODAL_PARTS:
        intro = cut([run(Span("\n\n".join(lines)))], limits.MESSAGE_TEXT)
        modal.add_item(ui.TextDisplay(intro))
    for field in fields:
        label = fit(field.label, limits.LABEL) or fit(field.name, limits.LABEL)
        description = fit(field.hint, limits.LABEL_DESCRIPTION) or None
        modal.add_item(ui.Label(text=label, description=description, component=_component(field)))
    # A stopped modal is not kept in memory by the library: what is sent is followed by its id alone.
    modal.stop()
    return modal


def _told_above(field: FormField) -> bool:
    """Whether options cannot be shown whole where they are tapped."""
    cut_short = any(width(one.label) > limits.SELECT_LABEL for one in field.choices)
    return field.kind == "options" and (cut_short or len(field.choices) not in limits.GROUP_OPTIONS)


def _group(field: FormField) -> ui.Item[Any]:
    """The options to tap: one of them, or any number."""
    if field.several:
        boxes = ui.CheckboxGroup[Any](custom_id=field.name, required=field.required)
        for one in field.choices:
            boxes.add_option(label=_label(one), value=one.value, default=one.value in field.chosen)
        return boxes
    group = ui.RadioGroup[Any](custom_id=field.name, required=field.required)
    for one in field.choices:
        group.add_option(label=_label(one), value=one.value, default=one.value in field.chosen)
    return group


def _label(choice: Choice) -> str:
    return fit(choice.label, limits.SELECT_LABEL) or "…"


def _component(field: FormField) -> ui.Item[Any]:
    if field.kind == "options" and len(field.choices) in limits.GROUP_OPTIONS:
        return _group(field)
    match field.kind:
        case "choice":
            choices = field.choices[: limits.SELECT_OPTIONS]
            return ui.Select(
                custom_id=field.name,
                required=field.required,
                min_values=1 if field.required else 0,
                options=[
                    discord.SelectOption(
                        label=_label(choice),
                        value=choice.value[: limits.SELECT_LABEL],
                        default=bool(field.value) and choice.value == field.value,
                    )
                    for choice in choices
                ],
            )
        case "picture":
            return ui.FileUpload(
                custom_id=field.name, required=field.required, min_values=1 if field.required else 0, max_values=1
            )
        case "person" | "role" | "mention":
            select = ui.UserSelect if field.kind == "person" else ui.RoleSelect
            return select(custom_id=field.name, required=field.required, min_values=1 if field.required else 0)
        case _:
            longest = max(1, min(field.max_length, limits.INPUT_TEXT))
            return ui.TextInput(
                custom_id=field.name,
                style=discord.TextStyle.paragraph if field.kind == "paragraph" else discord.TextStyle.short,
                required=field.required,
                max_length=longest,
                default=literal(field.value)[:longest] or None,
            )


def filled(components: Sequence[Mapping[str, Any]]) -> tuple[dict[str, str], dict[str, str]]:
    """What a sent form holds: texts and choices by field name, and attachment ids by field name."""
    values: dict[str, str] = {}
    files: dict[str, str] = {}
    for outer in components:
        inner = outer.get("component")
        for part in [inner] if inner else outer.get("components", ()):
            if part["type"] == TEXT_INPUT:
                values[part["custom_id"]] = part.get("value") or ""
            elif part["type"] == SELECT and part.get("values"):
                values[part["custom_id"]] = part["values"][0]
            elif part["type"] == RADIO_GROUP:
                values[part["custom_id"]] = part.get("value") or ""
            elif part["type"] == CHECKBOX_GROUP:
                values[part["custom_id"]] = BETWEEN.join(part.get("values") or ())
            elif part["type"] == FILE_UPLOAD and part.get("values"):
                files[part["custom_id"]] = part["values"][0]
    return values, files


def chosen(data: Mapping[str, Any], *, may_mention: bool = True) -> dict[str, Chosen]:
    """Whom a sent form names, by field: people by the name they have on the server, and roles.

    `may_mention`: whether the bot may mention roles that not everybody may.
    """
    resolved: Mapping[str, Any] = data.get("resolved") or {}
    found: dict[str, Chosen] = {}
    for outer in data["components"]:
        part = outer.get("component") or {}
        values = part.get("values")
        if part.get("type") == USER_SELECT and values:
            found[part["custom_id"]] = _person(str(values[0]), resolved)
        elif part.get("type") == ROLE_SELECT and values:
            found[part["custom_id"]] = _role(str(values[0]), resolved, may_mention)
    return found


def _person(picked: str, resolved: Mapping[str, Any]) -> Chosen:
    member, user = ((resolved.get(kind) or {}).get(picked) or {} for kind in ("members", "users"))
    return Chosen(picked, str(member.get("nick") or user.get("global_name") or user.get("username") or picked))


def _role(picked: str, resolved: Mapping[str, Any], may_mention: bool) -> Chosen:
    role = (resolved.get("roles") or {}).get(picked) or {}
    told = role.get("mentionable", True) or may_mention
    return Chosen(picked, str(role.get("name") or picked), "" if told else _(UNMENTIONED))
