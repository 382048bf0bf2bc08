"""What a connection to the database promises, on either: nothing waits for ever, and one that is gone is not used."""

import pytest
from sqlalchemy import text

from store import Store
from store.database import connection
from tests.store.school import a_group


@pytest.fixture
async def opened(postgres_server, migrated_postgres):
    store = await Store.open(postgres_server.fresh(migrated_postgres), pool_size=2)
    yield store
    await store.close()


@pytest.mark.parametrize("limit", ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"])
async def test_nothing_on_postgres_waits_without_end(opened, limit):
    for way in (opened.database.reading, opened.database.writing):
        async with way() as db:
            assert (await db.execute(text(f"SHOW {limit}"))).scalar() not in ("0", "")


async def test_a_connection_that_was_lost_at_rest_is_not_used(opened, postgres_server, monkeypatch):
    monkeypatch.setattr(connection, "_RESTED", 0)
    await a_group(opened)
    others = f"datname = '{opened.database.url.database}' AND pid <> pg_backend_pid()"
    postgres_server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    assert len(await opened.groups.all()) == 1
    await a_group(opened, "another")
