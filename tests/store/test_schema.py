import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy import inspect as tables_of

from store import Store, StoreError, inspect, migrate, newest_revision
from store.database.migration import config_for, move, sync_url
from store.database.tables import metadata


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'deep' / 'new.sqlite3'}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.fresh()
        yield url
        server.drop(url)


async def test_a_migrated_database_has_exactly_the_tables(empty_url):
    await migrate(empty_url)
    engine = create_engine(sync_url(empty_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_down_leaves_nothing_behind(empty_url):
    move(empty_url)
    move(empty_url, "base")
    engine = create_engine(sync_url(empty_url))
    assert tables_of(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_the_program_knows_its_newest_revision():
    assert ScriptDirectory.from_config(config_for(sync_url("sqlite://"))).get_heads() == [newest_revision()]


async def test_a_newer_database_refuses_an_older_program(empty_url):
    await migrate(empty_url)
    engine = create_engine(sync_url(empty_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    for refused in (migrate, Store.open, inspect):
        with pytest.raises(StoreError, match="newer"):
            await refused(empty_url)


async def test_an_empty_database_says_how_to_begin(empty_url):
    with pytest.raises(StoreError, match="studybot run"):
        await Store.open(empty_url)


async def test_migrating_from_an_older_form_keeps_a_copy_first(tmp_path):
    path = tmp_path / "old.sqlite3"
    with sqlite3.connect(path) as old:
        old.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        old.execute("INSERT INTO alembic_version VALUES ('0000')")
        old.execute("CREATE TABLE precious (word TEXT)")
        old.execute("INSERT INTO precious VALUES ('kept')")
    old.close()
    with pytest.raises(StoreError, match="schema 0000 is none"):
        await migrate(f"sqlite:///{path}")
    copy = sqlite3.connect(tmp_path / f"old.sqlite3.before-{newest_revision()}-from-0000")
    assert copy.execute("SELECT word FROM precious").fetchone() == ("kept",)
    copy.close()


async def test_a_second_process_on_one_sqlite_file_is_refused_in_a_sentence(migrated_sqlite, tmp_path):
    url = f"sqlite:///{migrated_sqlite}"
    first = await Store.open(url)
    with pytest.raises(StoreError, match="Another studybot already uses"):
        await Store.open(url)
    looking = await Store.open(url, shared=True)
    assert await looking.groups.all() == ()
    await looking.close()
    await first.close()
    again = await Store.open(url)
    await again.close()


async def test_what_is_not_a_database_is_told_so(tmp_path):
    path = tmp_path / "half.sqlite3"
    path.write_bytes(b"this was never a database" * 100)
    for refused in (migrate, inspect):
        with pytest.raises(StoreError, match="restore FILE"):
            await refused(f"sqlite:///{path}")


async def test_an_address_of_another_kind_is_refused():
    for url in ("mysql://x/y", "nonsense"):
        with pytest.raises(StoreError, match=r"sqlite:///FILE or postgresql://"):
            await Store.open(url)


async def test_a_database_that_does_not_answer_is_told_so(unused_tcp_port):
    url = f"postgresql://postgres@127.0.0.1:{unused_tcp_port}/none"
    for refused in (migrate, Store.open, inspect):
        with pytest.raises(StoreError, match="does not answer"):
            await refused(url)
