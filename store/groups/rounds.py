"""Rounds: opened once for each slot, closed once, with everything that must be posted for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import Database, insert_into
from store.outbox.delivery import Due, enqueue
from store.outbox.notices import add_notice
from store.outbox.planning import plan_nudges
from study import calendar
from study.agenda import Planned
from study.group import PostKind, Round, Turn
from study.texts import EMPTY, LazyText

r, p, d = t.rounds, t.posts, t.deliveries

CLOSING: tuple[PostKind, ...] = ("recap", "item", "task")
"""The posts that may be answered, and look different once their round is closed."""

TALKED_ABOUT: tuple[PostKind, ...] = ("recap", "item")
"""The posts under which a thread opens then."""

Unposted = Literal["skipped", "missed"]

# Built once: asked often enough for the building to be felt.
_OF_GROUPS = select(r).where(r.c.group_id.in_(bindparam("groups", expanding=True))).order_by(r.c.opens, r.c.id)


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
        return (await self.open_all({group_id: new})).get(group_id)

    async def open_all(self, new: Mapping[int, NewRound]) -> dict[int, Round]:
        """Open a round in each of these groups, all of them or none, as `open`; those that had none already, by group.

        However many they are, it takes a handful of statements.
        """
        if not new:
            return {}
        opened = [
            {
                "group_id": group_id,
                "slot": one.slot,
                "week": one.week,
                "opens": one.opens,
                "closes": one.closes,
                "state": "open",
                "course": one.course,
            }
            for group_id, one in sorted(new.items())
        ]
        async with self._database.writing() as db:
            made = insert_into(db, r)
            changed = {name: made.excluded[name] for name in ("week", "opens", "closes", "state", "course")}
            made = made.on_conflict_do_update(
                index_elements=["group_id", "slot"], set_=changed, where=r.c.state == "missed"
            )
            rounds = {row.group_id: round_of(row) for row in await db.execute(made.returning(r), opened)}
            if rounds:
                await self._post(db, rounds, new)
                await plan_nudges(db, {group_id: new[group_id].closes for group_id in rounds})
            return rounds

    async def _post(self, db: AsyncConnection, rounds: Mapping[int, Round], new: Mapping[int, NewRound]) -> None:
        """Keep the posts of new rounds and have them posted."""
        posts = [
            {"round_id": made.id, "group_id": group_id, "position": position, **asdict(one)}
            for group_id, made in rounds.items()
            for position, one in enumerate(new[group_id].posts)
        ]
        if not posts:
            return
        made = insert(p).returning(p.c.id, p.c.group_id, p.c.position, sort_by_parameter_order=True)
        due = []
        kept = (await db.execute(made, posts)).all()
        for row in kept:
            one = new[row.group_id]
            post = one.posts[row.position]
            name = f"post {row.group_id} {one.slot} {post.kind} {post.item}"
            due.append(Due("post", name, row.group_id, row.id, one.opens, one.doubt))
            if one.doubt:  # a message found again has buttons that name the lost post: let it name this one
                due.append(Due("edit", f"renew {row.id} {name}", row.group_id, row.id, one.opens))
        recaps = {row.group_id: row.id for row in kept if new[row.group_id].posts[row.position].kind == "recap"}
        due += await _pinning(db, recaps, new)
        await enqueue(db, self._installation, *due)

    async def record_unposted(
        self, group_id: int, turn: Turn, state: Unposted, sentence: LazyText = EMPTY, at: datetime | None = None
    ) -> bool:
        """Record that a turn was not posted, and tell the organiser why; False if it had its round already."""
        async with self._database.writing() as db:
            zone = (await db.execute(select(t.groups.c.zone).where(t.groups.c.id == group_id))).scalar_one()
            fresh = await record_turn(db, group_id, zone, turn, state)
            if fresh and sentence:
                await add_notice(db, group_id, sentence, at or turn.at)
            return fresh

    async def of_groups(self, group_ids: Collection[int]) -> dict[int, list[Round]]:
        """Every round of these groups, in the order of opening."""
        found: dict[int, list[Round]] = {group_id: [] for group_id in group_ids}
        async with self._database.reading() as db:
            for row in await db.execute(_OF_GROUPS, {"groups": list(group_ids)}):
                found[row.group_id].append(round_of(row))
        return found

    async def of_group(self, group_id: int) -> tuple[Round, ...]:
        """Every round of a group, in the order of opening."""
        return tuple((await self.of_groups([group_id]))[group_id])

    async def asking(self, group_id: int) -> tuple[Round, ...]:
        """The rounds of a group in which there was something to answer, in the order of opening."""
        wanted = select(r).where(
            r.c.group_id == group_id, select(p.c.id).where(p.c.round_id == r.c.id, p.c.kind.in_(CLOSING)).exists()
        )
        async with self._database.reading() as db:
            return tuple(round_of(row) for row in await db.execute(wanted.order_by(r.c.opens, r.c.id)))

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
            if rows:
                await self._close(db, rows, now, restored)
            return tuple(replace(round_of(row), state="closed") for row in rows)

    async def _close(
        self, db: AsyncConnection, rows: Sequence[Row[Any]], at: datetime, restored: datetime | None
    ) -> None:
        """Close rounds, with what that edits and what is said below it, round by round."""
        rounds = {row.id: row for row in rows}
        await db.execute(update(r).where(r.c.id.in_(rounds)).values(state="closed"))
        asked = (
            select(p, t.groups.c.talk)
            .join(t.groups, t.groups.c.id == p.c.group_id)
            .where(p.c.round_id.in_(rounds), p.c.kind.in_(CLOSING))
            .order_by(p.c.position)
        )
        posts: dict[int, list[Row[Any]]] = {}
        for post in await db.execute(asked):
            posts.setdefault(post.round_id, []).append(post)
        due = []
        for row in rows:
            mine, doubt = posts.get(row.id, []), restored is not None and row.closes <= restored
            for post in mine:
                name = f"edit {row.group_id} {row.slot} {post.kind} {post.item}"
                due.append(Due("edit", name, row.group_id, post.id, at))
            for post in mine:
                if post.talk and post.kind in TALKED_ABOUT:
                    name = f"thread {row.group_id} {row.slot} {post.item}"
                    due.append(Due("thread", name, row.group_id, post.id, row.closes if doubt else at, doubt))
        await enqueue(db, self._installation, *due)


async def _pinning(db: AsyncConnection, recaps: Mapping[int, int], new: Mapping[int, NewRound]) -> Sequence[Due]:
    """What a new recap pins, by the group's wish, and what was pinned before it and is let go."""
    if not recaps:
        return []
    undone = d.alias("undone")
    standing = (
        select(d.c.group_id, d.c.post_id, r.c.slot)
        .join(p, p.c.id == d.c.post_id)
        .join(r, r.c.id == p.c.round_id)
        .where(
            d.c.group_id.in_(recaps),
            d.c.kind == "pin",
            d.c.reason != "refused",
            ~select(undone.c.id).where(undone.c.post_id == d.c.post_id, undone.c.kind == "unpin").exists(),
        )
        .distinct()
    )
    due = [
        Due("unpin", f"unpin {row.group_id} {row.slot}", row.group_id, row.post_id, new[row.group_id].opens)
        for row in await db.execute(standing)
    ]
    wished = select(t.groups.c.id).where(t.groups.c.id.in_(recaps), t.groups.c.pins.is_(True))
    for group_id in (await db.execute(wished)).scalars():
        one = new[group_id]
        due.append(Due("pin", f"pin {group_id} {one.slot}", group_id, recaps[group_id], one.opens))
    return due


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
