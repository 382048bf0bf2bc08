"""What is asked while people wait or the clock ticks finds its rows by an index, however much there is."""

import re
import shutil
import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.clock import ManualClock
from bot.schedule.housekeeping import Housekeeping
from bot.schedule.nudges import Nudges
from cogs import COGS
from store import Store
from tests.bot.channelbook import Spine
from tests.cogs.conversation import ANA, BEN, ORGANISER, conversation
from tests.store.school import groups_alike

BIG = {
    "answers", "audit", "best", "codes", "deliveries", "disputes", "identities", "marks", "members", "notices",
    "page_messages", "page_uses", "picks", "posts", "practice", "rounds", "tallies",
}  # fmt: skip
ONCE_A_DAY_IN_A_THREAD = ("SELECT deliveries.id", "SELECT notices.id", "SELECT audit.id")
"""What retention looks for, from the oldest on."""


OF_ALL_GROUPS = (
    *("SELECT deliveries.platform", "SELECT deliveries.id \nFROM"),
    *("SELECT groups.id, groups.name", "SELECT members.id, members.group_id, members.zone"),
)
"""What counts the messages that wait, and what takes the messages, the groups and the reminders that are due."""


@pytest.fixture
def asked():
    """Every statement that SQLite is asked, once, with what it was asked for first."""
    statements = {}

    def note(connection, _cursor, statement, parameters, _context, several):
        if connection.dialect.name == "sqlite" and statement.startswith(("SELECT", "UPDATE", "DELETE")):
            statements.setdefault(statement, parameters[0] if several else parameters)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
async def store(migrated_sqlite, tmp_path):
    path = tmp_path / "studybot.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    opened = await Store.open(f"sqlite:///{path}")
    yield opened
    await opened.close()


async def live(store):
    """A week of a group in which everything is asked for once; the moment at which it stands."""
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
    await talk.say(BEN, "open")
    with sqlite3.connect(store.database.path) as db:
        db.execute("UPDATE members SET nudge_at = created")  # everybody is looked at as soon as somebody looks
    return talk.now


async def and_a_week_later(store, now):
    spine = Spine(store, start=now)
    await spine.tick()
    spine.clock.move(timedelta(days=5))
    assert await Nudges(store, spine.clock).tick() > 0
    spine.clock.move(timedelta(days=3))
    await spine.tick()
    await store.answers.recall(1)
    await store.disputes.waiting(now)
    await Housekeeping(store, ManualClock(now), records_days=1).tick()


async def test_nothing_big_is_scanned(asked, store):
    await and_a_week_later(store, await live(store))
    scanned = []
    with sqlite3.connect(store.database.path) as db:
        for statement in asked:
            plan = db.execute(f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?")).fetchall()
            tables = {found[1] for *_, step in plan if (found := re.match(r"SCAN (\w+)", step))}
            if tables & BIG and not statement.startswith(ONCE_A_DAY_IN_A_THREAD):
                scanned.append((tables & BIG, statement))
    assert scanned == [] and len(asked) > 80


async def test_what_is_asked_takes_no_more_work_beside_many_groups(asked, store, tmp_path):
    now = await live(store)
    lived = dict(asked)
    await groups_alike(store, 110)
    await store.database.scrub()
    alone = shutil.copy(store.database.path, tmp_path / "alone.sqlite3")
    many = await Store.open(f"sqlite:///{shutil.copy(alone, tmp_path / 'many.sqlite3')}")
    await groups_alike(many, 5)
    await many.database.analyze()
    await many.close()
    asked.clear()
    await and_a_week_later(store, now)
    more = []
    for statement, parameters in (lived | asked).items():
        few, much = (_steps(path, statement, parameters) for path in (alone, many.database.path))
        if much > 2 * few + 1_000 and not statement.startswith(OF_ALL_GROUPS):
            more.append((few, much, statement))
    assert more == []


def _steps(path, statement, parameters):
    """How many hundreds of steps SQLite takes for a statement, which changes nothing in the end."""
    count = 0

    def step():
        nonlocal count
        count += 100

    with sqlite3.connect(path) as db:
        db.set_progress_handler(step, 100)
        db.execute(statement, parameters).fetchall()
        db.rollback()
    return count


async def test_connections_that_are_open_choose_by_what_was_counted_since(store):
    rows = "SELECT * FROM channels WHERE platform = 'test' AND workspace = 'school' AND group_id = 1"

    async def plans():
        async with store.database.reading() as one, store.database.reading() as other:
            return [(await db.exec_driver_sql(f"EXPLAIN QUERY PLAN {rows}")).one()[-1] for db in (one, other)]

    await live(store)
    await store.database.analyze()
    assert not any("ix_channels_group_id" in plan for plan in await plans())
    await groups_alike(store, 100)
    await store.database.analyze()
    assert all("ix_channels_group_id" in plan for plan in await plans())
