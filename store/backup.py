"""Backups and what must be put right after one is put back.

A backup is one SQLite file in the program's own tables, whichever database it came from, and goes back into either.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import (
    URL,
    Connection,
    Integer,
    LargeBinary,
    create_engine,
    delete,
    event,
    exc,
    func,
    insert,
    pool,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import sqlite_path
from store.database.file_lock import FileLock
from store.database.local import Inline
from store.database.migration import move, newest_revision, sync_url
from store.durable import move_durably
from store.errors import BackupError, DatabaseInUse, SchemaTooNew, SchemaTooOld, StoreError
from store.facts import INSTALLATION, RESTORED_AT
from store.members.privacy import erasure_hash, forget, whose_is
from store.outbox.delivery import EDITS

CHUNK, HEAVY_CHUNK = 5000, 5

KEYS = "backup_keys"
"""The table of a backup that holds wrapped keys; no database has it."""

ID_GAP = 1_000_000
"""Ids go on so far above a backup's, for messages posted since then carry ids that must never mean another post."""


@contextmanager
def _connected(url: URL, *, read_only: bool = False) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=pool.NullPool)
    if engine.dialect.name == "postgresql" and read_only:
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def keyed(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA secure_delete=ON")

    try:
        with engine.begin() as connection:
            yield connection
    except exc.OperationalError as error:
        raise BackupError(f"The database cannot be read or written: {str(error.orig).splitlines()[0]}.") from error
    finally:
        engine.dispose()


def _copy_tables(source: Connection, target: Connection) -> None:
    for table in t.metadata.sorted_tables:
        chunk = HEAVY_CHUNK if any(isinstance(column.type, LargeBinary) for column in table.c) else CHUNK
        rows = source.execution_options(yield_per=chunk).execute(select(table))
        for part in rows.mappings().partitions(chunk):
            target.execute(insert(table), [dict(row) for row in part])


def _add_keys(part: Path, keys: Mapping[str, str]) -> None:
    if keys:
        with closing(sqlite3.connect(part)) as copy, copy:
            copy.execute(f"CREATE TABLE {KEYS} (name TEXT PRIMARY KEY, wrapped TEXT NOT NULL)")
            copy.executemany(f"INSERT INTO {KEYS} VALUES (?, ?)", keys.items())  # noqa: S608 - our own name


def keys_of(file: Path) -> dict[str, str]:
    """The wrapped keys that a backup holds, by name; none where it holds none. Raises BackupError."""
    _checked(file)
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        if copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (KEYS,)).fetchone() is None:
            return {}
        return dict(copy.execute(f"SELECT name, wrapped FROM {KEYS}").fetchall())  # noqa: S608 - our own name


def _write(url: str, file: Path, keys: Mapping[str, str]) -> None:
    if file.exists():
        raise BackupError(f"{file} exists already: name a new file, so that no backup is lost.")
    made = sync_url(url)
    path = sqlite_path(made)
    if made.get_backend_name() == "sqlite" and (path is None or not path.exists()):
        raise BackupError("There is no database yet, so there is nothing to back up.")
    part = file.with_name(f".{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        if path is not None:
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode=DELETE")
        else:
            with (
                _connected(made, read_only=True) as source,
                _connected(URL.create("sqlite", database=str(part))) as copy,
            ):
                found = source.execute(text("SELECT version_num FROM alembic_version")).scalar()
                if found != newest_revision():
                    raise SchemaTooOld(found or "", newest_revision())
                t.metadata.create_all(copy)
                copy.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
                copy.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": newest_revision()})
                _copy_tables(source, copy)
        _add_keys(part, keys)
        move_durably(part, file)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The backup could not be written to {file}: {error}.") from error
    finally:
        part.unlink(missing_ok=True)


async def backup(url: str, file: Path, keys: Mapping[str, str] | None = None) -> None:
    """Write a consistent copy of a database, also while it is in use, with wrapped keys. Raises StoreError."""
    await asyncio.to_thread(_write, url, file, keys or {})


def _checked(file: Path) -> None:
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as backup_:
            revision = backup_.execute("SELECT version_num FROM alembic_version").fetchone()
            whole = backup_.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error:
        raise BackupError(f"{file} is not a backup that studybot has written.") from None
    if not revision or whole != ("ok",):
        raise BackupError(f"{file} is damaged; choose another backup. Nothing was changed.")
    if revision[0] > newest_revision():
        raise SchemaTooNew(revision[0], newest_revision(), str(file))


def _fresh_copy(file: Path, part: Path) -> URL:
    """A copy of the backup in the newest schema, to work on."""
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(part)) as target:
        source.backup(target)
        target.execute(f"DROP TABLE IF EXISTS {KEYS}")
        target.commit()
    move(f"sqlite:///{part}", keep_copy=False)
    return URL.create("sqlite", database=str(part))


def _erasures(connection: Connection) -> dict[str, datetime]:
    names = connection.dialect.get_table_names(connection)
    if t.erasures.name not in names:
        return {}
    return {row.hash: row.at for row in connection.execute(select(t.erasures))}


