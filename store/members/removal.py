"""Members whom an organiser took out of a group. Their answers stay theirs; an invitation brings them back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from store.audit import AuditEntry, add_entry
from store.database import page_tables as p
from store.database import tables as t
from store.database.connection import Database
from store.errors import NotFound
from store.members.privacy import whose_is

m = t.members


class RemovalTable:
    """Takes people out of groups."""

    def __init__(self, database: Database, installation: str) -> None:
        self._database, self._installation = database, installation

    async def remove(self, member_id: int, at: datetime, by: str) -> tuple[str, ...]:
        """Hide a member and keep them off the page; their accounts there. Raises NotFound."""
        async with self._database.writing() as db:
            row = (await db.execute(select(m.c.group_id, m.c.name).where(m.c.id == member_id))).first()
            if row is None:
                raise NotFound("member")
            pages = (await whose_is(db, member_id, self._installation)).pages
            await db.execute(update(m).where(m.c.id == member_id).values(hidden=True))
            gone = update(p.people).where(p.people.c.id.in_(pages))
            await db.execute(gone.values(removed=at, recovery=None, organiser=False))
            await add_entry(db, row.group_id, AuditEntry(by, "member removed", {"name": row.name}, at))
            return pages
