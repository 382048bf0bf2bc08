"""Never twice, never lost, at length: kills, acknowledged answers, shared databases, clocks, a big morning, a load.

`python -m bench.reliability` runs everything; `python -m bench.reliability NAME [NUMBER...]` one part, as large as the
numbers say. What is printed goes into docs/reliability.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Table, select, text

from bot.app import App, serve
from bot.clock import Clock
from bot.desk import Desk
from bot.library import read_courses
from bot.platforms.base import Parcel
from bot.rounds import Rounds
from bot.settings import read_settings
from bot.simulate import NoModels
from cogs import COGS
from cogs.kit import Ask, Form, Kit, Person, Place, Press, Reply
from store import Store, StoreError, migrate
from store import tables as t
from study import calendar
from study.course import Course, Week
from study.group import Slot
from tests import postgres

MONDAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    """A new, migrated database of a kind, gone afterwards. Postgres keeps its promises of durability here."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/studybot.sqlite3"
            asyncio.run(migrate(url))
            yield url
    else:
        with postgres.server(durable=True) as server:
            url = server.fresh()
            asyncio.run(migrate(url))
            yield url


@contextlib.contextmanager
def counterpart(seed: int, ambiguity: float, slowness: float) -> Iterator[str]:
    """The platform in a process of its own; its port."""
    command = [sys.executable, "-m", "tests.bot.counterpart", str(seed), str(ambiguity), str(slowness)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def killed(*args: object) -> dict[str, object]:
    """One run of the killing."""
    command = [sys.executable, "-m", "tests.bot.killing_run", *map(str, args)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def told(name: str, begun: float, found: object) -> None:
    """One line of figures."""
    print(f"{name}: {json.dumps(found)}  [{time.perf_counter() - begun:.0f} s]", flush=True)


def kills(kind: str, count: int = 1000, seed: int = 1) -> None:
    """SIGKILLs spread over every commit, call and reply, a tenth of the calls ambiguous."""
    begun = time.perf_counter()
    with database(kind) as url, counterpart(seed, 0.1, 0.004) as port:
        told(f"kills on {kind}, seed {seed}", begun, killed("posts", url, port, count, seed))


def answers(kind: str, count: int = 100_000, times: int = 200, seed: int = 1) -> None:
    """Answers acknowledged under a kill loop, against the ledger of those who were told."""
    begun = time.perf_counter()
    with database(kind) as url:
        told(f"acknowledged answers on {kind}, seed {seed}", begun, killed("answers", url, count, times, seed))


def shared(processes: int, groups: int = 500, pauses: int = 40, deaths: int = 20, seed: int = 1) -> None:
    """Processes that share one Postgres, stopped past their lease and killed."""
    begun = time.perf_counter()
    with database("postgres") as url, counterpart(seed, 0.0, 0.5) as port:
        told(
            f"{processes} processes, seed {seed}",
            begun,
            killed("share", url, port, processes, groups, pauses, deaths, seed),
        )


def clocks(first: int = 2020, last: int = 2037) -> None:
    """Every IANA zone over the years, every half hour of the week's slots, in steps of odd length: one turn a slot."""
    begun = time.perf_counter()
    found: dict[str, int] = {"zones": 0, "turns": 0, "wrong": 0, "skipped hours": 0, "repeated hours": 0}
    slots = [Slot(6, clock_time(n // 2, 30 * (n % 2))) for n in range(0, 12)] + [
        Slot(5, clock_time(23, 59)),
        Slot(3, clock_time(12)),
    ]
    start, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    for name in sorted(available_timezones() - {"localtime"}):
        found["zones"] += 1
        zone = ZoneInfo(name)
        now, seen = start, {}
        chance = random.Random(name)  # noqa: S311
        while now < end:
            until = min(end, now + timedelta(hours=chance.randint(1, 2400)))
            for turn in calendar.turns(slots, name, now, until):
                found["wrong"] += turn.slot in seen
                seen[turn.slot] = turn.at
            now = until
        day = date(first, 1, 1) + timedelta(days=2)
        while day < date(last, 12, 30):
            for slot in slots:
                if slot.weekday == day.weekday():
                    local = datetime.combine(day, slot.at)
                    at = seen.pop(local.isoformat(), None)
                    found["turns"] += 1
                    if at is None:
                        found["wrong"] += 1
                        continue
                    shown = at.astimezone(zone)
                    if shown.replace(tzinfo=None) != local:  # a gap: moved forward, by less than a day
                        found["skipped hours"] += 1
                        found["wrong"] += (
                            not timedelta() < shown.replace(tzinfo=None, fold=0) - local <= timedelta(days=1)
                        )
                    else:
                        found["wrong"] += shown.fold
                        found["repeated hours"] += local.replace(tzinfo=zone, fold=1).utcoffset() != shown.utcoffset()
            day += timedelta(days=1)
        found["wrong"] += sum(start + timedelta(days=3) < at < end - timedelta(days=3) for at in seen.values())
    told(f"every zone, {first} to {last}", begun, found)


class Metered:
    """A simulated platform that takes so many requests a second, spread evenly, and answers each after a tenth."""

    name = "browser"

    def __init__(self, rate: float) -> None:
        self.gap, self.free_at, self.keys, self.first, self.last = 1 / rate, 0.0, [], 0.0, 0.0

    async def start(self) -> None:
        """Nothing to connect."""

    async def stop(self) -> None:
        """Nothing to let go."""

    async def send(self, parcel: Parcel) -> str:
        """Wait for the rate's turn, take the message, answer."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self.free_at = max(now, self.free_at) + self.gap
        self.first = self.first or now
        await asyncio.sleep(self.free_at - now)
        self.keys.append(parcel.key)
        self.last = loop.time()
        await asyncio.sleep(0.1)
        return str(len(self.keys))

    async def edit(self, parcel: Parcel, message_id: str) -> None:
        """Never asked here."""

    async def find(self, parcel: Parcel, since: datetime) -> str | None:
        """Whether the key was posted."""
        return "1" if parcel.key in self.keys else None

    async def tell_organiser(self, place: Place, message: Reply) -> bool:
        """Nobody listens."""
        return True


async def alike(store: Store, groups: int) -> None:
    """As many groups as wanted, each like the first and in a channel of its own, written a thousand at a time."""
    async with store.writing() as db:
        kinds = (t.groups, t.slots, t.channels)
        kept = [(await db.execute(select(table))).mappings().all() for table in kinds]
        for start in range(2, groups + 1, 1000):
            numbers = range(start, min(start + 1000, groups + 1))
            for table, rows in zip(kinds, kept, strict=True):
                await db.execute(table.insert(), [dict(row) | _own(table, n) for n in numbers for row in rows])
        if not store.is_sqlite:
            for table in (t.groups, t.channels):
                await db.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {groups})"))


def _own(table: Table, n: int) -> dict[str, object]:
    if table is t.groups:
        return {"id": n}
    return {"group_id": n} | ({"id": n, "external_id": f"c{n}"} if table is t.channels else {})


async def _morning(url: str, groups: int, rate: float, folder: Path) -> dict[str, object]:
    settings = read_settings(data=folder, database_url=url)
    (whole, *_) = read_courses(settings.packs).values()
    item = next(whole.items())
    course = Course(whole.id, whole.title, "en", (Week(1, "One", "", None, (item,)),))
    store = await Store.open(url)
    early = datetime.now(UTC) - timedelta(hours=1)
    soon = datetime.now(UTC) + timedelta(seconds=1)
    slot = Slot(soon.weekday(), soon.time().replace(microsecond=0))
    about: dict[str, Any] = {"name": "G", "course": course.id, "zone": "UTC", "at": early}
    await store.set_up_group("browser", "w", "c1", "c", slots=[slot], **about)
    await alike(store, groups)
    talking = await store.set_up_group("browser", "w", "c0", "c", slots=[], **about)
    await store.change_group(talking.id, at=early, tries=10**6)
    asked = await store.open_round(talking.id, "now", 1, early, early + timedelta(days=7), [("item", item.id)])
    assert asked is not None
    (post,) = await store.posts_of(asked.id)
    async with store.writing() as db:  # it is there to be answered, not to be sent
        await db.execute(t.deliveries.update().values(state="dead"))
    clock = Clock()
    rounds = Rounds(store, {course.id: course}, clock)
    kit = Kit(store, {course.id: course}, NoModels(), rounds)
    app = App(settings, store, kit.courses, clock, kit, Desk(COGS, kit), rounds)
    platform = Metered(rate)
    await asyncio.sleep(1.5)
    waits: list[float] = []
    begun, used = asyncio.get_running_loop().time(), time.process_time()

    async def pressed(press: str, fields: dict[str, str]) -> Reply | Form:
        since = time.perf_counter()
        ask = Ask(Person("browser", "ann", "Ann"), Place("browser", "w", "c0", "c"), clock.now(), str(since), fields)
        reply = await app.desk.press(press, ask)
        waits.append(time.perf_counter() - since)
        return reply

    async def person() -> int:
        answers = 0
        while len(platform.keys) < groups:
            form = await pressed(Press("quiz.answer", (str(post.id),)).id, {})
            assert isinstance(form, Form), form
            await pressed(form.press.id, {form.fields[0].name: f"{item.answer} {answers}"})
            answers += 1
            await asyncio.sleep(0.1)
        os.kill(os.getpid(), signal.SIGTERM)
        return answers

    answers, _ = await asyncio.gather(person(), serve(app, [platform]))
    lost = answers - len(await store.all_answers(talking.id))
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


def morning(kind: str, groups: int = 100_000, rate: float = 50) -> None:
    """Groups due in the same minute, a platform that takes so many requests a second."""
    begun = time.perf_counter()
    with database(kind) as url, tempfile.TemporaryDirectory() as folder:
        told(f"a big morning on {kind}", begun, asyncio.run(_morning(url, groups, rate, Path(folder))))


async def _load(url: str, seconds: float, rate: float) -> dict[str, object]:
    store = await Store.open(url)
    at = datetime.now(UTC)
    group = await store.set_up_group("browser", "w", "c", "c", name="G", course="c", zone="UTC", slots=[], at=at)
    await store.change_group(group.id, at=at, tries=10**6)
    asked = await store.open_round(group.id, "s", 1, at, at + timedelta(days=7), [("item", f"q{n}") for n in range(50)])
    assert asked is not None
    posts = await store.posts_of(asked.id)
    waits: list[float] = []
    refused = 0

    async def person(n: int) -> None:
        nonlocal refused
        try:
            await answer(n)
        except StoreError:  # "not saved, try again": told, and so not lost
            refused += 1

    async def answer(n: int) -> None:
        begun = time.perf_counter()
        member = await store.member(group.id, "browser", "w", f"p{n % 400}", f"P {n % 400}", at)
        await store.record_answer(
            posts[n // 400 % 50].id, member.id, "an answer of some words " * 4, key=f"k{n}", score=n % 5 / 4, points=1,
            possible=4, verdict="partial", rubric_version="v", feedback={"missed": ["an idea"]}, at=at,
        )  # fmt: skip
        waits.append(time.perf_counter() - begun)

    chance = random.Random(1)  # noqa: S311
    loop = asyncio.get_running_loop()
    begun, tasks = loop.time(), set()
    due, n = 0.0, 0
    while due < seconds:
        due += chance.expovariate(rate)  # people come by chance, not by the beat
        await asyncio.sleep(max(0.0, begun + due - loop.time()))
        task = asyncio.create_task(person(n))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        n += 1
    await asyncio.gather(*tasks)
    kept = len(await store.all_answers(group.id))
    await store.close()
    waits.sort()
    return {
        "answers": n,
        "refused": refused,
        "lost": n - refused - kept,
        "p50 ms": round(1000 * statistics.median(waits), 1),
        "p99 ms": round(1000 * waits[int(0.99 * len(waits))], 1),
        "max ms": round(1000 * waits[-1], 1),
    }


def load(kind: str, seconds: float = 600, rate: float = 100) -> None:
    """Answers a second, kept one by one on disk."""
    begun = time.perf_counter()
    with database(kind) as url:
        told(f"load on {kind}", begun, asyncio.run(_load(url, seconds, rate)))


PARTS: dict[str, Callable[..., None]] = {
    "clocks": clocks,
    "kills-sqlite": lambda *n: kills("sqlite", *n),
    "kills-postgres": lambda *n: kills("postgres", *n),
    "answers-sqlite": lambda *n: answers("sqlite", *n),
    "answers-postgres": lambda *n: answers("postgres", *n),
    "two": lambda *n: shared(2, *n),
    "four": lambda *n: shared(4, *n),
    "morning-sqlite": lambda *n: morning("sqlite", *n),
    "morning-postgres": lambda *n: morning("postgres", *n),
    "load-sqlite": lambda *n: load("sqlite", *n),
    "load-postgres": lambda *n: load("postgres", *n),
}


def main(args: list[str]) -> None:
    """Run the part named, or all."""
    if args:
        PARTS[args[0]](*map(int, args[1:]))
        return
    for name, part in PARTS.items():
        if "postgres" in name and postgres.binaries() is None:
            print(f"{name}: left out, the Postgres server is missing")
            continue
        part()


if __name__ == "__main__":
    main(sys.argv[1:])
