"""The browser page keeps the contract of every platform."""

from __future__ import annotations

import html
import re
from contextlib import AsyncExitStack

import pytest

from bot.platforms.browser.platform import BrowserPlatform
from study.group import Place
from tests.platforms.browser.visitor import Visitor, plain
from tests.platforms.contract import PlatformContract, study_room

PLACE = Place("browser", "local", "study-group", "study-group")


class Player:
    """A visitor of the page, in the contract's words."""

    def __init__(self, visitor):
        self._visitor, self._form, self._last = visitor, {}, None

    def _read(self, answer):
        _, told = answer
        if "form" in told:
            hidden = re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', told["form"])
            self._form = {name: html.unescape(value) for name, value in hidden}
            return plain(told["form"])
        faults = " ".join(told.get("faults", {}).values())
        return " ".join([told.get("fault", ""), faults, *(plain(entry["html"]) for entry in told["entries"])])

    async def command(self, name, **options):
        line = " ".join([f"/{name}", *(f"{option}: {value}" for option, value in options.items())])
        return self._read(await self._visitor.write(line))

    async def presses(self, title, label):
        entry = next(one for one in await self._visitor.entries() if f"<h2>{title}" in html.unescape(one))
        message = re.search(r'id="m(\d+)"', entry)[1]
        press = re.search(rf'name="press" value="([^"]+)">{label}<', html.unescape(entry))[1]
        return self._read(await self._visitor.press(html.unescape(press), message=message))

    async def sends(self, **fields):
        self._last = {**self._form, **{f"field.{name}": value for name, value in fields.items()}}
        return self._read(await self._visitor.post("press", self._last))

    async def sends_again(self):
        await self._visitor.post("press", self._last)

    async def inbox(self):
        return [plain(entry) for entry in await self._visitor.entries() if "Only you" in entry]

    async def presses_in_private(self, label):
        return await self.presses("To you alone", label)


class World:
    def __init__(self, room, bot, stack):
        self.room, self._bot, self._stack = room, bot, stack
        self._first = None

    async def _joined(self, name):
        visitor = await self._stack.enter_async_context(Visitor(self._bot))
        await visitor.join(name)
        return visitor

    async def open(self):
        """The first to come is the organiser."""
        self._first = await self._joined("Olga")

    async def person(self, name, *, organiser=False):
        return Player(self._first if organiser else await self._joined(name))

    async def post(self, outgoing):
        return await self._bot.send(outgoing)

    async def tell(self, private):
        return await self._bot.tell_member(private)

    async def told(self, private):
        return await self._bot.find_private(private, self.room.clock.now())

    async def edit(self, outgoing, message_id):
        await self._bot.edit(outgoing, message_id)

    async def find(self, outgoing):
        return await self._bot.find(outgoing, self.room.clock.now())

    async def channel(self):
        return [plain(entry) for entry in await self._first.entries()]

    async def thread(self, message_id):
        return [plain(one) for one in await self._first.entries() if f'data-anchor="{message_id}"' in one]


class TestBrowser(PlatformContract):
    @pytest.fixture
    async def world(self, tmp_path):
        async with study_room(PLACE) as room, AsyncExitStack() as stack:
            bot = BrowserPlatform(room.host(tmp_path), port=0)
            await bot.start()
            stack.push_async_callback(bot.stop)
            made = World(room, bot, stack)
            await made.open()
            yield made
