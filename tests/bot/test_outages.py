"""The database goes away and comes back: no hand is needed, and nothing is doubled or lost."""

import asyncio
import contextlib
import resource
import sqlite3
from datetime import timedelta

import pytest

from bot import app
from bot.app import opened
from bot.schedule.outbox import Outbox
from bot.settings import read_settings
from bot.simulate import NoModels
from store import DatabaseUnavailable, Store, StoreError
from study.group import Account
from tests.bot.channelbook import HALF_A_DAY, Channelbook, Spine, compose
from tests.bot.test_outbox import due, settle, states
from tests.store.school import an_answer


class Stopping(Channelbook):
    """A platform that takes a message just when the database goes away."""

    stop = staticmethod(lambda: None)

    async def send(self, outgoing):
        sent = await super().send(outgoing)
        self.stop()
        self.stop = lambda: None
        return sent


async def test_a_postgres_away_for_hours_is_caught_up_by_itself(postgres_server, migrated_postgres):
    url = postgres_server.fresh(migrated_postgres)
    store = await Store.open(url)
    spine = Spine(store)
    group = await spine.group()
    await due(spine)
    await settle(spine, 2)
    ann = await store.members.meet(group.id, Account("browser", "w", "ann"), "Ann", spine.clock.now())
    post = (await store.posts.open(group.id))[0]
    for away, told in ((timedelta(days=7, hours=6), False), (timedelta(days=7, hours=7), True)):
        postgres_server.stop()
        for _ in range(3):  # the next weekly post falls into the outage
            spine.clock.move(away / 3)
            with pytest.raises(DatabaseUnavailable):
                await spine.tick()
            with pytest.raises(StoreError, match="nothing was saved"):
                await an_answer(store, post, ann, key="away")
        postgres_server.start()
        await spine.pass_time(1, step=0.1)
        assert any("missed" in sentence for sentence in spine.platform.told) is told
    assert await store.answers.attempts(post.id, ann.id) == ()
    assert [round_.state for round_ in await store.rounds.of_group(group.id)] == ["closed", "closed", "missed"]
    assert set(await states(spine)) == {"sent"}
    assert (len(spine.platform.posts), spine.platform.doubles) == (8, 0)
    await store.close()


@pytest.mark.parametrize("killed", [False, True])
async def test_a_message_posted_as_the_postgres_goes_away_is_not_posted_again(
    postgres_server, migrated_postgres, killed
):
    store = await Store.open(postgres_server.fresh(migrated_postgres))
    spine = Spine(store, Stopping())
    spine.platform.stop = postgres_server.stop
    await spine.group()
    await due(spine)
    with contextlib.suppress(StoreError):
        await spine.outbox.run_once()
    assert len(spine.platform.posts) == 1
    postgres_server.start()
    if killed:  # nobody remembers the message id any more: the platform is asked
        spine.outbox = Outbox(store, {"browser": spine.platform}, compose, spine.clock, HALF_A_DAY)
    await settle(spine)
    assert await states(spine) == ["sent"] * 4
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)
    await store.close()


async def test_a_start_waits_for_its_postgres_with_a_sentence(
    postgres_server, migrated_postgres, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(app, "DATABASE_RETRY", 0.05)
    url = postgres_server.fresh(migrated_postgres)
    postgres_server.stop()

    async def started():
        async with opened(read_settings(data=tmp_path, database_url=url), NoModels()) as running:
            return await running.store.groups.all()

    starting = asyncio.create_task(started())
    while "does not answer" not in caplog.text:  # noqa: ASYNC110 - the log has no event
        await asyncio.sleep(0.02)
    assert not starting.done()
    await asyncio.to_thread(postgres_server.start)
    assert await starting == ()
    assert caplog.text.count("does not answer") == 1


async def test_a_postgres_that_refuses_is_not_waited_for(postgres_server, tmp_path):
    url = postgres_server.url("nowhere")
    with pytest.raises(StoreError, match='The database refuses: database "nowhere" does not exist'):
        async with opened(read_settings(data=tmp_path, database_url=url), NoModels()):
            pass


@contextlib.contextmanager
def locked(path):
    """Another program holds the file."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextlib.contextmanager
def full(path):
    """No file may grow: the system refuses every write beyond what is there."""
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name(path.name + "-wal").stat().st_size, was[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)


@pytest.mark.parametrize("outage", [locked, full])
async def test_an_sqlite_file_that_cannot_be_written_for_hours_is_caught_up_by_itself(
    migrated_sqlite, tmp_path, monkeypatch, outage
):
    monkeypatch.setattr("store.database.local.PRAGMAS", ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=20"))
    path = tmp_path / "studybot.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    store = await Store.open(f"sqlite:///{path}")
    spine = Spine(store, Stopping())
    group = await spine.group()
    held = contextlib.ExitStack()
    spine.platform.stop = lambda: held.enter_context(outage(path))
    await due(spine)
    with contextlib.suppress(StoreError):
        await spine.outbox.run_once()
    assert len(spine.platform.posts) == 1  # and its id could not be kept
    post = (await store.posts.open(group.id))[0]
    for _ in range(3):
        spine.clock.move(timedelta(hours=2))
        with pytest.raises(StoreError, match="nothing was saved"):
            await store.members.meet(group.id, Account("browser", "w", "ann"), "Ann", spine.clock.now())
        with contextlib.suppress(StoreError):
            await spine.tick()
    held.close()
    await settle(spine)
    ann = await store.members.meet(group.id, Account("browser", "w", "ann"), "Ann", spine.clock.now())
    assert (await an_answer(store, post, ann, at=spine.clock.now()))[1]
    assert await states(spine) == ["sent"] * 4
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)
    await store.close()
