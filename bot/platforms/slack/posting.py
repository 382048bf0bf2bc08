"""Messages into channels: posted once as far as can be known, edited, found again, and refused in words.

Slack has no idempotency key. The outgoing's key travels in the message's metadata and in its first block's id, and
whatever Slack leaves unsaid after a request went out is an unknown outcome, never a retry.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

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
from bot.platforms.host import KeyValueStore
from bot.platforms.slack.files import FileError, Files
from bot.platforms.slack.rendering import limits, line
from bot.platforms.slack.rendering.blocks import blocks, mention, textual
from bot.platforms.slack.rendering.limits import Json, fallback
from cogs.messages import File, Image, Picture, Reply
from study.group import Place
from study.texts import LazyText, _, lazy, noop

log = logging.getLogger(__name__)

EVENT = "studybot_delivery"
PAGE = 200
PAGES = 20
EARLY = timedelta(minutes=2)
PATIENCE = 5.0
"""For how long a pause of Slack's is waited for here, in seconds; a longer one is left to the outbox."""
FOLLOW_TRIES = 3
"""How often the first line of a thread is tried before it is left to the outbox."""

CHANNEL_LOST = {
    "not_in_channel": noop("I am not in this channel: invite me with /invite, then /{root} group resume."),
    "channel_not_found": noop(
        "This channel is gone, or it is private and I was not invited: invite me, then /{root} group resume. "
        "If it is gone, send /{root} group move in the channel where the group shall read from now on."
    ),
    "is_archived": noop(
        "This channel is archived: unarchive it, then /{root} group resume. Or send "
        "/{root} group move in another channel."
    ),
    "account_inactive": noop("The app was removed from this workspace: install it again."),
    "token_revoked": noop("The app's token was revoked: install the app again."),
    "token_expired": noop("The app's token has expired: install the app again."),
    "invalid_auth": noop("Slack refuses the app's token: check SLACK_BOT_TOKEN, or install the app again."),
    "not_authed": noop("Slack refuses the app's token: check SLACK_BOT_TOKEN, or install the app again."),
    "not_installed": noop("The app is not installed in this workspace: install it again."),
    "missing_scope": noop(
        "The app lacks a permission to write: install it again with the current manifest, then /{root} group resume."
    ),
    "no_permission": noop("The app may not write in this workspace: ask an administrator, then /{root} group resume."),
    "ekm_access_denied": noop("An administrator has suspended writing here: ask one, then /{root} group resume."),
    "org_login_required": noop(
        "The workspace is being moved to an organisation: wait until that is done, then /{root} group resume."
    ),
    "team_access_not_granted": noop(
        "The app was not granted access to this workspace: ask an administrator, then /{root} group resume."
    ),
    "access_denied": noop("The app may not write in this channel: ask an administrator, then /{root} group resume."),
    "restricted_action": noop(
        "Only some people may write in this channel: let the app write there, then /{root} group resume."
    ),
    "restricted_action_read_only_channel": noop(
        "This channel is read-only: let the app write there, then /{root} group resume."
    ),
    "cannot_dm_bot": noop("I cannot write to another bot."),
    "user_disabled": noop("This person's account was deactivated."),
    "user_not_found": noop("This person is no longer in the workspace."),
    "messages_tab_disabled": noop("The app's messages tab is switched off: install the app with the current manifest."),
    "team_not_found": noop("This workspace is gone."),
}
"""What a refused post says to the organiser; what it advises works when it is followed."""
READS = ("conversations.history", "conversations.replies")
"""How a channel is read back, and how a thread is."""
NOT_THERE = {"not_in_channel", "channel_not_found"}
"""Refusals to read that are refusals to write, too."""
NOBODY = {"cannot_dm_bot", "user_disabled", "user_not_found", "user_not_visible", "messages_tab_disabled"}
"""Slack's words for a person whom the app cannot write to."""
GONE = {
    "restricted_action_non_threadable_channel": noop(
        "This channel has no threads: /{root} group rules switches them off."
    ),
    "thread_not_found": noop("The message whose thread this belongs in was deleted."),
    "restricted_action_thread_locked": noop("The thread is locked."),
    "message_not_found": noop("The message was deleted in Slack."),
    "cant_update_message": noop("Slack lets nobody change this message any more."),
    "edit_window_closed": noop("Slack lets nobody change this message any more."),
}
NO_PINS = noop(
    "I may not pin the recap here: allow the app pins:write (install it again with the current manifest), or let "
    "/{root} group rules pin nothing. The recap is posted all the same."
)
MAY_NOT_PIN = {"missing_scope", "permission_denied", "no_permission", "restricted_action", "access_denied"}
"""Slack's words for the right to pin that is missing; the bot may post there all the same."""
PINNED_ALREADY = {"already_pinned", "no_pin", "message_not_found"}
"""Refusals to pin, and to let go, where there is nothing left to do."""
LATER = {"ratelimited": 30.0, "rate_limited": 30.0, "message_limit_exceeded": 60.0}
UNKNOWN = {"internal_error", "fatal_error", "request_timeout", "service_unavailable", "rollup_error"}
STALE_TOKEN = {"account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed"}