def _put_right(connection: Connection, now: datetime, erased: dict[str, datetime]) -> None:
    """What is different about a database that comes from the past."""
    known = _erasures(connection)
    fresh = [{"hash": each, "at": at} for each, at in erased.items() if each not in known]
    if fresh:
        connection.execute(insert(t.erasures), fresh)
    gone = known | erased
    install = connection.execute(select(t.meta.c.value).where(t.meta.c.key == INSTALLATION)).scalar() or ""
    forgotten = [
        one
        for one in connection.execute(select(t.identities, t.members.c.created).join(t.members)).all()
        # Whoever came back after being forgotten began anew, and stays.
        if (at := gone.get(erasure_hash(install, one))) is not None and at >= one.created
    ]
    asyncio.run(_forget(connection, {one.member_id: one.group_id for one in forgotten}, install))
    connection.execute(delete(t.meta).where(t.meta.c.key == RESTORED_AT))
    connection.execute(insert(t.meta).values(key=RESTORED_AT, value=now.isoformat()))
    d = t.deliveries
    connection.execute(
        update(d)
        .where(d.c.state.in_(("pending", "leased", "sending")), d.c.kind.not_in(EDITS))
        .values(
            state="unknown", not_before=now, sending_at=func.coalesce(d.c.sending_at, d.c.created), fence=d.c.fence + 1
        )
    )
    connection.execute(
        update(d)
        .where(d.c.state.in_(("leased", "sending")))
        .values(state="pending", not_before=now, fence=d.c.fence + 1)
    )


async def _forget(connection: Connection, members: Mapping[int, int], installation: str) -> None:
    """Forget these members of groups again, as they were forgotten."""
    db = cast(AsyncConnection, Inline(connection))
    for member_id, group_id in members.items():
        await forget(db, await whose_is(db, member_id, installation), group_id)


def _lift_ids(connection: Connection) -> None:
    for table in t.metadata.sorted_tables:
        if "id" not in table.c or not isinstance(table.c.id.type, Integer):
            continue
        top = (connection.execute(select(func.max(table.c.id))).scalar() or 0) + ID_GAP
        if connection.dialect.name == "sqlite":
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
            connection.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :top)"), {"name": table.name, "top": top}
            )
        else:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :top)"), {"name": table.name, "top": top}
            )


def _read(url: str, file: Path, now: datetime) -> None:
    _checked(file)
    made = sync_url(url)
    path = sqlite_path(made)
    if made.get_backend_name() == "sqlite":
        assert path is not None
        _into_sqlite(made, path, file, now)
    else:
        _into_postgres(url, made, file, now)


def _into_sqlite(made: URL, path: Path, file: Path, now: datetime) -> None:
    lock = FileLock(path)
    lock.take()
    part = path.with_name(f".{path.name}.restored")
    try:
        erased: dict[str, datetime] = {}
        if path.exists():
            try:
                with _connected(made) as old:
                    erased = _erasures(old)
            except (StoreError, exc.DatabaseError):
                erased = {}  # a damaged database is why people restore
        with _connected(_fresh_copy(file, part)) as new:
            _put_right(new, now, erased)
            _lift_ids(new)
        with closing(sqlite3.connect(part)) as whole:
            whole.execute("PRAGMA journal_mode=DELETE")
        stamp = now.strftime("%Y%m%d-%H%M%S")
        if path.exists():
            # The write-ahead log belongs to the old file: fold it in before the file moves aside.
            with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path)) as old_file:
                old_file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            path.rename(path.with_name(f"{path.name}.replaced-{stamp}"))
        for tail in ("-wal", "-shm"):
            path.with_name(path.name + tail).unlink(missing_ok=True)
        move_durably(part, path)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The backup could not be put back: {error}.") from error
    finally:
        for tail in ("", "-wal", "-shm", "-journal", ".lock"):
            part.with_name(part.name + tail).unlink(missing_ok=True)
        lock.free()


def _into_postgres(url: str, made: URL, file: Path, now: datetime) -> None:
    move(url)
    part = file.with_name(f".{file.name}.restoring")
    try:
        copy = _fresh_copy(file, part)
        with _connected(copy) as source, _connected(made) as target:
            others = text(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            if target.execute(others).scalar():
                raise DatabaseInUse
            erased = _erasures(target)
            names = ", ".join(table.name for table in t.metadata.sorted_tables)
            target.execute(text(f"TRUNCATE {names}"))
            _copy_tables(source, target)
            _put_right(target, now, erased)
            _lift_ids(target)
    finally:
        for tail in ("", "-wal", "-shm", "-journal", ".lock"):
            part.with_name(part.name + tail).unlink(missing_ok=True)


async def restore(url: str, file: Path, now: datetime | None = None) -> None:
    """Put a backup in the place of a database that nobody uses meanwhile. Raises StoreError; then nothing was changed.

    Messages that were on their way, and slots that have come since, are looked up on the platforms before anything is
    posted again; people forgotten since are forgotten again. An SQLite file that was there is kept beside it.
    """
    await asyncio.to_thread(_read, url, file, now or datetime.now(UTC))
