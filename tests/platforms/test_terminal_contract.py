"""The terminal keeps the contract of every platform."""

from __future__ import annotations

import re

import pytest

from bot.platforms.terminal.platform import TerminalPlatform
from study.group import Place
from tests.platforms.contract import PlatformContract
from tests.platforms.weeks import FourWeeks

PLACE = Place("terminal", "local", "terminal", "terminal")


class Player:
    """Somebody at the keyboard. A terminal delivers nothing twice."""

    def __init__(self, world, name):
        self._world, self._name, self._told = world, name, ""

    async def _say(self, line):
        await self._world.platform.say(f"as {self._name}")
        self._told = await self._world.platform.say(line)
        return self._told

    async def _press(self, shown, label):
        number = re.search(rf"\[(\d+) {label}\]", shown)[1]
        return await self._say(f"press {number}")

    async def command(self, name, **options):
        return await self._say(" ".join([f"/{name}", *(f"{one}: {value}" for one, value in options.items())]))

    async def presses(self, title, label):
        shown = next(text for text in reversed(self._world.lines) if text.strip().startswith(title))
        return await self._press(shown, label)

    async def sends(self, **fields):
        for words in fields.values():
            self._told = await self._world.platform.say(words if isinstance(words, str) else ", ".join(words))
        return self._told

    async def sends_again(self):
        pass

    async def presses_reply(self, label):
        return await self._press(self._told, label)

    async def inbox(self):
        return [text for text in self._world.lines if f"For {self._name} alone" in text]

    async def presses_in_private(self, label):
        return await self._press((await self.inbox())[-1], label)


class Screen(TerminalPlatform):
    """The terminal, with a note of what was said under what."""

    def __init__(self, *given, **more):
        super().__init__(*given, **more)
        self.under = {}

    async def send(self, outgoing):
        made = await super().send(outgoing)
        self.under[made] = outgoing.under
        return made


class World:
    def __init__(self, room, data):
        self.room, self.lines = room, []
        self.platform = Screen(room.host(data), who="Olga", write=self.lines.append)

    async def person(self, name, *, organiser=False):
        return Player(self, name)

    async def post(self, outgoing):
        return await self.platform.send(outgoing)

    async def tell(self, private):
        return await self.platform.tell_member(private)

    async def told(self, private):
        return await self.platform.find_private(private, self.room.clock.now())

    async def edit(self, outgoing, message_id):
        before = len(self.lines)
        await self.platform.edit(outgoing, message_id)
        assert len(self.lines) <= before + 1

    async def find(self, outgoing):
        return await self.platform.find(outgoing, self.room.clock.now())

    async def thread(self, message_id):
        return [text for one, text in self.platform.printed.items() if self.platform.under[one] == message_id]

    async def threads(self):
        return [text for one, text in self.platform.printed.items() if self.platform.under[one]]

    async def channel(self):
        return [text for one, text in self.platform.printed.items() if not self.platform.under[one]]


@pytest.fixture
async def world(request, tmp_path):
    async with request.cls.room_of(PLACE) as room:
        yield World(room, tmp_path)


class TestTerminal(PlatformContract):
    pass


class TestTerminalWeeks(FourWeeks):
    pass
