"""Kills the bot while its Discord and Slack adapters post, and compares what it remembers with what stands there."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.clock import Clock
from bot.platforms.discord.cards import mark
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.discord.settings import DiscordSettings
from bot.platforms.slack.platform import SlackPlatform
from bot.platforms.slack.settings import SlackSettings
from bot.schedule.outbox import Outbox
from store import EDITS, NewRound, Store
from study.agenda import Planned
from study.group import Place
from tests.bot.channelbook import HALF_A_DAY, MONDAY, compose
from tests.bot.killing import Points, ended, forked, watched
from tests.platforms.discord import sample
from tests.platforms.hosted import hosted

SETTLE = 0.3


class Watched:
    """A platform whose calls and replies are points at which the process may die."""

    def __init__(self, platform, points, chance):
        self._platform, self._points, self._chance, self.name = platform, points, chance, platform.name

    def _call(self, name):
        self._points(f"before {name}")
        self._points.within(f"during {name}", self._chance.random() * 0.03)

    async def send(self, outgoing):
        self._call("a call")
        sent = await self._platform.send(outgoing)
        self._points("after a reply")
        return sent

    async def edit(self, outgoing, message_id):
        self._call("an edit")
        await self._platform.edit(outgoing, message_id)

    async def find(self, outgoing, since):
        self._call("a look-up")
        return await self._platform.find(outgoing, since)

    async def tell_organiser(self, place, message):
        return True


def adapter(name, access, store):
    """The shipped adapter, pointed at the local platform."""
    given = {key: value for key, value in access.items() if key not in ("workspace", "channel", "data")}
    host = hosted(sample.Dispatcher(), [sample.cog], Path(access["data"]), clock=Clock(), facts=store.facts)
    if name == "discord":
        return DiscordPlatform(host, DiscordSettings(**given), ready_seconds=0.05)
    return SlackPlatform(host, SlackSettings(**given), spacing=0.0)


@asynccontextmanager
async def posting(url, name, access, points, chance):
    """Everything that a process needs to post."""
    store = await Store.open(url, pool_size=4)
    watched(store, points)
    platform = adapter(name, access, store)
    await platform.start()
    try:
        shown = Watched(platform, points, chance)
        yield store, Outbox(store, {name: shown}, compose, Clock(), HALF_A_DAY, settle_seconds=SETTLE, send_seconds=10)
    finally:
        await platform.stop()
        await store.close()


async def a_life(url, name, access, points, chance, life):
    """One round after the other, each of three posts and then of a thread under each, until it is killed."""
    async with posting(url, name, access, points, chance) as (store, outbox):
        for n in range(8):
            now = datetime.now(UTC)
            asked = [Planned("recap", "", 1), *(Planned("item", f"q{n}", 1) for n in range(2))]
            await store.rounds.open(1, NewRound(f"{life}.{n}", "fastbook", 1, now, now, asked))
            await outbox.run_once()
            await store.rounds.close_due(datetime.now(UTC))
            await outbox.run_once()


async def the_last(url, name, access, points, chance):
    """Nobody kills this one: it ends when nothing is left to do, or after a minute."""
    async with posting(url, name, access, points, chance) as (store, outbox):
        for _ in range(300):
            await store.rounds.close_due(datetime.now(UTC))
            await outbox.run_once()
            open_ = await store.deliveries.find(states=("pending", "leased", "sending", "unknown"))
            parked = await store.deliveries.unsettled(limit=1000)
            if {one.id for one in open_} <= {one.id for one in parked}:
                return
            await asyncio.sleep(0.2)


async def compared(url, name, seen):
    """The store against the channel."""
    store = await Store.open(url)
    try:
        deliveries = await store.deliveries.find(limit=10**6)
        shown = (lambda one: mark(one.key)) if name == "discord" else (lambda one: one.key)
        # An edit leaves its own key on the message, so a message is known by what it is of.
        named = {shown(one): (one.post_id, one.kind.startswith("thread")) for one in deliveries}
        said = [named.get(key, key) for key in seen]
        posted = [one for one in deliveries if one.kind not in EDITS]
        return {
            "posted": len(said),
            "doubled": len(said) - len(set(said)),
            "lost": len({named[shown(one)] for one in posted if one.state == "sent"} - set(said)),
            "strange": len(set(said) - set(named.values())),
            "threads": sum(one.kind == "thread" for one in posted),
            "states": dict(Counter(one.state for one in posted)),
        }
    finally:
        await store.close()


def kill(url, kind, kills, seed, ambiguity=0.1):
    """Post and be killed so many times; what became of everything."""
    name = kind.partition("-")[0]
    chance = random.Random(seed)
    reader, tell = os.pipe()
    command = [sys.executable, "-m", "tests.bot.local_platforms", kind, str(seed), str(ambiguity)]
    with (
        TemporaryDirectory() as data,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as local,
    ):
        access = json.loads(local.stdout.readline()) | {"data": data}

        async def set_up():
            store = await Store.open(url)
            await store.groups.set_up(
                Place(name, access["workspace"], access["channel"], "study"),
                name="G",
                course="fastbook",
                zone="UTC",
                slots=(),
                at=MONDAY,
            )
            await store.close()

        assert ended(forked(set_up)) == 0
        deaths = lives = failures = 0
        while deaths < kills:
            lives += 1
            points = Points(chance.randint(1, 60), tell)
            own = random.Random(chance.random())
            code = ended(forked(lambda p=points, o=own, n=lives: a_life(url, name, access, p, o, n)))
            deaths += code == -signal.SIGKILL
            failures += code not in (0, -signal.SIGKILL)
        failures += ended(forked(lambda: the_last(url, name, access, Points(10**9, tell), random.Random(1)))) != 0
        os.close(tell)
        local.stdin.write("\n")
        local.stdin.flush()
        seen = json.loads(local.stdout.readline())
        local.kill()
    with os.fdopen(reader) as told:
        kinds = Counter(line.strip() for line in told)
    done = {"lives": lives, "kills": deaths, "failures": failures, "kinds": dict(kinds)}
    return done | asyncio.run(compared(url, name, seen))
