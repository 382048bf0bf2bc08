"""Every migration down and up again, with a million answers in the database, on SQLite and on Postgres.

`python -m bench.migrations [ANSWERS [DATABASE...]]`
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from alembic.script import ScriptDirectory
from sqlalchemy import Text, cast, func, insert, literal, select

from bench.reliability import database
from store import NewRound, Store, newest_revision
from store.database import tables as t
from store.database.connection import sqlite_path
from store.database.migration import config_for, move, sync_url
from study.agenda import Planned
from study.group import Place
from tests import postgres

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
POSTS = 1000


async def fill(url: str, answers: int) -> None:
    """One group whose members have each answered every one of a thousand posts."""
    store = await Store.open(url)
    group = await store.groups.set_up(
        Place("browser", "w", "c", "c"), name="G", course="c", zone="UTC", slots=[], at=AT
    )
    people = [{"group_id": group.id, "name": f"M {n}", "hidden": False, "created": AT} for n in range(answers // POSTS)]
    async with store.database.writing() as db:
        await db.execute(insert(t.members), people)
    asked = [Planned("item", f"q{n}", 1) for n in range(POSTS)]
    await store.rounds.open(group.id, NewRound("2026-11-20T12:00:00", "c", 1, AT, AT + timedelta(days=7), asked))
    p, m, a = t.posts, t.members, t.answers
    names = (
        *(a.c.post_id, a.c.group_id, a.c.member_id, a.c.item, a.c.text, a.c.key, a.c.score, a.c.points, a.c.possible),
        *(a.c.verdict, a.c.rubric_version, a.c.ordinal, a.c.at),
    )
    words = literal("an answer of some twenty words or so, as people write it in a hurry before the meeting begins")
    given = select(
        *(p.c.id, p.c.group_id, m.c.id, p.c.item, words, cast(m.c.id, Text), literal(0.5), literal(1.0)),
        *(literal(2.0), literal("partial"), literal("v1"), literal(1), literal(AT, t.Moment)),
    ).where(p.c.group_id == m.c.group_id)
    for first in range(0, POSTS, 20):  # a statement may not take longer than any other of the program's
        part = given.where(p.c.position >= first, p.c.position < first + 20)
        async with store.database.writing() as db:
            await db.execute(insert(a).from_select([column.name for column in names], part))
    await store.close()


async def counted(url: str) -> tuple[int, int]:
    """How many answers and members there are, and that the question every start asks is answered."""
    store = await Store.open(url)
    try:
        begun = time.perf_counter()
        used = await store.regrading.rubrics_used()
        print(f"    {len(used)} rubrics in use, found in {1000 * (time.perf_counter() - begun):.0f} ms", flush=True)
        async with store.database.reading(long=True) as db:
            rows = await db.execute(select(func.count()).select_from(t.answers))
            return rows.scalar_one(), len(await store.members.of_group(1))
    finally:
        await store.close()


def main(answers: int, kinds: Sequence[str]) -> None:
    """Fill, go down step by step and up again, and compare."""
    script = ScriptDirectory.from_config(config_for(sync_url("sqlite://")))
    revisions = [one.revision for one in script.walk_revisions()]
    for kind in kinds:
        if kind == "postgres" and postgres.binaries() is None:
            print("postgres: left out, the Postgres server is missing")
            continue
        print(f"migrations, {answers:,} answers, {kind}", flush=True)
        with database(kind) as url:
            asyncio.run(fill(url, answers))
            before = asyncio.run(counted(url))
            for revision in (*revisions[1:], *reversed(revisions[:-1])):
                begun = time.perf_counter()
                move(url, revision)
                print(f"    to {revision} in {time.perf_counter() - begun:.1f} s", flush=True)
            assert asyncio.run(counted(url)) == before
            path = sqlite_path(sync_url(url))
            copies = len(list(path.parent.glob("*.before-*"))) if path else 0
            kept = f"{before[0]:,} answers of {before[1]:,} members"
            print(f"    schema {newest_revision()}, {kept} as before; {copies} copies taken first", flush=True)


if __name__ == "__main__":
    main(int([*sys.argv, 1_000_000][1]), sys.argv[2:] or ("sqlite", "postgres"))
