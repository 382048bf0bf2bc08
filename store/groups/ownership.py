"""What belongs to which group: an id that comes from outside is good only where its group reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Table, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.page_tables import messages as page_messages
from store.errors import NotFound
from store.groups.channels import is_at
from study.group import Account, Place

Owned = Literal["post", "answer", "dispute", "delivery", "mark", "member", "asked", "meeting", "message"]

_TABLES: dict[Owned, Table] = {
    "post": t.posts,
    "answer": t.answers,
    "dispute": t.disputes,
    "delivery": t.deliveries,
    "mark": t.marks,
    "member": t.members,
    "asked": t.asked,
    "meeting": t.meetings,
    "message": page_messages,
}
_DIGITS = 18
"""No row has a longer number; every database keeps one of this length."""


def _its_channel(table: Table) -> ColumnElement[bool]:
    """A channel of the group that owns a row; what members wrote on the page belongs to the group that reads there."""
    if table is page_messages:
        written = and_(table.c.author.is_not(None), table.c.channel == t.channels.c.external_id)
        return and_(t.channels.c.platform == "browser", written)
    return t.channels.c.group_id == table.c.group_id


@dataclass(frozen=True, slots=True)
class Home:
    """A group of somebody's own, and where it reads on their platform. `chosen`: they said that they mean this one."""

    group_id: int
    name: str
    place: Place
    chosen: bool


async def homes_of(db: AsyncConnection, account: Account) -> tuple[Home, ...]:
    """The groups that an account belongs to: the one chosen last, then the others as they began."""
    g, i = t.groups, t.identities
    wanted = _at_home(account).add_columns(i.c.chosen_at, g.c.name.label("group_name")).join(g, g.c.id == i.c.group_id)
    homes: dict[int, Home] = {}
    for row in await db.execute(wanted.order_by(i.c.chosen_at.is_(None), i.c.chosen_at.desc(), *_FIRST)):
        place = Place(row.platform, row.workspace, row.external_id, row.name)
        homes.setdefault(row.group_id, Home(row.group_id, row.group_name, place, row.chosen_at is not None))
    return tuple(homes.values())


_FIRST = (t.channels.c.trouble != "", t.channels.c.id)
"""A channel where a group can be read before one where it cannot."""


def _at_home(account: Account) -> Select[Any]:
    """The channels on an account's platform of the groups it is in; without a workspace, of those in any."""
    c, i = t.channels, t.identities
    wanted = (
        select(c)
        .join(i, (i.c.group_id == c.c.group_id) & (i.c.platform == c.c.platform) & (i.c.workspace == c.c.workspace))
        .where(i.c.platform == account.platform, i.c.external_id == account.id)
    )
    return wanted.where(i.c.workspace == account.workspace) if account.workspace else wanted


async def home_of(db: AsyncConnection, account: Account, kind: Owned, row_id: str) -> Place | None:
    """Where the group that owns a thing reads on an account's platform, if the account is one of its members."""
    if not (row_id.isascii() and row_id.isdigit() and len(row_id) <= _DIGITS):
        return None
    table = _TABLES[kind]
    owned = _at_home(account).join(table, _its_channel(table)).where(table.c.id == int(row_id))
    row = (await db.execute(owned.order_by(*_FIRST).limit(1))).first()
    return Place(row.platform, row.workspace, row.external_id, row.name) if row else None


async def owned_at(db: AsyncConnection, place: Place, kind: Owned, row_id: str) -> int:
    """The id, if it is one of the group that reads at this place. Raises NotFound alike for others' and for none."""
    if row_id.isascii() and row_id.isdigit() and len(row_id) <= _DIGITS:
        table = _TABLES[kind]
        mine = select(table.c.id).join(t.channels, _its_channel(table))
        found: int | None = (await db.execute(mine.where(table.c.id == int(row_id), is_at(place)))).scalar()
        if found is not None:
            return found
    raise NotFound("button")
