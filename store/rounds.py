"""Rounds and their posts: opened once for each slot, closed once, with everything that must be posted for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables as t
from store.deliveries import Deliveries
from store.engine import StoreError
from study import calendar
from study.group import Group, Post, Round, Turn

r, p = t.rounds, t.posts


def round_of(row: Row[Any]) -> Round:
    """The round that a row tells of."""
    return Round(row.id, row.group_id, row.slot, row.week, row.opens, row.closes, row.state)


def post_of(row: Row[Any]) -> Post:
    """The post that a row tells of."""
    return Post(row.id, row.round_id, row.group_id, row.kind, row.item, row.position)


class Rounds(Deliveries):
    """What is remembered of rounds and posts."""

    async def open_round(
        self,
        group_id: int,
        slot: str,
        week: int,
        opens: datetime,
        closes: datetime,
        posts: Sequence[tuple[Literal["recap", "item"], str]],
        *,
        doubt: bool = False,
    ) -> Round | None:
        """Open the round of a slot with its posts, and have them posted; None if this slot had its round already.

        A slot recorded as missed may be opened after all. With `doubt` the platforms are asked first whether they have
        the posts already, as after a restored backup.
        """
        await self.install()
        async with self.writing() as db:
            made = self.insert(r).values(
                group_id=group_id, slot=slot, week=week, opens=opens, closes=closes, state="open"
            )
            made = made.on_conflict_do_update(
                index_elements=["group_id", "slot"],
                set_={"state": "open", "week": week, "opens": opens, "closes": closes},
                where=r.c.state == "missed",
            )
            row = (await db.execute(made.returning(r))).first()
            if row is None:
                return None
            for position, (kind, item) in enumerate(posts):
                post_id = (
                    await db.execute(
                        insert(p)
                        .values(round_id=row.id, group_id=group_id, kind=kind, item=item, position=position)
                        .returning(p.c.id)
                    )
                ).scalar_one()
                name = f"post {group_id} {slot} {kind} {item}"
                await self.enqueue(db, group_id, "post", {}, name, opens, post_id, doubt=doubt)
                if doubt:  # a message found again has buttons that name the lost post: let it name this one
                    await self.enqueue(db, group_id, "edit", {}, f"renew {post_id} {name}", opens, post_id)
            return round_of(row)

    async def record_slot(
        self,
        group_id: int,
        turn: Turn,
        state: Literal["skipped", "missed"],
        sentence: str = "",
        at: datetime | None = None,
    ) -> bool:
        """Record that a slot was not posted, and tell the organiser why; False if the slot had its round already."""
        async with self.writing() as db:
            zone = (await db.execute(select(t.groups.c.zone).where(t.groups.c.id == group_id))).scalar_one()
            group = Group(group_id, "", "", zone, ())
            fresh = await self.record(db, group, turn, state)
            if fresh and sentence:
                await self.note(db, group_id, sentence, at or turn.at)
            return fresh

    async def record(self, db: AsyncConnection, group: Group, turn: Turn, state: str) -> bool:
        """As `record_slot`, within a transaction."""
        made = self.insert(r).values(
            group_id=group.id,
            slot=turn.slot,
            week=0,
            opens=turn.at,
            closes=calendar.closes(turn.slot, group.zone),
            state=state,
        )
        return (await db.execute(made.on_conflict_do_nothing().returning(r.c.id))).first() is not None

    async def rounds(self, group_id: int) -> tuple[Round, ...]:
        """Every round of a group, in the order of opening."""
        async with self.reading() as db:
            rows = await db.execute(select(r).where(r.c.group_id == group_id).order_by(r.c.opens, r.c.id))
            return tuple(map(round_of, rows))

    async def round(self, round_id: int) -> Round:
        """The round of that id. Raises StoreError."""
        async with self.reading() as db:
            row = (await db.execute(select(r).where(r.c.id == round_id))).first()
            if row is None:
                raise StoreError("This round does not exist any more.")
            return round_of(row)

    async def post(self, post_id: int) -> Post:
        """The post of that id. Raises StoreError."""
        async with self.reading() as db:
            row = (await db.execute(select(p).where(p.c.id == post_id))).first()
            if row is None:
                raise StoreError("This question does not exist any more.")
            return post_of(row)

    async def posts_of(self, round_id: int) -> tuple[Post, ...]:
        """The posts of a round, in order."""
        async with self.reading() as db:
            rows = await db.execute(select(p).where(p.c.round_id == round_id).order_by(p.c.position))
            return tuple(map(post_of, rows))

    async def open_posts(self, group_id: int) -> tuple[Post, ...]:
        """The posts that may still be answered, in the order of posting."""
        wanted = (
            select(p)
            .join(r, r.c.id == p.c.round_id)
            .where(p.c.group_id == group_id, r.c.state == "open")
            .order_by(p.c.id)
        )
        async with self.reading() as db:
            return tuple(map(post_of, await db.execute(wanted)))

    async def asked_recaps(self, group_id: int) -> tuple[int, ...]:
        """The week numbers whose recap was posted."""
        wanted = (
            select(r.c.week)
            .join(p, p.c.round_id == r.c.id)
            .where(p.c.group_id == group_id, p.c.kind == "recap")
            .distinct()
            .order_by(r.c.week)
        )
        async with self.reading() as db:
            return tuple((await db.execute(wanted)).scalars())

    async def close_due(self, now: datetime, limit: int = 200) -> tuple[Round, ...]:
        """Close rounds whose time is over and have their posts edited; call again while `limit` come back."""
        await self.install()
        async with self.writing() as db:
            wanted = (
                select(r)
                .where(r.c.state == "open", r.c.closes <= now)
                .order_by(r.c.closes, r.c.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            rows = (await db.execute(wanted)).all()
            return tuple([await self._close(db, row, now) for row in rows])

    async def close_round(self, round_id: int, at: datetime) -> Round | None:
        """Close a round before its time; None if it is not open."""
        await self.install()
        async with self.writing() as db:
            wanted = select(r).where(r.c.id == round_id, r.c.state == "open").with_for_update()
            row = (await db.execute(wanted)).first()
            return await self._close(db, row, at) if row else None

    async def _close(self, db: AsyncConnection, row: Row[Any], at: datetime) -> Round:
        await db.execute(update(r).where(r.c.id == row.id).values(state="closed"))
        for post in (await db.execute(select(p).where(p.c.round_id == row.id).order_by(p.c.position))).all():
            name = f"edit {row.group_id} {row.slot} {post.kind} {post.item}"
            await self.enqueue(db, row.group_id, "edit", {}, name, at, post.id)
        return Round(row.id, row.group_id, row.slot, row.week, row.opens, row.closes, "closed")

    async def refresh_post(self, post_id: int, name: str, at: datetime) -> None:
        """Have a post edited once more, as after a regrading; once for each `name`."""
        await self.install()
        async with self.writing() as db:
            post = (await db.execute(select(p).where(p.c.id == post_id))).first()
            if post:
                await self.enqueue(db, post.group_id, "edit", {}, f"edit {post_id} {name}", at, post_id)
