"""Where a reply is shown: in the modal that asked, beside the button, in the channel, or in one's own messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.platforms.slack.events import EventContext
from bot.platforms.slack.files import FileError, Files
from bot.platforms.slack.installation.connect import Lines, error_code
from bot.platforms.slack.posting import attached
from bot.platforms.slack.rendering import limits, pages
from bot.platforms.slack.rendering.blocks import Uploaded, blocks, small_print, textual
from bot.platforms.slack.rendering.limits import Json, fallback
from cogs.messages import File, Picture, Reply, say
from study.texts import _

log = logging.getLogger(__name__)

OPEN_PATIENCE = 1.2
ATTEMPTS = 3
TRIGGER_DEAD = {
    "expired_trigger_id",
    "trigger_expired",
    "invalid_trigger_id",
    "exchanged_trigger_id",
    "trigger_exchanged",
}
LINE_FAULTS = (SlackApiError, ClientError, TimeoutError, OSError)


class Answers:
    """Shows replies. Nothing here raises: what cannot be shown in one way is shown in the next."""

    def __init__(self, lines: Lines, files: Callable[[], Files]) -> None:
        self._lines = lines
        self._files = files

    async def answered(self, event: EventContext, reply: Reply, *, private: bool) -> None:
        """To who asked alone, or to all where it was asked; what is no answer for everybody is for one alone."""
        if private or not reply.taken or not await self.publicly(event, reply):
            await self.privately(event, reply)

    # --- beside the button, or after the command ----------------------------------------------------------------

    async def privately(self, event: EventContext, reply: Reply, *, replace: bool = False) -> None:
        """To this person alone, where they asked."""
        own = await self._handed_over(event, reply)
        message = self._message(reply, own)
        if event.origin.respond:
            more: Json = {"response_type": "ephemeral", "replace_original": replace}
            if await self._responded(event, message, more):
                return
        if not event.private:
            try:
                there: Json = {"channel": event.origin.channel, "user": event.user}
                there |= {"thread_ts": event.origin.thread} if event.origin.thread else {}
                await _said(event.client.chat_postEphemeral, {**there, "text": message["text"]}, message["blocks"])
                return
            except LINE_FAULTS as error:
                log.info("no ephemeral message in %s: %s", event.origin.channel, _why(error))
        await self.directly(event, reply)

    async def directly(self, event: EventContext, reply: Reply) -> str:
        """Into the person's own conversation with the bot; the conversation's id, empty where Slack refuses."""
        try:
            message = self._message(reply, {})
            there: Json = {**message, "channel": event.user, "unfurl_links": False}
            answer = await _said(event.client.chat_postMessage, there, there.pop("blocks"))
            return str(answer["channel"])
        except LINE_FAULTS as error:
            log.warning("nothing could be said to %s: %s", event.user, _why(error))
            return ""

    # --- for all in the channel ---------------------------------------------------------------------------------

    async def publicly(self, event: EventContext, reply: Reply, *, known: Picture | None = None) -> bool:
        """To all, where it was asked; False where there is no channel to speak in. A known picture is there already."""
        if not event.origin.channel:
            return False
        extra = [file for file in attached(reply) if not (known is not None and file.data == known.data)]
        message = self._message(reply, {})
        thread = event.origin.thread
        under: Json = {**message, "thread_ts": thread} if thread else message
        if extra or thread or not event.origin.respond:
            try:
                client = await self._lines.posting_client(event.team)
                there: Json = {**under, "channel": event.origin.channel, "unfurl_links": False}
                answer = await _said(client.chat_postMessage, there, there.pop("blocks"))
            except Exception as error:  # the answer below still reaches the channel, without its pictures
                log.info("not posted in %s: %s", event.origin.channel, _why(error))
            else:
                for file in extra:
                    await self._quietly(event, file, event.origin.channel, thread or str(answer["ts"]))
                return True
        return await self._responded(event, message, {"response_type": "in_channel", "replace_original": False})

    # --- modals -------------------------------------------------------------------------------------------------

    async def opened(self, event: EventContext, work: Awaitable[Json | Reply], *, title: str = "") -> None:
        """A modal with what the work makes of it: at once if it is quick, else a moment later in the same modal.

        The trigger dies after three seconds, so it is used before the work may be done. From within a modal, that modal
        turns into the new one.
        """
        task = asyncio.ensure_future(work)
        await asyncio.wait({task}, timeout=OPEN_PATIENCE)
        if task.done():
            made = await task
            if isinstance(made, Reply):
                await self._shown_reply(event, made)
            elif await self._placed(event, made) is None:
                await self._too_late(event)
            return
        view_id = await self._placed(event, pages.checking_view(title, (), event.origin))
        made = await task
        if isinstance(made, Reply):
            made = await self.reply_view(event, made, title=title)
        if view_id is None or not await self.updated(event, view_id, made):
            await self._too_late(event)

    async def _shown_reply(self, event: EventContext, reply: Reply) -> None:
        beside = event.surface in ("channel", "ephemeral") and event.origin.respond
        if beside or await self._placed(event, await self.reply_view(event, reply)) is None:
            await self.privately(event, reply)

    async def _placed(self, event: EventContext, view: Json) -> str | None:
        """The view, opened, or in the place of the modal it came from; its id, None where Slack refused."""
        for attempt in range(ATTEMPTS):
            try:
                if event.surface == "modal" and event.view:
                    answer = await event.client.views_update(view_id=event.view, view=view)
                else:
                    answer = await event.client.views_open(trigger_id=event.trigger, view=view)
                return str((answer.get("view") or {}).get("id", ""))
            except SlackApiError as error:
                if error_code(error) in TRIGGER_DEAD:
                    return None
                if error_code(error) == "invalid_blocks" and (view := _without_pictures(view)) and attempt == 0:
                    continue
                log.warning("no modal for %s: %s", event.user, _why(error))
                return None
            except (ClientError, TimeoutError, OSError) as error:
                log.warning("no modal for %s: %s", event.user, _why(error))
                return None
        return None

    async def updated(self, event: EventContext, view_id: str, view: Json) -> bool:
        """The modal turned into the view; False where the person has closed it meanwhile."""
        for attempt in range(ATTEMPTS):
            try:
                await event.client.views_update(view_id=view_id, view=view)
                return True
            except SlackApiError as error:
                code = error_code(error)
                if code == "not_found":
                    return False
                if code == "invalid_blocks":
                    view = _without_pictures(view)
                log.info("a modal of %s was not updated: %s", event.user, _why(error))
            except (ClientError, TimeoutError, OSError) as error:
                log.info("a modal of %s was not updated: %s", event.user, _why(error))
            await asyncio.sleep(0.3 * (attempt + 1))
        return False

    async def reply_view(
        self, event: EventContext, reply: Reply, *, title: str = "", note: str = "", own: dict[bytes, str] | None = None
    ) -> Json:
        """A reply as a modal; pictures the person sent are shown from where they lie."""
        made = {**(await self._handed_over(event, reply, known=own or {})), **(own or {})}
        return pages.reply_view(reply, event.origin, title=title, note=note, uploaded=_finder(made))

    async def _too_late(self, event: EventContext) -> None:
        await self.privately(event, say(_("It took too long to open the form. Please press again."), tone="notice"))

    # --- files --------------------------------------------------------------------------------------------------

    async def _handed_over(
        self, event: EventContext, reply: Reply, known: dict[bytes, str] | None = None
    ) -> dict[bytes, str]:
        """Files of a private reply go into the person's own conversation: only there are they for one alone."""
        extra = [file for file in attached(reply) if file.data not in (known or {})]
        if not extra:
            return {}
        channel = await self.directly(event, say(_("For you: {summary}", summary=reply.summary)))
        made: dict[bytes, str] = {}
        for file in extra if channel else ():
            if (found := await self._quietly(event, file, channel)) and isinstance(file, Picture):
                made[file.data] = found
        return made

    async def _quietly(self, event: EventContext, file: File | Picture, channel: str, thread: str = "") -> str:
        try:
            return await self._files().hand_over(event.client, file, channel, thread)
        except FileError as fault:
            log.warning("a file for %s: %s", channel, fault)
            return ""

    def _message(self, reply: Reply, own: dict[bytes, str]) -> Json:
        made = blocks(reply, uploaded=_finder(own))
        made += [small_print("⚠ " + fault) for fault in reply.faults.values()]
        return {
            "text": fallback(reply.summary),
            "blocks": made[: limits.MESSAGE.blocks],
            "mrkdwn": False,
        }

    async def _responded(self, event: EventContext, message: Json, more: Json) -> bool:
        """Through the response URL: it works in channels where the bot is not, five times within half an hour."""
        if not event.origin.respond:
            return False
        hook = AsyncWebhookClient(event.origin.respond, session=self._lines.session, retry_handlers=[])
        for body in (message, {**message, "blocks": textual(message["blocks"])}):
            try:
                answer = await hook.send_dict({**body, **more})
            except LINE_FAULTS as error:
                log.info("a response URL failed: %s", _why(error))
                return False
            if answer.status_code == 200:
                return True
            if "invalid_blocks" not in answer.body:
                log.info("a response URL answered %s %s", answer.status_code, answer.body[:100])
                return False
        return False


async def _said(
    call: Callable[..., Awaitable[AsyncSlackResponse]], message: Json, made: list[Json]
) -> AsyncSlackResponse:
    """Say it with its blocks, or in words alone where Slack does not take them."""
    try:
        return await call(**message, blocks=made)
    except SlackApiError as error:
        if error_code(error) != "invalid_blocks":
            raise
        return await call(**message, blocks=textual(made))


def _finder(own: dict[bytes, str]) -> Uploaded:
    return lambda picture: own.get(picture.data)


def _without_pictures(view: Json) -> Json:
    return {**view, "blocks": textual(view["blocks"])}


def _why(error: BaseException) -> str:
    return (error_code(error) if isinstance(error, SlackApiError) else "") or type(error).__name__
