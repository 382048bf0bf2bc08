"""What members report of the page's talk, and what organisers do about it: hide a message, show it again, let it be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.audit import AuditEntry, add_entry
from store.database import page_tables as t
from store.database.connection import Database, insert_into
from store.errors import NotFound
from store.page.changes import next_rev, turn
from store.page.messages import Message, message_of, whole

m, p, r = t.messages, t.people, t.reports

MOST = 50
"""So many reported messages are told at a time."""


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody's report of a message: who, why if they said it, and when."""

    by: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reported:
    """A message with the reports of it that nobody has settled, in order."""

    message: Message
    reports: tuple[Report, ...]


class ReportTable:
    """The reports of the page. Whatever is done about them stands in the group's audit trail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(self, message_id: int, reporter: str, group_id: int, words: str, at: datetime) -> bool:
        """Keep somebody's report of a message; False if they reported it before. Raises NotFound."""
        async with self._database.writing() as db:
            row = await _talk(db, message_id)
            by = (await db.execute(select(p.c.name).where(p.c.id == reporter))).scalar()
            if by is None:
                raise NotFound("member")
            made = insert_into(db, r).values(message=message_id, reporter=reporter, words=words, at=at)
            if (await db.execute(made.on_conflict_do_nothing().returning(r.c.message))).first() is None:
                return False
            await _written(db, group_id, by, "message reported", row, at)
            return True

    async def open(self, channels: Sequence[str]) -> tuple[Reported, ...]:
        """The messages of these channels whose reports nobody has settled, oldest messages first."""
        reporter = p.alias("reporter")
        waiting = select(r.c.message).where(r.c.settled.is_(None))
        about = whole().where(m.c.channel.in_(channels), m.c.id.in_(waiting)).order_by(m.c.id).limit(MOST)
        async with self._database.reading() as db:
            messages = [message_of(row) for row in await db.execute(about)]
            ids = [one.id for one in messages]
            why = select(r.c.message, r.c.words, r.c.at, reporter.c.name).join(reporter, reporter.c.id == r.c.reporter)
            rows = (await db.execute(why.where(r.c.message.in_(ids), r.c.settled.is_(None)).order_by(r.c.at))).all()
        given: dict[int, list[Report]] = {}
        for row in rows:
            given.setdefault(row.message, []).append(Report(row.name, row.words, row.at))
        return tuple(Reported(one, tuple(given.get(one.id, ()))) for one in messages)

    async def hide(self, message_id: int, group_id: int, by: str, at: datetime, *, hidden: bool) -> bool:
        """Hide a message from all but organisers, or show it again; False if it was so already. Raises NotFound."""
        async with self._database.writing() as db:
            await turn(db)
            row = await _talk(db, message_id)
            await _settle(db, message_id, at)
            if (row.hidden is not None) == hidden:
                return False
            change = update(m).where(m.c.id == message_id)
            await db.execute(change.values(hidden=at if hidden else None, rev=await next_rev(db)))
            await _written(db, group_id, by, "message hidden" if hidden else "message shown again", row, at)
            return True

    async def let_be(self, message_id: int, group_id: int, by: str, at: datetime) -> bool:
        """Settle the reports of a message and leave it as it is; False if they were settled. Raises NotFound."""
        async with self._database.writing() as db:
            row = await _talk(db, message_id)
            if not await _settle(db, message_id, at):
                return False
            await _written(db, group_id, by, "message let be", row, at)
            return True


async def _talk(db: AsyncConnection, message_id: int) -> Row[Any]:
    """What a member wrote. Raises NotFound."""
    row: Row[Any] | None = (await db.execute(whole().where(m.c.id == message_id, m.c.author.is_not(None)))).first()
    if row is None:
        raise NotFound("button")
    return row


async def _settle(db: AsyncConnection, message_id: int, at: datetime) -> bool:
    open_ones = update(r).where(r.c.message == message_id, r.c.settled.is_(None)).values(settled=at)
    return (await db.execute(open_ones.returning(r.c.message))).first() is not None


async def _written(db: AsyncConnection, group_id: int, by: str, action: str, about: Row[Any], at: datetime) -> None:
    await add_entry(db, group_id, AuditEntry(by, action, {"name": about.author_name, "message": about.id}, at))
