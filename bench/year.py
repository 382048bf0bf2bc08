"""A year of weekly posts on a clock that also jumps, from a second to a year, on the real store of each database.

`python -m bench.year [GROUPS] [SEED]`
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from datetime import time as clock_time
from datetime import timedelta

from bench.reliability import database
from store import Store
from study.group import Slot
from tests import postgres
from tests.bot.channelbook import Spine, a_course

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


def main(groups: int = 3, seed: int = 1) -> None:
    """A steady year and one of jumps, on each database."""
    for kind in ("sqlite", "postgres"):
        if kind == "postgres" and postgres.binaries() is None:
            print("postgres: left out, the Postgres server is missing")
            continue
        for jumps in (False, True):
            with database(kind) as url:
                found = asyncio.run(lived(url, groups, seed, jumps=jumps))
            print(f"a year on {kind}{' with jumps' if jumps else ''}, seed {seed}: {found}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
