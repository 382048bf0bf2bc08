"""The app manifest, made from what the features declare, with no permission that nothing uses."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platforms.slack import channels
from bot.platforms.slack.installation import connect
from bot.platforms.slack.rendering import limits, line
from bot.platforms.slack.rendering.limits import Json, cut
from cogs.declare import Cog, Command, Option

NAME = "Study group"
DESCRIPTION = "Weekly questions, answered in your own words and marked point by point; a fair leaderboard; /classify."
EVENTS = ("app_home_opened", "app_mention", "message.im", "app_uninstalled", "tokens_revoked", *channels.EVENTS)
OPTIONAL = {
    "files:read": "/classify takes no pictures",
    "pins:write": "recaps cannot be pinned",
    "usergroups:read": "a user group cannot be made organiser",
}
"""Permissions that whoever installs the app may withhold, and what is missing then."""
COLOUR = "#1d4e89"
SHORTCUT, ON_MESSAGE = "shortcut:", "picture:"
"""What the names of shortcuts begin with, which Slack sends back: those of everywhere, and those of a message."""


def scopes(cogs: Sequence[Cog], *, history: bool = False) -> list[str]:
    """The bot's permissions: each is used by something that is served."""
    wanted = {"commands", "chat:write", "im:write", "users:read", "files:write", "channels:read", "groups:read"}
    wanted |= {"app_mentions:read", "im:history"}  # what is written to the bot itself
    if history:
        wanted |= {"channels:history", "groups:history"}
    return sorted(wanted | optional_scopes(cogs))


def optional_scopes(cogs: Sequence[Cog]) -> set[str]:
    """Those of `OPTIONAL` that something served uses."""
    commands = [command for cog in cogs for command in cog.commands]
    used = {
        "files:read": any(option.kind == "picture" for command in commands for option in command.options),
        "pins:write": any(command.name == "group rules" for command in commands),
        "usergroups:read": any(command.organiser for command in commands),
    }
    return {scope for scope in OPTIONAL if used[scope]}


def manifest(cogs: Sequence[Cog], *, url: str = "", history: bool = False, name: str = NAME) -> Json:
    """The manifest: for Socket Mode, or with a public address for signed HTTP."""
    base = url.rstrip("/")
    events: Json = {"bot_events": list(EVENTS)}
    interactivity: Json = {"is_enabled": True}
    oauth: Json = {"scopes": {"bot": scopes(cogs, history=history), "bot_optional": sorted(optional_scopes(cogs))}}
    if base:
        events["request_url"] = base + connect.EVENTS_PATH
        interactivity["request_url"] = base + connect.EVENTS_PATH
        interactivity["message_menu_options_url"] = base + connect.EVENTS_PATH
        oauth["redirect_urls"] = [base + connect.REDIRECT_PATH]
    return {
        "display_information": {"name": name, "description": DESCRIPTION, "background_color": COLOUR},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "slash_commands": [
                one if not base else {**one, "url": base + connect.EVENTS_PATH} for one in _commands(cogs)
            ],
            **({"shortcuts": made} if (made := _shortcuts(cogs)) else {}),
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": not base,
            "token_rotation_enabled": False,
        },
    }


def _commands(cogs: Sequence[Cog]) -> list[Json]:
    commands = {command.name: command for cog in cogs for command in cog.commands}
    everyone = [name for name, command in commands.items() if not command.organiser]
    made: list[Json] = [
        {
            "command": f"/{line.ROOT}",
            "description": "Everything the study group does",
            "usage_hint": cut(" | ".join([*everyone, "group …"]), 1000),
            "should_escape": False,
        }
    ]
    for name in line.own_names(cogs):
        hint = _usage(commands[name])
        made.append(
            {
                "command": f"/{name}",
                "description": cut(commands[name].summary, 2000),
                **({"usage_hint": hint} if hint else {}),
                "should_escape": False,
            }
        )
    return made


def _usage(command: Command) -> str:
    return cut(" ".join(_hint(option) for option in command.options if option.kind != "picture"), 1000)


def _hint(option: Option) -> str:
    values = "|".join(choice.value for choice in option.choices) or option.name
    return values if option.required else f"[{values}]"


def _shortcuts(cogs: Sequence[Cog]) -> list[Json]:
    made: list[Json] = []
    for cog in cogs:
        for command in cog.commands:
            if not command.on_picture:
                continue
            for kind, prefix in (("message", ON_MESSAGE), ("global", SHORTCUT)):
                made.append(
                    {
                        "name": cut(command.on_picture, limits.TITLE),
                        "type": kind,
                        "callback_id": f"{prefix}{command.name}",
                        "description": cut(command.summary, 150),
                    }
                )
    return made
