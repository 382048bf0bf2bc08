"""Declared commands as Discord's application commands, and what a person typed as a command's name and options."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from bot.platforms.discord import limits
from bot.platforms.discord.words import fit
from bot.platforms.host import KeyValueStore
from cogs.declare import Cog, Command, Option
from cogs.messages import Choice
from cogs.names import NAMES, named
from study.texts import ENGLISH, _, languages, using_language

CHAT_INPUT, MESSAGE_MENU = 1, 3
SUBCOMMAND = 1
TYPES = {"text": 3, "choice": 3, "number": 4, "picture": 11}
IN_GUILDS = {"contexts": [0], "integration_types": [0]}
"""In servers that invited the bot."""
ANYWHERE = {"contexts": [0, 1, 2], "integration_types": [0, 1]}
"""In conversations with the bot, too, and wherever somebody who added it to their account takes it."""


class CommandsApi(Protocol):
    """The commands as Discord has them, and the two ways of handing the whole set over."""

    async def get_global_commands(self, application_id: int) -> Any:  # noqa: ANN401
        """The commands of every guild, as Discord has them."""

    async def get_guild_commands(self, application_id: int, guild_id: int) -> Any:  # noqa: ANN401
        """The commands of one guild."""

    async def bulk_upsert_global_commands(self, application_id: int, payload: Any) -> Any:  # noqa: ANN401
        """Replace the commands of every guild."""

    async def bulk_upsert_guild_commands(self, application_id: int, guild_id: int, payload: Any) -> Any:  # noqa: ANN401
        """Replace the commands of one guild."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as a person used it: plain options, attachments by option name, and what is being typed."""

    name: str
    values: Mapping[str, str | int]
    files: Mapping[str, str]
    focused: str = ""


def payload(cogs: Sequence[Cog]) -> list[dict[str, Any]]:
    """All commands as one bulk request, always in the same order for the same declarations."""
    made: list[dict[str, Any]] = []
    families: dict[str, dict[str, Any]] = {}
    whole = {name: sub for sub, name in called_within(cogs).items()}
    for cog in cogs:
        for command in cog.commands:
            base, _, rest = whole.get(command.name, command.name).partition(" ")
            if not rest:
                made.append(_top(command.name, command.summary, anywhere=command.anywhere))
                made[-1]["options"] = _options(command)
            else:
                family = families.get(base)
                if family is None:
                    family = families[base] = _top(base, cog.summary)
                    family["options"] = []
                    made.append(family)
                family["options"].append(_sub(command, rest))
            if command.on_picture:
                made.append(_menu(command.on_picture, anywhere=command.anywhere))
    return made


def called_within(cogs: Sequence[Cog]) -> dict[str, str]:
    """Commands that have sub-commands of their own, by the name under which they stand among these.

    Discord lets nobody call such a command itself: it is the sub-command named by what it needs ("ask question").
    """
    names = {command.name: command for command in each(cogs)}
    families = {name.partition(" ")[0] for name in names if " " in name}
    return {
        f"{name} {next(option.name for option in names[name].options if option.required)}": name
        for name in sorted(families & names.keys())
    }


def _top(name: str, summary: str, *, anywhere: bool = False) -> dict[str, Any]:
    """A command that everybody may see: whom a group made an organiser has no right of the server's to go by."""
    return {
        "type": CHAT_INPUT,
        "name": name,
        **_called(name),
        **_described(summary),
        **(ANYWHERE if anywhere else IN_GUILDS),
        "default_member_permissions": None,
    }


def _sub(command: Command, name: str) -> dict[str, Any]:
    return {
        "type": SUBCOMMAND,
        "name": name,
        **_called(name),
        **_described(command.summary),
        "options": _options(command),
    }


def _menu(words: str, *, anywhere: bool) -> dict[str, Any]:
    return {
        "type": MESSAGE_MENU,
        "name": words[: limits.COMMAND_NAME],
        "name_localizations": {tag: text[: limits.COMMAND_NAME] for tag, text in _in_each(lambda: _(words)).items()},
        **(ANYWHERE if anywhere else IN_GUILDS),
        "default_member_permissions": None,
    }


def _called(name: str) -> dict[str, Any]:
    """The name's own localisation, where it has one."""
    if name not in NAMES:
        return {}
    return {"name_localizations": {"en-US": name, "en-GB": name, **_in_each(lambda: named(name))}}


def _described(summary: str) -> dict[str, Any]:
    english = fit(summary, limits.COMMAND_SUMMARY)
    others = _in_each(lambda: fit(_(summary), limits.COMMAND_SUMMARY))
    return {"description": english, "description_localizations": {"en-US": english, "en-GB": english, **others}}


