"""The way into the database: one SQLite file for one process, or a Postgres for many, and nothing in between."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any, cast

from sqlalchemy import Table, event, exc, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from store.local import WAIT, Local

try:
    import fcntl
except ImportError:  # Windows has no flock; SQLite's own locks still keep two writers apart there
    fcntl = None  # type: ignore[assignment]


class StoreError(Exception):
    """The store cannot do what was asked; the message is a sentence for whoever asked."""


class DatabaseAway(StoreError):
    """The database does not answer just now; it may in a moment."""


RESTORED_AT = "restored_at"
"""The small fact that says when a backup was put back: what was due before may be posted already."""

LATEST = "0002"
"""The newest revision this program knows."""

_AWAY = "The database does not answer, so nothing was saved: please try again in a moment."
_BUSY = "The database is busy, so nothing was saved: please try again in a moment."

# The longest a statement, a wait for a lock and a silent transaction may take on Postgres.
_TIMEOUTS = "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"


def database_url(url: str) -> URL:
    """The address with the driver that serves it. Raises StoreError for a database that is neither."""
    try:
        made = make_url(url)
    except exc.ArgumentError:
        raise StoreError("The database's address cannot be read: use sqlite:///FILE or postgresql://…") from None
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
    kind = made.drivername.partition("+")[0]
    if kind not in drivers:
        raise StoreError(f"A database of the kind {kind!r} is not served: use sqlite:///FILE or postgresql://…")
    return made.set(drivername=drivers[kind])


def sqlite_path(url: URL) -> Path | None:
    """The file of an SQLite database; None in memory and on Postgres."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


class FileLock:
    """Keeps a second process away from an SQLite file, for as long as this one lives."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file: IO[str] | None = None
        self._database = database

    def take(self) -> None:
        """Take the lock at once. Raises StoreError if another process has it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a")
        except OSError as error:
            raise StoreError(
                f"The data folder {self._path.parent} cannot be written ({error.strerror}): "
                "make it writable, or name another in STUDYBOT_DATA."
            ) from None
        try:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.free()
            raise StoreError(
                f"Another studybot already uses {self._database}: stop it first, or give this one its own "
                "STUDYBOT_DATA (many processes can share one Postgres, but not one SQLite file)."
            ) from None

    def free(self) -> None:
        """Let go of the lock."""
        if self._file is not None:
            self._file.close()
            self._file = None


_RESTED = 1.0
"""A connection that has rested for so many seconds is asked whether it still stands before it is used."""


def _postgres_engine(url: URL, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=WAIT,
        connect_args={
            "options": _TIMEOUTS,
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        },
    )

    @event.listens_for(engine.sync_engine, "checkin")
    def rests(_: object, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def used(connection: Any, record: ConnectionPoolEntry, _: object) -> None:  # noqa: ANN401 - a driver's connection
        if time.monotonic() - record.info.get("rests_since", time.monotonic()) > _RESTED:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise exc.InvalidatePoolError from error

    return engine


class Database:
    """An open database: transactions to read and to write, and errors as sentences."""

    def __init__(self, url: URL, *, pool_size: int = 10, shared: bool = False) -> None:
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.path = sqlite_path(url)
        self._lock = FileLock(self.path) if self.path and not shared else None
        if self._lock:
            self._lock.take()
        self._local = Local(url) if self.is_sqlite else None
        self._engine = None if self.is_sqlite else _postgres_engine(url, pool_size)
        # Each statement on Postgres sees its own moment anyway: without BEGIN and COMMIT it is asked once.
        self._questions = self._engine and self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def close(self) -> None:
        """Let go of every connection and of the file."""
        if self._local is not None:
            await self._local.close()
        if self._engine is not None:
            await self._engine.dispose()
        if self._lock:
            self._lock.free()

    @asynccontextmanager
    async def reading(self, *, long: bool = False) -> AsyncIterator[AsyncConnection]:
        """Only read: on SQLite all of one moment, on Postgres each statement of its own.

        `long` says that it may take more than a moment.
        """
        with _sentences():
            if self._local is not None:
                async with self._local.reading(long=long) as inline:
                    yield cast(AsyncConnection, inline)
            else:
                assert self._questions is not None
                async with self._questions.connect() as connection:
                    yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes: all of it is kept when the block ends, or nothing."""
        with _sentences():
            if self._local is not None:
                async with self._local.writing() as inline:
                    yield cast(AsyncConnection, inline)
            else:
                assert self._engine is not None
                async with self._engine.begin() as connection:
                    yield connection

    def insert(self, table: Table) -> postgresql.Insert:
        """An INSERT that knows ON CONFLICT, which both databases spell alike."""
        return cast(postgresql.Insert, sqlite.insert(table)) if self.is_sqlite else postgresql.insert(table)

    async def revision(self) -> str | None:
        """The schema's revision; None for an empty database."""
        async with self.reading() as db:
            names = await db.run_sync(lambda sync: sync.dialect.get_table_names(sync))
            if "alembic_version" not in names:
                return None
            return (await db.execute(text("SELECT version_num FROM alembic_version"))).scalar()


class _sentences:  # noqa: N801 - reads as a phrase where it is used
    """Turns a driver's failure into a StoreError with a sentence."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, exc.TimeoutError):
            raise StoreError(_BUSY) from error
        if isinstance(error, exc.OperationalError | exc.InterfaceError | exc.InternalError):
            sentence = _reason(str(error.orig))
            raise (DatabaseAway if sentence == _AWAY else StoreError)(sentence) from error
        if isinstance(error, exc.DatabaseError) and "malformed" in str(error.orig):
            raise StoreError("The database file is damaged: put back a backup with `studybot restore FILE`.") from error
        if isinstance(error, exc.DatabaseError) and "not a database" in str(error.orig):
            raise StoreError(
                "The database file is not a database: put back a backup with `studybot restore FILE`."
            ) from error
        if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
            raise DatabaseAway(_AWAY) from error


def _reason(said: str) -> str:
    if "readonly" in said or "read-only" in said:
        return "The database cannot be written: make the data folder writable, or name another in STUDYBOT_DATA."
    if "disk is full" in said or "No space left" in said:
        return "The disk is full, so nothing was saved: make room and try again."
    if "locked" in said or "lock timeout" in said or "statement timeout" in said or "deadlock" in said:
        return _BUSY
    if "unable to open" in said:
        return "The database file cannot be opened: look at the folder's permissions, or name another in STUDYBOT_DATA."
    if "disk I/O" in said:
        return "The disk refused to keep the data, so nothing was saved: look at the disk and try again."
    return _AWAY
