"""The guilds the bot is in: joined, left, channels gone or closed to it, people banned; and each guild's calendar."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import aiohttp
import discord

from bot.platforms.base import CannotTell, OutgoingEvent, SendLater, SendRefused, Worded
from bot.platforms.discord import limits
from bot.platforms.discord.errors import CLOSED, NEEDED, NOT_IN_GUILD, UNKNOWN_CHANNEL, event_failure
from bot.platforms.discord.posting import FAILURES, OUTAGE_SECONDS, SEND_SECONDS, Posting
from bot.platforms.discord.words import fit
from bot.platforms.host import Host
from bot.platforms.remembered import Remembered
from cogs.messages import Ask, BulletList, Card, Entry, Event, Reply, Text, code, spans
from store import organiser_language, organiser_seen
from study.group import Account, Place
from study.texts import LazyText, _, language, lazy, noop, use_language, using_language

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
MOST_SEEN, SEEN_SECONDS = 10_000, 120.0
"""Who is in which guild, asked where somebody writes to the bot alone: so many are remembered, and so long."""


DELETED = noop(
    "The channel {channel} was deleted. Type /group move in the channel where the group shall read from now on: "
    "members, points and history go with it."
)


def welcome() -> Reply:
    """How whoever invited the bot is greeted."""
    weekly = _("Every week I post a recap and a few questions; everyone answers privately, in their own words.")
    setup = _("In the channel where your group reads, type {setup} and choose.")
    now = _("Then type {now} to see the first post at once.")
    steps = (
        Entry(Text(*spans(setup, setup=code("/group setup"))), "number"),
        Entry(Text(*spans(now, now=code("/group now"))), "number"),
    )
    card = Card(
        _("Hello! I run your study group"),
        (Text(weekly), BulletList(steps)),
        footer=_("Only you got this. /help in the server lists what there is."),
    )
    return Reply(_("Hello! Two things and your study group runs."), (card,))


def _closed(name: str) -> LazyText:
    """Why nothing can be posted in a channel that is closed to the bot."""
    return lazy(CLOSED, channel=f"#{name}", rights=lazy(NEEDED))


class Guilds:
    """Keeps the guilds' news, greets once, and knows whom to tell."""

    def __init__(self, client: discord.Client, posting: Posting, host: Host, platform: str) -> None:
        self._client, self._posting, self._memory, self._now = client, posting, host.facts, host.clock.now
        self._platform, self._channels = platform, host.channels
        self._greeting: set[int] = set()
        self._seen: Remembered[tuple[str, str], bool] = Remembered(MOST_SEEN, SEEN_SECONDS)

    def _place(self, channel: discord.abc.GuildChannel) -> Place:
        return Place(self._platform, str(channel.guild.id), str(channel.id), channel.name)

    async def joined(self, guild: discord.Guild) -> None:
        """Greet the organiser, once for each invitation; where nobody can be told, when it is seen again.

        In their language where that is known, else in the one that the guild is set to.
        """
        key = f"discord.welcomed.{guild.id}"
        if guild.unavailable or guild.id in self._greeting:
            return
        self._greeting.add(guild.id)
        try:
            if await self._memory.get(key):
                return
            use_language(str(guild.preferred_locale))
            if await self._tell(guild, welcome):
                await self._memory.set(key, "yes")
            else:
                log.info("nobody could be greeted in guild %s", guild.id)
        finally:
            self._greeting.discard(guild.id)

    async def left(self, guild: discord.Guild) -> None:
        """The bot was shown the door; should it be invited again, it greets again."""
        await self._memory.set(f"discord.welcomed.{guild.id}", "")
        await self._channels.workspace_left(self._platform, str(guild.id))

    async def look_over(self, guild: discord.Guild) -> None:
        """Whether the bot may still write where groups read: asked at the start and after every change of rights.

        A guild in an outage, or not in sight yet, says nothing of its channels: it is waited for.
        """
        if guild.unavailable or guild.me is None:
            return
        workspace = str(guild.id)
        for channel_id in sorted(await self._channels.reading(self._platform, workspace)):
            channel = guild.get_channel(int(channel_id)) if channel_id.isdigit() else None
            if channel is not None and _may_post(channel):
                await self._channels.channel_back(self._place(channel))
                continue
            if channel is None and not await self._deleted(channel_id):
                continue
            name = channel.name if channel else ""
            place = Place(self._platform, workspace, channel_id, name)
            reason = _closed(name) if channel else lazy(DELETED, channel=channel_id)
            await self._channels.channel_lost(place, reason, self._now())

    async def _deleted(self, channel_id: str) -> bool:
        """Whether Discord itself says that a channel is no more."""
        try:
            await self._client.fetch_channel(int(channel_id))
        except ValueError:
            return True
        except discord.HTTPException as error:
            return error.code == UNKNOWN_CHANNEL
        except (discord.DiscordException, aiohttp.ClientError, OSError):
            return False
        return False

    async def has_member(self, place: Place, person: str) -> bool:
        """Whether somebody is in a guild, as Discord says; where it cannot say so just now, they are taken to be."""
        key = (place.workspace, person)
        known = self._seen.get(key)
        if known is not None:
            return known
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                guild = self._client.get_guild(int(place.workspace))
                guild = guild or await self._client.fetch_guild(int(place.workspace), with_counts=False)
                await guild.fetch_member(int(person))
        except ValueError:
            return False
        except discord.HTTPException as error:
            if error.code not in NOT_IN_GUILD:
                return True
            found = False
        except (discord.DiscordException, aiohttp.ClientError, OSError):
            return True
        else:
            found = True
        self._seen.put(key, found)
        return found

    async def channel_changed(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """A channel was renamed, or closed or opened to the bot."""
        if before.name != after.name:
            await self._channels.channel_renamed(self._place(after))
        await self.look_over(after.guild)

    async def banned(self, guild: discord.Guild, person: int) -> None:
        """Somebody was banned."""
        self._seen.put((str(guild.id), str(person)), False)
        await self._channels.person_banned(self._platform, str(guild.id), str(person))

    async def organiser_seen(self, ask: Ask) -> None:
        """Whoever runs the group: the last one who used an organiser's command in the guild, and what they read."""
        at = self._platform, ask.place.workspace
        for key, seen in ((organiser_seen(*at), ask.person.id), (organiser_language(*at), ask.person.language)):
            if await self._memory.get(key) != seen:
                await self._memory.set(key, seen)

    async def tell(self, place: Place, message: Worded) -> bool:
        """Tell whoever runs the group there."""
        if not place.workspace:
            return await self._posting.tell(int(place.channel), message()) if place.channel.isdigit() else False
        guild = self._client.get_guild(int(place.workspace))
        if guild is None:
            return False
        named = await self._channels.organisers(place)
        return await self._tell(guild, message, avoid=place.channel, named=named)

    async def _tell(self, guild: discord.Guild, message: Worded, avoid: str = "", named: Sequence[str] = ()) -> bool:
        """In a direct message where that can be, else where not everybody reads: what is for one is never for all."""
        at = self._platform, str(guild.id)
        known = await self._memory.get(organiser_seen(*at))
        for person in dict.fromkeys(p for p in (known, *named, str(guild.owner_id or "")) if p):
            seen = await self._memory.get(organiser_language(*at)) if person == known else None
            with using_language(seen or "", await self._channels.language_of(Account(*at, person)), language()):
                words = message()
            if await self._posting.tell(int(person), words):
                return True
        places = [channel for channel in (guild.public_updates_channel, guild.system_channel) if channel is not None]
        for channel in dict.fromkeys([*places, *guild.text_channels]):
            if str(channel.id) != avoid and _may_post(channel) and not _read_by_all(channel):
                return await self._posting.say_in(channel, message())
        return False


class GuildCalendar:
    """The scheduled events of guilds, where groups meet."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    def _guild(self, outgoing: OutgoingEvent) -> discord.Guild:
        workspace = outgoing.place.workspace
        guild = self._client.get_guild(int(workspace)) if workspace.isdigit() else None
        if guild is None or guild.unavailable:
            raise SendLater(lazy("The server is not in sight just now."), OUTAGE_SECONDS)
        return guild

    async def add(self, outgoing: OutgoingEvent) -> str:
        """Make a scheduled event; its id. The library tries a 5xx again, which may make a second: one of them stays."""
        guild, event = self._guild(outgoing), outgoing.event
        try:
            async with asyncio.timeout(SEND_SECONDS):
                made = await guild.create_scheduled_event(
                    name=fit(event.title, limits.EVENT_NAME),
                    description=fit(event.about, limits.EVENT_ABOUT),
                    start_time=event.starts,
                    end_time=event.ends,
                    location=fit(event.where, limits.EVENT_PLACE),
                    entity_type=discord.EntityType.external,
                    privacy_level=discord.PrivacyLevel.guild_only,
                )
                return await self._only_one(guild, event) or str(made.id)
        except FAILURES as error:
            raise event_failure(error) from error

    async def change(self, outgoing: OutgoingEvent, event_id: str) -> None:
        """Put a scheduled event right; one that is not held is cancelled, unless it has begun."""
        guild, event = self._guild(outgoing), outgoing.event
        if not event_id.isdigit():
            raise SendRefused(lazy("{id} is no event of Discord.", id=event_id), channel_lost=False)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                there = await guild.fetch_scheduled_event(int(event_id), with_counts=False)
                if there.status is not discord.EventStatus.scheduled:
                    return
                if event.cancelled:
                    await there.cancel()
                    return
                await there.edit(
                    name=fit(event.title, limits.EVENT_NAME),
                    description=fit(event.about, limits.EVENT_ABOUT),
                    start_time=event.starts,
                    end_time=event.ends,
                    location=fit(event.where, limits.EVENT_PLACE),
                )
        except FAILURES as error:
            raise event_failure(error) from error

    async def find(self, outgoing: OutgoingEvent) -> str | None:
        """The bot's own event of that name and time, which is known by these: Discord keeps no key with an event."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await self._only_one(self._guild(outgoing), outgoing.event)
        except FAILURES as error:
            raise CannotTell(lazy("The server's events cannot be read back: {error}", error=str(error))) from error

    async def _only_one(self, guild: discord.Guild, event: Event) -> str | None:
        me, name = self._client.user, fit(event.title, limits.EVENT_NAME)
        found = [
            one
            for one in sorted(await guild.fetch_scheduled_events(with_counts=False), key=lambda one: one.id)
            if me is not None and one.creator_id == me.id and one.name == name and one.start_time == event.starts
        ]
        for double in found[1:]:
            await double.delete()
        return str(found[0].id) if found else None


def _read_by_all(channel: discord.abc.GuildChannel) -> bool:
    return channel.permissions_for(channel.guild.default_role).view_channel


def _may_post(channel: discord.abc.GuildChannel) -> bool:
    me = channel.guild.me
    if me is None:
        return False
    rights = channel.permissions_for(me)
    return rights.view_channel and rights.send_messages
