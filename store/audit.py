"""The audit trail: what organisers did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import Database


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit trail: what an organiser did. `by` is who, as the platform names them."""

    by: str
    action: str
    detail: Mapping[str, Any]
    at: datetime


class AuditTrail:
    """The audit trails of all groups."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, group_id: int) -> int:
        """How many lines a group's trail has."""
        wanted = select(func.count()).select_from(t.audit).where(t.audit.c.group_id == group_id)
        async with self._database.reading() as db:
            return int((await db.execute(wanted)).scalar_one())

    async def entries(self, group_id: int, limit: int | None = 100, skip: int = 0) -> tuple[AuditEntry, ...]:
        """What organisers did in a group, newest first, the newest `skip` left out; all of it without a limit."""
        wanted = select(t.audit).where(t.audit.c.group_id == group_id).order_by(t.audit.c.id.desc())
        wanted = wanted.limit(limit).offset(skip) if limit is not None else wanted
        async with self._database.reading() as db:
            return tuple(AuditEntry(row.by, row.action, row.detail, row.at) for row in await db.execute(wanted))


async def add_entry(db: AsyncConnection, group_id: int, entry: AuditEntry) -> None:
    """Write a line of the audit trail within a transaction."""
    made = insert(t.audit).values(
        group_id=group_id, by=entry.by, action=entry.action, detail=dict(entry.detail), at=entry.at
    )
    await db.execute(made)
