"""What arrives from Slack, read once: who, where, how to answer, and a key that every redelivery shares."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Literal

from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.rendering.limits import Json
from bot.platforms.slack.rendering.views import Origin
from study.group import Place

OF_A_FEW = "mpdm-"
"""What begins the name that Slack gives to a conversation of a few people."""
Surface = Literal["channel", "ephemeral", "modal", "home", "none"]


@dataclass(frozen=True, slots=True)
class EventContext:
    """One event: the workspace that has the app, the person, the place, and what Slack gave to answer with.

    `trigger` opens one modal and dies three seconds after the event. `surface` is what was pressed upon.
    """

    team: str
    user: str
    called: str
    client: AsyncWebClient
    key: str
    origin: Origin
    installer: str = ""
    trigger: str = ""
    view: str = ""
    surface: Surface = "channel"

    @property
    def place(self) -> Place:
        """The place, in neutral words."""
        return Place("slack", self.team, self.origin.channel, self.origin.name)

    @property
    def private(self) -> bool:
        """Whether it happened in the person's own conversation with the bot, or on their page."""
        return not self.origin.channel or self.origin.channel.startswith("D")

    @property
    def unsuited(self) -> bool:
        """Whether no group can read there: in no channel, or in a conversation of a few people."""
        return self.private or self.origin.name.startswith(OF_A_FEW)

    def at(self, place: Place) -> EventContext:
        """The same event, asked about another place: the person's own page belongs to no channel."""
        return replace(self, origin=replace(self.origin, channel=place.channel, name=place.name))


def key_of(body: Json) -> str:
    """The event's key. Envelope ids and retry counters differ between redeliveries; none of them is in it."""
    kind = body.get("type", "")
    if kind == "event_callback":
        return f"slack:event:{body.get('event_id', '')}"
    user = (body.get("user") or {}).get("id") or body.get("user_id", "")
    if kind == "view_submission":
        view = body["view"]
        state = (view.get("state") or {}).get("values") or {}
        return "slack:view:" + _digest(view.get("id"), user, view.get("hash"), state)
    if kind == "block_actions":
        action = body["actions"][0]
        container = body.get("container") or {}
        where = (container.get("message_ts"), container.get("view_id"), container.get("channel_id"))
        return "slack:press:" + _digest(
            user, action.get("action_ts"), action.get("action_id"), action.get("value"), where
        )
    if kind in {"shortcut", "message_action"}:
        return "slack:shortcut:" + _digest(user, body.get("callback_id"), body.get("action_ts"), body.get("message_ts"))
    once = body.get("response_url") or body.get("trigger_id")
    return "slack:command:" + _digest(user, body.get("command"), body.get("text"), once)


def _digest(*parts: object) -> str:
    made = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(made.encode("utf-8", "surrogatepass")).hexdigest()[:32]


UNNAMED = {"privategroup", "directmessage"}
"""What Slack calls private channels and conversations in a command, in the place of their names."""


def _name(given: object) -> str:
    return "" if given in UNNAMED else str(given or "")


SPOKEN = ("message", "app_mention")
"""Events that tell what somebody wrote to the bot."""


def context_of(body: Json, team: str, client: AsyncWebClient, installer: str = "") -> EventContext:
    """The event of an event in a workspace that has the app."""
    kind = body.get("type", "")
    user = body.get("user") or {}
    key = key_of(body)
    if kind == "event_callback":
        event = body["event"]
        who = str(event.get("user") or "")
        if event.get("type") in SPOKEN:
            origin = Origin(str(event.get("channel") or ""), thread=str(event.get("thread_ts") or ""))
            return EventContext(team, who, "", client, key, origin, installer)
        return EventContext(team, who, "", client, key, Origin(), installer, surface="home")
    if not kind:
        origin = Origin(body.get("channel_id", ""), _name(body.get("channel_name")), body.get("response_url", ""))
        return EventContext(
            team,
            body.get("user_id", ""),
            body.get("user_name", ""),
            client,
            key,
            origin,
            installer,
            body.get("trigger_id", ""),
        )
    origin, surface = _where(body)
    return EventContext(
        team=team,
        user=user.get("id", ""),
        called=user.get("name") or user.get("username") or "",
        client=client,
        key=key,
        origin=origin,
        installer=installer,
        trigger=body.get("trigger_id", ""),
        view=(body.get("view") or {}).get("id", ""),
        surface=surface,
    )


def _where(body: Json) -> tuple[Origin, Surface]:
    """Where somebody pressed or sent: in a view, under a message of theirs alone, in a channel, or in none."""
    if view := body.get("view"):
        return Origin.unpack(view), "home" if view.get("type") == "home" else "modal"
    channel, message = body.get("channel") or {}, body.get("message") or {}
    under = str(message.get("thread_ts") or message.get("ts") or "")
    thread = under if body.get("type") == "message_action" else ""
    origin = Origin(channel.get("id", ""), _name(channel.get("name")), body.get("response_url", ""), thread)
    if (body.get("container") or {}).get("is_ephemeral"):
        return origin, "ephemeral"
    return origin, "channel" if channel else "none"
