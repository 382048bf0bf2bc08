"""How fast the store answers: leaderboards over 100,000 and 1,000,000 answers of one group, on SQLite and on Postgres.

`python -m bench.store [ANSWERS...]`
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

from bench.reliability import database
from store import Store
from store.database import tables as t
from study.group import Place
from study.standings import Window, rank, window
from tests import postgres

START = datetime(2023, 11, 27, 18, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WEEKS = 156


async def fill(store: Store, answers: int, members: int) -> int:
    """One group over three years whose members answer everything they are asked; every other tries twice."""
    group = await store.groups.set_up(
        Place("browser", "w", "c", "c"), name="G", course="c", zone="Europe/Berlin", slots=[], at=START
    )
    per_week = max(1, round(answers / 1.5 / members / WEEKS))
    async with store.database.writing() as db:
        people = [
            {"id": n + 1, "group_id": group.id, "name": f"Member {n}", "hidden": n % 50 == 0, "created": START}
            for n in range(members)
        ]
        await db.execute(t.members.insert(), people)
        made = 0
        for week in range(WEEKS):
            opens = START + timedelta(weeks=week)
            round_ = {"id": week + 1, "group_id": group.id, "slot": str(week), "week": week, "opens": opens}
            await db.execute(t.rounds.insert(), [round_ | {"closes": opens + timedelta(weeks=1), "state": "closed"}])
            for n in range(per_week):
                post_id = week * per_week + n + 1
                post = {
                    "id": post_id,
                    "round_id": week + 1,
                    "group_id": group.id,
                    "kind": "item",
                    "item": f"q{post_id}",
                }
                await db.execute(t.posts.insert(), [post | {"position": n}])
                rows = [
                    {
                        "post_id": post_id, "group_id": group.id, "member_id": member + 1, "item": f"q{post_id}",
                        "text": "an answer of some twenty words or so", "key": f"{member}-{again}",
                        "score": (member * 7 + post_id * 3 + again) % 5 / 4, "points": 1, "possible": 1,
                        "verdict": "partial",
                        "rubric_version": "v", "ordinal": again,
                        "at": opens + timedelta(minutes=(member * 37 + again) % 9000),
                    }
                    for member in range(members)
                    for again in (1, 2)[: 1 + member % 2]
                ]  # fmt: skip
                await db.execute(t.answers.insert(), rows)
                made += len(rows)
    await store.scores.rebuild()
    return made


async def measure(url: str, answers: int, members: int) -> None:
    """Fill, then ask for each board again and again."""
    store = await Store.open(url)
    begun = time.perf_counter()
    made = await fill(store, answers, members)
    filled = time.perf_counter() - begun
    if not store.database.is_sqlite:
        assert store.database._engine is not None
        async with store.database._engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).exec_driver_sql("VACUUM ANALYZE")
    (group,) = await store.groups.all()
    kinds: tuple[Window, ...] = ("week", "season", "all")
    everything: list[float] = []
    for kind in kinds:
        taken, processor = [], time.process_time()
        for n in range(150):
            since, until = window(kind, group.zone, NOW - timedelta(weeks=n % 3))
            begun = time.perf_counter()
            places = rank(await store.scores.totals(group.id, since, until))
            taken.append(1000 * (time.perf_counter() - begun))
            assert len(places) == members
        taken.sort()
        everything += taken
        used = 1000 * (time.process_time() - processor) / len(taken)
        print(
            f"  {kind:7} median {statistics.median(taken):6.1f} ms   p99 {taken[-2]:6.1f} ms   max {taken[-1]:6.1f} ms"
            f"   own processor time {used:5.1f} ms each",
            flush=True,
        )
    everything.sort()
    p99 = everything[int(0.99 * len(everything))]
    print(
        f"  all     p99 {p99:.1f} ms over {made:,} answers of {members} members (filled in {filled:.0f} s)", flush=True
    )
    await store.close()


def main(sizes: list[int]) -> None:
    """Measure each size on each database."""
    for size in sizes:
        for kind in ("sqlite", "postgres"):
            if kind == "postgres" and postgres.binaries() is None:
                print("postgres: left out, the Postgres server is missing")
                continue
            print(f"leaderboards, {size:,} answers in one group, {kind}")
            with database(kind) as url:
                asyncio.run(measure(url, size, 200 if size <= 100_000 else 1000))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100_000, 1_000_000])
