"""SQLite within one process: statements run where they are asked for, and writers who meet are committed together.

A statement takes microseconds, a change of threads more than that; a commit waits for the disk and does change threads.
While it waits, the next writers queue up, and they share the next commit: so one disk keeps up with many people.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Dialect, Engine, Executable, Result, create_engine, event, exc
from sqlalchemy.pool import QueuePool, StaticPool

Made = TypeVar("Made")

WAIT = 2.0
"""Seconds that somebody waits for a turn at the database; then they are told that nothing was saved."""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    f"busy_timeout={1000 * WAIT:.0f}",
    "cache_size=-65536",
    "mmap_size=268435456",
    "analysis_limit=400",
)


class Inline:
    """A connection with the face of an asynchronous one. With a pool of threads, its statements run there."""

    def __init__(self, connection: Connection, threads: ThreadPoolExecutor | None = None) -> None:
        self._connection = connection
        self._threads = threads

    @property
    def dialect(self) -> Dialect:
        """How SQL is spelt here."""
        return self._connection.dialect

    async def execute(self, statement: Executable, parameters: Any = None) -> Result[Any]:  # noqa: ANN401
        """Run a statement."""
        if self._threads is None:
            return self._connection.execute(statement, parameters)
        return await _finished(self._threads, lambda: self._connection.execute(statement, parameters).freeze()())

    async def exec_driver_sql(self, statement: str) -> Result[Any]:
        """Run a statement in SQLite's own words."""
        return self._connection.exec_driver_sql(statement)

    async def run_sync(self, function: Callable[[Connection], Made]) -> Made:
        """Hand the connection to a function."""
        return function(self._connection)


async def _finished(threads: ThreadPoolExecutor, work: Callable[[], Made]) -> Made:
    """The work's result; whoever is cancelled meanwhile still waits until the connection is free."""
    future = asyncio.get_running_loop().run_in_executor(threads, work)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        await asyncio.wait({future})
        raise


class _Batch:
    """The writers that share one commit."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.broken: Exception | None = None
        self.done.add_done_callback(lambda done: None if done.cancelled() else done.exception() and None)


class Local:
    """An SQLite database; without a file, one in memory."""

    def __init__(self, url: URL) -> None:
        self._in_memory = not url.database or url.database == ":memory:"
        self._engine = _engine(url.set(drivername="sqlite"), in_memory=self._in_memory)
        self._writes = self._engine.execution_options(writes=True)
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="sqlite")
        self._lock = asyncio.Lock()
        self._batch: _Batch | None = None
        self._committing: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Finish the commit under way and let go of the file."""
        if self._committing is not None:
            await asyncio.wait({self._committing})
        self._threads.shutdown()
        self._engine.dispose()

    @asynccontextmanager
    async def reading(self, *, long: bool) -> AsyncIterator[Inline]:
        """See what has been committed. What takes long reads in a thread."""
        if self._in_memory:
            async with self.writing() as db:
                yield db
            return
        with self._engine.begin() as connection:
            yield Inline(connection, self._threads if long else None)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Inline]:
        """Write: when this ends it is on disk; where the block fails, nothing of it is.

        Raises sqlalchemy's TimeoutError where those before it leave no turn within WAIT seconds.
        """
        async with self._turn():
            batch = self._batch or self._begin()
            batch.connection.exec_driver_sql("SAVEPOINT writer")
            try:
                yield Inline(batch.connection)
            except BaseException as failure:
                try:
                    batch.connection.exec_driver_sql("ROLLBACK TO writer")
                    batch.connection.exec_driver_sql("RELEASE writer")
                except Exception as error:  # SQLite itself gave up the whole transaction, as on a full disk
                    batch.broken = failure if isinstance(failure, Exception) else error
                raise
            batch.connection.exec_driver_sql("RELEASE writer")
        await asyncio.shield(batch.done)

    async def checkpoint(self) -> None:
        """Fold the write-ahead log into the file and empty it, unless somebody is reading from it just now."""
        async with self._turn():
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                raw = connection.connection.driver_connection
                assert raw is not None
                await _finished(self._threads, lambda: raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())

    async def analyze(self) -> None:
        """Count, by samples, how many rows each index finds: some 40 ms, however large the file.

        Without that SQLite takes every index for a good one, even one of a state that nearly all rows are in.
        """
        async with self.writing() as db:
            await db.exec_driver_sql("ANALYZE")
        self._engine.dispose()  # a connection reads what was counted once, when it opens

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(WAIT):
                await self._lock.acquire()
        except TimeoutError:
            raise exc.TimeoutError(f"no turn to write within {WAIT} seconds") from None
        try:
            yield
        finally:
            self._lock.release()

    def _begin(self) -> _Batch:
        connection = self._writes.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        batch = self._batch = _Batch(connection)
        self._committing = asyncio.get_running_loop().create_task(self._commit(batch))
        return batch

    async def _commit(self, batch: _Batch) -> None:
        """Commit once those who were waiting to write when the batch began have written."""
        async with self._lock:
            self._batch = None
            try:
                if batch.broken is not None:
                    raise batch.broken
                if self._in_memory:
                    batch.connection.commit()
                else:
                    await _finished(self._threads, batch.connection.commit)
            except Exception as error:
                batch.connection.rollback()
                batch.done.set_exception(error)
            else:
                batch.done.set_result(None)
            finally:
                batch.connection.close()
                if not batch.done.done():
                    batch.done.cancel()


def _engine(url: URL, *, in_memory: bool) -> Engine:
    # isolation_level None hands BEGIN to the listener below: the driver's own BEGIN comes too late and is deferred.
    driver = {"isolation_level": None, "timeout": WAIT, "check_same_thread": False}
    if in_memory:
        engine = create_engine(url, poolclass=StaticPool, connect_args=driver, hide_parameters=True)
    else:
        engine = create_engine(
            url, poolclass=QueuePool, pool_size=5, max_overflow=-1, connect_args=driver, hide_parameters=True
        )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:  # noqa: ANN401 - SQLAlchemy's own type for a driver's connection
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A read lock that must become a write lock fails at once, whatever busy_timeout says: writers ask at the start.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
