"""Notices: sentences left for a group's organiser, which the outbox tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import Database
from study.texts import LazyText

n = t.notices
LOCK = 7306
"""The kind of advisory lock under which a notice is left; the migrations have another."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the organiser of a group."""

    id: int
    group_id: int
    text: LazyText


class NoticeQueue:
    """Notices that nobody has been told yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, group_id: int, sentence: LazyText, at: datetime) -> None:
        """Leave a sentence for the group's organiser, unless it is what they were left last."""
        last = select(n.c.text).where(n.c.group_id == group_id).order_by(n.c.id.desc()).limit(1)
        async with self._database.writing() as db:
            await _in_turn(db, group_id)
            if (await db.execute(last)).scalar() != sentence.kept:
                await add_notice(db, group_id, sentence, at)

    async def claim(self, now: datetime, lease_seconds: float, limit: int = 20) -> tuple[Notice, ...]:
        """Take notices to tell. Untold, they come back after the lease."""
        wanted = (
            select(n)
            .where(n.c.told_at.is_(None), n.c.not_before <= now)
            .order_by(n.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.writing() as db:
            rows = (await db.execute(wanted)).all()
            if rows:
                until = now + timedelta(seconds=lease_seconds)
                await db.execute(update(n).where(n.c.id.in_([row.id for row in rows])).values(not_before=until))
            return tuple(Notice(row.id, row.group_id, LazyText.of(row.text)) for row in rows)

    async def mark_delivered(self, notice_id: int, at: datetime) -> None:
        """The organiser has been told."""
        async with self._database.writing() as db:
            await db.execute(update(n).where(n.c.id == notice_id).values(told_at=at))


async def add_notice(db: AsyncConnection, group_id: int, sentence: LazyText, at: datetime) -> None:
    """Leave a sentence for the group's organiser within a transaction, unless the same one waits to be told."""
    await _in_turn(db, group_id)
    waits = select(n.c.id).where(n.c.group_id == group_id, n.c.text == sentence.kept, n.c.told_at.is_(None)).limit(1)
    if (await db.execute(waits)).first() is None:
        await db.execute(insert(n).values(group_id=group_id, text=sentence.kept, at=at, not_before=at))


async def _in_turn(db: AsyncConnection, group_id: int) -> None:
    """Let one transaction at a time look for a group's notice and leave it; on SQLite all writers take turns anyway."""
    if db.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(CAST(:kind AS int), CAST(:group_id AS int))")
        await db.execute(lock, {"kind": LOCK, "group_id": group_id})
