"""Accounts known to be one person's: whoever vouches for somebody on the page may know their other account."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import page_tables as p
from store.database import tables as t
from study.group import Account

i, q = t.identities, p.people


def same_account() -> ColumnElement[bool]:
    """Whether an identity is the account that is known of somebody on the page."""
    return and_(
        q.c.platform != "",
        i.c.platform == q.c.platform,
        i.c.external_id == q.c.account,
        or_(q.c.workspace == "", i.c.workspace == q.c.workspace),
    )


async def kin_of(db: AsyncConnection, group_id: int, account: Account) -> int | None:
    """The member that a newly met account belongs to: they have been met here by their other account."""
    if account.platform == "browser":
        wanted = select(i.c.member_id).join(q, same_account()).where(q.c.id == account.id, i.c.group_id == group_id)
    else:
        theirs = select(q.c.id).where(
            q.c.platform == account.platform,
            q.c.account == account.id,
            q.c.workspace.in_(("", account.workspace)),
        )
        wanted = select(i.c.member_id).where(
            i.c.group_id == group_id, i.c.platform == "browser", i.c.external_id.in_(theirs)
        )
    found: int | None = (await db.execute(wanted.order_by(i.c.member_id).limit(1))).scalar()
    return found
