"""What every part of the store stands on: the database, the audit trail, small facts and events already seen."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Result, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables as t
from store.engine import Database


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the audit trail: what an organiser did. `by` is who, as the platform names them."""

    by: str
    action: str
    detail: Mapping[str, Any]
    at: datetime


def one(result: Result[Any]) -> int:
    """The only number of a result."""
    found: int = result.scalar_one()
    return found


def changed_rows(result: Result[Any]) -> int:
    """How many rows an UPDATE or DELETE met."""
    assert isinstance(result, CursorResult)
    return result.rowcount


class Part(Database):
    """The common ground of the store's parts."""

    _install = ""

    async def get_meta(self, key: str) -> str | None:
        """A small fact kept for the program itself."""
        async with self.reading() as db:
            return (await db.execute(select(t.meta.c.value).where(t.meta.c.key == key))).scalar()

    async def set_meta(self, key: str, value: str) -> None:
        """Keep a small fact, in place of what was kept under this key."""
        async with self.writing() as db:
            made = self.insert(t.meta).values(key=key, value=value)
            await db.execute(made.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

    async def seen(self, key: str, at: datetime) -> bool:
        """Whether an event of this key was seen before; from now on it was."""
        async with self.writing() as db:
            made = self.insert(t.inbound).values(key=key, at=at).on_conflict_do_nothing()
            return (await db.execute(made.returning(t.inbound.c.key))).first() is None

    async def audit(self, group_id: int, limit: int = 100) -> tuple[Deed, ...]:
        """What organisers did in a group, newest first."""
        async with self.reading() as db:
            wanted = select(t.audit).where(t.audit.c.group_id == group_id).order_by(t.audit.c.id.desc()).limit(limit)
            return tuple(Deed(row.by, row.action, row.detail, row.at) for row in await db.execute(wanted))

    async def audited(
        self, db: AsyncConnection, group_id: int, by: str, action: str, detail: Mapping[str, Any], at: datetime
    ) -> None:
        """Write a line of the audit trail within a transaction."""
        await db.execute(insert(t.audit).values(group_id=group_id, by=by, action=action, detail=dict(detail), at=at))

    async def note(self, db: AsyncConnection, group_id: int, sentence: str, at: datetime) -> None:
        """Leave a sentence for the group's organiser within a transaction; the outbox tells it."""
        await db.execute(insert(t.notices).values(group_id=group_id, text=sentence, at=at, not_before=at))

    async def forget_seen(self, before: datetime) -> int:
        """Forget events seen before a time; no platform redelivers after a day."""
        async with self.writing() as db:
            return changed_rows(await db.execute(delete(t.inbound).where(t.inbound.c.at < before)))

    async def install(self) -> str:
        """This installation's own name, made once, kept through backups: it keeps its keys apart from any other's."""
        if not self._install:
            async with self.writing() as db:
                made = self.insert(t.meta).values(key="install", value=secrets.token_hex(8))
                await db.execute(made.on_conflict_do_nothing())
                found = await db.execute(select(t.meta.c.value).where(t.meta.c.key == "install"))
                self._install = str(found.scalar_one())
        return self._install

    def key_of(self, *parts: object) -> str:
        """A key of 24 characters, always the same for the same parts in this installation."""
        return hashlib.sha256("\0".join(map(str, (self._install, *parts))).encode()).hexdigest()[:24]
