"""The way into the database: one SQLite file for one process, or a Postgres for many, and nothing in between."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import CursorResult, Result, Row, Table, event, exc, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from store.database.file_lock import FileLock
from store.database.local import WAIT, Local
from store.errors import (
    AddressUnknown,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseError,
    DatabaseReadOnly,
    DatabaseUnavailable,
    DatabaseUnopened,
    DiskFailed,
    DiskFull,
)
from store.watch import Watch

# The longest a statement, a wait for a lock and a silent transaction may take on Postgres.
_TIMEOUTS = "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"

KEEPALIVE = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""How soon a connection to Postgres that is gone is known to be."""

_RESTED = 1.0
"""A connection that has rested for so many seconds is asked whether it still stands before it is used."""


def database_url(url: str) -> URL:
    """The address with the driver that serves it. Raises AddressUnknown for a database that is neither."""
    try:
        made = make_url(url)
    except exc.ArgumentError:
        raise AddressUnknown from None
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
    kind = made.drivername.partition("+")[0]
    if kind not in drivers:
        raise AddressUnknown(kind)
    return made.set(drivername=drivers[kind])


def sqlite_path(url: URL) -> Path | None:
    """The file of an SQLite database; None in memory and on Postgres."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def _postgres_engine(url: URL, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=WAIT,
        hide_parameters=True,  # what people wrote stands in no error
        connect_args={"options": _TIMEOUTS, **KEEPALIVE},
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
    """An open database: transactions to read and to write. What fails in them is a DatabaseError."""

    def __init__(self, url: URL, *, pool_size: int = 10, shared: bool = False, watch: Watch | None = None) -> None:
        self.url = url
        self.watch = watch or Watch()
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.path = sqlite_path(url)
        self._lock = FileLock(self.path) if self.path and not shared else None
        if self._lock:
            self._lock.take()
        self._local = Local(url) if self.is_sqlite else None
        self._engine = None if self.is_sqlite else _postgres_engine(url, pool_size)
        # Each statement on Postgres sees its own moment anyway: without BEGIN and COMMIT it is asked once.
        self._questions = self._engine and self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def in_memory(self) -> bool:
        """Whether the database lives as long as this process only."""
        return self.is_sqlite and self.path is None

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
        with self.watch.turn("read"), _translated():
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
        with self.watch.turn("write"), _translated():
            if self._local is not None:
                async with self._local.writing() as inline:
                    yield cast(AsyncConnection, inline)
            else:
                assert self._engine is not None
                async with self._engine.begin() as connection:
                    yield connection

    async def scrub(self) -> None:
        """Leave nothing of what was deleted in SQLite's files; Postgres clears its own up by and by."""
        if self._local is not None and not self.in_memory:
            await self._local.checkpoint()

    async def analyze(self) -> None:
        """Have SQLite choose its indexes by what the tables hold now; Postgres counts by itself."""
        if self._local is not None and not self.in_memory:
            with self.watch.turn("write"), _translated():
                await self._local.analyze()

    async def revision(self) -> str | None:
        """The schema's revision; None for an empty database."""
        async with self.reading() as db:
            names = await db.run_sync(lambda sync: sync.dialect.get_table_names(sync))
            if "alembic_version" not in names:
                return None
            return (await db.execute(text("SELECT version_num FROM alembic_version"))).scalar()


def insert_into(db: AsyncConnection, table: Table) -> postgresql.Insert:
    """An INSERT that knows ON CONFLICT, which both databases spell alike."""
    if db.dialect.name == "sqlite":
        return cast(postgresql.Insert, sqlite.insert(table))
    return postgresql.insert(table)


def changed_rows(result: Result[Any]) -> int:
    """How many rows an UPDATE or DELETE met."""
    assert isinstance(result, CursorResult)
    return result.rowcount


def only_row(result: Result[Any]) -> Row[Any]:
    """The row of a result that has exactly one."""
    row: Row[Any] = result.one()
    return row


@contextmanager
def _translated() -> Iterator[None]:
    """Turns a driver's failure into a DatabaseError."""
    try:
        yield
    except exc.TimeoutError as error:
        raise DatabaseBusy from error
    except exc.DBAPIError as error:
        known = _translation(error)
        if known is None:
            raise
        raise known from error


def _translation(error: exc.DBAPIError) -> DatabaseError | None:
    """What a driver's failure means; None where it is a fault of the program."""
    if isinstance(error, exc.OperationalError | exc.InterfaceError | exc.InternalError):
        return _failure(str(error.orig))
    if isinstance(error, exc.DatabaseError) and "malformed" in str(error.orig):
        return DatabaseDamaged()
    if isinstance(error, exc.DatabaseError) and "not a database" in str(error.orig):
        return DatabaseDamaged(finding="is not a database")
    return DatabaseUnavailable() if error.connection_invalidated else None


def _failure(reason: str) -> DatabaseError:
    """The kinds of failure that neither driver tells apart but by its words."""
    if "readonly" in reason or "read-only" in reason:
        return DatabaseReadOnly()
    if "disk is full" in reason or "No space left" in reason:
        return DiskFull()
    if any(word in reason for word in ("locked", "lock timeout", "statement timeout", "deadlock")):
        return DatabaseBusy()
    if "unable to open" in reason:
        return DatabaseUnopened()
    return DiskFailed() if "disk I/O" in reason else DatabaseUnavailable()
