"""What people do in Slack, acknowledged at once and then worked on; each event once, however often it is delivered."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.platforms import typed
from bot.platforms.base import Desk
from bot.platforms.slack import limits, line, views
from bot.platforms.slack.answers import Answers
from bot.platforms.slack.asks import Scene, scene_of
from bot.platforms.slack.blocks import Speak
from bot.platforms.slack.connect import Lines
from bot.platforms.slack.files import FileFault, Files, first_picture
from bot.platforms.slack.home import Home, Places
from bot.platforms.slack.installs import Keep
from bot.platforms.slack.limits import Json
from bot.platforms.slack.people import People
from cogs.kit import Action, Ask, Choice, Cog, Command, Form, Picture, Press, Reply, Value, say

log = logging.getLogger(__name__)

PATIENCE = 0.35
"""How long a form's work may take before the modal says that it is being done, in seconds."""
AFTER_ACK = 0.6
"""Slack applies an acknowledgement's view when it arrives; an update sent earlier would be painted over by it."""
REMEMBERED = 20_000
BROKEN = "Something broke on our side and may not have been saved. Please send it again: nothing counts twice."
SHORTCUT = "shortcut:"
ON_MESSAGE = "picture:"


@dataclass(frozen=True, slots=True)
class Faulty:
    """Fields that cannot be accepted, each with a sentence; nothing was kept."""

    faults: Mapping[str, str]


Outcome = Faulty | Json


