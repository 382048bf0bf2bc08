"""What belongs to which group: an id that comes from outside is good only where its group reads."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.errors import NotFound
from store.groups.channels import is_at
from study.group import Account, Place

Owned = Literal["post", "answer", "dispute", "delivery", "mark", "member", "asked", "meeting"]

_TABLES: dict[Owned, Table] = {
    "post": t.posts,
    "answer": t.answers,
    "dispute": t.disputes,
    "delivery": t.deliveries,
    "mark": t.marks,
    "member": t.members,
    "asked": t.asked,
    "meeting": t.meetings,
}
_DIGITS = 18
"""No row has a longer number; every database keeps one of this length."""


async def home_of(db: AsyncConnection, account: Account, kind: Owned, row_id: str) -> Place | None:
    """Where the group that owns a thing reads on an account's platform, if the account is one of its members."""
    if not (row_id.isascii() and row_id.isdigit() and len(row_id) <= _DIGITS):
        return None
    table, c, i = _TABLES[kind], t.channels, t.identities
    wanted = (
        select(c)
        .join(table, table.c.group_id == c.c.group_id)
        .join(i, (i.c.group_id == c.c.group_id) & (i.c.platform == c.c.platform) & (i.c.workspace == c.c.workspace))
        .where(table.c.id == int(row_id), i.c.platform == account.platform, i.c.external_id == account.id)
        .order_by(c.c.trouble != "", c.c.id)
        .limit(1)
    )
    if account.workspace:
        wanted = wanted.where(i.c.workspace == account.workspace)
    row = (await db.execute(wanted)).first()
    return Place(row.platform, row.workspace, row.external_id, row.name) if row else None


async def owned_at(db: AsyncConnection, place: Place, kind: Owned, row_id: str) -> int:
    """The id, if it is one of the group that reads at this place. Raises NotFound alike for others' and for none."""
    if row_id.isascii() and row_id.isdigit() and len(row_id) <= _DIGITS:
        table = _TABLES[kind]
        mine = select(table.c.id).join(t.channels, t.channels.c.group_id == table.c.group_id)
        found: int | None = (await db.execute(mine.where(table.c.id == int(row_id), is_at(place)))).scalar()
        if found is not None:
            return found
    raise NotFound("button")
