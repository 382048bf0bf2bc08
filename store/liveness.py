"""Which processes run: each holds a lock in the database for as long as it lives, so no clock has to be trusted."""

from __future__ import annotations

import secrets
from contextlib import suppress

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from store.base import Part
from store.engine import DatabaseAway


class Liveness(Part):
    """The sign of life of this process, and the reading of others'.

    On Postgres it is an advisory lock on a session of its own: the server frees it when the process dies, not while it
    is merely stopped. On SQLite the file belongs to one process, so every other name is of one that died.
    """

    owner = ""
    _session: AsyncConnection | None = None
    _engine_alive: AsyncEngine | None = None

    async def alive(self) -> str:
        """This process's name for claims; a new one where its session was lost. Raises DatabaseAway."""
        if self.is_sqlite:
            self.owner = self.owner or secrets.token_hex(8)
            return self.owner
        if self._session is not None:
            try:
                await self._session.execute(text("SELECT 1"))
                return self.owner
            except DBAPIError:
                await self._drop()
        number = secrets.randbits(62)
        try:
            self._engine_alive = create_async_engine(
                self.url,
                poolclass=NullPool,
                isolation_level="AUTOCOMMIT",
                connect_args={
                    "connect_timeout": 5,
                    "keepalives_idle": 10,
                    "keepalives_interval": 5,
                    "keepalives_count": 3,
                },
            )
            self._session = await self._engine_alive.connect()
            await self._session.execute(text("SELECT pg_advisory_lock(CAST(:number AS bigint))"), {"number": number})
        except DBAPIError as error:
            await self._drop()
            raise DatabaseAway("The database does not answer; what waits will be sent when it does.") from error
        self.owner = str(number)
        return self.owner

    async def owner_gone(self, db: AsyncConnection, owner: str) -> bool:
        """Whether the process of that name certainly runs no more."""
        if self.is_sqlite or not owner.isdigit():
            return True
        taken = text("SELECT pg_try_advisory_xact_lock(CAST(:number AS bigint))")
        return bool((await db.execute(taken, {"number": int(owner)})).scalar())

    async def _drop(self) -> None:
        session, engine = self._session, self._engine_alive
        self._session = self._engine_alive = None
        if session is not None:
            with suppress(DBAPIError):
                await session.close()
        if engine is not None:
            await engine.dispose()

    async def close(self) -> None:
        """Let go of every connection, of the sign of life and of the file."""
        await self._drop()
        await super().close()
