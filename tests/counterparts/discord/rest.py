"""Discord's REST API v10, as far as a bot of this kind uses it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tests.counterparts.discord.gateway import Gateway
from tests.counterparts.discord.interactions import Interactions, _clean
from tests.counterparts.discord.shapes import (
    bad_body,
    channel_shape,
    event_shape,
    member_shape,
    message_shape,
    rest_guild_shape,
    user_shape,
)
from tests.counterparts.discord.world import (
    ATTACH_FILES,
    CREATE_EVENTS,
    CREATE_PUBLIC_THREADS,
    PIN_MESSAGES,
    READ_MESSAGE_HISTORY,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    ApiError,
    Channel,
    Guild,
    World,
)

MOST_PINS = 250
COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")
Answer = tuple[int, Any]


class Rest:
    """Finds the route and answers it."""

    def __init__(self, world: World, gateway: Gateway, interactions: Interactions, file_url: Any) -> None:
        self._world, self._gateway, self._interactions = world, gateway, interactions
        self._file_url = file_url
        self.requires_scope = True
        self.installed_by = ["0", "1"]
        """Who may install the application: guilds, people."""
        self._routes: list[tuple[str, re.Pattern[str], Callable[..., Answer]]] = []
        for method, path, answer in (
            ("GET", r"/users/@me", self._me),
            ("GET", r"/oauth2/applications/@me", self._application),
            ("GET", r"/gateway/bot", self._gateway_bot),
            ("GET", r"/gateway", lambda **_: (200, {"url": gateway.url})),
            ("GET", r"/users/@me/guilds", self._guilds),
            ("POST", r"/users/@me/channels", self._open_direct),
            ("GET", r"/applications/(?P<app>\d+)/commands", self._get_commands),
            ("PUT", r"/applications/(?P<app>\d+)/commands", self._put_commands),
            ("GET", r"/applications/(?P<app>\d+)/guilds/(?P<guild>\d+)/commands", self._get_commands),
            ("PUT", r"/applications/(?P<app>\d+)/guilds/(?P<guild>\d+)/commands", self._put_commands),
            ("GET", r"/channels/(?P<channel>\d+)", self._get_channel),
            ("GET", r"/channels/(?P<channel>\d+)/messages", self._history),
            ("POST", r"/channels/(?P<channel>\d+)/messages", self._post),
            ("GET", r"/channels/(?P<channel>\d+)/messages/(?P<message>\d+)", self._get_message),
            ("PATCH", r"/channels/(?P<channel>\d+)/messages/(?P<message>\d+)", self._edit),
            ("DELETE", r"/channels/(?P<channel>\d+)/messages/(?P<message>\d+)", self._delete),
            ("POST", r"/channels/(?P<channel>\d+)/messages/(?P<message>\d+)/threads", self._thread),
            ("PUT", r"/channels/(?P<channel>\d+)/messages/pins/(?P<message>\d+)", self._pin),
            ("DELETE", r"/channels/(?P<channel>\d+)/messages/pins/(?P<message>\d+)", self._unpin),
            ("GET", r"/guilds/(?P<guild>\d+)", self._get_guild),
            ("GET", r"/guilds/(?P<guild>\d+)/members/(?P<user>\d+)", self._get_member),
            ("GET", r"/guilds/(?P<guild>\d+)/scheduled-events", self._get_events),
            ("POST", r"/guilds/(?P<guild>\d+)/scheduled-events", self._make_event),
            ("GET", r"/guilds/(?P<guild>\d+)/scheduled-events/(?P<event>\d+)", self._get_event),
            ("DELETE", r"/guilds/(?P<guild>\d+)/scheduled-events/(?P<event>\d+)", self._delete_event),
            ("PATCH", r"/guilds/(?P<guild>\d+)/scheduled-events/(?P<event>\d+)", self._change_event),
            ("POST", r"/interactions/(?P<made>\d+)/(?P<token>[^/]+)/callback", self._callback),
            ("GET", r"/webhooks/\d+/(?P<token>[^/]+)/messages/@original", self._get_original),
            ("PATCH", r"/webhooks/\d+/(?P<token>[^/]+)/messages/@original", self._edit_original),
            ("DELETE", r"/webhooks/\d+/(?P<token>[^/]+)/messages/@original", self._delete_original),
            ("POST", r"/webhooks/\d+/(?P<token>[^/]+)", self._follow_up),
        ):
            self._routes.append((method, re.compile(path + "$"), answer))

    async def answer(
        self, method: str, path: str, query: Mapping[str, str], body: Any, files: dict[int, bytes]
    ) -> Answer:
        """The status and the JSON (None for no body)."""
        for known, pattern, answer in self._routes:
            if known == method and (match := pattern.match(path)):
                return answer(**match.groupdict(), query=query, body=body, files=files)
        raise ApiError(404, 0, "404: Not Found")

    def _me(self, **_: Any) -> Answer:
        return 200, {**user_shape(self._world.bot), "mfa_enabled": True, "locale": "en-US", "verified": True}

    def _application(self, **_: Any) -> Answer:
        world = self._world
        return 200, {
            "id": str(world.application_id),
            "name": world.bot.display,
            "icon": None,
            "description": "",
            "type": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": 1 << 19,
            "flags_new": str(1 << 19),
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "owner": user_shape(world.developer),
            "approximate_guild_count": len(list(world.bot_guilds())),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "team": None,
            "integration_types_config": {kind: {} for kind in self.installed_by},
            "eligible_oauth2_scopes": ["bot", "applications.commands"],
        }

    def _gateway_bot(self, **_: Any) -> Answer:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
        return 200, {"url": self._gateway.url, "shards": self._gateway.shards, "session_start_limit": limit}

    def _guilds(self, **_: Any) -> Answer:
        return 200, [
            {
                "id": str(g.id),
                "name": g.name,
                "icon": None,
                "banner": None,
                "owner": False,
                "permissions": str(g.permissions(self._world.bot)),
                "features": [],
            }
            for g in self._world.bot_guilds()
        ]

    def _open_direct(self, *, body: dict[str, Any], **_: Any) -> Answer:
        person = self._world.users.get(int(body["recipient_id"]))
        if person is None or person.bot:
            raise ApiError(400, 50033, "Invalid Recipient(s)")
        return 200, channel_shape(self._world.direct(person), self._world)

    def _command_place(self, app: str, guild: str | None) -> int:
        world = self._world
        if int(app) != world.application_id:
            raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
        if guild is None:
            return 0
        known = world.guilds.get(int(guild))
        if known is None or world.bot.id not in known.members or "applications.commands" not in known.scopes:
            raise ApiError(403, 50001, "Missing Access")
        return known.id

    def _get_commands(self, *, app: str, guild: str | None = None, **_: Any) -> Answer:
        return 200, self._world.commands.get(self._command_place(app, guild), [])

    def _put_commands(self, *, app: str, body: list[dict[str, Any]], guild: str | None = None, **_: Any) -> Answer:
        place, world = self._command_place(app, guild), self._world
        seen: set[tuple[int, str]] = set()
        made = []
        for at, command in enumerate(body):
            kind = command.get("type", 1)
            self._check_command(str(at), command, kind)
            if (kind, command["name"]) in seen:
                raise bad_body(str(at), "Application command names must be unique")
            seen.add((kind, command["name"]))
            known = {k: v for k, v in command.items() if v is not None and k != "nsfw"}
            permissions = command.get("default_member_permissions")
            made.append(
                {
                    "description": "",
                    **known,
                    "type": kind,
                    "id": str(world.snowflake()),
                    "application_id": str(world.application_id),
                    "version": str(world.snowflake()),
                    "default_member_permissions": None if permissions is None else str(permissions),
                }
            )
        world.commands[place] = made
        return 200, made

    def _check_command(self, where: str, command: dict[str, Any], kind: int) -> None:
        names = [command["name"], *(command.get("name_localizations") or {}).values()]
        if kind == 1:
            for name in names:
                if not COMMAND_NAME.fullmatch(name) or name != name.lower():
                    raise bad_body(f"{where}.name", "String value did not match validation regex.")
            if not command.get("description"):
                raise bad_body(f"{where}.description", "This field is required")
        elif command.get("description"):
            raise bad_body(f"{where}.description", "Context menu commands cannot have description")
        optional_seen = False
        for option in command.get("options") or ():
            if option["type"] in (1, 2):
                self._check_command(f"{where}.{option['name']}", option, 1)
                continue
            for name in (option["name"], *(option.get("name_localizations") or {}).values()):
                if not COMMAND_NAME.fullmatch(name) or name != name.lower():
                    raise bad_body(f"{where}.name", "String value did not match validation regex.")
            if option.get("choices") and option.get("autocomplete"):
                raise bad_body(where, "Autocomplete and choices exclude each other")
            if option.get("required") and optional_seen:
                raise bad_body(where, "Required options must be placed before non-required options")
            optional_seen = optional_seen or not option.get("required")

    def _channel(self, channel: str) -> Channel:
        found = self._world.channels.get(int(channel))
        if found is None or (found.guild and self._world.bot.id not in found.guild.members):
            raise ApiError(404, 10003, "Unknown Channel") if found is None else ApiError(403, 50001, "Missing Access")
        return found

    def _message(self, channel: Channel, message: str) -> dict[str, Any]:
        found = channel.messages.get(int(message))
        if found is None:
            raise ApiError(404, 10008, "Unknown Message")
        return found

    def _get_channel(self, *, channel: str, **_: Any) -> Answer:
        found = self._channel(channel)
        self._world.bot_may(found)
        return 200, channel_shape(found, self._world)

    def _history(self, *, channel: str, query: Mapping[str, str], **_: Any) -> Answer:
        found = self._channel(channel)
        self._world.bot_may(found)
        if found.guild and not found.guild.permissions(self._world.bot, found) & READ_MESSAGE_HISTORY:
            return 200, []
        limit, after, before = int(query.get("limit", 50)), int(query.get("after", 0)), int(query.get("before", 0))
        fitting = [m for m in found.shown() if int(m["id"]) > after and (not before or int(m["id"]) < before)]
        chosen = fitting[:limit] if after else fitting[-limit:]
        return 200, [_clean({k: v for k, v in m.items() if k != "nonce"}) for m in reversed(chosen)]

    def _get_message(self, *, channel: str, message: str, **_: Any) -> Answer:
        found = self._channel(channel)
        self._world.bot_may(found, READ_MESSAGE_HISTORY)
        return 200, _clean(self._message(found, message))

    def _post(self, *, channel: str, body: dict[str, Any], files: dict[int, bytes], **_: Any) -> Answer:
        world, found = self._world, self._channel(channel)
        world.bot_may(
            found, SEND_IN_THREADS if found.kind == 11 else SEND_MESSAGES, *((ATTACH_FILES,) if files else ())
        )
        nonce = body.get("nonce")
        if nonce is not None and body.get("enforce_nonce"):
            kept = world.nonces.get((found.id, str(nonce)))
            if kept and world.clock() - kept[0] < world.nonce_window:
                return 200, _clean(kept[2])
        made = message_shape(world, found, body, self._interactions._attach(found, body, files))
        if nonce is not None:
            made["nonce"] = nonce
            world.nonces[found.id, str(nonce)] = (world.clock(), found.id, made)
        found.messages[int(made["id"])] = made
        told = {**made, "guild_id": str(found.guild.id)} if found.guild else made
        world.emit("MESSAGE_CREATE", _clean(told), found.guild.id if found.guild else None)
        return 200, _clean(made)

    def _edit(self, *, channel: str, message: str, body: dict[str, Any], files: dict[int, bytes], **_: Any) -> Answer:
        found = self._channel(channel)
        self._world.bot_may(found)
        kept = self._message(found, message)
        if kept["author"]["id"] != str(self._world.bot.id):
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        self._interactions._revise(kept, body, files, found)
        return 200, _clean(kept)

    def _delete(self, *, channel: str, message: str, **_: Any) -> Answer:
        found = self._channel(channel)
        self._message(found, message)
        del found.messages[int(message)]
        return 204, None

    def _thread(self, *, channel: str, message: str, body: dict[str, Any], **_: Any) -> Answer:
        world, found = self._world, self._channel(channel)
        world.bot_may(found, CREATE_PUBLIC_THREADS)
        self._message(found, message)
        if int(message) in world.channels:
            raise ApiError(400, 160004, "A thread has already been created for this message")
        made = Channel(int(message), 11, body["name"], found.guild, parent=found)
        assert found.guild is not None
        world.channels[made.id] = made
        return 201, channel_shape(made, world)

    def _pin(self, *, channel: str, message: str, up: bool = True, **_: Any) -> Answer:
        found = self._channel(channel)
        self._world.bot_may(found, PIN_MESSAGES)
        kept = self._message(found, message)
        if up and sum(one["pinned"] for one in found.messages.values()) >= MOST_PINS:
            raise ApiError(400, 30003, f"Maximum number of pins reached ({MOST_PINS})")
        kept["pinned"] = up
        return 204, None

    def _unpin(self, **given: Any) -> Answer:
        return self._pin(**given, up=False)

    def _get_member(self, *, guild: str, user: str, **_: Any) -> Answer:
        found = self._guild(guild)
        if int(user) not in found.members:
            raise ApiError(404, 10007, "Unknown Member")
        return 200, member_shape(found, found.members[int(user)])

    def _guild(self, guild: str) -> Guild:
        found = self._world.guilds.get(int(guild))
        if found is None or self._world.bot.id not in found.members:
            raise ApiError(404, 10004, "Unknown Guild")
        return found

    def _get_guild(self, *, guild: str, **_: Any) -> Answer:
        return 200, rest_guild_shape(self._guild(guild), self._world)

    def _get_events(self, *, guild: str, **_: Any) -> Answer:
        return 200, [one for one in self._guild(guild).events.values() if one["status"] in (1, 2)]

    def _make_event(self, *, guild: str, body: dict[str, Any], **_: Any) -> Answer:
        found = self._guild(guild)
        if not found.permissions(self._world.bot) & CREATE_EVENTS:
            raise ApiError(403, 50013, "Missing Permissions")
        if datetime.fromisoformat(body["scheduled_start_time"]).timestamp() < self._world.clock():
            raise ApiError(400, 50035, "Invalid Form Body")
        made = event_shape(self._world, found, body)
        found.events[int(made["id"])] = made
        return 200, made

    def _event(self, guild: str, event: str) -> dict[str, Any]:
        found = self._guild(guild).events.get(int(event))
        if found is None:
            raise ApiError(404, 10070, "Unknown Guild Scheduled Event")
        return found

    def _get_event(self, *, guild: str, event: str, **_: Any) -> Answer:
        return 200, self._event(guild, event)

    def _delete_event(self, *, guild: str, event: str, **_: Any) -> Answer:
        self._event(guild, event)
        del self._guild(guild).events[int(event)]
        return 204, None

    def _change_event(self, *, guild: str, event: str, body: dict[str, Any], **_: Any) -> Answer:
        found = self._event(guild, event)
        if found["status"] in (3, 4):
            raise ApiError(400, 180000, "Cannot update a finished event")
        found.update({key: value for key, value in body.items() if value is not None})
        return 200, found

    def _callback(
        self, *, made: str, token: str, body: dict[str, Any], files: dict[int, bytes], query: Any, **_: Any
    ) -> Answer:
        answered = self._interactions.acknowledge(int(made), token, body, files)
        return (200, answered) if query.get("with_response") in ("1", "true") else (204, None)

    def _get_original(self, *, token: str, **_: Any) -> Answer:
        return 200, self._interactions.get_original(token)

    def _edit_original(self, *, token: str, body: dict[str, Any], files: dict[int, bytes], **_: Any) -> Answer:
        return 200, self._interactions.edit_original(token, body, files)

    def _delete_original(self, *, token: str, **_: Any) -> Answer:
        self._interactions.delete_original(token)
        return 204, None

    def _follow_up(self, *, token: str, body: dict[str, Any], files: dict[int, bytes], **_: Any) -> Answer:
        return 200, self._interactions.follow_up(token, body, files)
