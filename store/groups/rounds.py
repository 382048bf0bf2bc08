"""Rounds: opened once for each slot, closed once, with everything that must be posted for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import Database, insert_into
from store.members.nudges import plan_nudges
from store.outbox.delivery import Due, enqueue
from store.outbox.notices import add_notice
from study import calendar
from study.agenda import Planned
from study.group import PostKind, Round, Turn

r, p = t.rounds, t.posts

CLOSING: tuple[PostKind, ...] = ("recap", "item", "task")
"""The posts that look different once their round is closed."""

TALKED_ABOUT: tuple[PostKind, ...] = ("recap", "item")
"""The posts under which a thread opens then."""

Unposted = Literal["skipped", "missed"]


@dataclass(frozen=True, slots=True)
class NewRound:
    """A round to open: the slot that names it, its course and week of it, its time, and its posts, in order.

    With `doubt` the platforms are asked first whether they have the posts already, as after a restored backup.
    """

    slot: str
    course: str
    week: int
    opens: datetime
    closes: datetime
    posts: Sequence[Planned]
    doubt: bool = False


class RoundTable:
    """The rounds of all groups."""

    def __init__(self, database: Database, installation: str) -> None:
        self._database = database
        self._installation = installation

    async def open(self, group_id: int, new: NewRound) -> Round | None:
        """Open the round of a slot with its posts, and have them posted; None if this slot had its round already.

        A slot recorded as missed may be opened after all.
        """
        opened = {
            "week": new.week,
            "opens": new.opens,
            "closes": new.closes,
            "state": "open",
            "course": new.course,
        }
        async with self._database.writing() as db:
            made = insert_into(db, r).values(group_id=group_id, slot=new.slot, **opened)
            made = made.on_conflict_do_update(
                index_elements=["group_id", "slot"], set_=opened, where=r.c.state == "missed"
            )
            row = (await db.execute(made.returning(r))).first()
            if row is None:
                return None
            for position, one in enumerate(new.posts):
                post = insert(p).values(round_id=row.id, group_id=group_id, position=position, **asdict(one))
                post_id = (await db.execute(post.returning(p.c.id))).scalar_one()
                name = f"post {group_id} {new.slot} {one.kind} {one.item}"
                await self._enqueue(db, Due("post", name, group_id, post_id, new.opens, new.doubt))
                if new.doubt:  # a message found again has buttons that name the lost post: let it name this one
                    await self._enqueue(db, Due("edit", f"renew {post_id} {name}", group_id, post_id, new.opens))
            await plan_nudges(db, group_id, new.closes)
            return round_of(row)

    async def record_unposted(
        self, group_id: int, turn: Turn, state: Unposted, sentence: str = "", at: datetime | None = None
    ) -> bool:
        """Record that a turn was not posted, and tell the organiser why; False if it had its round already."""
        async with self._database.writing() as db:
            zone = (await db.execute(select(t.groups.c.zone).where(t.groups.c.id == group_id))).scalar_one()
            fresh = await record_turn(db, group_id, zone, turn, state)
            if fresh and sentence:
                await add_notice(db, group_id, sentence, at or turn.at)
            return fresh

    async def of_group(self, group_id: int) -> tuple[Round, ...]:
        """Every round of a group, in the order of opening."""
        async with self._database.reading() as db:
            rows = await db.execute(select(r).where(r.c.group_id == group_id).order_by(r.c.opens, r.c.id))
            return tuple(map(round_of, rows))

    async def close_due(self, now: datetime, limit: int = 200, restored: datetime | None = None) -> tuple[Round, ...]:
        """Close rounds whose time is over: what was asked is edited, and a thread opened under each question and recap.

        Call again while `limit` come back. What closed before a backup was `restored` may have its threads already.
        """
        wanted = (
            select(r)
            .where(r.c.state == "open", r.c.closes <= now)
            .order_by(r.c.closes, r.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.writing() as db:
            rows = (await db.execute(wanted)).all()
            return tuple([await self._close(db, row, now, restored) for row in rows])

    async def _close(self, db: AsyncConnection, row: Row[Any], at: datetime, restored: datetime | None) -> Round:
        done = update(r).where(r.c.id == row.id).values(state="closed").returning(r)
        closed = (await db.execute(done)).one()
        asked = select(p).where(p.c.round_id == row.id, p.c.kind.in_(CLOSING)).order_by(p.c.position)
        posts = (await db.execute(asked)).all()
        for post in posts:
            name = f"edit {row.group_id} {row.slot} {post.kind} {post.item}"
            await self._enqueue(db, Due("edit", name, row.group_id, post.id, at))
        talk = (await db.execute(select(t.groups.c.talk).where(t.groups.c.id == row.group_id))).scalar_one()
        doubt = restored is not None and row.closes <= restored
        for post in posts if talk else ():
            if post.kind in TALKED_ABOUT:
                name = f"thread {row.group_id} {row.slot} {post.item}"
                due = Due("thread", name, row.group_id, post.id, row.closes if doubt else at, doubt)
                await self._enqueue(db, due)
        return round_of(closed)

    async def _enqueue(self, db: AsyncConnection, due: Due) -> None:
        await enqueue(db, self._installation, due)


async def record_turn(db: AsyncConnection, group_id: int, zone: str, turn: Turn, state: Unposted) -> bool:
    """Record within a transaction that a turn was not posted; False if it had its round already."""
    made = insert_into(db, r).values(
        group_id=group_id,
        slot=turn.slot,
        week=0,
        opens=turn.at,
        closes=calendar.closes(turn.slot, zone),
        state=state,
        course=select(t.groups.c.course).where(t.groups.c.id == group_id).scalar_subquery(),
    )
    return (await db.execute(made.on_conflict_do_nothing().returning(r.c.id))).first() is not None


def round_of(row: Row[Any]) -> Round:
    """The round that a row tells of."""
    return Round(row.id, row.group_id, row.slot, row.week, row.opens, row.closes, row.state, row.course)
