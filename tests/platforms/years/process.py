"""The bot as a process that is killed and begun again, on a clock that it is told: a fork server, and its handle.

Everything is imported once; each life of the bot is a forked process with the shipped adapter, the real store, rounds,
reminders and outbox. A life ends where it is drawn to, among all the points that commits, calls and replies pass.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.app import _composed
from bot.channel_events import ChannelEvents
from bot.clock import ManualClock
from bot.dispatcher import Dispatcher
from bot.errors import PlatformError
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.discord.settings import DiscordSettings
from bot.platforms.slack.platform import SlackPlatform
from bot.platforms.slack.settings import SlackSettings
from bot.schedule.nudges import Nudges
from bot.schedule.outbox import Outbox
from bot.schedule.rounds import RoundScheduler
from bot.settings import SettingsError
from cogs import COGS
from cogs.services import Services
from store import Page, Store, StoreError
from study.course import Course, Week
from tests.bot.killing import Points, watched
from tests.bot.killing_platforms import Watched
from tests.cogs.conversation import COURSE as TINY
from tests.cogs.conversation import OneModel, item
from tests.platforms.hosted import host_of

CATCH_UP = timedelta(hours=12)
NOT_SERVED = 3
"""The exit code of a life that could not begin: whoever watches over the bot starts it again."""
RECAP = TINY.weeks[0].recap
COURSE = Course(
    "long",
    "A course of years",
    "en",
    tuple(
        Week(
            n, f"Colours {n}", "read", RECAP, (item(n, "Which colour is the sky?", "It is blue.", {"blue": ["blue"]}),)
        )
        for n in range(1, 121)
    ),
)


def adapter(name, access, host):
    """The shipped adapter, pointed at the local platform."""
    if name == "discord":
        return DiscordPlatform(host, DiscordSettings(**access), ready_seconds=0.05)
    return SlackPlatform(host, SlackSettings(**access), spacing=0.0)


async def orders():
    """What is asked of this life, as it comes."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


def answer(**said):
    os.write(1, json.dumps(said).encode() + b"\n")


async def life(begun):
    """Serve until it is told to end, or dies: at each order it is some time, and what is due is done."""
    clock = ManualClock(datetime.fromisoformat(begun["now"]))
    store = await Store.open(begun["url"], pool_size=4)
    points = Points(begun["die_at"], os.open(os.devnull, os.O_WRONLY))
    watched(store, points)
    rounds = RoundScheduler(store, {COURSE.id: COURSE}, clock, CATCH_UP)
    services = Services(store, {COURSE.id: COURSE}, OneModel(), rounds.post_now)
    parts = Dispatcher(COGS, services), COGS, clock, store.facts, store.codes, ChannelEvents(store)
    host = host_of(*parts, Page(store.database, ""), store.signing_in, Path(begun["data"]))
    platform = adapter(begun["platform"], begun["access"], host)
    try:
        await platform.start()
    except (PlatformError, SettingsError) as refused:
        print(refused, file=sys.stderr, flush=True)
        os._exit(NOT_SERVED)
    shown = Watched(platform, points, random.Random(begun["die_at"]))
    shown.tell_organiser, shown.tell_member = platform.tell_organiser, platform.tell_member
    shown.find_private = platform.find_private
    outbox = Outbox(store, {platform.name: shown}, partial(_composed, services, clock), clock, CATCH_UP)
    nudges = Nudges(store, clock)
    answer(served=True)
    async for told in orders():
        clock.move(datetime.fromisoformat(told["now"]) - clock.now())
        await asyncio.sleep(0.005)  # what the platform told meanwhile is heard before
        for part in (rounds.tick, nudges.tick, outbox.run_once):
            try:
                await part()
            except StoreError as error:
                print(error, file=sys.stderr, flush=True)
        answer(done=told["n"])


def serve():
    """Fork a life for each that is ordered, and tell when it has ended."""
    while line := _line():
        told = json.loads(line)
        if "url" not in told:
            continue  # it was meant for a life that is over
        child = os.fork()
        if not child:
            try:
                asyncio.run(life(told))
                os._exit(0)
            except BaseException:
                import traceback

                traceback.print_exc()
                os._exit(1)
        answer(pid=child)
        _, status = os.waitpid(child, 0)
        os.set_blocking(0, True)
        answer(ended=os.waitstatus_to_exitcode(status))


def _line():
    """A line of the orders and nothing beyond it, which is for the life itself."""
    read = b""
    while not read.endswith(b"\n"):
        part = os.read(0, 1)
        if not part:
            return b""
        read += part
    return read


class Bot:
    """The bot as whoever watches over it sees it: begun, given the time, killed."""

    def __init__(self, given):
        self._given, self._server, self._n, self._pid = given, None, 0, 0
        self.alive, self.lives, self.deaths = False, 0, []

    async def __aenter__(self):
        pipe = asyncio.subprocess.PIPE
        self._server = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.platforms.years.process", stdin=pipe, stdout=pipe
        )
        return self

    async def __aexit__(self, *_):
        await self.kill()
        self._server.stdin.close()
        await self._server.wait()

    async def _heard(self):
        line = await asyncio.wait_for(self._server.stdout.readline(), 120)
        assert line, "the fork server has ended"
        said = json.loads(line)
        if "ended" in said:
            self.alive = False
            self.deaths.append(said["ended"])
        return said

    def _tell(self, **order):
        self._server.stdin.write(json.dumps(order).encode() + b"\n")

    async def begin(self, now, die_at=10**9, **changed):
        """Start it; whether it serves."""
        self._given |= changed
        self._tell(**self._given, now=now.isoformat(), die_at=die_at)
        self._pid, self.alive = (await self._heard())["pid"], True
        self.lives += 1
        return "served" in await self._heard()

    async def tick(self, now):
        """Let it be that time, and what is due be done; False where it died over that."""
        self._n += 1
        self._tell(now=now.isoformat(), n=self._n)
        while self.alive:
            if (await self._heard()).get("done") == self._n:
                return True
        return False

    async def kill(self):
        """kill -9."""
        if self.alive:
            os.kill(self._pid, signal.SIGKILL)
            while self.alive:
                await self._heard()


if __name__ == "__main__":
    serve()
