"""What happens when a person writes, commands, presses or sends a form, and how the log keeps the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from bot.platforms import typed
from bot.platforms.browser.limits import Quota
from bot.platforms.browser.serialisation import blob, written
from bot.platforms.host import Host
from bot.vision import pictures
from cogs.declare import Action, Command
from cogs.messages import ActionId, Ask, Choice, Form, Person, Picture, Reply, Value
from store import Blob, Draft, Json, Message, NotFound, PagePerson
from study.group import Place
from study.texts import _, number_text

PICTURE = "picture"
"""The action of the shortcut that gives a message's picture to a command."""

TALK = 4000


@dataclass(frozen=True, slots=True)
class Gesture:
    """One thing a member did, where, and under which key. `message` holds the button that was pressed.

    `session` is the hash of the browser's session, `language` what the browser is set to. `organises`: they organise
    the group that reads there.
    """

    member: PagePerson
    channel: str
    key: str
    message: int | None = None
    opener: str = ""
    session: str = ""
    language: str = ""
    organises: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: messages kept, a form to fill in, or what is wrong with what was sent (then nothing is kept).

    `left` says that the person is not on the page any more, and how they were told.
    """

    entries: tuple[Message, ...] = ()
    form: Form | None = None
    opener: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    left: str = ""


class Conversation:
    """The turns of the conversation on the page."""

    def __init__(self, host: Host, platform: str, most_kept: int = 0) -> None:
        """`most_kept` is how many bytes are kept of one person; 0 for any number."""
        self._quota = Quota(most_kept, host.page.messages.kept_of)
        self._dispatcher, self._log, self._clock = host.dispatcher, host.page.messages, host.clock.now
        self._workspace, self._platform, self._intake = host.page.workspace, platform, host.intake
        self._everything = typed.commands_of(host.cogs)
        self._common = typed.commands_of(host.cogs, organiser=False)
        self._actions: dict[str, Action] = {action.name: action for cog in host.cogs for action in cog.actions}

    def commands(self, member: PagePerson) -> tuple[Command, ...]:
        """The commands a member may use."""
        return self._everything if member.organiser else self._common

    async def write(self, did: Gesture, text: str, picture: Picture | None) -> Outcome:
        """A line from the composer: a command, or words (and a picture) for everyone; in the thread of a message."""
        return await self._in_turn(did, picture is not None, partial(self._written, did, text, picture))

    async def press(self, did: Gesture, press_id: str, given: Mapping[str, Value]) -> Outcome:
        """A button, or a form with its fields."""
        shown = any(isinstance(value, Picture) for value in given.values())
        return await self._in_turn(did, shown, partial(self._pressed, did, press_id, given))

    async def _in_turn(self, did: Gesture, shown: bool, then: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Who shows a picture waits for its turn, as on every platform."""
        if not shown:
            return await then()
        try:
            async with self._intake.place(f"{self._workspace}/{did.member.id}"):
                return await then()
        except pictures.PictureRefused as refused:
            return Outcome(fault=str(refused))

    async def _written(self, did: Gesture, text: str, picture: Picture | None) -> Outcome:
        if text.lstrip().startswith("/"):
            return await self._line(did, text.strip(), picture)
        if len(text) > TALK:
            return Outcome(
                fault=_(
                    "A message holds {most} characters; this one has {count}. Shorten it.",
                    most=number_text(TALK),
                    count=number_text(len(text)),
                )
            )
        if picture is not None and picture.content_type not in pictures.MEDIA_TYPES:
            return Outcome(fault=pictures.not_a_picture(picture.name))
        if not text.strip() and picture is None:
            return Outcome(fault=_("Write something first, or type / to see what studybot can do."))
        size = len(text.encode()) + (len(picture.data) if picture is not None else 0)
        if fault := await self._quota.fault(did.member.id, size):
            return Outcome(fault=fault)
        return Outcome((await self._talk(did, text.strip(), picture),))

    async def _pressed(self, did: Gesture, press_id: str, given: Mapping[str, Value]) -> Outcome:
        try:
            press = ActionId.parse(press_id)
            assert press.id
        except ValueError:
            return Outcome(fault=_("That button is not one of this page; reload the page and try again."))
        if press.name == typed.FORM:
            return await self._command_form(did, press, given)
        if press.name == PICTURE:
            return await self._in_turn(did, True, partial(self._shortcut, did, press))
        pressed = await self._log.message(did.message, did.member.id) if did.message else None
        answer = await self._dispatcher.press(press_id, self.ask(did, given))
        if isinstance(answer, Form):
            return Outcome(form=answer, opener=press_id)
        if _stays_open(did, answer):
            return Outcome(faults=answer.faults, fault=answer.summary)
        action = self._actions.get(press.name)
        if action is not None and action.replaces and pressed is not None and pressed.reader == did.member.id:
            body, blobs = written(answer)
            changed = await self._log.edit(pressed.id, body, blobs, self._clock())
            if changed is not None:
                return Outcome((changed,))
        private = action is None or action.private or not answer.taken
        return await self._kept(did, answer, private=private, anchor=_anchor(pressed))

    async def complete(self, member: PagePerson, channel: str, line: str, language: str = "") -> list[typed.Completion]:
        """Ways to go on from what stands in the composer."""
        found, wanted = typed.complete(line, self.commands(member))
        if wanted is not None and wanted.option.suggest is not None:
            ask = self.ask(Gesture(member, channel, "suggest", language=language), {})
            choices = await self._dispatcher.suggest(wanted.command.name, wanted.option.name, wanted.typed, ask)
            found = [*typed.choices_for(wanted, choices), *found]
        return found

    async def _line(self, did: Gesture, line: str, picture: Picture | None) -> Outcome:
        try:
            meant = typed.parse(line, self._everything, picture)
        except typed.UnknownCommandError as unknown:
            return Outcome(fault=str(unknown))
        if not meant.ready and _may(did.member, meant.command):
            return await self._command_opened(did, meant)
        return await self._run(did, meant, line)

    async def _command_opened(self, did: Gesture, meant: typed.Typed) -> Outcome:
        suggested: dict[str, Sequence[Choice]] = {}
        for option in meant.command.options:
            if option.suggest is not None:
                ask = self.ask(did, {})
                suggested[option.name] = await self._dispatcher.suggest(meant.command.name, option.name, "", ask)
        form = typed.form(meant, suggested)
        return Outcome(form=form, opener=form.action.id, faults=meant.faults)

    async def _command_form(self, did: Gesture, press: ActionId, given: Mapping[str, Value]) -> Outcome:
        named = {command.name: command for command in self._everything}
        command = named.get(press.args[0] if press.args else "")
        if command is None:
            return Outcome(fault=_("There is no such command any more; reload the page."))
        meant = typed.filled(command, given)
        if not _may(did.member, command):
            return await self._run(did, meant, f"/{command.name}")
        if not did.opener:
            return await self._command_opened(did, meant)
        if not meant.ready:
            missing = dict.fromkeys(meant.missing, _("This is needed."))
            return Outcome(faults={**missing, **meant.faults}, fault=_("Something is still missing; nothing was sent."))
        return await self._run(did, meant, f"/{command.name}")

    async def _shortcut(self, did: Gesture, press: ActionId) -> Outcome:
        named = {command.name: command for command in self.commands(did.member) if command.on_picture}
        command = named.get(press.args[0] if press.args else "")
        message = await self._log.message(did.message, did.member.id) if did.message else None
        picture = message.body.get("picture") if message else None
        kept = await self._log.blob(picture["blob"], (did.member.id,), organises=did.organises) if picture else None
        if command is None or kept is None:
            return Outcome(fault=_("That picture is gone; attach it again."))
        option = next(option for option in command.options if option.kind == "picture")
        picture = Picture(kept.data, kept.name, kept.content_type)
        return await self._run(did, typed.filled(command, {option.name: picture}), f"/{command.name}")

    async def _run(self, did: Gesture, meant: typed.Typed, line: str) -> Outcome:
        shown = sum(len(one.data) for one in meant.options.values() if isinstance(one, Picture))
        if shown and not meant.command.private and (fault := await self._quota.fault(did.member.id, shown)):
            return Outcome(fault=fault)
        reply = await self._dispatcher.command(meant.command.name, self.ask(did, meant.options))
        if _stays_open(did, reply):
            return Outcome(faults=reply.faults, fault=reply.summary)
        said = line[:300] if meant.command.private else f"/{meant.command.name}"
        return await self._kept(did, reply, private=meant.command.private or not reply.taken, said=said)

    async def _talk(self, did: Gesture, text: str, picture: Picture | None) -> Message:
        body: Json = {"is": "Talk", "text": text, "picture": None}
        blobs: tuple[Blob, ...] = ()
        if picture is not None:
            kept = blob(picture.data, picture.name, picture.content_type)
            body["picture"] = {"blob": kept.digest, "name": kept.name, "alt": ""}
            blobs = (kept,)
        above = await self._log.message(did.message) if did.message else None
        anchor = above.id if above is not None and above.anchor is None and above.channel == did.channel else None
        draft = Draft(f"talk:{did.member.id}:{did.key}", did.channel, body, blobs, author=did.member.id, anchor=anchor)
        return await self._log.post(draft, self._clock())

    async def _kept(
        self, did: Gesture, reply: Reply, *, private: bool, anchor: int | None = None, said: str = ""
    ) -> Outcome:
        body, blobs = written(replace(reply, faults={}))
        draft = Draft(
            key=f"reply:{did.member.id}:{did.key}",
            channel=did.channel,
            body={**body, "asked": did.member.name},
            blobs=blobs,
            reader=did.member.id if private else None,
            anchor=anchor if private else None,
            said=said,
        )
        try:
            return Outcome((await self._log.post(draft, self._clock()),))
        except NotFound:
            return Outcome(left=reply.summary)

    def ask(self, did: Gesture, options: Mapping[str, Value]) -> Ask:
        """What a gesture asks of the features."""
        member = did.member
        person = Person(self._platform, member.id, member.name, member.organiser, member.zone, did.language)
        place = Place(self._platform, self._workspace, did.channel, did.channel)
        key = f"{self._platform}:{member.id}:{did.key}"
        return Ask(person, place, self._clock(), key, options, session=did.session)


def _stays_open(did: Gesture, reply: Reply) -> bool:
    """Whether a form stays as it is: it holds a fault, or what it sent could not be kept just now."""
    return reply.failed or bool(reply.faults and did.opener)


def _may(member: PagePerson, command: Command) -> bool:
    """Whether a form may be opened for a command; who may not use it is told so, not asked for options."""
    return member.organiser or not command.organiser


def _anchor(pressed: Message | None) -> int | None:
    """A private reply stands under the public message it belongs to; one to a command stands where it was asked."""
    if pressed is None:
        return None
    return pressed.anchor if pressed.reader is not None else pressed.id
