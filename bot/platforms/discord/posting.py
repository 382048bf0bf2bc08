"""Posts in channels: sent once whatever breaks, found again after a crash, edited in place."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord

from bot.platforms.base import (
    CannotTell,
    DeliveryError,
    OutgoingMessage,
    PrivateMessage,
    SendLater,
    SendRefused,
    SendUnknown,
    Unreachable,
)
from bot.platforms.discord import limits
from bot.platforms.discord.cards import mark, render
from bot.platforms.discord.errors import (
    CLOSED,
    NEEDED,
    NOBODY,
    THREAD_EXISTS,
    UNKNOWN_MESSAGE,
    pin_failure,
    send_failure,
    thread_failure,
)
from bot.platforms.discord.words import fit
from cogs.messages import Reply
from study.group import Place
from study.texts import lazy

log = logging.getLogger(__name__)

SEND_SECONDS = 27.0
"""The library tries a 5xx again for 25 seconds; a line that hangs longer is given up."""
NONCE_SECONDS = 120.0
"""Discord gives back the first message for the same nonce for a few minutes; two are certain."""
LOOK_BACK = timedelta(minutes=2)
OUTAGE_SECONDS = 15.0
READ_BACK = 500
"""So many messages of a channel are read back; in a busier one nobody can tell what was not among them."""
FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, asyncio.TimeoutError, RuntimeError)


def nonce(key: str) -> str:
    """The outgoing's own nonce: at most 25 characters, the same at every attempt and for ever."""
    plain = f"sb-{key}"
    if len(plain) <= limits.NONCE and plain.isascii():
        return plain
    return hashlib.sha256(key.encode()).hexdigest()[: limits.NONCE]