class Line(Protocol):
    """What posting needs of the platform: a client for a workspace, and whether it may read back."""

    async def posting_client(self, workspace: str) -> AsyncWebClient:
        """A client that never retries by itself. Raises SendRefused where the app is not installed."""

    async def may_read_back(self, workspace: str) -> bool:
        """Whether the history scope was granted."""

    def doubt(self, workspace: str) -> None:
        """The workspace's token was refused."""


MOST_CHANNELS = 1000
"""So many channels' pace is remembered before those that are idle are forgotten."""


class Posting:
    """Posts, edits and finds messages; each channel at Slack's pace of one message a second."""

    def __init__(
        self, to_slack: Line, files: Callable[[], Files], facts: KeyValueStore, *, spacing: float = 1.0
    ) -> None:
        self._line = to_slack
        self._files = files
        self._facts = facts
        self._spacing = spacing
        self._next: dict[str, float] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def send(self, outgoing: OutgoingMessage) -> str:
        """Post and return the message's ts. Raises SendRefused, SendLater or SendUnknown."""
        channel = outgoing.place.channel
        client = await self._line.posting_client(outgoing.place.workspace)
        answer = await self._paced(
            channel,
            lambda: self._with_pictures(
                outgoing,
                lambda message: client.chat_postMessage(
                    channel=channel,
                    **message,
                    metadata={"event_type": EVENT, "event_payload": {"key": outgoing.key}},
                    unfurl_links=False,
                    unfurl_media=False,
                    thread_ts=outgoing.under or None,
                ),
                outgoing.ping,
            ),
        )
        ts = str(answer["ts"])
        try:
            await self._follow(client, outgoing, ts)
        except (SendLater, SendUnknown) as error:
            if await self._line.may_read_back(outgoing.place.workspace):
                raise SendUnknown(error.reason) from error  # the post stands; found again, it gets its line
            log.warning("under the post %s in %s: %s", outgoing.key, channel, error)
        return ts

    async def _paced(self, channel: str, call: Callable[[], Awaitable[AsyncSlackResponse]]) -> AsyncSlackResponse:
        """Say something in a channel when its turn has come: one after the other, none within Slack's pause."""
        async with self._locks.setdefault(channel, asyncio.Lock()):
            self._rest(channel)
            wait = self._next.get(channel, 0.0) - monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            answer = await call()
            self._next[channel] = monotonic() + self._spacing
        self._let_go()
        return answer

    def _rest(self, counted: str, patience: float = PATIENCE) -> None:
        """Raises SendLater while Slack's pause lasts for longer than one waits here."""
        wait = self._next.get(counted, 0.0) - monotonic()
        if wait > patience:
            raise SendLater(lazy("Slack asked for a pause in this channel."), wait)

    def _let_go(self) -> None:
        """Forget channels in which nothing is being posted and none has to wait."""
        if len(self._locks) > MOST_CHANNELS:
            now = monotonic()
            idle = [one for one, lock in self._locks.items() if not lock.locked() and self._next.get(one, 0.0) < now]
            for channel in idle:
                del self._locks[channel]
            self._next = {one: until for one, until in self._next.items() if until >= now}

    async def edit(self, outgoing: OutgoingMessage, ts: str) -> None:
        """Replace a message. Nothing is ever unknown here: doing it twice is as doing it once."""
        client = await self._line.posting_client(outgoing.place.workspace)
        counted = _counted(outgoing.place, "chat.update")
        self._rest(counted, 0.0)
        try:
            await self._with_pictures(
                outgoing,
                lambda message: client.chat_update(
                    channel=outgoing.place.channel,
                    ts=ts,
                    **{k: v for k, v in message.items() if k != "mrkdwn"},
                    metadata={"event_type": EVENT, "event_payload": {"key": outgoing.key}},
                ),
                counted=counted,
            )
        except SendUnknown as error:
            raise SendLater(error.reason, 15.0) from error

    async def pin(self, place: Place, ts: str, *, up: bool = True) -> None:
        """Pin a message, or with `up` False let it go; one that is gone needs neither."""
        client = await self._line.posting_client(place.workspace)
        call, method = (client.pins_add, "pins.add") if up else (client.pins_remove, "pins.remove")
        counted = _counted(place, method)
        self._rest(counted, 0.0)
        try:
            await self._posted(place, lambda: call(channel=place.channel, timestamp=ts), counted)
        except SendUnknown as error:  # pinned twice is as pinned once
            raise SendLater(error.reason, 15.0) from error
        except SendRefused as refused:
            code = _error(refused.__cause__) if isinstance(refused.__cause__, SlackApiError) else ""
            if code in MAY_NOT_PIN:
                raise SendRefused(lazy(NO_PINS, root=line.ROOT), channel_lost=False) from refused
            if code not in PINNED_ALREADY:
                raise

    async def find(self, outgoing: OutgoingMessage, since: datetime) -> str | None:
        """The ts under which the outgoing stands, None if it certainly does not.

        Raises CannotTell, SendLater, or SendRefused where the channel is lost.
        """
        counted = _counted(outgoing.place, READS[bool(outgoing.under)])
        if not await self._line.may_read_back(outgoing.place.workspace):
            raise CannotTell(lazy("Reading back needs the channels:history permission, which was not granted."))
        client = await self._line.posting_client(outgoing.place.workspace)
        oldest = f"{(since - EARLY).timestamp():.6f}"
        cursor: str | None = None
        for _attempt in range(PAGES):
            self._rest(counted, 0.0)
            try:
                answer = await _page(client, outgoing, oldest, cursor)
            except SlackApiError as error:
                raise self._unread(error, outgoing.place, counted) from error
            except (ClientError, TimeoutError, OSError) as error:
                raise SendLater(lazy("Slack could not be reached to read back."), 15.0) from error
            for message in answer.get("messages") or []:
                if _key(message) == outgoing.key:
                    ts = str(message["ts"])
                    if _lacks_thread(outgoing, message):
                        await self._late_follow(client, outgoing, ts)
                    return ts
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "") or None
            if cursor is None:
                return None
        raise CannotTell(lazy("The channel has had too many messages since to read them all back."))

    async def _late_follow(self, client: AsyncWebClient, outgoing: OutgoingMessage, ts: str) -> None:
        """As `_follow`, under a post that was found again: it is looked for once more, where the line has to wait."""
        try:
            await self._follow(client, outgoing, ts)
        except SendUnknown as error:
            raise SendLater(error.reason, 15.0) from error

    def _unread(self, error: SlackApiError, place: Place, counted: str) -> Exception:
        """What a refusal to read back means: that the channel is lost, to wait, or that nobody can tell."""
        failure = self._failure_of(error, place, counted)
        if _error(error) in NOT_THERE and not place.channel.startswith("D"):
            return failure
        if isinstance(failure, SendLater | SendUnknown):
            return SendLater(failure.reason, getattr(failure, "seconds", 15.0))
        return CannotTell(lazy("Slack does not let me read back ({code}).", code=_error(error)))

    async def tell_member(self, private: PrivateMessage) -> str:
        """Write to one person in the app's conversation with them. Raises Unreachable where there can be none."""
        try:
            return await self.send(await self._direct(private))
        except SendRefused as error:
            if isinstance(error.__cause__, SlackApiError) and _error(error.__cause__) in NOBODY:
                raise Unreachable(error.reason) from error
            raise

    async def find_private(self, private: PrivateMessage, since: datetime) -> str | None:
        """As `find`, in the conversation with the person, which has a permission of its own."""
        return await self.find(await self._direct(private), since)

    async def _direct(self, private: PrivateMessage) -> OutgoingMessage:
        """The message as one to the conversation that the app has with the person."""
        place = replace(private.place, channel=private.person)
        client = await self._line.posting_client(place.workspace)
        counted = _counted(place, "conversations.open")
        self._rest(counted, 0.0)
        try:
            opened = await self._posted(place, lambda: client.conversations_open(users=private.person), counted)
        except SendUnknown as error:  # opened twice is as opened once
            raise SendLater(error.reason, 15.0) from error
        return OutgoingMessage(private.key, replace(place, channel=str(opened["channel"]["id"])), private.message)

    def message(self, reply: Reply, key: str = "", ping: str = "", shown: Mapping[bytes, str] | None = None) -> Json:
        """The arguments of a message: blocks with the pictures that Slack holds, and the sentence for notifications.

        With `ping`, whom it mentions.
        """
        held = shown or {}
        made = blocks(reply, uploaded=lambda picture: held.get(picture.data))
        if key:
            print_ = hashlib.sha256(repr(made).encode()).hexdigest()[:8]
            made[0] = {**made[0], "block_id": f"studybot:{key}"[:240] + f":{print_}"}
        if ping:
            made = [*made[: limits.MESSAGE.blocks - 1], mention(ping)]
        return {"text": fallback(reply.summary), "blocks": made, "mrkdwn": False}

    async def _with_pictures(
        self,
        outgoing: OutgoingMessage,
        call: Callable[[Json], Awaitable[AsyncSlackResponse]],
        ping: str = "",
        counted: str = "",
    ) -> AsyncSlackResponse:
        """Post or edit with the pictures that the channel holds already; in words where Slack refuses its blocks."""
        shown = await self._shown(outgoing)
        message = self.message(outgoing.message, outgoing.key, ping, shown)
        try:
            return await self._posted(outgoing.place, lambda: call(message), counted)
        except SendRefused as refused:
            cause = refused.__cause__
            if not isinstance(cause, SlackApiError) or _error(cause) != "invalid_blocks":
                raise
            for data in shown:
                await self._facts.set(_held(outgoing.place, data), "")
            made = self.message(outgoing.message, outgoing.key, ping)
            words = {**made, "blocks": textual(made["blocks"])}
            if words == message:
                raise
            return await self._posted(outgoing.place, lambda: call(words), counted)

    async def _shown(self, outgoing: OutgoingMessage) -> dict[bytes, str]:
        """The pictures of a message that its channel holds, with Slack's ids of them."""
        pictures = [file.data for file in attached(outgoing.message) if isinstance(file, Picture)]
        held = {data: await self._facts.get(_held(outgoing.place, data)) for data in pictures}
        return {data: file for data, file in held.items() if file}

    async def _follow(self, client: AsyncWebClient, outgoing: OutgoingMessage, ts: str) -> None:
        """What belongs under a post: its thread's first line, its pictures and files. None of it undoes the post.

        Raises SendLater or SendUnknown where the first line has to wait: nothing else was done then.
        """
        channel = outgoing.place.channel
        if outgoing.message.thread and not outgoing.under:
            await self._first_line(client, outgoing, ts)
        try:
            shown = await self._shown(outgoing)
            fresh = [one for one in attached(outgoing.message) if not (isinstance(one, Picture) and one.data in shown)]
            for file in fresh:
                held = await self._files().hand_over(client, file, channel, ts)
                if isinstance(file, Picture):
                    await self._facts.set(_held(outgoing.place, file.data), held)
            if any(isinstance(file, Picture) for file in fresh):
                await self.edit(outgoing, ts)  # the picture that stands below it now stands in it
        except (SlackApiError, ClientError, TimeoutError, OSError, FileError, DeliveryError) as error:
            log.warning("under the post %s in %s: %s", outgoing.key, channel, error)

    async def _first_line(self, client: AsyncWebClient, outgoing: OutgoingMessage, ts: str) -> None:
        """The thread's first line. Where Slack asks for a pause it took nothing, so a short one is waited for."""
        place = outgoing.place
        told = self.message(Reply(_("Talk about it here: {title}", title=outgoing.message.thread)))
        known = {"event_type": EVENT, "event_payload": {"key": f"{outgoing.key}:thread"}}

        def said() -> Awaitable[AsyncSlackResponse]:
            return client.chat_postMessage(channel=place.channel, thread_ts=ts, **told, metadata=known)

        for tries in range(1, FOLLOW_TRIES + 1):
            try:
                await self._paced(place.channel, lambda: self._posted(place, said))
                return
            except SendLater as later:
                if later.seconds > PATIENCE or tries == FOLLOW_TRIES:
                    raise
            except SendRefused as refused:
                log.warning("under the post %s in %s: %s", outgoing.key, place.channel, refused)
                return

    async def _posted(
        self, place: Place, call: Callable[[], Awaitable[AsyncSlackResponse]], counted: str = ""
    ) -> AsyncSlackResponse:
        try:
            return await call()
        except SlackApiError as error:
            raise self._failure_of(error, place, counted) from error
        except ClientConnectorError as error:
            raise SendLater(lazy("Slack could not be reached."), 15.0) from error
        except (ClientError, TimeoutError, OSError) as error:
            raise SendUnknown(lazy("The line to Slack broke: {name}.", name=type(error).__name__)) from error

    def _failure_of(self, error: SlackApiError, place: Place, counted: str = "") -> Exception:
        """What a refusal means. A pause holds for what Slack `counted`, else for posts in the channel."""
        code = _error(error)
        status = int(getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0) or 200)
        if status == 429 or code in LATER:
            seconds = _retry_after(error, LATER.get(code, 30.0))
            self._next[counted or place.channel] = monotonic() + seconds
            return SendLater(lazy("Slack asked for a pause in this channel."), seconds)
        if code in STALE_TOKEN:
            self._line.doubt(place.workspace)
        if code in CHANNEL_LOST:
            return SendRefused(lost(code))
        if code in GONE:
            return SendRefused(lazy(GONE[code], root=line.ROOT), channel_lost=False)
        if status >= 500 or code in UNKNOWN or not code:
            return SendUnknown(lazy("Slack answered with an error of its own ({code}).", code=code or status))
        return SendRefused(lazy("Slack refused this message ({code}).", code=code), channel_lost=False)


