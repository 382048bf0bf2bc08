"""What Slack tells of the channels the bot is in: invited and let go, archived and back, renamed, deleted."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channel_events import ChannelEvents
from bot.platforms import typed
from bot.platforms.slack.posting import Posting, lost
from bot.platforms.slack.rendering.limits import Json
from cogs.messages import ActionId, Button, CommandRef, Reply, say, spans
from study.group import Place
from study.texts import _, using_language

log = logging.getLogger(__name__)

LOST = {
    "channel_left": "not_in_channel",
    "group_left": "not_in_channel",
    "channel_archive": "is_archived",
    "group_archive": "is_archived",
    "channel_deleted": "channel_not_found",
    "group_deleted": "channel_not_found",
}
"""Events after which nothing can be posted, each as the refusal that the next post would meet."""
JOINED = "member_joined_channel"
BACK = (JOINED, "channel_unarchive", "group_unarchive")
RENAMED = ("channel_rename", "group_rename")
EVENTS = (*LOST, *BACK, *RENAMED)
"""What is listened to; for it the app needs to know of channels (channels:read, groups:read), not to read them."""


LanguageOf = Callable[[AsyncWebClient, str, str], Awaitable[str]]
"""What somebody of a workspace reads."""


def greeted(team: str) -> str:
    """The fact that somebody in the workspace was greeted."""
    return f"slack.greeted:{team}"


def greeting() -> Reply:
    """How whoever invited the bot into a channel is greeted."""
    more = _(
        "Each week I post a recap and a few questions; everyone answers privately, in their own words. An organiser "
        "sets the group up with the button, or types {setup}. Only you see this."
    )
    return say(
        _("Hello! I can run a study group in this channel."),
        *spans(more, setup=CommandRef("group setup")),
        title=_("A study group"),
        buttons=[Button(_("Set up"), ActionId(typed.FORM, ("group setup",)), "primary")],
    )


def welcome() -> Reply:
    """How whoever installed the app is greeted, in their own messages."""
    more = _(
        "Each week I post a recap and a few questions; everyone answers privately, in their own words. Invite me to "
        "your group's channel, or choose it here; {help} shows what there is. Only you got this."
    )
    return say(
        _("Hello! I can run a study group in this workspace."),
        *spans(more, help=CommandRef("help")),
        title=_("A study group"),
        buttons=[Button(_("Set up"), ActionId(typed.FORM, ("group setup",)), "primary")],
    )


class ChannelNews:
    """Keeps up with the channels; what waits for one that is back is posted, and who invites the bot is greeted."""

    def __init__(
        self, channels: ChannelEvents, posting: Posting, speaks: LanguageOf, now: Callable[[], datetime]
    ) -> None:
        self._channels, self._posting, self._speaks, self._now = channels, posting, speaks, now

    async def heard(self, team: str, bot_user: str, client: AsyncWebClient, event: Json) -> None:
        """Follow one event. Each may be told more than once."""
        kind, channel = str(event.get("type")), event.get("channel")
        named = channel if isinstance(channel, dict) else {"id": channel}
        place = Place("slack", team, str(named.get("id") or ""), str(named.get("name") or ""))
        if kind in RENAMED:
            await self._channels.channel_renamed(place)
        elif kind in LOST:
            await self._channels.channel_lost(place, lost(LOST[kind]), self._now())
        elif kind != JOINED or event.get("user") == bot_user:
            await self._channels.channel_back(place)
            if kind == JOINED and place.channel not in await self._channels.reading("slack", team):
                await self._greet(client, place, str(event.get("inviter") or ""))

    async def _greet(self, client: AsyncWebClient, place: Place, inviter: str) -> None:
        """Whoever invited the bot into a channel without a group is told alone what it can do there."""
        if not inviter:
            return
        with using_language(await self._speaks(client, place.workspace, inviter)):
            told = self._posting.message(greeting())
        try:
            await client.chat_postEphemeral(
                channel=place.channel, user=inviter, text=told["text"], blocks=told["blocks"]
            )
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.info("%s was not greeted in %s: %s", inviter, place.channel, error)