class Inbound:
    """Turns events into asks, hands them to the desk, and has the replies shown."""

    def __init__(
        self,
        desk: Desk,
        cogs: Sequence[Cog],
        lines: Lines,
        *,
        answers: Answers,
        home: Home,
        places: Places,
        files: Callable[[], Files],
        keep: Keep,
        now: Callable[[], datetime],
        speak: Speak,
    ) -> None:
        self._desk = desk
        self._lines = lines
        self._answers = answers
        self._home = home
        self._places = places
        self._names: dict[tuple[str, str], str] = {}
        self._files = files
        self._keep = keep
        self._now = now
        self._speak = speak
        self._people = People()
        self._commands: dict[str, Command] = {c.name: c for cog in cogs for c in cog.commands}
        self._actions: dict[str, Action] = {a.name: a for cog in cogs for a in cog.actions}
        self._done: OrderedDict[str, None] = OrderedDict()
        self._forms: dict[str, asyncio.Task[Outcome]] = {}
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def listen(self, app: AsyncApp) -> None:
        """Register with bolt."""
        app.command(re.compile(r"^/"))(self._command)
        app.action(re.compile(r"^press:"))(self._pressed)
        app.action(views.HOME_PLACE)(self._chosen)
        app.view(re.compile(f"^{views.FORM}"))(self._sent)
        app.options(re.compile(f"^{views.FIELD}"))(self._suggested)
        app.shortcut(re.compile(f"^({SHORTCUT}|{ON_MESSAGE})"))(self._shortcut)
        app.event("app_home_opened")(self._home_opened)
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
        async with self._work(body, context, once=True) as scene:
            if scene is None:
                return
            try:
                asked = line.read(body["command"], body.get("text") or "", list(self._commands.values()))
            except typed.UnknownCommandError as error:
                await self._answers.privately(scene, say(self._speak(str(error)), tone="notice"))
                return
            if not asked.ready:
                await self._answers.opened(scene, self._command_form(scene, asked))
                return
            await self._run(scene, asked.command, asked.options)

    async def _shortcut(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        async with self._work(body, context, once=True) as scene:
            command = self._commands.get(str(body.get("callback_id", "")).partition(":")[2])
            if scene is None or command is None:
                return
            if body.get("type") == "message_action":
                await self._on_message(scene, command, (body.get("message") or {}).get("files") or [])
                return
            if (place := await self._home.where(scene)) is not None:
                scene = scene.at(place)
            asked = typed.filled(command, {})
            await self._answers.opened(scene, self._command_form(scene, asked))

    async def _pressed(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        async with self._work(body, context, once=True) as scene:
            press_id = str(body["actions"][0].get("value") or "")
            if scene is None or not press_id:
                return
            scene = await self._placed(scene)
            action = self._actions.get(Press.parse(press_id).action)
            if scene.surface in ("modal", "home") or (action is not None and action.opens_form):
                await self._answers.opened(scene, self._press(scene, press_id, action))
                await self._home_changed(scene)
                return
            made = await self._asked(scene, press_id, action)
            if isinstance(made, Form):
                await self._answers.opened(scene, _ready(self._form_view(scene, made)))
            elif action is not None and not action.private and await self._answers.publicly(scene, made):
                return
            else:
                replaces = scene.surface == "ephemeral" and action is not None and action.replaces
                await self._answers.privately(scene, made, replace=replaces)

    async def _sent(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        """A modal was sent. Quick work is the acknowledgement itself; slow work is shown as being done, then shown."""
        async with self._work(body, context) as scene:
            if scene is None:
                await ack()
                return
            view = body["view"]
            task = self._forms.get(scene.key)
            if task is None:
                task = self._forms[scene.key] = asyncio.create_task(self._outcome(scene, view))
                task.add_done_callback(lambda _: self._forms.pop(scene.key, None))
            await asyncio.wait({task}, timeout=PATIENCE)
            if task.done():
                made = task.result()
                if isinstance(made, Faulty):
                    await ack(response_action="errors", errors=views.field_faults(view, made.faults, self._speak))
                else:
                    await ack(response_action="update", view=made)
                await self._home_changed(scene)
                return
            title = (view.get("title") or {}).get("text", "")
            waiting = views.checking_view(title, _words(view), scene.origin)
            await ack(response_action="update", view=waiting)
            await asyncio.sleep(AFTER_ACK)
            made = await task
            shown = views.again(view, made.faults, self._speak) if isinstance(made, Faulty) else made
            if not await self._answers.updated(scene, scene.view, shown) and not isinstance(made, Faulty):
                await self._answers.privately(scene, _from_view(made))
            await self._home_changed(scene)

    async def _suggested(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        options: list[Json] = []
        async with self._work(body, context) as scene:
            press = views.press_of(body.get("view") or {})
            command = self._commands.get(press.args[0]) if press.action == typed.FORM and press.args else None
            if scene is not None and command is not None:
                ask = await self._ask(await self._placed(scene), {})
                name = str(body.get("action_id", "")).removeprefix(views.FIELD)
                found = await self._desk.suggest(command.name, name, str(body.get("value") or ""), ask)
                fits = [choice for choice in found if 0 < len(choice.value) <= limits.OPTION_VALUE]
                options = [views.option(Choice(c.label or c.value, c.value), "", {}) for c in fits[: limits.OPTIONS]]
        await ack(options=options)

    async def _chosen(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        async with self._work(body, context) as scene:
            if scene is not None:
                self._home.choose(scene, str((body["actions"][0].get("selected_option") or {}).get("value", "")))
                await self._home.publish(scene, (await self._ask(scene, {})).person)

    async def _home_opened(self, body: Json, context: AsyncBoltContext) -> None:
        if (body.get("event") or {}).get("tab") != "home":
            return
        async with self._work(body, context, once=True) as scene:
            if scene is not None:
                await self._home.publish(scene, (await self._ask(scene, {})).person)

    async def _forget(self, body: Json, next: Callable[[], Any]) -> None:
        event = body.get("event") or {}
        gone = event.get("type") == "app_uninstalled" or bool((event.get("tokens") or {}).get("bot"))
        team = str(body.get("team_id") or body.get("enterprise_id") or "")
        if gone and team:
            await self._lines.forget(team)
            await self._places.left(team)
            log.warning("the workspace %s removed the app; its token is deleted", team)
        await next()

    async def _failed(self, error: Exception, body: Json) -> BoltResponse | None:
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=404)
        log.error("an event of type %s failed", body.get("type") or body.get("command"), exc_info=error)
        return None

    # --- the work -----------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _work(self, body: Json, context: AsyncBoltContext, *, once: bool = False) -> AsyncIterator[Scene | None]:
        """The scene of an event, None where nothing is to be done: a bot, a workspace without the app, a repetition."""
        self._busy += 1
        self._idle.clear()
        key = ""
        try:
            found = await self._lines.install(context.team_id or "", context.enterprise_id or "")
            client = await self._lines.client(found.team) if found is not None else None
            if found is None or client is None:
                yield None
                return
            team = found.team if self._lines.home is not None else str(context.team_id or found.team)
            scene = scene_of(body, team, client, found.installer)
            if not scene.user or scene.user == found.bot_user or (once and scene.key in self._done):
                yield None
                return
            if once:
                key = scene.key
                self._done[key] = None
                while len(self._done) > REMEMBERED:
                    self._done.popitem(last=False)
            yield scene
        except BaseException:
            # what failed may be delivered again, and is then worked on again
            self._done.pop(key, None)
            raise
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def _placed(self, scene: Scene) -> Scene:
        """In one's own conversation or page, one means the group one studies in."""
        if scene.origin.channel and not scene.origin.channel.startswith("D"):
            return scene
        place = await self._home.where(scene)
        return scene.at(place) if place is not None else scene

    async def _ask(
        self, scene: Scene, options: Mapping[str, Value], *, fresh: bool = False, args: tuple[str, ...] = ()
    ) -> Ask:
        person = await self._people.person(
            scene.client, scene.team, scene.user, installer=scene.installer, called=scene.called, fresh=fresh
        )
        return Ask(person, scene.place, self._now(), scene.key, options, args)

    async def _run(self, scene: Scene, command: Command, options: Mapping[str, Value]) -> None:
        scene = await self._placed(scene)
        await self._named(scene)
        ask = await self._ask(scene, options, fresh=command.organiser)
        await self._remember(scene, ask, command.organiser)
        reply = await self._desk.command(command.name, ask)
        if command.private or not await self._answers.publicly(scene, reply):
            await self._answers.privately(scene, reply)
        await self._home_changed(scene)

    async def _remember(self, scene: Scene, ask: Ask, organiser: bool) -> None:
        """Who last did an organiser's work in a channel is told when something is wrong with it."""
        if not organiser or not ask.person.organiser or not scene.origin.channel:
            return
        name = organiser_of(scene.team, scene.origin.channel)
        if await self._keep.get_meta(name) != scene.user:
            await self._keep.set_meta(name, scene.user)

    async def _named(self, scene: Scene) -> None:
        """A channel that was renamed is called by its new name; Slack tells it with every command."""
        place = scene.place
        if place.name and self._names.get((place.workspace, place.channel)) != place.name:
            await self._places.renamed(place)
            self._names[place.workspace, place.channel] = place.name

    async def _asked(self, scene: Scene, press_id: str, action: Action | None) -> Reply | Form:
        organiser = action is not None and action.organiser
        ask = await self._ask(scene, {}, fresh=organiser)
        await self._remember(scene, ask, organiser)
        return await self._desk.press(press_id, ask)

    async def _press(self, scene: Scene, press_id: str, action: Action | None) -> Json | Reply:
        made = await self._asked(scene, press_id, action)
        if isinstance(made, Form):
            return self._form_view(scene, made)
        if action is not None and not action.private and await self._answers.publicly(scene, made):
            return await self._answers.reply_view(scene, made, note="Also posted in the channel.")
        return made

    def _form_view(self, scene: Scene, form: Form) -> Json:
        return views.form_view(form, scene.origin, speak=self._speak)

    async def _command_form(self, scene: Scene, asked: typed.Typed, without: Sequence[str] = ()) -> Json:
        scene = await self._placed(scene)
        form = views.command_form(asked, without=without)
        return views.form_view(
            replace(form, title=form.title.removeprefix("/").capitalize()),
            scene.origin,
            suggested=views.suggesting(asked.command),
            faults=asked.faults,
            speak=self._speak,
        )

    async def _on_message(self, scene: Scene, command: Command, files: list[Json]) -> None:
        """A shortcut on a message with a picture: run at once, unless the command needs more than the picture."""
        held = next((option.name for option in command.options if option.kind == "picture"), "")
        file = first_picture(files)
        if file is None or not held:
            await self._answers.opened(scene, _ready_reply("This message holds no picture: choose one that does."))
            return
        found = replace(scene, origin=replace(scene.origin, file=str(file.get("id", ""))))
        if any(option.required and option.name != held for option in command.options):
            form = self._command_form(found, typed.filled(command, {}), (held,))
            await self._answers.opened(found, form)
            return
        await self._answers.opened(scene, self._looked(scene, command, held, file), title=command.name.capitalize())

    async def _looked(self, scene: Scene, command: Command, held: str, file: Json) -> Json | Reply:
        try:
            picture = await self._files().picture(scene.client, file)
        except FileFault as fault:
            return await self._answers.reply_view(scene, say(str(fault), tone="notice"), title=command.name)
        return await self._result(scene, command, {held: picture}, {picture.data: str(file.get("id", ""))})

    async def _result(
        self, scene: Scene, command: Command, options: Mapping[str, Value], own: dict[bytes, str]
    ) -> Json | Reply:
        """The reply of a command that was asked through a modal, as that modal; a public one also in the channel."""
        ask = await self._ask(scene, options, fresh=command.organiser)
        await self._remember(scene, ask, command.organiser)
        reply = await self._desk.command(command.name, ask)
        if reply.faults:
            return reply
        note = ""
        if not command.private:
            known = next((value for value in options.values() if isinstance(value, Picture)), None)
            there = known if scene.origin.thread else None
            if await self._answers.publicly(scene, reply, known=there):
                note = "Also posted in the channel."
        return await self._answers.reply_view(scene, reply, note=note, own=own, title=command.name.capitalize())

    async def _outcome(self, scene: Scene, view: Json) -> Outcome:
        try:
            return await self._taken_in(await self._placed(scene), view)
        except Exception:
            log.exception("a form of %s failed", scene.user)
            return await self._answers.reply_view(scene, say(BROKEN, tone="bad"), title="Not saved")

    async def _taken_in(self, scene: Scene, view: Json) -> Outcome:
        got = views.filled(view)
        press = views.press_of(view)
        options: dict[str, Value] = dict(got.texts)
        own: dict[bytes, str] = {}
        for name, file in got.files.items():
            try:
                picture = await self._files().picture(scene.client, file)
            except FileFault as fault:
                return Faulty({name: str(fault)})
            options[name] = picture
            own[picture.data] = str(file.get("id", ""))
        if press.action == typed.FORM:
            return await self._command_sent(scene, press, options, own)
        action = self._actions.get(press.action)
        organiser = action is not None and action.organiser
        ask = await self._ask(scene, options, fresh=organiser)
        await self._remember(scene, ask, organiser)
        made = await self._desk.press(press.id, ask)
        if isinstance(made, Form):
            return self._form_view(scene, made)
        if made.faults:
            return Faulty(made.faults)
        note = ""
        if action is not None and not action.private and await self._answers.publicly(scene, made):
            note = "Also posted in the channel."
        return await self._answers.reply_view(scene, made, note=note, own=own)

    async def _command_sent(
        self, scene: Scene, press: Press, options: dict[str, Value], own: dict[bytes, str]
    ) -> Outcome:
        command = self._commands.get(press.args[0] if press.args else "")
        if command is None:
            gone = say("This form belongs to a part of the bot that is gone.", tone="notice")
            return await self._answers.reply_view(scene, gone)
        held = next((option.name for option in command.options if option.kind == "picture"), "")
        if scene.origin.file and held and held not in options:
            try:
                picture = await self._files().picture(scene.client, {"id": scene.origin.file})
            except FileFault as fault:
                return Faulty({held: str(fault)})
            options[held] = picture
            own[picture.data] = scene.origin.file
        asked = typed.filled(command, options)
        if not asked.ready:
            return Faulty({**dict.fromkeys(asked.missing, "This is needed."), **asked.faults})
        made = await self._result(scene, command, asked.options, own)
        return Faulty(made.faults) if isinstance(made, Reply) else made

    async def _home_changed(self, scene: Scene) -> None:
        try:
            await self._home.changed(scene, (await self._ask(scene, {})).person)
        except Exception:
            log.exception("the page of %s was not published", scene.user)


def organiser_of(team: str, channel: str) -> str:
    """The name under which a channel's organiser is kept."""
    return f"slack.organiser:{team}:{channel}"


async def _nothing() -> None:
    """Bolt wants a listener; the work was done before the acknowledgement."""


async def _ready(view: Json) -> Json:
    return view


async def _ready_reply(sentence: str) -> Json:
    return views.reply_view(say(sentence, tone="notice"), views.Origin(), title="Picture")


def _words(view: Json) -> list[str]:
    """What a person typed into a modal, to be shown while it is worked on."""
    state = ((view.get("state") or {}).get("values") or {}).values()
    typed_in = [element.get("value") for fields in state for element in fields.values()]
    return [text for text in typed_in if isinstance(text, str) and len(text) > 20]


def _from_view(view: Json) -> Reply:
    """A result whose modal was closed before it came, told in a sentence."""
    title = next((b["text"]["text"] for b in view.get("blocks", []) if b.get("type") == "header"), "")
    lines = [
        run.get("text", "")
        for block in view.get("blocks", [])
        if block.get("type") == "rich_text"
        for element in block["elements"]
        for run in _runs(element)
    ]
    return say(("".join(lines) or title or "Done.")[:2500], title=title)


def _runs(element: Json) -> list[Json]:
    found: list[Json] = []
    for one in element.get("elements", []):
        found += _runs(one) if "elements" in one else [one]
    return [*found, {"text": "\n"}]
