"""What people do in Slack, acknowledged at once and then worked on; each event once, however often it is delivered."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.platforms import typed
from bot.platforms.host import Host
from bot.platforms.inbox import Inbox
from bot.platforms.own_words import with_own_words
from bot.platforms.remembered import Remembered
from bot.platforms.slack.answers import Answers
from bot.platforms.slack.channels import EVENTS, ChannelNews, greeted
from bot.platforms.slack.events import SPOKEN, EventContext, context_of, key_of
from bot.platforms.slack.files import Files
from bot.platforms.slack.forms import BROKEN, POSTED, Faulty, Forms, Made, Outcome, for_all, ready
from bot.platforms.slack.home import Home
from bot.platforms.slack.installation.connect import Lines
from bot.platforms.slack.installation.installs import Install
from bot.platforms.slack.installation.manifest import ON_MESSAGE, SHORTCUT
from bot.platforms.slack.rendering import blocks, limits, line, pages, views
from bot.platforms.slack.rendering.limits import Json
from bot.platforms.slack.requests import RequestBuilder
from bot.platforms.slack.spoken import Spoken
from bot.telemetry.events import event_id
from cogs.declare import Action, Command
from cogs.messages import ActionId, Choice, Chosen, Form, Reply, say
from study.texts import _, use_language

log = logging.getLogger(__name__)

PATIENCE = 0.25
"""How long a form's work may take before the modal says that it is being done, in seconds."""
AFTER_ACK = 0.6
"""Slack applies an acknowledgement's view when it arrives; an update sent earlier would be painted over by it."""
DISK_PATIENCE = 1.5
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that was acknowledged before its work was done: its workspace, and the event as it came."""

    team: str
    body: Json


class Inbound:
    """Listens, acknowledges, and has each event worked on."""

    def __init__(
        self,
        host: Host,
        lines: Lines,
        requests: RequestBuilder,
        *,
        answers: Answers,
        home: Home,
        files: Callable[[], Files],
        news: ChannelNews,
    ) -> None:
        self._lines = lines
        self._news = news
        self._requests = requests
        self._answers = answers
        self._home = home
        self._channels, self._facts = host.channels, host.facts
        self._inbox = Inbox[KeptForm](host.data / "slack-inbox", asdict, lambda body: KeptForm(**body))
        self._commands: dict[str, Command] = {c.name: c for cog in host.cogs for c in cog.commands}
        self._actions: dict[str, Action] = {a.name: a for cog in host.cogs for a in cog.actions}
        self._forms = Forms(requests, answers, files, self._commands, self._actions, host.intake)
        self._spoken_words = Spoken(tuple(self._commands.values()), files, host.intake)
        self._done: Remembered[str, bool] = Remembered(REMEMBERED)
        self._sending: dict[str, asyncio.Task[Outcome]] = {}
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def listen(self, app: AsyncApp) -> None:
        """Register with bolt."""
        app.command(re.compile(r"^/"))(self._command)
        app.action(re.compile(r"^press:"))(self._pressed)
        app.action(pages.HOME_PLACE)(self._chosen)
        app.view(re.compile(f"^{views.FORM}"))(self._sent)
        app.options(re.compile(f"^{views.FIELD}"))(self._suggested)
        app.options(re.compile(f"^{views.ROLE}"))(self._user_groups)
        app.shortcut(re.compile(f"^({SHORTCUT}|{ON_MESSAGE})"))(self._shortcut)
        app.event("app_home_opened")(self._home_opened)
        for kind in SPOKEN:
            app.event(kind)(self._spoken)
        for kind in EVENTS:
            app.event(kind)(self._channel_changed)
        # deleted before the acknowledgement: if that fails, Slack tells us again
        app.event("app_uninstalled", middleware=[self._forget])(_nothing)
        app.event("tokens_revoked", middleware=[self._forget])(_nothing)
        app.error(self._failed)

    async def settled(self, seconds: float) -> bool:
        """Whether all that was acknowledged has been worked on, within so many seconds."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            return False
        return True

    # --- listeners ----------------------------------------------------------------------------------------------

    async def _command(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        async with self._work(body, context, once=True) as event:
            if event is None:
                return
            try:
                asked = line.read(body["command"], body.get("text") or "", list(self._commands.values()))
            except typed.UnknownCommandError as error:
                await self._answers.privately(event, error.reply)
                return
            if not asked.ready:
                await self._answers.opened(event, self._forms.command_view(event, asked))
                return
            await self._commanded(event, asked, f"{body['command']} {body.get('text')}")

    async def _commanded(self, event: EventContext, asked: typed.Typed, written: str = "") -> None:
        """Run a command that can be run as it stands, and show what comes of it."""
        reply = await self._requests.command(event, asked.command, asked.options)
        if reply.failed:
            await self._answers.privately(event, with_own_words(reply, [written] if written else ()))
            return
        await self._answers.answered(event, reply, private=asked.command.private)
        await self._home_changed(event)

    async def _spoken(self, body: Json, context: AsyncBoltContext) -> None:
        """Somebody wrote to the bot. What else is told of messages (edits, other bots) is nothing to answer."""
        said = body["event"]
        if said.get("bot_id") or said.get("subtype") not in (None, "file_share"):
            return
        async with self._work(body, context, once=True) as event:
            if event is None:
                return
            heard = await self._spoken_words.read(event, said)
            if isinstance(heard, Reply):
                await self._answers.privately(event, heard)
            else:
                await self._commanded(event, heard, str(said.get("text") or ""))

    async def _shortcut(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        async with self._work(body, context, once=True) as event:
            command = self._commands.get(str(body.get("callback_id", "")).partition(":")[2])
            if event is None or command is None:
                return
            if body.get("type") == "message_action":
                await self._forms.on_message(event, command, (body.get("message") or {}).get("files") or [])
            else:
                asked = typed.filled(command, {})
                await self._answers.opened(event, self._forms.command_view(event, asked))

    async def _pressed(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        async with self._work(body, context, once=True) as event:
            press_id = str(body["actions"][0].get("value") or "")
            if event is None or not press_id:
                return
            press = ActionId.parse(press_id)
            action = self._actions.get(press.name)
            if press.name in (typed.FORM, typed.RUN) and (asked := self._commands.get("".join(press.args))):
                await self._meant(event, press.name, typed.filled(asked, {}))
                return
            if event.surface in ("modal", "home") or (action is not None and action.opens_form):
                await self._answers.opened(event, self._press(event, press_id, action))
                await self._home_changed(event)
                return
            answer = await self._requests.press(event, press_id, action)
            if isinstance(answer, Form):
                await self._answers.opened(event, ready(self._forms.view(event, answer)))
            elif not (for_all(action, answer) and await self._answers.publicly(event, answer)):
                replaces = event.surface == "ephemeral" and action is not None and action.replaces
                await self._answers.privately(event, answer, replace=replaces)
            await self._home_changed(event)

    async def _meant(self, event: EventContext, how: str, asked: typed.Typed) -> None:
        """A button that stands for a command: run as it stands where that is what the button does, else asked for."""
        if how == typed.RUN and asked.ready:
            await self._commanded(event, asked)
        else:
            await self._answers.opened(event, self._forms.command_view(event, asked))

    async def _press(self, event: EventContext, press_id: str, action: Action | None) -> Json | Reply:
        made = await self._requests.press(event, press_id, action)
        if isinstance(made, Form):
            return self._forms.view(event, made)
        if for_all(action, made) and await self._answers.publicly(event, made):
            return await self._answers.reply_view(event, made, note=_(POSTED))
        return made

    async def _sent(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        """A modal was sent. Quick work is the acknowledgement itself; slow work is shown as being done, then shown."""
        async with self._work(body, context) as event:
            if event is None:
                await ack()
                return
            view = body["view"]
            task = self._sending.get(event.key)
            if task is None:
                task = self._sending[event.key] = asyncio.create_task(self._forms.outcome(event, view))
                task.add_done_callback(lambda _: self._sending.pop(event.key, None))
            await asyncio.wait({task}, timeout=PATIENCE)
            if task.done():
                made = task.result()
                if isinstance(made, Faulty):
                    await ack(response_action="errors", errors=views.field_faults(view, made.faults))
                else:
                    await ack(response_action="update", view=made.view)
            else:
                await self._kept(event, body)
                title = (view.get("title") or {}).get("text", "")
                await ack(response_action="update", view=pages.checking_view(title, views.words_of(view), event.origin))
                await asyncio.sleep(AFTER_ACK)
                await self._show_late(event, view, await task)
                self._inbox.done(event.key)
            await self._home_changed(event)

    async def _kept(self, event: EventContext, body: Json) -> None:
        try:
            await asyncio.wait_for(self._inbox.keep(event.key, KeptForm(event.team, body)), DISK_PATIENCE)
        except (OSError, TimeoutError) as error:
            log.warning("a form of %s is not on disk: %s", event.user, type(error).__name__)

    async def take_up(self) -> None:
        """Work on what a former run had acknowledged and not finished."""
        for kept in self._inbox.left_over():
            team, body = kept.team, kept.body
            self._busy += 1
            self._idle.clear()
            try:
                client = await self._lines.client(team)
                if client is None:  # the workspace removed the app: what was written there is nobody's any more
                    self._inbox.done(key_of(body))
                    continue
                found = await self._lines.install(team)
                event = context_of(body, team, client, found.installer if found is not None else "")
                await self._show_late(event, body["view"], await self._forms.outcome(event, body["view"]))
                self._inbox.done(event.key)
            except Exception:
                log.exception("a form that was left over could not be worked on; the next start tries again")
            finally:
                self._busy -= 1
                if not self._busy:
                    self._idle.set()

    async def _show_late(self, event: EventContext, view: Json, made: Outcome) -> None:
        """What came of a modal after it was acknowledged: in the modal, or beside it if it was closed."""
        shown = made.view if isinstance(made, Made) else views.again(view, made.faults)
        if await self._answers.updated(event, event.view, shown):
            return
        if isinstance(made, Faulty):
            reply = say(_("Nothing was kept.") + " " + " ".join(made.faults.values()), tone="notice")
            reply = with_own_words(reply, views.words_of(view))
        else:
            reply = made.reply or say(
                _("The form was closed before it could be shown. Please press again."), tone="notice"
            )
        await self._answers.privately(event, reply)

    async def _suggested(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        options: list[Json] = []
        async with self._work(body, context) as event:
            press = views.press_of(body.get("view") or {})
            command = self._commands.get(press.args[0]) if press.name == typed.FORM and press.args else None
            if event is not None and command is not None:
                ask = await self._requests.ask(event, {})
                name = str(body.get("action_id", "")).removeprefix(views.FIELD)
                found = await self._requests.dispatcher.suggest(command.name, name, str(body.get("value") or ""), ask)
                fits = [choice for choice in found if 0 < len(choice.value) <= limits.OPTION_VALUE]
                options = [views.option(Choice(c.label or c.value, c.value), "", {}) for c in fits[: limits.OPTIONS]]
        await ack(options=options)

    async def _user_groups(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        options: list[Json] = []
        async with self._work(body, context) as event:
            if event is not None:
                found = await self._requests.user_groups(event, str(body.get("value") or ""))
                if str(body.get("action_id", "")).startswith(f"{views.ROLE}mention:"):
                    found = [Chosen(blocks.CHANNEL, _("@channel (everybody in the channel)")), *found]
                options = [views.option(Choice(one.name, one.id), "", {}) for one in found[: limits.OPTIONS]]
        await ack(options=options)

    async def _chosen(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        async with self._work(body, context, once=True) as event:
            if event is not None:
                chosen = str((body["actions"][0].get("selected_option") or {}).get("value", ""))
                await self._requests.choose(event, chosen)
                await self._home.publish(event, await self._requests.person(event))

    async def _home_opened(self, body: Json, context: AsyncBoltContext) -> None:
        if (body.get("event") or {}).get("tab") != "home":
            return
        async with self._work(body, context, once=True) as event:
            if event is not None:
                await self._home.publish(event, await self._requests.person(event))

    async def _channel_changed(self, body: Json, context: AsyncBoltContext) -> None:
        found = await self._lines.install(context.team_id or "", context.enterprise_id or "")
        client = await self._lines.client(found.team) if found is not None else None
        if found is not None and client is not None:
            await self._news.heard(self._team(found, context), found.bot_user, client, body["event"])

    async def _home_changed(self, event: EventContext) -> None:
        try:
            await self._home.changed(event, await self._requests.person(event))
        except Exception:
            log.exception("the page of %s was not published", event.user)

    async def _forget(self, body: Json, next: Callable[[], Any]) -> None:
        event = body.get("event") or {}
        gone = event.get("type") == "app_uninstalled" or bool((event.get("tokens") or {}).get("bot"))
        team = str(body.get("team_id") or body.get("enterprise_id") or "")
        if gone and team:
            await self._lines.forget(team)
            await self._channels.workspace_left("slack", team)
            self._inbox.drop(lambda kept: kept.team == team)
            await self._facts.set(greeted(team), "")
            log.warning("the workspace %s removed the app; its token is deleted", team)
        await next()

    async def _failed(self, error: Exception, body: Json) -> BoltResponse | None:
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=404)
        log.error("an event of type %s failed", body.get("type") or body.get("command"), exc_info=error)
        return None

    # --- the work -----------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _work(
        self, body: Json, context: AsyncBoltContext, *, once: bool = False
    ) -> AsyncIterator[EventContext | None]:
        with event_id():
            async with self._taken(body, context, once=once) as event:
                yield event

    @asynccontextmanager
    async def _taken(self, body: Json, context: AsyncBoltContext, *, once: bool) -> AsyncIterator[EventContext | None]:
        """What an event says, None where nothing is to be done: a bot, a workspace without the app, a repetition.

        What fails may be delivered again, and is then worked on again; the person is told meanwhile.
        """
        self._busy += 1
        self._idle.clear()
        event: EventContext | None = None
        try:
            event = await self._context(body, context)
            if event is not None and once:
                if self._done.get(event.key):
                    event = None
                else:
                    self._done.put(event.key, True)
            yield event
        except Exception:
            if not once:
                raise
            # acknowledged already; bolt takes an acknowledgement back when the listener raises soon after it
            log.exception("an event of type %s failed", body.get("type") or body.get("command"))
            if event is not None:
                self._done.forget(event.key)
                await self._answers.privately(event, say(_(BROKEN), tone="bad"))
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def _context(self, body: Json, context: AsyncBoltContext) -> EventContext | None:
        found = await self._lines.install(context.team_id or "", context.enterprise_id or "")
        client = await self._lines.client(found.team) if found is not None else None
        if found is None or client is None:
            return None
        event = context_of(body, self._team(found, context), client, found.installer)
        use_language(self._requests.language(event))  # until the dispatcher knows more
        return event if event.user and event.user != found.bot_user else None

    def _team(self, found: Install, context: AsyncBoltContext) -> str:
        return found.team if self._lines.home is not None else str(context.team_id or found.team)


async def _nothing() -> None:
    """Bolt wants a listener; the work was done before the acknowledgement."""
