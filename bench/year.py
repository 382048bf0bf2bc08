"""A year of weekly posts on a clock that also jumps, on the real store of each database; and on Discord and Slack.

`python -m bench.year [GROUPS] [SEED]`, and `python -m bench.year discord|slack [WEEKS] [SEED] [GROUPS]`: a year of
outages, kills, channels that go and rights that come back, lived with the shipped adapters on the platform's local
counterpart.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import time as clock_time
from datetime import timedelta
from pathlib import Path

from bench.reliability import database
from store import Store, migrate
from study.group import Slot
from tests import postgres
from tests.bot.channelbook import Spine, a_course
from tests.platforms.years import on_discord, on_slack
from tests.platforms.years.year import Year, drawn

PLATFORMS = ("discord", "slack")
STEP = timedelta(hours=6)
JUMPS = tuple(timedelta(seconds=seconds) for seconds in (1, 60, 3600, 86_400, 604_800, 2_592_000, 31_536_000))


async def lived(url: str, groups: int, seed: int, *, jumps: bool) -> dict[str, object]:
    """A year in steps of six hours; with `jumps` the clock is now and then wrong for one tick, forward or back."""
    chance = random.Random(seed)  # noqa: S311 - a seed makes the run repeatable
    store = await Store.open(url)
    spine = Spine(store, course=a_course(weeks=60))
    for n in range(groups):
        await spine.group(f"c{n}", (Slot(n % 7, clock_time(18)),), ("Europe/Berlin", "America/New_York", "UTC")[n % 3])
    begun = time.perf_counter()
    for _ in range(365 * 4):
        spine.clock.move(STEP)
        await spine.tick()
        if jumps and chance.random() < 0.02:
            wrong = chance.choice(JUMPS) * chance.choice((1, -1))
            spine.clock.move(wrong)
            await spine.tick()
            spine.clock.move(-wrong)
            await spine.tick()
    rounds = [one for group in await store.groups.all() for one in await store.rounds.of_group(group.id)]
    states = Counter(one.state for one in rounds)
    slots = Counter((one.group_id, one.slot) for one in rounds)
    found = {
        "groups": groups,
        "seconds": round(time.perf_counter() - begun, 1),
        "rounds": dict(states),
        "slots twice": sum(count > 1 for count in slots.values()),
        "posts": len(spine.platform.posts),
        "doubled": spine.platform.doubles,
        "messages": dict(Counter(one.state for one in await store.deliveries.find(limit=10**6))),
    }
    await store.close()
    return found


async def lived_on(platform: str, weeks: int, seed: int, groups: int) -> tuple[dict[str, object], list[object]]:
    """Weeks of what may happen on a platform: the counts, and each thing that must not be."""
    scene = {"discord": on_discord, "slack": on_slack}[platform].Scene(seed)
    chance = random.Random(seed)  # noqa: S311 - a seed makes the run repeatable
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "studybot.sqlite3"
        await migrate(f"sqlite:///{path}")
        async with Year(scene, Path(folder), path, seed, groups) as year:
            for _ in range(weeks):
                await year.week(drawn(chance, scene.kinds, groups))
            ((posts,),) = year.rows("select count(*) from deliveries where kind = 'post' and state = 'sent'")
            ((threads,),) = year.rows("select count(*) from deliveries where kind = 'thread' and state = 'sent'")
        return {"posts": posts, "threads": threads, **year.found.told()}, year.found.faults


def year_on(platform: str, weeks: int = 52, seed: int = 1, groups: int = 3) -> None:
    """A year of groups on a platform, and what it came to."""
    begun = time.perf_counter()
    found, faults = asyncio.run(lived_on(platform, weeks, seed, groups))
    for fault in faults:
        print(f"  {fault}")
    told = f"{weeks} weeks of {groups} groups on {platform}, seed {seed}"
    print(f"{told}: {found}  [{time.perf_counter() - begun:.0f} s]", flush=True)


def main(groups: int = 3, seed: int = 1) -> None:
    """A steady year and one of jumps, on each database; then one on each platform."""
    for kind in ("sqlite", "postgres"):
        if kind == "postgres" and postgres.binaries() is None:
            print("postgres: left out, the Postgres server is missing")
            continue
        for jumps in (False, True):
            with database(kind) as url:
                found = asyncio.run(lived(url, groups, seed, jumps=jumps))
            print(f"a year on {kind}{' with jumps' if jumps else ''}, seed {seed}: {found}", flush=True)
    for platform in PLATFORMS:
        year_on(platform, seed=seed, groups=groups)


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in PLATFORMS:
        year_on(sys.argv[1], *map(int, sys.argv[2:]))
    else:
        main(*map(int, sys.argv[1:]))