def _label(choice: Choice) -> str:
    return fit(_(choice.label), limits.CHOICE_NAME)


def _in_each(text: Callable[[], str]) -> dict[str, str]:
    """A text in every language but English, by the tag of the language."""
    found = {}
    for tag in languages():
        with using_language(tag):
            if tag != ENGLISH:
                found[tag] = text()
    return found


def _options(command: Command) -> list[dict[str, Any]]:
    """Required options first, as Discord wants them."""
    ordered = sorted(command.options, key=lambda option: not option.required)
    return [_option(option) for option in ordered[: limits.COMMAND_OPTIONS]]


def _option(option: Option) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": TYPES[option.kind],
        "name": option.name,
        **_called(option.name),
        **_described(option.summary),
        "required": option.required,
    }
    if made["type"] == TYPES["text"] and not option.choices:
        made["max_length"] = max(1, min(option.max_length, limits.OPTION_TEXT))
    if option.suggest is not None or len(option.choices) > limits.CHOICES:
        made["autocomplete"] = True
    elif option.choices:
        named = {choice.value: choice for choice in option.choices}
        made["choices"] = [
            {**each, "name_localizations": _in_each(partial(_label, named[each["value"]]))}
            for each in choices(option.choices)
        ]
    return made


def choices(offered: Sequence[Choice]) -> list[dict[str, Any]]:
    """Choices within Discord's limits; one whose value would have to be cut is left out, for it would mean another."""
    kept = [choice for choice in offered if 0 < len(choice.value) <= limits.CHOICE_VALUE]
    return [
        {"name": fit(choice.label, limits.CHOICE_NAME) or choice.value, "value": choice.value}
        for choice in kept[: limits.CHOICES]
    ]


def digest(commands: list[dict[str, Any]]) -> str:
    """A short name for exactly these commands."""
    text = json.dumps(commands, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def lacking(there: Sequence[Mapping[str, Any]], made: Sequence[Mapping[str, Any]]) -> list[str]:
    """The commands that Discord should have and has not, by their names."""
    known = {(one.get("type", CHAT_INPUT), one["name"], _inner(one)) for one in there}
    return [str(one["name"]) for one in made if (one["type"], one["name"], _inner(one)) not in known]


def _inner(command: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(option["name"] for option in command.get("options") or ())


async def sync(
    api: CommandsApi, application: int, guild: int | None, cogs: Sequence[Cog], memory: KeyValueStore
) -> bool:
    """Hand the commands over if they changed since the last time, or were deleted elsewhere; True if they had to be.

    In development they go to one guild, where they change at once; back in production that guild's copies are removed,
    lest every command be shown there twice.
    """
    made = payload(cogs)
    scope = f"{application}.{guild or 'global'}"
    print_ = digest(made)
    if guild is None:
        former = await memory.get(f"discord.development.{application}")
        if former:
            await api.bulk_upsert_guild_commands(application, int(former), [])
            await memory.set(f"discord.commands.{application}.{former}", "")
            await memory.set(f"discord.development.{application}", "")
    asked = api.get_global_commands(application) if guild is None else api.get_guild_commands(application, guild)
    there = await asked
    if await memory.get(f"discord.commands.{scope}") == print_ and not lacking(there, made):
        return False
    if guild is None:
        await api.bulk_upsert_global_commands(application, made)
    else:
        await api.bulk_upsert_guild_commands(application, guild, made)
        await memory.set(f"discord.development.{application}", str(guild))
    await memory.set(f"discord.commands.{scope}", print_)
    return True


def typed(data: Mapping[str, Any], within: Mapping[str, str] | None = None) -> Typed:
    """What a slash command holds, sub-commands included; `within` are the names of `called_within`."""
    name, options = data["name"], data.get("options", [])
    while options and options[0]["type"] in (1, 2):
        name, options = f"{name} {options[0]['name']}", options[0].get("options", [])
    values: dict[str, str | int] = {}
    files: dict[str, str] = {}
    focused = ""
    for option in options:
        if option["type"] == TYPES["picture"]:
            files[option["name"]] = option["value"]
        else:
            values[option["name"]] = option["value"]
        if option.get("focused"):
            focused = option["name"]
    return Typed((within or {}).get(name, name), values, files, focused)


def each(cogs: Sequence[Cog]) -> Iterator[Command]:
    """Every command."""
    for cog in cogs:
        yield from cog.commands


def picture_option(command: Command) -> str:
    """The name of the command's picture option."""
    return next(option.name for option in command.options if option.kind == "picture")
