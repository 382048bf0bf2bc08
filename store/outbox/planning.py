"""When it is next looked whether a member is to be reminded: set where questions open, and by their first answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from study.nudge import BEFORE_CLOSING

m, r = t.members, t.rounds

# Built once: asked often enough for the building to be felt.
_PLANNED = (
    update(m)
    .where(
        m.c.group_id == bindparam("group"),
        m.c.nudges.is_(True),
        or_(m.c.nudge_at.is_(None), m.c.nudge_at > bindparam("at")),
        exists().where(t.best.c.member_id == m.c.id),
    )
    .values(nudge_at=bindparam("at"))
)


async def plan_nudges(db: AsyncConnection, closes: Mapping[int, datetime]) -> None:
    """Look at everybody who ever answered in a group before something closes there, within a transaction."""
    await db.execute(_PLANNED, [{"group": group, "at": at - BEFORE_CLOSING} for group, at in closes.items()])


async def plan_first_nudge(db: AsyncConnection, member_id: int, group_id: int, at: datetime) -> None:
    """Look, within a transaction, at somebody who has just answered here for the first time: other questions are open.

    Not before a day has gone by, for they know of them.
    """
    ends = select(func.min(r.c.closes)).where(r.c.group_id == group_id, r.c.state == "open")
    closes = (await db.execute(ends)).scalar()
    if closes is not None:
        planned = update(m).where(m.c.id == member_id, m.c.nudges.is_(True), m.c.nudge_at.is_(None))
        await db.execute(planned.values(nudge_at=max(closes - BEFORE_CLOSING, at + timedelta(days=1))))
