"""Agendas of meetings that stand in channels: shown anew when they may name somebody who shall be named no more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.outbox.delivery import Due, enqueue


async def take_back_agendas(db: AsyncConnection, installation: str, group_id: int, why: str, at: datetime) -> None:
    """Have every agenda that stands in a group's channels shown anew, within a transaction: it may name somebody."""
    stand = select(t.meetings.c.id).where(
        t.meetings.c.group_id == group_id, t.meetings.c.state.in_(("announced", "over"))
    )
    for meeting_id in (await db.execute(stand)).scalars().all():
        name = f"meeting {meeting_id} {why}"
        await enqueue(db, installation, Due("meeting_edit", name, group_id, 0, at, meeting_id=meeting_id))
