"""Never twice, never lost, at length: kills, acknowledged answers, shared databases, clocks, a big morning, a load.

`python -m bench.reliability` runs everything; `python -m bench.reliability NAME [NUMBER...]` one part, as large as the
numbers say; `--list` says how long each may take, by estimate. What is printed goes into docs/results/reliability.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from bench import _big_morning
from store import NewRound, Store, StoreError, migrate
from study import calendar
from study.agenda import Planned
from study.group import Account, Place, Slot
from study.marking import Mark
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


def kills_on(platform: str, count: int = 300, seed: int = 1) -> None:
    """SIGKILLs while a platform's own adapter posts, a tenth of them ambiguous; "-unread": without reading back."""
    begun = time.perf_counter()
    with database("sqlite") as url:
        told(f"kills on {platform}, seed {seed}", begun, killed("platform", url, platform, count, seed))


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


def morning(kind: str, groups: int = 100_000, rate: float = 50) -> None:
    """Groups due in the same minute, a platform that takes so many requests a second."""
    begun = time.perf_counter()
    with database(kind) as url, tempfile.TemporaryDirectory() as folder:
        told(f"a big morning on {kind}", begun, asyncio.run(_big_morning.morning(url, groups, rate, Path(folder))))


async def _load(url: str, seconds: float, rate: float) -> dict[str, object]:
    store = await Store.open(url)
    at = datetime.now(UTC)
    group = await store.groups.set_up(
        Place("browser", "w", "c", "c"), name="G", course="c", zone="UTC", slots=[], at=at
    )
    await store.groups.change(group.id, at=at, attempts=10**6)
    asked = await store.rounds.open(
        group.id, NewRound("s", "c", 1, at, at + timedelta(days=7), [Planned("item", f"q{n}", 1) for n in range(50)])
    )
    assert asked is not None
    posts = await store.posts.of_round(asked.id)
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
        member = await store.members.meet(group.id, Account("browser", "w", f"p{n % 400}"), f"P {n % 400}", at)
        await store.answers.record(
            posts[n // 400 % 50].id,
            member.id,
            "an answer of some words " * 4,
            Mark(n % 5 / 4, 1, 4, "partial", "v", {"missed": ["an idea"]}),
            key=f"k{n}",
            at=at,
        )
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
    kept = len(await store.answers.of_group(group.id))
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


PARTS: dict[str, tuple[str, Callable[..., None]]] = {
    "clocks": ("20 minutes", clocks),
    "kills-sqlite": ("10 minutes", lambda *n: kills("sqlite", *n)),
    "kills-postgres": ("15 minutes", lambda *n: kills("postgres", *n)),
    "kills-discord": ("10 minutes", lambda *n: kills_on("discord", *n)),
    "kills-discord-unread": ("10 minutes", lambda *n: kills_on("discord-unread", *n)),
    "kills-slack": ("10 minutes", lambda *n: kills_on("slack", *n)),
    "kills-slack-unread": ("10 minutes", lambda *n: kills_on("slack-unread", *n)),
    "answers-sqlite": ("10 minutes", lambda *n: answers("sqlite", *n)),
    "answers-postgres": ("20 minutes", lambda *n: answers("postgres", *n)),
    "two": ("5 minutes", lambda *n: shared(2, *n)),
    "four": ("5 minutes", lambda *n: shared(4, *n)),
    "morning-sqlite": ("35 minutes", lambda *n: morning("sqlite", *n)),
    "morning-postgres": ("35 minutes", lambda *n: morning("postgres", *n)),
    "load-sqlite": ("11 minutes", lambda *n: load("sqlite", *n)),
    "load-postgres": ("11 minutes", lambda *n: load("postgres", *n)),
}


def main(args: list[str]) -> None:
    """Run the part named, or all; `--list` says what there is and about how long each takes."""
    if args == ["--list"]:
        for name, (takes, _) in PARTS.items():
            print(f"  {name:22} {takes}")
        return
    if args:
        PARTS[args[0]][1](*map(int, args[1:]))
        return
    for name, (_, part) in PARTS.items():
        if "postgres" in name and postgres.binaries() is None:
            print(f"{name}: left out, the Postgres server is missing")
            continue
        part()


if __name__ == "__main__":
    main(sys.argv[1:])
