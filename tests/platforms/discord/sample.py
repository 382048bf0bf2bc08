"""A small feature and a dispatcher of ten lines, enough to hold every kind of conversation."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.platforms.base import OutgoingMessage
from cogs.declare import Action, Cog, Command, Option
from cogs.messages import ActionId, Ask, Button, Card, Choice, Form, FormField, Image, Reply, Text, say
from study.group import Place

AWAY = replace(say("The database is away."), failed=True)
ANSWER = Button("Answer", ActionId("quiz.answer", ("17",)), "primary")


async def hello(ask, services):
    return say(f"Hello {ask.person.name} in {ask.place.name}, organiser: {ask.person.organiser}.")


async def leaders(ask, services):
    return say(f"The leaders of {ask.text('window', 'week')}.")


async def look(ask, services):
    picture = ask.picture("image")
    return Reply("It is a seven.", (Card("A seven", (Image(picture), Text(f"{len(picture.data)} bytes"))),))


async def open_form(ask, services):
    if ask.args == ("closed",):
        return say("This round is closed.")
    return Form(
        "Question 17",
        ActionId("quiz.send", ask.args),
        (FormField("answer", "Your answer", "paragraph"), FormField("note", "Note", required=False)),
        intro="What is a *tensor*?",
    )


async def send(ask, services):
    if "fault" in ask.text("answer"):
        return Reply("No.", faults={"answer": "Say it without the word fault."})
    if "away" in ask.text("answer"):
        return AWAY
    answers.append((ask.key, ask.person.name, ask.text("answer")))
    return say(f"Kept: {ask.text('answer')}", buttons=[Button("Undo", ActionId("quiz.undo", ask.args))])


async def note(ask, services):
    return AWAY if "away" in ask.text("text") else say(f"Noted: {ask.text('text')}")


async def undo(ask, services):
    return say("Taken back.")


async def slow(ask, services):
    await asyncio.sleep(0.3)
    return say("At last.")


async def suggest(ask, services, typed):
    return [Choice(f"Model {n}", f"m{n}") for n in range(40) if typed in f"m{n}"]


answers: list[tuple[str, str, str]] = []
cog = Cog(
    "quiz",
    "Questions",
    commands=(
        Command("hello", "Say hello", hello),
        Command(
            "leaderboard",
            "Who leads",
            leaders,
            (
                Option(
                    "window",
                    "Since when",
                    "choice",
                    required=False,
                    choices=(Choice("this week", "week"), Choice("all time", "all")),
                ),
            ),
            private=False,
        ),
        Command(
            "classify",
            "Ask a model",
            look,
            (
                Option("model", "Which", required=False, suggest=suggest, max_length=80),
                Option("image", "The picture", "picture"),
            ),
            private=False,
            on_picture="Classify picture",
        ),
        Command("note", "Note", note, (Option("text", "What"),)),
        Command("slow", "Take time", slow),
        Command("group pause", "Pause", hello, organiser=True),
        Command("group skip", "Skip", hello, organiser=True),
    ),
    actions=(
        Action("quiz.answer", open_form, opens_form=True),
        Action("quiz.send", send),
        Action("quiz.undo", undo, replaces=True),
    ),
)


class Dispatcher:
    """Finds the handler and runs it."""

    def asks_who_belongs(self, platform, belongs):
        """Nobody here asks."""

    async def command(self, name, ask):
        return await next(c for c in cog.commands if c.name == name).handle(ask, None)

    async def press(self, press_id, ask):
        press = ActionId.parse(press_id)
        found = next((a for a in cog.actions if a.name == press.name), None)
        if found is None:
            return say("This button belongs to a part of the bot that is gone.")
        return await found.handle(Ask(ask.person, ask.place, ask.at, ask.key, ask.options, press.args), None)

    async def organises(self, ask):
        return ask.person.organiser

    async def suggest(self, command, option, typed, ask):
        return await suggest(ask, None, typed)


def outgoing(hall, key="17", reply=None, channel=None):
    place = Place("discord", str(hall.guild.id), str((channel or hall.channel).id), "general")
    return OutgoingMessage(key, place, reply or Reply("Week 1", (Card("Week 1", (Text("Read it."),), (ANSWER,)),)))
