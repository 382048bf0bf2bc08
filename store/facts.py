"""Small facts that the program keeps for itself, each under a name."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, select

from store.database import tables as t
from store.database.connection import Database, insert_into

RESTORED_AT = "restored_at"
"""The fact that says when a backup was put back: what was due before may be posted already."""

INSTALLATION = "install"
"""The fact that names this installation: it keeps its keys apart from any other's, and goes through backups."""


class KeyValueStore:
    """Facts under names."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """The fact kept under this key."""
        async with self._database.reading() as db:
            return (await db.execute(select(t.meta.c.value).where(t.meta.c.key == key))).scalar()

    async def set(self, key: str, value: str) -> None:
        """Keep a fact, in place of what was kept under this key."""
        async with self._database.writing() as db:
            made = insert_into(db, t.meta).values(key=key, value=value)
            await db.execute(made.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

    async def remove(self, key: str) -> None:
        """Keep nothing under this key."""
        async with self._database.writing() as db:
            await db.execute(delete(t.meta).where(t.meta.c.key == key))


async def installation(database: Database) -> str:
    """This installation's own name, made once."""
    async with database.writing() as db:
        made = insert_into(db, t.meta).values(key=INSTALLATION, value=secrets.token_hex(8))
        await db.execute(made.on_conflict_do_nothing())
        found = await db.execute(select(t.meta.c.value).where(t.meta.c.key == INSTALLATION))
        return str(found.scalar_one())