class Posting:
    """The way into channels and people's direct messages."""

    def __init__(self, client: discord.Client, now: Callable[[], datetime]) -> None:
        self._client, self._now = client, now

    def _channel(self, place: Place) -> discord.PartialMessageable:
        try:
            channel, guild = int(place.channel), int(place.workspace) if place.workspace else None
        except ValueError:
            raise SendRefused(lazy("{id} is no channel of Discord.", id=repr(place.channel))) from None
        return self._client.get_partial_messageable(channel, guild_id=guild)

    async def send(self, outgoing: OutgoingMessage) -> str:
        """Post with a nonce of the outgoing's own; the thread for talking follows where the channel allows one.

        Where the thread has to wait, nobody knows yet: the post stands, and found again it gets its thread.
        What is said in a thread has the id of the thread before its own: "thread/message".
        """
        if outgoing.under:
            return await self._say_under(outgoing)
        channel = self._channel(outgoing.place)
        layout = render(outgoing.message, key=outgoing.key, ping=outgoing.ping)
        roles = [discord.Object(int(outgoing.ping))] if outgoing.ping.isdigit() else False
        mentions = discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                message = await channel.send(
                    view=layout.view, files=layout.files, nonce=nonce(outgoing.key), allowed_mentions=mentions
                )
        except FAILURES as error:
            raise send_failure(error) from error
        try:
            await self._thread(channel, message.id, outgoing.message)
        except (SendLater, SendUnknown) as error:
            if await self._reads_back(outgoing.place):
                raise SendUnknown(error.reason) from error
            log.warning("no thread under message %s: %s", message.id, error)
        return str(message.id)

    async def _thread(self, channel: discord.PartialMessageable, message: int, reply: Reply) -> None:
        """A thread under the post. It carries the post's id, so a second one cannot be; without the right, none.

        Raises SendLater or SendUnknown where it has to wait.
        """
        if not reply.thread:
            return
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._opened(channel.get_partial_message(message), reply.thread)
        except FAILURES as error:
            failure = thread_failure(error)
            if isinstance(failure, SendLater | SendUnknown):
                raise failure from error
            log.info("no thread under message %s: %s", message, error)

    async def _reads_back(self, place: Place) -> bool:
        """Whether what was posted there can be found again."""
        try:
            await self._may_read_back(place)
        except DeliveryError:
            return False
        return True

    async def _say_under(self, outgoing: OutgoingMessage) -> str:
        """Say something in the thread of a message, which is opened first; it has the message's own id."""
        layout = render(outgoing.message, key=outgoing.key)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                above = self._channel(outgoing.place).get_partial_message(int(outgoing.under))
                await self._opened(above, outgoing.message.thread or outgoing.message.summary)
                thread = self._inside(outgoing.place, above.id)
                message = await thread.send(view=layout.view, files=layout.files, nonce=nonce(outgoing.key))
        except ValueError:
            raise SendRefused(
                lazy("{id} is no message of Discord.", id=repr(outgoing.under)), channel_lost=False
            ) from None
        except FAILURES as error:
            raise thread_failure(error) from error
        return f"{above.id}/{message.id}"

    async def _opened(self, above: discord.PartialMessage, name: str) -> None:
        """Open a thread under a message, unless there is one."""
        try:
            await above.create_thread(name=fit(name, limits.THREAD_NAME), auto_archive_duration=10080)
        except discord.HTTPException as error:
            if error.code != THREAD_EXISTS:
                raise

    def _inside(self, place: Place, thread: int) -> discord.PartialMessageable:
        guild = int(place.workspace) if place.workspace else None
        return self._client.get_partial_messageable(thread, guild_id=guild)

    async def edit(self, outgoing: OutgoingMessage, message_id: str) -> None:
        """Put the reply in the place of the message."""
        layout = render(outgoing.message, key=outgoing.key)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                thread, _, own = message_id.rpartition("/")
                place = self._inside(outgoing.place, int(thread)) if thread else self._channel(outgoing.place)
                message = place.get_partial_message(int(own))
                await message.edit(view=layout.view, attachments=layout.files)
        except ValueError:
            raise SendRefused(lazy("{id} is no message of Discord.", id=repr(message_id)), channel_lost=False) from None
        except FAILURES as error:
            raise (thread_failure(error) if thread else send_failure(error, message=True)) from error

    async def pin(self, place: Place, message_id: str, *, up: bool = True) -> None:
        """Pin a message, or with `up` False let it go; one that is gone needs neither."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                message = self._channel(place).get_partial_message(int(message_id))
                await (message.pin() if up else message.unpin())
        except ValueError:
            raise SendRefused(lazy("{id} is no message of Discord.", id=repr(message_id)), channel_lost=False) from None
        except FAILURES as error:
            if not (isinstance(error, discord.NotFound) and error.code == UNKNOWN_MESSAGE):
                raise pin_failure(error) from error

    async def find(self, outgoing: OutgoingMessage, since: datetime) -> str | None:
        """Read the channel back for the message that carries the outgoing's mark."""
        under = outgoing.under
        channel = self._inside(outgoing.place, int(under)) if under.isdigit() else self._channel(outgoing.place)
        try:
            await self._may_read_back(outgoing.place)
        except CannotTell:
            if self._now() - since < timedelta(seconds=NONCE_SECONDS):
                return None  # sending again is safe: while the nonce is fresh, Discord gives back the first message
            raise
        try:
            message = await self._read_back(channel, mark(outgoing.key), since)
        except discord.NotFound as error:
            if not under:
                raise CannotTell(lazy("The channel cannot be read back: {error}", error=str(error))) from error
            return None  # the thread was not opened
        except FAILURES as error:
            raise CannotTell(lazy("The channel cannot be read back: {error}", error=str(error))) from error
        if message is not None and not under:
            await self._late_thread(channel, message, outgoing.message)
        return None if message is None else f"{under}/{message}" if under else str(message)

    async def _late_thread(self, channel: discord.PartialMessageable, message: int, reply: Reply) -> None:
        """As `_thread`, under a post that was found again: it is looked for once more, where the thread has to wait."""
        try:
            await self._thread(channel, message, reply)
        except SendUnknown as error:
            raise SendLater(error.reason, OUTAGE_SECONDS) from error

    async def _read_back(self, channel: discord.PartialMessageable, wanted: int, since: datetime) -> int | None:
        """The message of ours that carries the mark, of those since a time. Raises CannotTell where these are many."""
        me, read = self._client.user, 0
        async with asyncio.timeout(SEND_SECONDS):
            async for message in channel.history(limit=READ_BACK, after=since - LOOK_BACK, oldest_first=True):
                read += 1
                marks = (getattr(c, "id", None) for c in message.components)
                if me and message.author.id == me.id and wanted in marks:
                    return message.id
        if read == READ_BACK:
            raise CannotTell(
                lazy("More than {read_back} messages came since, too many to read back.", read_back=READ_BACK)
            )
        return None

    async def _may_read_back(self, place: Place) -> None:
        """Without the right to read history Discord shows an empty channel instead of refusing, so ask beforehand.

        Raises CannotTell, SendLater, or SendRefused where the channel is lost.
        """
        if not place.workspace:
            return
        guild = self._client.get_guild(int(place.workspace))
        if guild is None or guild.unavailable:
            raise SendLater(lazy("The server is not in sight just now."), OUTAGE_SECONDS)
        channel = guild.get_channel_or_thread(int(place.channel))
        if channel is None:
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._client.fetch_channel(int(place.channel))
            except FAILURES as error:
                raise send_failure(error) from error
        if channel is None or guild.me is None:
            raise CannotTell(lazy("The channel is not in sight."))
        rights = channel.permissions_for(guild.me)
        if not rights.view_channel:
            raise SendRefused(lazy(CLOSED, channel=f"#{channel.name}", rights=lazy(NEEDED)))
        if not rights.read_message_history:
            raise CannotTell(lazy("Read Message History is missing in the channel, so what was posted cannot be told."))

    async def tell_member(self, private: PrivateMessage) -> str:
        """Write to one person, with a nonce as in a channel. Raises Unreachable where they take no messages."""
        direct = await self._direct(private)
        try:
            return await self.send(direct)
        except SendRefused as error:
            if error.channel_lost:
                raise Unreachable(error.reason) from error
            raise

    async def find_private(self, private: PrivateMessage, since: datetime) -> str | None:
        """As `find`, in the person's direct messages, which can always be read back."""
        return await self.find(await self._direct(private), since)

    async def _direct(self, private: PrivateMessage) -> OutgoingMessage:
        """The message as one to the conversation that the bot has with the person."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                direct = await self._client.create_dm(discord.Object(int(private.person)))
        except ValueError:
            raise Unreachable(lazy("{id} is nobody on Discord.", id=repr(private.person))) from None
        except FAILURES as error:
            if isinstance(error, discord.HTTPException) and error.code in NOBODY:
                raise Unreachable(lazy("Discord does not let me write to this person.")) from error
            raise send_failure(error) from error
        return OutgoingMessage(private.key, Place(private.place.platform, "", str(direct.id)), private.message)

    async def tell(self, person: int, reply: Reply) -> bool:
        """Write to one person alone; False where they take no messages."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                direct = await self._client.create_dm(discord.Object(person))
                layout = render(reply)
                await direct.send(view=layout.view, files=layout.files)
        except FAILURES as error:
            log.info("person %s could not be told: %s", person, error)
            return False
        return True

    async def say_in(self, channel: Any, reply: Reply) -> bool:  # noqa: ANN401
        """Write into a channel at hand; False where that is not allowed."""
        layout = render(reply)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await channel.send(view=layout.view, files=layout.files)
        except FAILURES as error:
            log.info("nothing could be said in %s: %s", channel, error)
            return False
        return True
