"""Discord as a platform: connect, serve, post. Renders the same features as every other platform."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from datetime import datetime
from typing import Any

import aiohttp
import discord

from bot.platforms.base import OutgoingEvent, OutgoingMessage, PrivateMessage, Worded
from bot.platforms.discord import commands
from bot.platforms.discord.cards import render
from bot.platforms.discord.client import Client, OneShard, Shards, line_trouble, logged_in, point_at
from bot.platforms.discord.conversation import Conversation
from bot.platforms.discord.errors import INVALID_WEBHOOK_TOKEN, DiscordError, is_dead
from bot.platforms.discord.guilds import GuildCalendar, Guilds
from bot.platforms.discord.inbox import Kept, inbox
from bot.platforms.discord.posting import Posting
from bot.platforms.discord.settings import REFUSED, UNSET, DiscordSettings
from bot.platforms.host import Host
from bot.platforms.line_state import LineState
from bot.platforms.own_words import with_own_words
from cogs.messages import Ask, Form, Reply, say
from study.group import Place
from study.texts import _

log = logging.getLogger(__name__)

READY_SECONDS = 60.0
STOP_SECONDS = 5.0
SYNC_SECONDS = 24 * 3600.0


class DiscordPlatform:
    """Serves the features on Discord through discord.py, as it comes."""

    name = "discord"
    first_place = None

    def __init__(self, host: Host, settings: DiscordSettings, *, ready_seconds: float = 0.5) -> None:
        self._token, dev_guild = settings.token.get_secret_value(), settings.dev_guild
        if not self._token:
            raise DiscordError(UNSET)
        if dev_guild and not dev_guild.isdigit():
            raise DiscordError("DISCORD_DEV_GUILD must be the number of a server: Copy Server ID in its menu.")
        self._host = host
        self._dev_guild = int(dev_guild) if dev_guild else None
        self._addresses = (settings.api_url, settings.gateway_url)
        self._shards, self._ready_seconds = Shards.parse(settings.shards), ready_seconds
        self._inbox = inbox(host.data / "discord-inbox")
        self._conversation = Conversation(host, self._inbox, self.name)
        self._conversation.on_organiser = self._organiser
        self._client: Client
        self._posting: Posting
        self._calendar: GuildCalendar
        self._guilds: Guilds
        self._line: asyncio.Task[None] | None = None
        self._state = LineState()
        self._synced = time.monotonic()
        self._chores: set[asyncio.Task[Any]] = set()

    @property
    def announcement(self) -> str:
        """That it is served."""
        return "Serving discord."

    # --- what every platform does

    async def start(self) -> None:
        """Log in, hand over the commands if they changed, and connect. Raises DiscordError with a sentence."""
        point_at(*self._addresses)
        try:
            self._client = await logged_in(self._token, self._shards, self._ready_seconds)
        except discord.LoginFailure:
            raise DiscordError(REFUSED) from None
        except (aiohttp.ClientError, OSError, discord.GatewayNotFound) as error:
            raise DiscordError(f"Discord cannot be reached ({error}). Check the line, or DISCORD_API_URL.") from None
        except discord.HTTPException as error:
            raise DiscordError(f"Discord refused to start the bot: {error.text or error.status}.") from None
        if not isinstance(self._client, OneShard):
            self._state = LineState(self._client.shard_ids or ())
        self._client.listeners.append(self)
        self._posting = Posting(self._client, self._host.clock.now)
        self._calendar = GuildCalendar(self._client)
        self._guilds = Guilds(self._client, self._posting, self._host, self.name)
        self._host.dispatcher.asks_who_belongs(self.name, self._guilds.has_member)
        try:
            await self._sync()
        except DiscordError:
            await self._client.close()
            raise
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            await self._client.close()
            raise DiscordError(f"Discord did not take the commands: {error}.") from None
        self._line = asyncio.create_task(self._connected(), name="discord-line")
        ready = asyncio.create_task(self._client.wait_until_ready())
        await asyncio.wait({self._line, ready}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            ready.cancel()
            with suppress(asyncio.CancelledError):
                await ready
            if self._line.done():
                await self._client.close()
                await self._line
            log.warning("Discord's gateway is slow to answer; serving goes on as soon as it does")
        self._start(self._catch_up())

    async def check(self) -> None:
        """Raises DiscordError while the line is down for longer than a reconnect takes, or for good.

        Once a day it is looked whether the commands are there still: they can be deleted elsewhere.
        """
        ended = self._line.exception() if self._line is not None and self._line.done() else None
        if ended is not None:
            raise DiscordError(str(ended))
        if trouble := line_trouble(self._state):
            raise trouble
        if self._line is not None and time.monotonic() - self._synced > SYNC_SECONDS:
            self._synced = time.monotonic()
            self._start(self._restore_commands())

    async def stop(self) -> None:
        """Answer what is in hand, then let go."""
        if self._line is None:
            return
        await self._conversation.settle(STOP_SECONDS)
        for chore in self._chores:
            chore.cancel()
        await self._client.close()
        with suppress(asyncio.CancelledError, DiscordError):
            await self._line

    async def send(self, outgoing: OutgoingMessage) -> str:
        """Post and return the message id."""
        return await self._posting.send(outgoing)

    async def edit(self, outgoing: OutgoingMessage, message_id: str) -> None:
        """Replace a posted message."""
        await self._posting.edit(outgoing, message_id)

    async def pin(self, place: Place, message_id: str) -> None:
        """Pin a message."""
        await self._posting.pin(place, message_id)

    async def unpin(self, place: Place, message_id: str) -> None:
        """Let a pinned message go."""
        await self._posting.pin(place, message_id, up=False)

    async def find(self, outgoing: OutgoingMessage, since: datetime) -> str | None:
        """The message under which the outgoing was posted, None if it certainly was not."""
        return await self._posting.find(outgoing, since)

    async def tell_member(self, private: PrivateMessage) -> str:
        """A direct message."""
        return await self._posting.tell_member(private)

    async def find_private(self, private: PrivateMessage, since: datetime) -> str | None:
        """The message in the person's direct messages, None if it certainly is not there."""
        return await self._posting.find_private(private, since)

    async def add_event(self, outgoing: OutgoingEvent) -> str:
        """A scheduled event of the server."""
        return await self._calendar.add(outgoing)

    async def change_event(self, outgoing: OutgoingEvent, event_id: str) -> None:
        """The scheduled event as it is now, or cancelled."""
        await self._calendar.change(outgoing, event_id)

    async def find_event(self, outgoing: OutgoingEvent) -> str | None:
        """The scheduled event under which a meeting stands, None if it certainly does not."""
        return await self._calendar.find(outgoing)

    async def tell_organiser(self, place: Place, message: Worded) -> bool:
        """Tell whoever runs the group."""
        return await self._guilds.tell(place, message)

    # --- the line

    async def _restore_commands(self) -> None:
        try:
            await self._sync()
        except (DiscordError, discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.warning("it could not be seen whether the commands are there still: %s", error)

    async def _sync(self) -> None:
        application = self._client.application_id
        assert application is not None
        try:
            changed = await commands.sync(
                self._client.http, application, self._dev_guild, self._host.cogs, self._host.facts
            )
        except discord.Forbidden:
            raise DiscordError(
                f"The bot may not register commands in server {self._dev_guild}: "
                "invite it with the link of studybot discord invite, and check DISCORD_DEV_GUILD."
            ) from None
        self._synced = time.monotonic()
        log.info("commands %s", "handed over" if changed else "unchanged")

    async def _connected(self) -> None:
        """Hold the line; the library takes up broken ones by itself, so what ends here is for good."""
        try:
            await self._client.connect()
        except discord.ConnectionClosed as error:
            known = {
                4004: "does not accept DISCORD_TOKEN any more: put the new one into it and start the bot again",
                4010: "does not know these STUDYBOT_SHARDS: set as many as it wants, or none",
            }
            sentence = f"Discord {known.get(error.code, f'closed the line for good (code {error.code})')}."
            log.error("%s", sentence)
            raise DiscordError(sentence) from None
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.error("the line to Discord ended: %s", error)
            raise DiscordError(f"The line to Discord ended: {error}") from None

    def _start(self, work: Any) -> None:  # noqa: ANN401
        chore = asyncio.create_task(work)
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)

    async def _catch_up(self) -> None:
        """After a start: finish what a crash left over, and greet guilds that invited the bot meanwhile."""
        for kept in self._inbox.left_over():
            try:
                await self._finish(kept)
            except Exception:
                log.exception("the left-over %s could not be finished", kept.key)
        for guild in self._client.guilds:
            await self._guilds.joined(guild)
            await self._guilds.look_over(guild)

    async def _finish(self, kept: Kept) -> None:
        """Take up again what somebody wrote before a crash, if Discord had told them that it arrived."""
        application = self._client.application_id
        assert application is not None
        webhook = discord.Webhook.partial(application, kept.token, client=self._client)
        original: Any = "@original"
        answerable = True
        try:
            await webhook.fetch_message(original)
        except discord.HTTPException as error:
            if not is_dead(error):
                raise
            if error.code != INVALID_WEBHOOK_TOKEN:
                log.info("left-over %s was never acknowledged: its sender was told that it failed", kept.key)
                self._inbox.done(kept.key)
                return
            answerable = False  # it was acknowledged, but more than 15 minutes ago: it counts, silently
        if kept.press:
            answer = await self._host.dispatcher.press(kept.press, kept.ask)
        else:
            answer = await self._host.dispatcher.command(kept.command, kept.ask)
        if not answerable:
            if isinstance(answer, Reply) and answer.failed:
                log.warning("the left-over %s could not be saved; the next start tries again", kept.key)
                return
            self._inbox.done(kept.key)
            return
        if isinstance(answer, Form):
            answer = say(_("Please open the form again."), tone="notice")
        if answer.faults or answer.failed:
            answer = with_own_words(answer, (value for value in kept.ask.options.values() if isinstance(value, str)))
        layout = render(answer)
        await webhook.edit_message(original, view=layout.view, attachments=layout.files)
        self._inbox.done(kept.key)

    # --- what the client hears

    async def on_disconnect(self) -> None:
        """The one line broke; the library takes it up again."""
        if isinstance(self._client, OneShard):
            self._state.broke()

    async def on_resumed(self) -> None:
        """The one line holds again."""
        if isinstance(self._client, OneShard):
            self._state.held()

    async def on_ready(self) -> None:
        """The one line holds, with a new session."""
        if isinstance(self._client, OneShard):
            self._state.held()

    async def on_shard_disconnect(self, shard: int) -> None:
        """One of several lines broke."""
        self._state.broke(shard)

    async def on_shard_resumed(self, shard: int) -> None:
        """One of several lines holds again."""
        self._state.held(shard)

    async def on_shard_ready(self, shard: int) -> None:
        """One of several lines holds, with a new session."""
        self._state.held(shard)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """A command, a button, a form, or completion."""
        await self._conversation.heard(interaction)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Invited."""
        await self._guilds.joined(guild)
        await self._guilds.look_over(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """In sight again, or later than the others after the start."""
        await self._guilds.joined(guild)
        await self._guilds.look_over(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Shown the door."""
        await self._guilds.left(guild)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone."""
        await self._guilds.look_over(channel.guild)

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """A role was given or denied rights, perhaps ours."""
        if before.permissions != after.permissions:
            await self._guilds.look_over(after.guild)

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """A role is gone, and with it what it allowed or denied."""
        await self._guilds.look_over(role.guild)

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """The bot itself was given or lost a role; of nobody else is this heard."""
        if after.id == after.guild.me.id and before.roles != after.roles:
            await self._guilds.look_over(after.guild)

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """A channel was renamed, closed or opened."""
        await self._guilds.channel_changed(before, after)

    async def on_member_ban(self, guild: discord.Guild, user: discord.User | discord.Member) -> None:
        """Somebody was banned."""
        await self._guilds.banned(guild, user.id)

    def _organiser(self, ask: Ask) -> None:
        self._start(self._guilds.organiser_seen(ask))
