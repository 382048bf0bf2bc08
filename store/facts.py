"""Small facts that the program keeps for itself, each under a name."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import Database, insert_into

RESTORED_AT = "restored_at"
"""The fact that says when a backup was put back: what was due before may be posted already."""

INSTALLATION = "install"
"""The fact that names this installation: it keeps its keys apart from any other's, and goes through backups."""

ORGANISERS_SEEN = "organiser:"
"""What begins the facts about who was seen to organise."""


def organiser_seen(platform: str, workspace: str, channel: str = "") -> str:
    """The fact that says who last did an organiser's work in a guild, or in a channel, by the platform's own id.

    It goes with the workspace, and with the person.
    """
    return f"{ORGANISERS_SEEN}{platform}:{workspace}:{channel}"


def organiser_language(platform: str, workspace: str) -> str:
    """The fact that says what whoever `organiser_seen` names for a guild reads. It goes with the workspace."""
    return f"{organiser_seen(platform, workspace)}language"


class KeyValueStore:
    """Facts under names."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """The fact kept under this key."""
        async with self._database.reading() as db:
            return (await db.execute(select(t.meta.c.value).where(t.meta.c.key == key))).scalar()

    async def set(self, key: str, value: str) -> None:
        """Keep a fact, in place of what was kept under this key; an empty one is none."""
        async with self._database.writing() as db:
            await _set(db, key, value)

    async def under(self, prefix: str) -> dict[str, str]:
        """The facts whose keys begin so, by the rest of their keys."""
        found = select(t.meta.c.key, t.meta.c.value).where(t.meta.c.key.startswith(prefix, autoescape=True))
        async with self._database.reading() as db:
            return {row.key.removeprefix(prefix): row.value for row in await db.execute(found)}

    async def set_under(self, prefix: str, facts: Mapping[str, str]) -> None:
        """Keep these facts, in place of all whose keys begin so; nothing where there are none."""
        async with self._database.writing() as db:
            await db.execute(delete(t.meta).where(t.meta.c.key.startswith(prefix, autoescape=True)))
            for rest, value in facts.items():
                await _set(db, f"{prefix}{rest}", value)


async def _set(db: AsyncConnection, key: str, value: str) -> None:
    if not value:
        await db.execute(delete(t.meta).where(t.meta.c.key == key))
        return
    made = insert_into(db, t.meta).values(key=key, value=value)
    await db.execute(made.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


async def installation(database: Database) -> str:
    """This installation's own name, made once."""
    async with database.writing() as db:
        made = insert_into(db, t.meta).values(key=INSTALLATION, value=secrets.token_hex(8))
        await db.execute(made.on_conflict_do_nothing())
        found = await db.execute(select(t.meta.c.value).where(t.meta.c.key == INSTALLATION))
        return str(found.scalar_one())
