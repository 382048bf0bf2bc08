"""The browser page keeps the contract of every platform."""

from __future__ import annotations

import html
import re
from contextlib import AsyncExitStack

import pytest

from bot.platforms.browser.platform import BrowserPlatform
from study.group import Place
from tests.platforms.browser.visitor import Visitor, plain
from tests.platforms.contract import PlatformContract
from tests.platforms.weeks import FourWeeks

PLACE = Place("browser", "local", "study-group", "study-group")


class Player:
    """A visitor of the page, in the contract's words."""

    def __init__(self, visitor):
        self._visitor, self._form, self._last, self._told = visitor, {}, None, ""

    def _read(self, answer):
        _, told = answer
        if "form" in told:
            hidden = re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', told["form"])
            self._form = {name: html.unescape(value) for name, value in hidden}
            return plain(told["form"])
        self._told = told["entries"][-1]["html"] if told["entries"] else ""
        faults = " ".join(told.get("faults", {}).values())
        return " ".join([told.get("fault", ""), faults, *(plain(entry["html"]) for entry in told["entries"])])

    async def command(self, name, **options):
        line = " ".join([f"/{name}", *(f"{option}: {value}" for option, value in options.items())])
        return self._read(await self._visitor.write(line))

    async def presses(self, title, label):
        entries = await self._visitor.entries()
        return await self._press(next(one for one in entries if f"<h2>{title}" in html.unescape(one)), label)

    async def _press(self, entry, label):
        message = re.search(r'id="m(\d+)"', entry)[1]
        press = re.search(rf'name="press" value="([^"]+)">{label}<', html.unescape(entry))[1]
        return self._read(await self._visitor.press(html.unescape(press), message=message))

    async def sends(self, **fields):
        self._last = {**self._form, **{f"field.{name}": value for name, value in fields.items()}}
        return self._read(await self._visitor.post("press", self._last))

    async def sends_again(self):
        await self._visitor.post("press", self._last)

    async def presses_reply(self, label):
        return await self._press(self._told, label)

    async def _letters(self):
        return [entry for entry in await self._visitor.entries() if 'class="entry private letter' in entry]

    async def inbox(self):
        return list(map(plain, await self._letters()))

    async def presses_in_private(self, label):
        return await self._press((await self._letters())[-1], label)


class World:
    def __init__(self, room, bot, stack):
        self.room, self.platform, self._stack = room, bot, stack
        self._first = None

    async def _joined(self, name):
        visitor = await self._stack.enter_async_context(Visitor(self.platform))
        await visitor.join(name, zone="Europe/Berlin")
        return visitor

    async def open(self):
        """The first to come is the organiser."""
        self._first = await self._joined("Olga")

    async def person(self, name, *, organiser=False):
        return Player(self._first if organiser else await self._joined(name))

    async def post(self, outgoing):
        return await self.platform.send(outgoing)

    async def tell(self, private):
        return await self.platform.tell_member(private)

    async def told(self, private):
        return await self.platform.find_private(private, self.room.clock.now())

    async def edit(self, outgoing, message_id):
        await self.platform.edit(outgoing, message_id)

    async def find(self, outgoing):
        return await self.platform.find(outgoing, self.room.clock.now())

    async def _shared(self):
        return [one for one in await self._first.entries() if "entry private" not in one]

    async def channel(self):
        return [plain(one) for one in await self._shared() if 'data-anchor=""' in one]

    async def threads(self):
        return [plain(one) for one in await self._shared() if 'data-anchor=""' not in one]

    async def thread(self, message_id):
        return [plain(one) for one in await self._first.entries() if f'data-anchor="{message_id}"' in one]


@pytest.fixture
async def world(request, tmp_path):
    async with request.cls.room_of(PLACE) as room, AsyncExitStack() as stack:
        bot = BrowserPlatform(room.host(tmp_path), port=0)
        await bot.start()
        stack.push_async_callback(bot.stop)
        made = World(room, bot, stack)
        await made.open()
        yield made


class TestBrowser(PlatformContract):
    pass


class TestBrowserWeeks(FourWeeks):
    pass
