"""Which lease owners are present: each holds a lock in the database for as long as it lives, so no clock is trusted."""

from __future__ import annotations

import secrets
from contextlib import suppress

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from store.database.connection import KEEPALIVE, Database
from store.errors import DatabaseUnavailable


class Presence:
    """The presence of this process as an owner of leases, and the reading of others'.

    On Postgres it is an advisory lock on a session of its own: the server frees it when the process dies, not while it
    is merely stopped. On SQLite the file belongs to one process, so every other owner is one that died.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owner = ""
        self._session: AsyncConnection | None = None
        self._engine: AsyncEngine | None = None

    async def owner(self) -> str:
        """This process's name on leases; a new one where its session was lost. Raises DatabaseUnavailable."""
        if self._database.is_sqlite:
            self._owner = self._owner or secrets.token_hex(8)
            return self._owner
        if self._session is not None:
            try:
                await self._session.execute(text("SELECT 1"))
                return self._owner
            except DBAPIError:
                await self.end()
        number = secrets.randbits(62)
        try:
            self._engine = create_async_engine(
                self._database.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=KEEPALIVE
            )
            self._session = await self._engine.connect()
            await self._session.execute(text("SELECT pg_advisory_lock(CAST(:number AS bigint))"), {"number": number})
        except DBAPIError as error:
            await self.end()
            raise DatabaseUnavailable("The database does not answer; what waits will be sent when it does.") from error
        self._owner = str(number)
        return self._owner

    async def end(self) -> None:
        """Be present no more."""
        session, engine = self._session, self._engine
        self._session = self._engine = None
        if session is not None:
            with suppress(DBAPIError):
                await session.close()
        if engine is not None:
            await engine.dispose()


async def is_gone(db: AsyncConnection, owner: str) -> bool:
    """Whether the process of that name certainly runs no more."""
    if db.dialect.name == "sqlite" or not owner.isdigit():
        return True
    taken = text("SELECT pg_try_advisory_xact_lock(CAST(:number AS bigint))")
    return bool((await db.execute(taken, {"number": int(owner)})).scalar())