def _counted(place: Place, method: str) -> str:
    """What Slack counts calls other than posts by: the method, in a workspace (https://docs.slack.dev, rate limits)."""
    return f"{place.workspace}:{method}"


def lost(code: str) -> LazyText:
    """What the organiser is told of a channel that can no longer be posted to, and what mends it."""
    return lazy(CHANNEL_LOST[code], root=line.ROOT)


async def _page(
    client: AsyncWebClient, outgoing: OutgoingMessage, oldest: str, cursor: str | None
) -> AsyncSlackResponse:
    """A page of the channel's messages, or of the thread's in which the outgoing would stand."""
    channel = outgoing.place.channel
    if outgoing.under:
        return await client.conversations_replies(
            channel=channel,
            ts=outgoing.under,
            oldest=oldest,
            limit=PAGE,
            include_all_metadata=True,
            cursor=cursor,
        )
    return await client.conversations_history(
        channel=channel, oldest=oldest, limit=PAGE, include_all_metadata=True, cursor=cursor
    )


def _lacks_thread(outgoing: OutgoingMessage, message: Json) -> bool:
    """Whether the thread's first line did not follow the message."""
    return bool(outgoing.message.thread) and not outgoing.under and not message.get("reply_count")


def attached(reply: Reply) -> list[Picture | File]:
    """The pictures and files of a reply, in their order."""
    shown = [block.picture for card in reply.cards for block in card.blocks if isinstance(block, Image)]
    return [*shown, *reply.files]


def _held(place: Place, data: bytes) -> str:
    """The fact under which Slack's id of a picture is kept: whoever reads in a channel may see what lies in it."""
    return f"slack.picture:{place.workspace}:{place.channel}:{hashlib.sha256(data).hexdigest()[:24]}"


def _key(message: Json) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") == EVENT:
        return str((metadata.get("event_payload") or {}).get("key", ""))
    return ""


def _error(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _retry_after(error: SlackApiError, otherwise: float) -> float:
    headers = getattr(error.response, "headers", None) or {}
    try:
        return max(1.0, float(headers.get("Retry-After", otherwise)))
    except ValueError:
        return otherwise
