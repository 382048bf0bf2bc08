"""The count of the page's changes, which puts its writers in one order: what is seen later was changed later."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import page_tables as t
from store.database.connection import insert_into

c = t.changes


async def turn(db: AsyncConnection) -> None:
    """Wait until no other process writes to the page; it is ours until the transaction ends."""
    await db.execute(insert_into(db, c).values(one=1, rev=0).on_conflict_do_nothing())
    await db.execute(select(c.c.rev).with_for_update())


async def next_rev(db: AsyncConnection) -> int:
    """The number of a new change."""
    return int((await db.execute(update(c).values(rev=c.c.rev + 1).returning(c.c.rev))).scalar_one())
