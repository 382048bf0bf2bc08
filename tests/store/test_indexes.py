"""What is asked while people wait or the clock ticks finds its rows by an index, however much there is."""

import re
import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.clock import ManualClock
from bot.schedule.housekeeping import Housekeeping
from cogs import COGS
from store import Store
from tests.bot.channelbook import Spine
from tests.cogs.conversation import ANA, ORGANISER, conversation

BIG = {
    "answers", "audit", "best", "codes", "deliveries", "disputes", "identities", "marks", "members", "notices",
    "page_messages", "page_uses", "picks", "posts", "practice", "rounds", "tallies",
}  # fmt: skip
ONCE_A_DAY_IN_A_THREAD = ("SELECT deliveries.id", "SELECT notices.id", "SELECT audit.id")
"""What retention looks for, from the oldest on."""


@pytest.fixture
def asked():
    """Every statement that SQLite is asked, once."""
    statements = {}

    def note(connection, _cursor, statement, *_):
        if connection.dialect.name == "sqlite" and statement.startswith(("SELECT", "UPDATE", "DELETE")):
            statements[statement] = None

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


async def test_nothing_big_is_scanned(asked, migrated_sqlite, tmp_path):
    path = tmp_path / "studybot.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    store = await Store.open(f"sqlite:///{path}")
    talk = await conversation(store)
    await talk.open_round()
    await talk.answer(ANA, 1, "It is blue.")
    await talk.answer(ANA, 2, "I do not know at all.")
    for cog in COGS:
        for command in cog.commands:
            if not any(option.required for option in command.options):
                await talk.say(ORGANISER if command.organiser else ANA, command.name)
    await store.privacy.export(1)
    await store.deliveries.queues(talk.now)
    spine = Spine(store, start=talk.now)
    spine.clock.move(timedelta(days=8))
    await spine.tick()
    await store.answers.recall(1)
    await store.disputes.waiting(talk.now)
    await Housekeeping(store, ManualClock(talk.now), records_days=1).tick()
    await store.close()
    scanned = []
    with sqlite3.connect(path) as db:
        for statement in asked:
            plan = db.execute(f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?")).fetchall()
            tables = {found[1] for *_, step in plan if (found := re.match(r"SCAN (\w+)", step))}
            if tables & BIG and not statement.startswith(ONCE_A_DAY_IN_A_THREAD):
                scanned.append((tables & BIG, statement))
    assert scanned == [] and len(asked) > 80
