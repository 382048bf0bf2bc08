"""The terminal keeps the contract of every platform."""

from __future__ import annotations

import re

import pytest

from bot.platforms.terminal.platform import TerminalPlatform
from study.group import Place
from tests.platforms.contract import PlatformContract, study_room

PLACE = Place("terminal", "local", "terminal", "terminal")


class Player:
    """Somebody at the keyboard. A terminal delivers nothing twice."""

    def __init__(self, world, name):
        self._world, self._name = world, name

    async def _say(self, line):
        await self._world.terminal.say(f"as {self._name}")
        return await self._world.terminal.say(line)

    async def command(self, name, **options):
        return await self._say(" ".join([f"/{name}", *(f"{one}: {value}" for one, value in options.items())]))

    async def presses(self, title, label):
        shown = next(text for text in reversed(self._world.lines) if text.strip().startswith(title))
        number = re.search(rf"\[(\d+) {label}\]", shown)[1]
        return await self._say(f"press {number}")

    async def sends(self, **fields):
        (words,) = fields.values()
        return await self._world.terminal.say(words)

    async def sends_again(self):
        pass

    async def inbox(self):
        return [text for text in self._world.lines if f"For {self._name} alone" in text]

    async def presses_in_private(self, label):
        number = re.search(rf"\[(\d+) {label}\]", (await self.inbox())[-1])[1]
        return await self._say(f"press {number}")


class World:
    def __init__(self, room, data):
        self.room, self.lines, self._under = room, [], {}
        self.terminal = TerminalPlatform(room.host(data), who="Olga", write=self.lines.append)

    async def person(self, name, *, organiser=False):
        return Player(self, name)

    async def post(self, outgoing):
        made = await self.terminal.send(outgoing)
        self._under[made] = outgoing.under
        return made

    async def tell(self, private):
        return await self.terminal.tell_member(private)

    async def told(self, private):
        return await self.terminal.find_private(private, self.room.clock.now())

    async def edit(self, outgoing, message_id):
        before = len(self.lines)
        await self.terminal.edit(outgoing, message_id)
        assert len(self.lines) <= before + 1

    async def find(self, outgoing):
        return await self.terminal.find(outgoing, self.room.clock.now())

    async def thread(self, message_id):
        return [text for one, text in self.terminal.printed.items() if self._under.get(one) == message_id]

    async def channel(self):
        return list(self.terminal.printed.values())


class TestTerminal(PlatformContract):
    @pytest.fixture
    async def world(self, tmp_path):
        async with study_room(PLACE) as room:
            yield World(room, tmp_path)
