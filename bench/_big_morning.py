"""A big morning: groups due in the same minute, served by the shipped program over a platform that takes its time."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select, text

from bot.app import App, serve
from bot.clock import Clock
from bot.dispatcher import Dispatcher
from bot.packs.bench import Bench
from bot.packs.live import LiveCourses
from bot.platforms.base import OutgoingMessage, PrivateMessage
from bot.schedule.rounds import RoundScheduler
from bot.settings import read_settings
from bot.simulate import NoModels
from cogs import COGS
from cogs.messages import ActionId, Ask, Form, Person, Reply
from cogs.services import Services
from store import NewRound, Store
from store.database import tables as t
from study.agenda import Planned
from study.course import Course, Week
from study.group import Place, Slot


class Metered:
    """A simulated platform that takes so many requests a second, spread evenly, and answers each after a tenth."""

    name = "browser"

    def __init__(self, rate: float) -> None:
        self.gap, self.free_at, self.keys, self.first, self.last = 1 / rate, 0.0, [], 0.0, 0.0

    async def start(self) -> None:
        """Nothing to connect."""

    async def stop(self) -> None:
        """Nothing to let go."""

    async def send(self, outgoing: OutgoingMessage) -> str:
        """Wait for the rate's turn, take the message, answer."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self.free_at = max(now, self.free_at) + self.gap
        self.first = self.first or now
        await asyncio.sleep(self.free_at - now)
        self.keys.append(outgoing.key)
        self.last = loop.time()
        await asyncio.sleep(0.1)
        return str(len(self.keys))

    async def edit(self, outgoing: OutgoingMessage, message_id: str) -> None:
        """Never asked here."""

    async def find(self, outgoing: OutgoingMessage, since: datetime) -> str | None:
        """Whether the key was posted."""
        return "1" if outgoing.key in self.keys else None

    async def check(self) -> None:
        """The line holds."""

    async def tell_member(self, private: PrivateMessage) -> str:
        """Nobody listens."""
        return private.key

    async def find_private(self, private: PrivateMessage, since: datetime) -> str | None:
        """Nobody listens."""
        return None

    async def tell_organiser(self, place: Place, message: Reply) -> bool:
        """Nobody listens."""
        return True


async def _alike(store: Store, groups: int) -> None:
    """As many groups as wanted, each like the first and in a channel of its own, written a thousand at a time."""
    async with store.database.writing() as db:
        kinds = (t.groups, t.slots, t.channels)
        kept = [(await db.execute(select(table))).mappings().all() for table in kinds]
        for start in range(2, groups + 1, 1000):
            numbers = range(start, min(start + 1000, groups + 1))
            for table, rows in zip(kinds, kept, strict=True):
                await db.execute(table.insert(), [dict(row) | _own(table, n) for n in numbers for row in rows])
        if not store.database.is_sqlite:
            for table in (t.groups, t.channels):
                await db.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {groups})"))


def _own(table: Table, n: int) -> dict[str, object]:
    if table is t.groups:
        return {"id": n}
    return {"group_id": n} | ({"id": n, "external_id": f"c{n}"} if table is t.channels else {})


async def morning(url: str, groups: int, rate: float, folder: Path) -> dict[str, object]:
    """All groups are due at once, and one person answers a question ten times a second until the last is served."""
    settings = read_settings(data=folder, database_url=url)
    (whole, *_) = LiveCourses(settings.packs).values()
    item = next(whole.items())
    course = Course(whole.id, whole.title, "en", (Week(1, "One", "", None, (item,)),))
    store = await Store.open(url)
    early = datetime.now(UTC) - timedelta(hours=1)
    soon = datetime.now(UTC) + timedelta(seconds=1)
    slot = Slot(soon.weekday(), soon.time().replace(microsecond=0))
    about: dict[str, Any] = {"name": "G", "course": course.id, "zone": "UTC", "at": early}
    await store.groups.set_up(Place("browser", "w", "c1", "c"), slots=[slot], **about)
    await _alike(store, groups)
    talking = await store.groups.set_up(Place("browser", "w", "c0", "c"), slots=[], **about)
    await store.groups.change(talking.id, at=early, attempts=10**6)
    asked = await store.rounds.open(
        talking.id, NewRound("now", talking.course, 1, early, early + timedelta(days=7), [Planned("item", item.id, 1)])
    )
    assert asked is not None
    (post,) = await store.posts.of_round(asked.id)
    async with store.database.writing() as db:  # it is there to be answered, not to be sent
        await db.execute(t.deliveries.update().values(state="dead"))
    clock = Clock()
    courses = LiveCourses(settings.packs)
    rounds = RoundScheduler(store, {course.id: course}, clock, timedelta(hours=12))
    services = Services(store, {course.id: course}, NoModels(), rounds.post_now)
    workbench = Bench(courses, folder / "packs", folder / "bench", clock.now)
    app = App(settings, store, courses, clock, services, Dispatcher(COGS, services), rounds, workbench)
    platform = Metered(rate)
    await asyncio.sleep(1.5)
    waits: list[float] = []
    begun, used = asyncio.get_running_loop().time(), time.process_time()

    async def pressed(press: str, fields: dict[str, str]) -> Reply | Form:
        since = time.perf_counter()
        ask = Ask(Person("browser", "ann", "Ann"), Place("browser", "w", "c0", "c"), clock.now(), str(since), fields)
        reply = await app.dispatcher.press(press, ask)
        waits.append(time.perf_counter() - since)
        return reply

    async def person() -> int:
        answers = 0
        while len(platform.keys) < groups:
            form = await pressed(ActionId("quiz.answer", (str(post.id),)).id, {})
            assert isinstance(form, Form), form
            await pressed(form.action.id, {form.fields[0].name: f"{item.answer} {answers}"})
            answers += 1
            await asyncio.sleep(0.1)
        os.kill(os.getpid(), signal.SIGTERM)
        return answers

    answers, _ = await asyncio.gather(person(), serve(app, [platform]))
    lost = answers - len(await store.answers.of_group(talking.id))
    await store.close()
    taken, floor = platform.last - begun, groups / rate
    waits.sort()
    return {
        "groups": groups,
        "rate": rate,
        "seconds": round(taken, 1),
        "floor": round(floor, 1),
        "above the floor": f"{taken / floor - 1:.1%}",
        "doubled": len(platform.keys) - len(set(platform.keys)),
        "interactions": len(waits),
        "answers lost": lost,
        "median ms": round(1000 * statistics.median(waits), 1),
        "p99 ms": round(1000 * waits[int(0.99 * len(waits))], 1),
        "slowest ms": round(1000 * waits[-1], 1),
        "processor ms each": round(1000 * (time.process_time() - used) / groups, 1),
        "memory MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
