from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.base import CannotTell, OutgoingMessage, SendRefused
from bot.platforms.terminal.platform import HELP, TerminalPlatform
from cogs.declare import Action, Cog, Command, Option
from cogs.messages import ActionId, Button, Card, Form, FormField, Reply, Text, say
from study.group import Place
from tests.platforms.hosted import hosted

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)


class Noon:
    def now(self):
        return NOW


PLACE = Place("terminal", "local", "terminal")
QUESTION = Reply(
    "Q", (Card("Question 1", (Text("What is a tensor?"),), (Button("Answer", ActionId("quiz.answer", ("1",))),)),)
)


async def echo(ask, services):
    return say(f"{ask.person.name}{' (organiser)' if ask.person.organiser else ''}: {ask.text('text')}")


async def open_answer(ask, services):
    why = FormField("sure", "Sure?", required=False, value="yes")
    return Form(f"Question {ask.args[0]}", ActionId("quiz.send", ask.args), (FormField("answer", "In your words"), why))


async def send_answer(ask, services):
    if len(ask.text("answer")) < 2:
        return Reply("Empty.", faults={"answer": "More than a letter, please."})
    return say(f"{ask.args[0]}: {ask.text('answer')} ({ask.text('sure')})")


async def look(ask, services):
    return say(f"{len(ask.picture('image').data)} bytes of {ask.picture('image').name}")


def words(text):
    return text


COGS = (
    Cog(
        "quiz",
        words("Quiz"),
        (
            Command("echo", words("Back"), echo, (Option("text", words("Text")),)),
            Command("classify", words("Look"), look, (Option("image", words("Picture"), "picture"),)),
        ),
        (Action("quiz.answer", open_answer, opens_form=True), Action("quiz.send", send_answer)),
    ),
)


class FakeDispatcher:
    async def command(self, name, ask):
        return await next(c for c in COGS[0].commands if c.name == name).handle(ask, None)

    async def press(self, press_id, ask):
        from dataclasses import replace

        press = ActionId.parse(press_id)
        action = next(a for a in COGS[0].actions if a.name == press.name)
        return await action.handle(replace(ask, args=press.args), None)


@pytest.fixture
def printed():
    return []


@pytest.fixture
def terminal(printed):
    return TerminalPlatform(hosted(FakeDispatcher(), COGS, None, clock=Noon()), who="ana", write=printed.append)


async def test_a_command_in_one_line(terminal):
    assert await terminal.say("/echo hello there") == "ana (organiser): hello there"
    assert await terminal.say("/ecko hi") == "There is no command /ecko. Did you mean /echo?"
    assert await terminal.say("") == ""
    assert await terminal.say("hello?") == HELP


async def test_speaking_as_someone_else_gives_no_rights(terminal):
    assert await terminal.say("as Ben") == "You are Ben now."
    assert await terminal.say("/echo hi") == "Ben: hi"


async def test_a_button_opens_a_form_asked_field_by_field(terminal, printed):
    await terminal.send(OutgoingMessage("k", PLACE, QUESTION))
    assert printed == ["\nQuestion 1\nWhat is a tensor?\n[1 Answer]"]
    assert await terminal.say("press 2") == "There is no button 2; there are 1 to 1."
    assert (await terminal.say("press 1")).endswith("In your words >")
    assert await terminal.say("x") == "Sure? (may be left empty) [yes] >"
    assert "More than a letter, please." in await terminal.say("")
    assert await terminal.say("an array") == "1: an array (yes)"


async def test_a_form_may_be_left(terminal, printed):
    await terminal.send(OutgoingMessage("k", PLACE, QUESTION))
    await terminal.say("press 1")
    assert await terminal.say("/cancel") == "Nothing was sent."
    assert await terminal.say("/echo on") == "ana (organiser): on"


async def test_a_command_leaves_a_form_but_an_answer_may_begin_with_a_stroke(terminal, printed):
    await terminal.send(OutgoingMessage("k", PLACE, QUESTION))
    await terminal.say("press 1")
    assert await terminal.say("/echo instead") == "ana (organiser): instead"
    await terminal.say("press 1")
    assert await terminal.say("/ is a path") == "Sure? (may be left empty) [yes] >"


async def test_a_missing_option_is_asked_for(terminal, tmp_path):
    assert (await terminal.say("/echo")).endswith("Text: Text >")
    assert (await terminal.say("")).startswith("This is needed.")
    assert await terminal.say("so") == "ana (organiser): so"
    (tmp_path / "seven.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert await terminal.say(f"/classify {tmp_path}/seven.png") == "8 bytes of seven.png"
    assert "cannot be read" in await terminal.say("/classify nowhere.png")
    assert "give the path of a picture." in await terminal.say("still nowhere")
    assert await terminal.say(f"{tmp_path}/seven.png") == "8 bytes of seven.png"


async def test_a_post_is_printed_once_a_key(terminal, printed):
    outgoing = OutgoingMessage("k", PLACE, say("Week 1 begins."))
    assert await terminal.send(outgoing) == await terminal.send(outgoing) == await terminal.find(outgoing, NOW)
    assert printed == ["\nWeek 1 begins."]
    other = OutgoingMessage("other", PLACE, say("x"))
    assert await terminal.find(other, NOW) is None
    with pytest.raises(CannotTell):
        await terminal.find(other, NOW - timedelta(days=1))
    with pytest.raises(SendRefused):
        await terminal.edit(other, "99")


async def test_lines_are_read_until_the_end(printed):
    ended = asyncio.Event()
    lines = ["/echo one\n", "quit\n", "/echo never\n"]
    terminal = TerminalPlatform(
        hosted(FakeDispatcher(), COGS, None, clock=Noon()),
        who="ana",
        write=printed.append,
        lines=lines,
        on_end=ended.set,
    )
    await terminal.start()
    await asyncio.wait_for(ended.wait(), 60)
    await terminal.stop()
    assert printed == [HELP, "ana (organiser): one"]
