"""The organiser's page and a member's own after a year of 300 members, against a group that has just begun.

`python -m bench.pages_of_a_year [MEMBERS] [WEEKS]`
"""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, event, insert

from bot.app import App
from bot.dispatcher import Dispatcher
from bot.platforms.browser.platform import BrowserPlatform
from bot.settings import Settings
from cogs import COGS
from cogs.services import Services
from store import NewRound, Store, migrate
from store.database import tables as t
from study.agenda import Planned
from study.course import Course
from study.group import Account, Slot
from tests.cogs.conversation import MONDAY, OneModel
from tests.content.packs import courses as shipped
from tests.platforms.browser.school import Standing
from tests.platforms.browser.visitor import Visitor

PAGES = {"the organiser's page": "overview", "a member's own page": "me", "the audit trail": "overview/trail"}
TURNS = 7


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[BrowserPlatform, Store, Course, Standing]]:
    """A page over a new database, with a group in its channel."""
    url = f"sqlite:///{folder / 'studybot.sqlite3'}"
    await migrate(url)
    store = await Store.open(url)
    courses = shipped()
    clock = Standing()
    services = Services(store, courses, OneModel(), None)
    app = App(Settings(data=folder), store, courses, clock, services, Dispatcher(COGS, services), None, None)
    platform = BrowserPlatform(app.host, port=0, demo=True)
    slots = (Slot(0, MONDAY.time()),)
    await store.groups.set_up(
        platform.first_place, name="Study room", course="fastbook", zone="Europe/Berlin", slots=slots, at=MONDAY
    )
    await platform.start()
    try:
        yield platform, store, courses["fastbook"], clock
    finally:
        await platform.stop()
        await store.close()


async def lived(
    platform: BrowserPlatform, store: Store, course: Course, clock: Standing, members: int, weeks: int
) -> None:
    """A year: two rounds a week of three questions, of which everybody answers two in three, one in four twice."""
    chance = random.Random(1)  # noqa: S311 - the same year each time
    items = [item for item in course.items() if item.rubric is not None]
    people = [
        await store.members.meet(1, Account("browser", platform.first_place.workspace, f"p{n}"), f"Member {n}", MONDAY)
        for n in range(members)
    ]
    texts = ("I do not know.", "A model is trained on data with labels, and then it predicts.", "It overfits.")
    for turn in range(2 * weeks):
        at = MONDAY + timedelta(days=3.5 * turn)
        asked = [items[(3 * turn + n) % len(items)].id for n in range(3)]
        posts = [Planned("item", item, 1) for item in asked]
        opened = await store.rounds.open(
            1, NewRound(at.replace(tzinfo=None).isoformat(), "fastbook", 1, at, at + timedelta(days=3.5), posts)
        )
        rows = []
        for post in await store.posts.of_round(opened.id):
            for member in people:
                for attempt in range(chance.choice((0, 1, 1, 1, 1, 2)) if member is not people[-1] else 2):
                    score = chance.choice((0.0, 0.3, 0.6, 1.0))
                    rows.append({
                        "post_id": post.id, "group_id": 1, "member_id": member.id, "item": post.item,
                        "text": chance.choice(texts), "key": f"{post.id}/{member.id}/{attempt}", "score": score,
                        "points": score, "possible": 1.0, "verdict": "accept" if score == 1 else "partial",
                        "rubric_version": "v", "ordinal": attempt + 1, "at": at + timedelta(hours=chance.random() * 60),
                    })  # fmt: skip
        async with store.database.writing() as db:
            await db.execute(insert(t.answers), rows)
        clock.time = at + timedelta(days=3)
        await store.rounds.close_due(clock.time)
    await store.scores.rebuild()


@contextmanager
def counted() -> Iterator[list[int]]:
    """How often any database is asked."""
    asked = [0]

    def more(*_told: object) -> None:
        asked[0] += 1

    event.listen(Engine, "before_cursor_execute", more)
    yield asked
    event.remove(Engine, "before_cursor_execute", more)


async def measured(visitor: Visitor) -> dict[str, tuple[float, int]]:
    """Of each page the median of processor time in milliseconds, asking and reading included, and its statements."""
    found = {}
    for name, path in PAGES.items():
        times = []
        for _turn in range(TURNS):
            with counted() as asked:
                begun = time.process_time()
                status, _page = await visitor.get(f"/c/study-group/{path}")
                times.append(1000 * (time.process_time() - begun))
            assert status == 200, (name, status)
        found[name] = (statistics.median(times), asked[0])
    return found


async def main(members: int = 300, weeks: int = 52) -> None:
    """Both groups, one after the other, in this one run."""
    figures = {}
    for kind in ("begun", "lived"):
        with tempfile.TemporaryDirectory() as folder:
            async with served(Path(folder)) as (platform, store, course, clock), Visitor(platform) as olga:
                await olga.join("Olga")
                await olga.get("/c/study-group/me")
                if kind == "lived":
                    await store.members.meet(
                        1, Account("browser", platform.first_place.workspace, olga.as_), "", MONDAY
                    )
                    await lived(platform, store, course, clock, members, weeks)
                    async with store.database.writing() as db:
                        mine = (await store.members.of_group(1))[0].id
                        last = (await store.members.of_group(1))[-1].id
                        for table in (t.answers, t.best, t.tallies):
                            await db.execute(table.update().where(table.c.member_id == last).values(member_id=mine))
                    print(f"{len(await store.answers.of_group(1))} answers of {members} members", flush=True)
                gc.collect()
                gc.freeze()  # as the bot does when it has started
                figures[kind] = await measured(olga)
    for name in PAGES:
        (little, few), (much, many) = figures["begun"][name], figures["lived"][name]
        print(
            f"{name}: {much:.0f} ms of processor time after {weeks} weeks of {members} members, "
            f"{much / little:.1f} times the {little:.0f} ms of a group that has begun; {many} statements, {few} there",
            flush=True,
        )


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
