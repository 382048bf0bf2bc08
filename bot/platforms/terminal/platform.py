"""The terminal as a platform: the same replies as plain text, for trying things out and for tests in one line."""

from __future__ import annotations

import asyncio
import getpass
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.platforms import typed
from bot.platforms.base import CannotTell, OutgoingMessage, PrivateMessage, SendRefused, Worded
from bot.platforms.host import Host
from bot.platforms.text import field_line, literal, render_text
from bot.vision import pictures
from bot.vision.pictures import PictureRefused
from cogs.messages import ActionId, Ask, Choice, Form, FormField, Person, Picture, Reply, Value
from study.group import Place
from study.texts import _, lazy, noop, use_language

HELP = noop(
    "Type a /command (/help lists them), press N for a button, as NAME to speak as someone else, quit to leave."
)
SUGGESTED = 8


@dataclass
class _Filling:
    """A form being filled in, one field at a time."""

    form: Form
    given: dict[str, Value] = field(default_factory=dict)

    @property
    def open(self) -> FormField | None:
        left = (one for one in self.form.fields if one.kind not in ("role", "mention"))
        return next((one for one in left if one.name not in self.given), None)


class TerminalPlatform:
    """Reads lines, answers with text. `say` is the whole conversation; `start` only joins it to a keyboard."""

    name = "terminal"
    announcement = "Serving terminal."
    first_place = None

    def __init__(
        self,
        host: Host,
        *,
        who: str = "",
        write: Callable[[str], None] = print,
        lines: Iterable[str] | None = None,
        on_end: Callable[[], None] | None = None,
    ) -> None:
        self._dispatcher, self._clock = host.dispatcher, host.clock.now
        self._write, self._lines = write, lines
        self._commands = typed.commands_of(host.cogs)
        self._me = who or _user()
        self._language = _language()
        self._who = self._me
        self._on_end = on_end or (lambda: signal.raise_signal(signal.SIGTERM))
        self._buttons: list[ActionId] = []
        self._filling: _Filling | None = None
        self._posted: dict[str, str] = {}
        self.printed: dict[str, str] = {}
        self._since = self._clock()
        self._reading: asyncio.Task[None] | None = None

    # --- the conversation -------------------------------------------------------------------------------------

    async def say(self, line: str) -> str:
        """What the bot answers to a line."""
        use_language(self._language)
        line = line.rstrip("\n")
        if self._filling is not None and not self._is_command(line):
            return await self._fill(self._filling, line)
        words = line.split()
        if not words:
            return ""
        if line.lstrip().startswith("/"):
            return await self._command(line)
        if words[0] == "press" and len(words) == 2:
            return await self._press(words[1])
        if words[0] == "as" and len(words) > 1:
            self._who = " ".join(words[1:])
            return _("You are {name} now.", name=literal(self._who))
        return _(HELP)

    def _is_command(self, line: str) -> bool:
        """Whether a line in the middle of a form is a command after all; an answer may begin with a stroke, too."""
        word = line.strip().partition(" ")[0].removeprefix("/")
        return line.startswith("/") and word in {one.name.partition(" ")[0] for one in self._commands}

    async def _command(self, line: str) -> str:
        self._filling = None
        try:
            meant = typed.parse(line, self._commands, read=read_picture)
        except typed.UnknownCommandError as unknown:
            return literal(str(unknown))
        if not meant.ready:
            return self._begin(typed.form(meant, await self._suggested(meant)), meant.options, meant.faults)
        return self._answered(await self._dispatcher.command(meant.command.name, self._ask(meant.options)))

    async def _suggested(self, meant: typed.Typed) -> dict[str, Sequence[Choice]]:
        ask = self._ask({})
        open_ = [one for one in meant.command.options if one.suggest is not None and one.name not in meant.options]
        name = meant.command.name
        return {one.name: (await self._dispatcher.suggest(name, one.name, "", ask))[:SUGGESTED] for one in open_}

    async def _press(self, number: str) -> str:
        if not number.isdigit() or not 1 <= int(number) <= len(self._buttons):
            if not self._buttons:
                return _("There is no button to press.")
            return _(
                "There is no button {number}; there are 1 to {last}.", number=literal(number), last=len(self._buttons)
            )
        return self._answered(await self._dispatcher.press(self._buttons[int(number) - 1].id, self._ask({})))

    def _answered(self, answer: Reply | Form) -> str:
        return self._begin(answer) if isinstance(answer, Form) else self._shown(answer)

    def _shown(self, reply: Reply) -> str:
        """The reply as text; its buttons go on counting, so that the older ones stay good."""
        first = len(self._buttons) + 1
        self._buttons += [button.action for card in reply.cards for button in card.buttons]
        return render_text(reply, first_button=first)

    # --- forms ------------------------------------------------------------------------------------------------

    def _begin(
        self, form: Form, given: Mapping[str, Value] | None = None, faults: Mapping[str, str] | None = None
    ) -> str:
        sound = {name: value for name, value in (given or {}).items() if name not in (faults or {})}
        self._filling = _Filling(form, sound)
        lines = [literal(form.title), literal(form.intro), *map(literal, (faults or {}).values())]
        lines.append(_("Give each line, or /cancel; an empty line leaves a field as it is."))
        return "\n".join([*(line for line in lines if line), self._asking(self._filling)])

    def _asking(self, filling: _Filling) -> str:
        one = filling.open
        assert one is not None
        return field_line(one) + (f" [{literal(one.value)}]" if one.value else "") + " >"

    async def _fill(self, filling: _Filling, line: str) -> str:
        if line.strip() == "/cancel":
            self._filling = None
            return _("Nothing was sent.")
        one = filling.open
        assert one is not None
        value, fault = _value(one, line)
        if not fault and value == "" and one.required and filling.form.action.name == typed.FORM:
            fault = _("This is needed.")
        if fault:
            return f"{fault}\n{self._asking(filling)}"
        filling.given[one.name] = value
        if filling.open is not None:
            return self._asking(filling)
        return await self._send(filling)

    async def _send(self, filling: _Filling) -> str:
        self._filling = None
        form, given = filling.form, {name: value for name, value in filling.given.items() if value != ""}
        if form.action.name != typed.FORM:
            answer = await self._dispatcher.press(form.action.id, self._ask(filling.given))
            faults = answer.faults if isinstance(answer, Reply) else {}
            return self._begin(form, filling.given, faults) if faults else self._answered(answer)
        command = next(one for one in self._commands if one.name == form.action.args[0])
        meant = typed.filled(command, given)
        if not meant.ready:
            missing = dict.fromkeys(meant.missing, _(_("This is needed.")))
            return self._begin(typed.form(meant), meant.options, {**missing, **meant.faults})
        return self._answered(await self._dispatcher.command(command.name, self._ask(meant.options)))

    def _ask(self, options: Mapping[str, Value]) -> Ask:
        person = Person(self.name, self._who, self._who, organiser=self._who == self._me, language=self._language)
        place = Place(self.name, "local", "terminal", "terminal")
        return Ask(person, place, self._clock(), f"terminal:{secrets.token_hex(12)}", options)

    # --- the platform -----------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Greet and begin to read."""
        self._write(_(HELP))
        self._reading = asyncio.create_task(self._read())

    async def check(self) -> None:
        """Whoever can ask this machine can reach the bot."""

    async def stop(self) -> None:
        """Stop reading."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def send(self, outgoing: OutgoingMessage) -> str:
        """Print a post, once a key."""
        if outgoing.key not in self._posted:
            self._posted[outgoing.key] = str(len(self._posted) + 1)
            self._print(self._posted[outgoing.key], outgoing)
        return self._posted[outgoing.key]

    async def edit(self, outgoing: OutgoingMessage, message_id: str) -> None:
        """What is printed stays; a new state is printed below, once."""
        if message_id not in self._posted.values():
            raise SendRefused(lazy("That message was printed before the last restart."), channel_lost=False)
        if self.printed[message_id] != render_text(outgoing.message):
            self._print(message_id, outgoing)

    def _print(self, message_id: str, outgoing: OutgoingMessage) -> None:
        self.printed[message_id] = render_text(outgoing.message)
        self._write(f"\n{self._shown(outgoing.message)}")

    async def tell_member(self, private: PrivateMessage) -> str:
        """Print a line for one of those who share the keyboard, once a key."""
        if private.key not in self._posted:
            self._posted[private.key] = str(len(self._posted) + 1)
            self._write(f"\nFor {literal(private.person)} alone:\n{self._shown(private.message)}")
        return self._posted[private.key]

    async def find_private(self, private: PrivateMessage, since: datetime) -> str | None:
        """As `find`."""
        return self._printed(private.key, since)

    async def find(self, outgoing: OutgoingMessage, since: datetime) -> str | None:
        """Known for what this process printed; an earlier one's screen cannot be read back."""
        return self._printed(outgoing.key, since)

    def _printed(self, key: str, since: datetime) -> str | None:
        if key in self._posted:
            return self._posted[key]
        if since < self._since:
            raise CannotTell(lazy("A terminal does not remember what was printed before the restart."))
        return None

    async def tell_organiser(self, place: Place, message: Worded) -> bool:
        """The one at the keyboard runs the bot."""
        self._write(f"\n{self._shown(message())}")
        return True

    async def _read(self) -> None:
        lines: asyncio.Queue[str | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def feed() -> None:
            with suppress(RuntimeError):  # the bot has ended meanwhile, and its loop with it
                for line in self._lines if self._lines is not None else sys.stdin:
                    loop.call_soon_threadsafe(lines.put_nowait, line)
                loop.call_soon_threadsafe(lines.put_nowait, None)

        # A daemon, because a read from the keyboard cannot be called off.
        threading.Thread(target=feed, name="terminal", daemon=True).start()
        while (line := await lines.get()) is not None and line.strip() not in ("quit", "exit"):
            if answer := await self.say(line):
                self._write(answer)
        self._on_end()


def _value(one: FormField, line: str) -> tuple[Value, str]:
    """What a line means for a field, and a sentence where it means nothing."""
    text = line.strip() or one.value
    if one.kind == "picture":
        try:
            return (read_picture(text), "") if text else ("", "")
        except PictureRefused as refused:
            return "", str(refused)
    if one.kind == "choice" and text:
        fits = [c.value for c in one.choices if text.casefold() in (c.label.casefold(), c.value.casefold())]
        return (
            (fits[0], "")
            if fits
            else ("", _("Choose one of: {choices}.", choices=", ".join(c.label for c in one.choices)))
        )
    return text, ""


def read_picture(text: str) -> Picture:
    """The picture at a path. Raises PictureRefused."""
    path = Path(text.strip("'\"")).expanduser()
    try:
        if path.stat().st_size > pictures.MOST_BYTES:
            raise PictureRefused(pictures.too_large(path.name))
        data = path.read_bytes()
        return Picture(data, path.name, pictures.check(data, path.name))
    except OSError as error:
        raise PictureRefused(
            _("{path} cannot be read ({why}); give the path of a picture.", path=literal(str(path)), why=error.strerror)
        ) from None


def _language() -> str:
    """The language that this machine's user has set, as gettext looks for it."""
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    found = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return found.partition(":")[0].partition(".")[0]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "you"
