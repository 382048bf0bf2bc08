"""What stands in channels and may name somebody who shall be named no more: it is shown anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, func, or_, select
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


async def take_back_names(db: AsyncConnection, installation: str, member_id: int, why: str, at: datetime) -> None:
    """Have every post that may name a member shown anew, within a transaction.

    Digests and the end name who led and who came back, of those who had answered; a question names who proposed it
    for as long as its round is open.
    """
    a, m, p, r, s = t.answers, t.members, t.posts, t.rounds, t.proposals
    first = select(func.min(a.c.at)).where(a.c.member_id == member_id).scalar_subquery()
    proposed = exists().where(
        s.c.member_id == member_id, s.c.named.is_(True), s.c.item == p.c.item, s.c.course == r.c.course
    )
    stand = (
        select(p.c.id, p.c.group_id)
        .join(r, r.c.id == p.c.round_id)
        .join(m, m.c.group_id == p.c.group_id)
        .where(m.c.id == member_id)
        .where(
            or_(
                p.c.kind.in_(("digest", "end")) & (r.c.opens >= first),
                (p.c.kind == "item") & (r.c.state == "open") & proposed,
            )
        )
        .order_by(p.c.id)
    )
    posts = (await db.execute(stand)).all()
    await enqueue(db, installation, *(Due("edit", f"{why} {post.id}", post.group_id, post.id, at) for post in posts))
