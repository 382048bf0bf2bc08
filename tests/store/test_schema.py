import hashlib
import shutil
import sqlite3
import stat
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy import inspect as tables_of

from store import CodeInvalid, Store, StoreError, inspect, migrate, newest_revision
from store.database.migration import config_for, move, sync_url
from store.database.tables import metadata
from study.group import Account, Place


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


async def test_nobody_else_on_the_machine_reads_what_is_kept(migrated_sqlite, tmp_path):
    path = tmp_path / "studybot.sqlite3"
    shutil.copy(migrated_sqlite, path)
    path.chmod(0o644)
    store = await Store.open(f"sqlite:///{path}")
    await store.facts.set("told", "something")
    await migrate(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    kept = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert set(kept.values()) == {0o600}, kept
    assert f"{path.name}-wal" in kept
    await store.close()


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


OLD_ROWS = (
    "INSERT INTO groups (name, course, zone, items_per_slot, tries, paused, created, seen_until, plan, keep_counts)"
    " VALUES ('G', 'c', 'UTC', 3, 5, false, '{at}', '{at}', '{{\"through\": \"2026-01-04\", \"turns\": []}}', true)",
    "INSERT INTO channels (group_id, platform, workspace, external_id, name, trouble)"
    " VALUES (1, 'browser', 'w', 'c', 'general', '')",
    "INSERT INTO members (group_id, name, hidden, created) VALUES (1, 'Ann', false, '{at}')",
    "INSERT INTO rounds (group_id, slot, week, opens, closes, state) VALUES (1, 's', 1, '{at}', '{at}', 'closed')",
    "INSERT INTO posts (round_id, group_id, kind, item, position) VALUES (1, 1, 'item', 'q1', 0)",
    "INSERT INTO answers (post_id, group_id, member_id, item, text, key, score, points, possible, verdict,"
    " rubric_version, ordinal, at) VALUES (1, 1, 1, 'q1', 'words', 'k', 0.5, 1, 2, 'ask', 'v', 1, '{at}')",
    "INSERT INTO disputes (answer_id, group_id, words, key, at, state, settled_by)"
    " VALUES (1, 1, 'The grader was not sure.', 'k/ask', '{at}', 'open', '')",
    "INSERT INTO link_codes (hash, member_id, expires) VALUES ('{link}', 1, '{later}')",
    "INSERT INTO meta (key, value) VALUES ('join ABCD2345', '1 {later}+00:00')",
    "INSERT INTO meta (key, value) VALUES ('join USEDUP22', '')",
    "INSERT INTO inbound (key, at) VALUES ('slack.state:x', '{at}')",
)
OLD_REASONS = {
    ("dead", "refused", "Too long."): "Too long.",
    ("dead", "too_late", "down for good"): "A message to general was given up after 12 hours: down for good\nmore",
    ("unknown", "cannot_tell", "no history"): (
        "A message to general may or may not have been posted, and browser cannot tell (no history). "
        "Look into the channel."
    ),
}


@pytest.mark.parametrize("revision", ["0001", "0002"])
async def test_what_older_schemas_kept_is_there_under_its_new_names(empty_url, revision):
    move(empty_url, revision)
    at, later = "2026-01-05 08:00:00", "2026-01-05 08:10:00"
    link = hashlib.sha256(b"link\0WXYZ6789").hexdigest()
    engine = create_engine(sync_url(empty_url))
    with engine.begin() as connection:
        for row in OLD_ROWS:
            connection.execute(text(row.format(at=at, later=later, link=link).replace(":", r"\:")))
        for n, ((state, _, _), sentence) in enumerate(OLD_REASONS.items()):
            connection.execute(
                text(
                    "INSERT INTO deliveries (key, group_id, channel_id, post_id, platform, kind, payload, state, owner,"
                    " fence, attempts, created, message_id, reason)"
                    " VALUES (:key, 1, 1, 1, 'browser', 'post', '{}', :state, '', 0, 1, :at, '', :reason)"
                ),
                {"key": f"k{n}", "state": state, "at": at, "reason": sentence},
            )
    engine.dispose()
    await migrate(empty_url)
    store = await Store.open(empty_url)
    now = datetime(2026, 1, 5, 8, 5, tzinfo=UTC)
    (group,) = await store.groups.all()
    (dispute,) = await store.disputes.open(group.id)
    assert (group.attempts, dispute.answer.verdict, dispute.words) == (5, "needs_review", "")
    problems = {(one.state, one.problem.reason, str(one.problem.detail)) for one in await store.deliveries.find()}
    assert problems == OLD_REASONS.keys()
    assert (await store.members.link("wxyz-6789", group.id, Account("slack", "t", "u"), now)).name == "Ann"
    assert (await store.groups.join("abcd-2345", Place("slack", "t", "c"), now)).id == group.id
    for used_up in ("abcd-2345", "usedup22"):
        with pytest.raises(CodeInvalid):
            await store.groups.join(used_up, Place("slack", "t", "d"), now)
    assert await store.facts.get("join ABCD2345") is None
    await store.close()


async def test_feedback_that_was_cleared_before_is_none_after_the_update(empty_url):
    """It was kept as JSON's own null, which is a value to a database."""
    move(empty_url, "0011")
    engine = create_engine(sync_url(empty_url))
    one = dict.fromkeys(("item", "text", "key", "verdict", "rubric_version"), "x")
    numbers = dict.fromkeys(("post_id", "group_id", "member_id", "score", "points", "possible"), 1)
    keys_off = "PRAGMA foreign_keys=OFF" if "sqlite" in empty_url else "SET session_replication_role = replica"
    with engine.begin() as connection:
        connection.execute(text(keys_off))
        for n, feedback in enumerate(("null", '{"missed": []}')):
            row = {**one, **numbers, "ordinal": n, "key": str(n), "feedback": feedback, "at": "2026-01-01 00:00:00"}
            columns, values = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO answers ({columns}) VALUES ({values})"), row)
    move(empty_url)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT feedback IS NULL FROM answers ORDER BY ordinal")).scalars()
        assert [bool(one) for one in kept] == [True, False]
    engine.dispose()
