"""The browser page keeps the contract of every platform."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from bot.platforms.browser.platform import BrowserPlatform
from study.group import Place
from tests.platforms.browser.player import Player
from tests.platforms.browser.visitor import Visitor, plain
from tests.platforms.contract import PlatformContract
from tests.platforms.weeks import FourWeeks

PLACE = Place("browser", "local", "study-group", "study-group")


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
