"""What people write to the bot, in its own messages and where they mention it: the words of commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import unescape

from bot.platforms import typed
from bot.platforms.slack.events import EventContext
from bot.platforms.slack.files import Files, first_picture
from bot.platforms.slack.rendering import line
from bot.platforms.slack.rendering.limits import Json
from bot.vision.intake import PictureIntake
from bot.vision.pictures import PictureRefused
from cogs.declare import Command, Option
from cogs.messages import ActionId, Button, CommandRef, Picture, Reply, say, spans
from study.texts import _, joined

MENTION = re.compile(r"^\s*<@\w+(?:\|[^>]*)?>[\s:,]*")
MARKED = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
WITH_PICTURE = "classify"
"""What is meant by a picture without a word."""


def plain(text: str) -> str:
    """What was written, as it was typed: Slack marks links and people, and escapes three signs."""
    shown = MARKED.sub(lambda found: found[2] or found[1], MENTION.sub("", text))
    return unescape(shown).strip()


class Spoken:
    """Reads what was written as a command, or says what can be written."""

    def __init__(self, commands: Sequence[Command], files: Callable[[], Files], intake: PictureIntake) -> None:
        self._commands, self._files, self._intake = commands, files, intake
        self._named = {command.name: command for command in commands}

    async def read(self, event: EventContext, said: Json) -> typed.Typed | Reply:
        """The command that is meant, which can be run as it stands; else what helps."""
        text, shown = plain(str(said.get("text") or "")), first_picture(said.get("files") or [])
        text = text or (WITH_PICTURE if shown is not None and WITH_PICTURE in self._named else "")
        text = text.removeprefix("/").removeprefix(f"{line.ROOT} ")
        if not text:
            return self._offer()
        try:
            asked = typed.parse(text, self._commands, await self._picture(event, text, shown))
        except PictureRefused as refused:
            return say(str(refused), tone="notice")
        except typed.UnknownCommandError as error:
            near = typed.nearest(" ".join(text.split()[:2]), self._named)
            return self._offer(error.reply.summary if near else "")
        if asked.command.begins and event.private:
            return _form(asked.command, _("Choose the channel, and what the group reads."))
        return asked if asked.ready else _form(asked.command, _needs(asked))

    async def _picture(self, event: EventContext, text: str, shown: Json | None) -> Picture | None:
        takes = any(option.kind == "picture" for option in self._meant(text))
        if shown is None or not takes:
            return None
        async with self._intake.place(f"{event.team}/{event.user}"):
            return await self._files().picture(event.client, shown)

    def _meant(self, text: str) -> Sequence[Option]:
        try:
            return typed.parse(text, self._commands).command.options
        except typed.UnknownCommandError:
            return ()

    def _offer(self, sentence: str = "") -> Reply:
        """What can be written, with buttons for what is wanted most."""
        labels = {
            "quiz": _("Open questions"),
            "me": _("How I stand"),
            "leaderboard": _("Leaderboard"),
            "help": _("What I do"),
        }
        buttons = [Button(text, ActionId(typed.RUN, (name,))) for name, text in labels.items() if name in self._named]
        words = _("Write me what you would type as a command: {quiz}, {me}, {leaderboard}, or {help} for all there is.")
        more = spans(words, **{name: CommandRef(name) for name in labels})
        if sentence:
            return say(sentence, *more, buttons=buttons, tone="notice")
        return say(_("Hello! I run study groups."), *more, buttons=buttons)


def _needs(asked: typed.Typed) -> str:
    """What a command still needs, or what is wrong with what was given."""
    if asked.faults:
        return " ".join(asked.faults.values())
    return _("/{name} also needs: {options}.", name=asked.command.name, options=joined(asked.missing))


def _form(command: Command, sentence: str) -> Reply:
    """A form opens upon a press alone, so there is a button for it."""
    button = Button(_("Fill in"), ActionId(typed.FORM, (command.name,)), "primary")
    return say(sentence, tone="notice", buttons=[button])
