"""Meetings as rows, with who comes and whose turn it is to lead; all within a transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import insert_into
from study.discussion.meeting import COMING, LATELY, Led, Meeting, next_leader

k, h, g, m, a = t.meetings, t.attendances, t.groups, t.members, t.answers


def meetings() -> Select[Any]:
    """Meetings with who leads them."""
    leads = and_(h.c.meeting_id == k.c.id, h.c.leads.is_(True))
    return select(k, h.c.member_id.label("leader")).outerjoin(h, leads)


def meeting_of(row: Row[Any]) -> Meeting:
    """The meeting that a row tells of."""
    return Meeting(
        row.id, row.group_id, row.slot, row.at, row.weekly, row.where, row.state, row.series, row.sequence,
        row.leader or 0,
    )  # fmt: skip


async def meeting(db: AsyncConnection, meeting_id: int, *, lock: bool = False) -> Meeting:
    """The meeting of that id, which there is."""
    if lock:
        await db.execute(select(k.c.id).where(k.c.id == meeting_id).with_for_update())
    return meeting_of((await db.execute(meetings().where(k.c.id == meeting_id))).one())


async def coming(db: AsyncConnection, group_id: int, *, lock: bool = False) -> Meeting | None:
    """The meeting that a group has before it. Locked, two organisers at once do not plan two."""
    if lock:
        await db.execute(select(g.c.id).where(g.c.id == group_id).with_for_update())
    wanted = meetings().where(k.c.group_id == group_id, k.c.state.in_(COMING)).order_by(k.c.id.desc()).limit(1)
    row = (await db.execute(wanted)).first()
    return meeting_of(row) if row else None


async def say(db: AsyncConnection, meeting_id: int, member_id: int, comes: bool) -> None:
    """Keep whether somebody comes."""
    made = insert_into(db, h).values(meeting_id=meeting_id, member_id=member_id, comes=comes)
    await db.execute(made.on_conflict_do_update(index_elements=["meeting_id", "member_id"], set_={"comes": comes}))


async def let_lead(db: AsyncConnection, planned: Meeting, at: datetime) -> None:
    """Whose turn it is leads: of who answered lately, and neither says no to this meeting nor has passed it on."""
    mine = h.alias("mine")
    not_this_time = exists().where(
        mine.c.meeting_id == planned.id,
        mine.c.member_id == m.c.id,
        mine.c.comes.is_(False) | mine.c.leads.is_not(None),
    )
    lately = exists().where(a.c.member_id == m.c.id, a.c.at > at - LATELY)
    wanted = (
        select(m.c.id, func.count(k.c.id), func.max(k.c.at))
        .outerjoin(h, and_(h.c.member_id == m.c.id, h.c.leads.is_(True)))
        .outerjoin(k, and_(k.c.id == h.c.meeting_id, k.c.state == "over"))
        .where(m.c.group_id == planned.group_id, m.c.hidden.is_(False), lately, ~not_this_time)
        .group_by(m.c.id)
    )
    leader = next_leader([Led(*row) for row in await db.execute(wanted)])
    await db.execute(update(h).where(h.c.meeting_id == planned.id, h.c.leads.is_(True)).values(leads=False))
    if leader:
        made = insert_into(db, h).values(meeting_id=planned.id, member_id=leader, leads=True)
        await db.execute(made.on_conflict_do_update(index_elements=["meeting_id", "member_id"], set_={"leads": True}))


async def lasting_name(db: AsyncConnection, planned: Meeting) -> str:
    """What names a meeting, also after a restore: its group, its time, and which one of that time it is."""
    same = and_(k.c.group_id == planned.group_id, k.c.slot == planned.slot, k.c.id < planned.id)
    earlier = (await db.execute(select(func.count()).where(same))).scalar_one()
    return f"{planned.group_id} {planned.slot} {earlier}"
