"""What Discord's refusals mean: for posts, to stop, to wait or to look again; for replies, to say so or be quiet."""

from __future__ import annotations

import asyncio

import aiohttp
import discord

from bot.errors import PlatformError
from bot.platforms.base import SendLater, SendRefused, SendUnknown
from study.texts import lazy, noop

UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK = 10003, 10004, 10008, 10015
UNKNOWN_MEMBER, UNKNOWN_USER = 10007, 10013
UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED = 10062, 40060
MISSING_ACCESS, MISSING_PERMISSIONS, CLOSED_TO_US = 50001, 50013, 50007
INVALID_WEBHOOK_TOKEN = 50027
THREAD_EXISTS = 160004
TOO_MANY_PINS = 30003
NO_THREADS = noop(
    "I may not open threads under the questions. Give me Create Public Threads and Send Messages in Threads, or switch "
    "them off with /group rules."
)
NO_EVENTS = noop(
    "I may not put the meeting among the server's events: give me Create Events for that. "
    "The agenda is posted all the same."
)
NO_PINS = noop(
    "I may not pin the recap here: give me Pin Messages for that, or let /group rules pin nothing. "
    "The recap is posted all the same."
)
PINS_FULL = noop("The recap is not pinned: the channel has as many pins as Discord allows. Unpin what is old.")
NOBODY = {UNKNOWN_USER, 50007, 50033, 50278}
"""Nobody to write to: an unknown person, one who takes no messages, a bot, one without a server in common."""
DEAD = {UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED, UNKNOWN_WEBHOOK, INVALID_WEBHOOK_TOKEN, UNKNOWN_MESSAGE}
"""The person has gone, or somebody else has answered: there is nobody left to tell."""

NOT_IN_GUILD = {UNKNOWN_GUILD, UNKNOWN_MEMBER, UNKNOWN_USER, MISSING_ACCESS}
"""Discord's word that somebody, or the bot itself, is not in a guild."""

CLOSED = noop("I may not write in {channel}: give me {rights} there. I post as soon as I have them.")
NEEDED = noop("View Channel and Send Messages")
SENTENCES = {
    UNKNOWN_GUILD: noop("The server is gone, or I was removed from it. Invite me again to go on."),
    UNKNOWN_CHANNEL: noop(
        "The channel was deleted. Type /group move in the channel where the group shall read from now on."
    ),
    MISSING_ACCESS: noop(
        "I cannot see the channel any more. Give me View Channel there, or type /group move in another channel."
    ),
    MISSING_PERMISSIONS: noop(
        "I may not write in the channel. Give me View Channel, Send Messages and Attach Files there, "
        "then run /group resume."
    ),
    CLOSED_TO_US: noop("This person takes no direct messages from me."),
}


class DiscordError(PlatformError):
    """Discord cannot be served; the message is a sentence for whoever runs the bot."""


def send_failure(error: BaseException, *, message: bool = False) -> Exception:
    """What a failed request means for a post. With `message`, an existing message was to be changed."""
    if isinstance(error, discord.RateLimited):
        return SendLater(lazy("Discord asks to wait."), error.retry_after)
    if isinstance(error, discord.HTTPException):
        if error.status == 429:
            return SendLater(lazy("Discord asks to wait."), 60.0)
        if error.status == 401:
            return SendLater(
                lazy("Discord does not know the bot token any more: put a new one into DISCORD_TOKEN."), 300.0
            )
        if error.code == UNKNOWN_MESSAGE:
            return SendRefused(lazy("The message was deleted."), channel_lost=False)
        if error.code in SENTENCES:
            return SendRefused(lazy(SENTENCES[error.code]))
        if error.status in (403, 404) and not error.code:  # whoever stands before Discord said that, not Discord
            return SendLater(
                lazy("Discord cannot be reached: somebody on the way answered {status}.", status=error.status), 60.0
            )
        if error.status >= 500:
            return SendUnknown(lazy("Discord answered {status}.", status=error.status))
        return SendRefused(
            lazy("Discord refused the message: {why}", why=error.text[:200] or error.status), channel_lost=False
        )
    if isinstance(error, aiohttp.ClientConnectorError):
        return SendLater(lazy("Discord cannot be reached."), 30.0)
    if isinstance(error, aiohttp.ClientError | OSError | asyncio.TimeoutError | RuntimeError):
        return SendUnknown(lazy("The line to Discord broke: {name}.", name=type(error).__name__))
    raise error


def thread_failure(error: BaseException) -> Exception:
    """What a failed request means for something said in a thread: the channel itself is never lost by it."""
    told = send_failure(error, message=True)
    if isinstance(error, discord.Forbidden):
        return SendRefused(lazy(NO_THREADS), channel_lost=False)
    if isinstance(told, SendRefused):
        return SendRefused(lazy("There is no thread any more."), channel_lost=False)
    return told


def event_failure(error: BaseException) -> Exception:
    """What a failed request means for a scheduled event: no channel is lost by it."""
    told = send_failure(error)
    if isinstance(error, discord.Forbidden):
        return SendRefused(lazy(NO_EVENTS), channel_lost=False)
    return SendRefused(told.reason, channel_lost=False) if isinstance(told, SendRefused) else told


def pin_failure(error: BaseException) -> Exception:
    """What a failed request means for a pin: no channel is lost by it."""
    told = send_failure(error, message=True)
    if isinstance(error, discord.Forbidden):
        return SendRefused(lazy(NO_PINS), channel_lost=False)
    if isinstance(error, discord.HTTPException) and error.code == TOO_MANY_PINS:
        return SendRefused(lazy(PINS_FULL), channel_lost=False)
    return SendRefused(told.reason, channel_lost=False) if isinstance(told, SendRefused) else told


def is_dead(error: discord.HTTPException) -> bool:
    """Whether an interaction can no longer be answered."""
    return error.code in DEAD or error.status in (401, 404)
