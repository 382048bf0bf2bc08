"""A page with fifty thousand messages beside one with five hundred: what each step of reading it costs.

`python -m bench.page_history [MESSAGES]`. A tenth are private replies, a tenth stand in one thread.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import event, insert, update

from store import SINCE, UNDER, Store, migrate
from store.database import page_tables as t
from store.page.messages import PageMessages

AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
PAGE = 40


async def fill(store: Store, total: int) -> None:
    """So many messages, written as the page writes them."""
    database = store.page.messages._database
    people = [{"id": f"p{n}", "name": f"P{n}", "folded": f"p{n}"} for n in range(300)]
    rest = {"organiser": False, "zone": "", "platform": "", "workspace": "", "account": "", "joined": AT}
    body = json.dumps({"is": "Talk", "text": "what we talked about, at some length " * 4, "picture": None})
    rows = []
    for number in range(1, total + 1):
        private, under = number % 10 == 3, number % 10 == 7
        rows.append(
            {
                **{"id": number, "key": f"k{number}", "channel": "c", "said": "", "body": body, "rev": number},
                "reader": f"p{number % 300}" if private else None,
                "anchor": 1 if under else None,
                "author": None if private else f"p{number % 300}",
                "created": AT,
                "edited": None,
            }
        )
    async with database.writing() as db:
        await db.execute(insert(t.people), [{**one, **rest} for one in people])
        for begin in range(0, total, 5_000):
            await db.execute(insert(t.messages), rows[begin : begin + 5_000])
        await db.execute(insert(t.changes).values(one=1, rev=total))
        await db.execute(update(t.changes).values(rev=total))


def steps(messages: PageMessages, total: int) -> dict[str, Callable[[], Awaitable[list[object]]]]:
    """What a reader does, by name."""
    return {
        "the latest page": lambda: messages.page("c", "p3", None, PAGE),
        "a page in the middle": lambda: messages.page("c", "p3", total // 2, PAGE),
        "the first page of all": lambda: messages.page("c", "p3", 100, PAGE),
        "earlier in a long thread": lambda: messages.under(1, "p3", total // 2, UNDER),
        "what is new since five changes": lambda: messages.since("c", total - 5),
        "what is new since the beginning": lambda: messages.since("c", 0),
    }  # type: ignore[return-value]


async def measured(total: int) -> dict[str, tuple[float, int]]:
    """Median milliseconds of every step, and how many messages it gave."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'studybot.sqlite3'}"
        await migrate(url)
        store = await Store.open(url)
        await fill(store, total)
        taken = {}
        for name, step in steps(store.page.messages, total).items():
            times = []
            for _ in range(25):
                begun = time.perf_counter()
                found = await step()
                times.append((time.perf_counter() - begun) * 1000)
            taken[name] = statistics.median(times), len(found)
        if total > 10_000:
            await plans(store, total)
        await store.close()
        return taken


async def plans(store: Store, total: int) -> None:
    """How the database finds what each step asks for: by an index, never by looking at everything."""
    asked: list[tuple[str, object]] = []
    local = store.page.messages._database._local
    assert local is not None

    def note(conn: object, cursor: object, statement: str, parameters: object, *more: object) -> None:
        asked.append((statement, parameters))

    event.listen(local._engine, "before_cursor_execute", note)
    for name, step in steps(store.page.messages, total).items():
        asked.clear()
        await step()
        for statement, parameters in [one for one in asked if one[0].startswith("SELECT")]:
            with local._engine.connect() as db:
                rows = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            print(f"  {name}: {'; '.join(row.detail for row in rows)}")
    event.remove(local._engine, "before_cursor_execute", note)


async def main(total: int = 50_000) -> int:
    """Print every step on a short page and on a long one; 1 where a step gives more than a page."""
    short, long = await measured(500), await measured(total)
    for name, (taken, count) in long.items():
        ratio = taken / short[name][0]
        print(f"{name}: {taken:.1f} ms, {ratio:.1f} times as long as on a page of 500 messages; {count} messages")
    most = max(count for _, count in long.values())
    return int(most > max(SINCE, PAGE + (PAGE + 1) * UNDER * 2))


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(*map(int, sys.argv[1:]))))
