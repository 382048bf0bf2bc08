"""What is sent with a modal, worked on: pictures fetched, commands completed, answers handed in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.platforms import typed
from bot.platforms.slack.answers import Answers
from bot.platforms.slack.events import EventContext
from bot.platforms.slack.files import Files, first_picture
from bot.platforms.slack.rendering import pages, views
from bot.platforms.slack.rendering.limits import Json
from bot.platforms.slack.requests import RequestBuilder
from bot.vision.intake import PictureIntake
from bot.vision.pictures import PictureRefused
from cogs.declare import Action, Command
from cogs.messages import ActionId, Form, Picture, Reply, Value, say
from study.texts import _, noop

log = logging.getLogger(__name__)

BROKEN = noop("Something broke on our side and may not have been saved. Please send it again: nothing counts twice.")
POSTED = noop("Also posted in the channel.")


@dataclass(frozen=True, slots=True)
class Faulty:
    """Fields that cannot be accepted, each with a sentence; nothing was kept."""

    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Made:
    """What the modal turns into; the reply itself, for a person who has closed it meanwhile."""

    view: Json
    reply: Reply | None = None


Outcome = Faulty | Made


class Forms:
    """Draws forms and takes them in."""

    def __init__(
        self,
        requests: RequestBuilder,
        answers: Answers,
        files: Callable[[], Files],
        commands: Mapping[str, Command],
        actions: Mapping[str, Action],
        intake: PictureIntake,
    ) -> None:
        self._intake = intake
        self._requests = requests
        self._answers = answers
        self._files = files
        self._commands = commands
        self._actions = actions

    # --- drawn --------------------------------------------------------------------------------------------------

    def view(self, event: EventContext, form: Form) -> Json:
        """A feature's form as a modal."""
        return views.form_view(form, event.origin)

    async def command_view(self, event: EventContext, asked: typed.Typed, without: Sequence[str] = ()) -> Json:
        """The modal that asks for what a command still needs."""
        form = views.command_form(asked, without=without)
        return views.form_view(
            replace(form, title=form.title.removeprefix("/").capitalize()),
            event.origin,
            suggested=views.suggesting(asked.command),
            faults=asked.faults,
            where=asked.command.begins and event.unsuited,
        )

    # --- taken in -----------------------------------------------------------------------------------------------

    async def outcome(self, event: EventContext, view: Json) -> Outcome:
        """What comes of a modal that was sent; never raises."""
        try:
            got = views.filled(view)
            event, shown = await self._requests.at_channel(event, got.where) if got.where else event, [*got.files]
            if not shown and not event.origin.file:
                return await self._taken_in(event, view)
            async with self._intake.place(f"{event.team}/{event.user}"):
                return await self._taken_in(event, view)
        except PictureRefused as refused:
            return Faulty({"": str(refused)})
        except Exception:
            log.exception("a form of %s failed", event.user)
            return Faulty({"": _(BROKEN)})

    async def _taken_in(self, event: EventContext, view: Json) -> Outcome:
        got = views.filled(view)
        press = views.press_of(view)
        options: dict[str, Value] = {**got.texts, **got.roles}
        options |= {name: await self._requests.chosen(event, user) for name, user in got.people.items()}
        own: dict[bytes, str] = {}
        for name, file in got.files.items():
            try:
                picture = await self._files().picture(event.client, file)
            except PictureRefused as fault:
                return Faulty({name: str(fault)})
            options[name] = picture
            own[picture.data] = str(file.get("id", ""))
        if press.name == typed.FORM:
            return await self._command_sent(event, press, options, own)
        action = self._actions.get(press.name)
        made = await self._requests.press(event, press.id, action, options)
        if isinstance(made, Form):
            return Made(self.view(event, made))
        if made.faults or made.failed:
            return _not_taken(made)
        public = for_all(action, made) and await self._answers.publicly(event, made)
        note = _(POSTED) if public else ""
        return Made(await self._answers.reply_view(event, made, note=note, own=own), made)

    async def _command_sent(
        self, event: EventContext, press: ActionId, options: dict[str, Value], own: dict[bytes, str]
    ) -> Outcome:
        command = self._commands.get(press.args[0] if press.args else "")
        if command is None:
            gone = say(_("This form belongs to a part of the bot that is gone."), tone="notice")
            return Made(await self._answers.reply_view(event, gone), gone)
        held = picture_of(command)
        if event.origin.file and held and held not in options:
            try:
                picture = await self._files().picture(event.client, {"id": event.origin.file})
            except PictureRefused as fault:
                return Faulty({held: str(fault)})
            options[held] = picture
            own[picture.data] = event.origin.file
        asked = typed.filled(command, options)
        if not asked.ready:
            return Faulty({**dict.fromkeys(asked.missing, _("This is needed.")), **asked.faults})
        return await self._result(event, command, asked.options, own)

    async def _result(
        self, event: EventContext, command: Command, options: Mapping[str, Value], own: dict[bytes, str]
    ) -> Outcome:
        """The reply of a command that was asked through a modal, as that modal; a public one also in the channel."""
        reply = await self._requests.command(event, command, options)
        if reply.faults or reply.failed:
            return _not_taken(reply)
        note = ""
        if not command.private and reply.taken:
            known = next((value for value in options.values() if isinstance(value, Picture)), None)
            there = known if event.origin.thread else None
            if await self._answers.publicly(event, reply, known=there):
                note = _(POSTED)
        view = await self._answers.reply_view(event, reply, note=note, own=own, title=command.name.capitalize())
        return Made(view, reply)

    # --- a shortcut on a message --------------------------------------------------------------------------------

    async def on_message(self, event: EventContext, command: Command, files: list[Json]) -> None:
        """A shortcut on a message with a picture: run at once, unless the command needs more than the picture."""
        held, file = picture_of(command), first_picture(files)
        if file is None or not held:
            sentence = _("This message holds no picture: choose one that does.")
            view = pages.reply_view(say(sentence, tone="notice"), event.origin, title=_("Picture"))
            await self._answers.opened(event, ready(view))
            return
        found = replace(event, origin=replace(event.origin, file=str(file.get("id", ""))))
        if any(option.required and option.name != held for option in command.options):
            await self._answers.opened(found, self.command_view(found, typed.filled(command, {}), (held,)))
            return
        await self._answers.opened(event, self._looked(event, command, held, file), title=command.name.capitalize())

    async def _looked(self, event: EventContext, command: Command, held: str, file: Json) -> Json:
        try:
            async with self._intake.place(f"{event.team}/{event.user}"):
                picture = await self._files().picture(event.client, file)
                own = {picture.data: str(file.get("id", ""))}
                made = await self._result(event, command, {held: picture}, own)
        except PictureRefused as fault:
            return await self._answers.reply_view(
                event, say(str(fault), tone="notice"), title=command.name.capitalize()
            )
        if isinstance(made, Made):
            return made.view
        return await self._answers.reply_view(event, say(" ".join(made.faults.values()), tone="notice"))


def for_all(action: Action | None, made: Reply) -> bool:
    """Whether what came of a button or a form is for everybody to see."""
    return action is not None and not action.private and made.taken


def _not_taken(reply: Reply) -> Faulty:
    """The modal stays as it is, with the faults under their fields, or what failed under the first of them."""
    return Faulty(reply.faults or {"": reply.summary})


def picture_of(command: Command) -> str:
    """The name of a command's picture option; empty where it takes none."""
    return next((option.name for option in command.options if option.kind == "picture"), "")


async def ready(view: Json) -> Json:
    """A view that needs no work."""
    return view
