"""Nudges: who is to be reminded when, found by one indexed time, and who does not wish it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import Database, changed_rows
from store.outbox.delivery import Letter, enqueue_letter
from study.nudge import BEFORE_CLOSING, Window

m, g, a, p, r = t.members, t.groups, t.answers, t.posts, t.rounds

HABIT = timedelta(days=120)
"""How far back answers tell at which hour somebody tends to answer."""


@dataclass(frozen=True, slots=True)
class NudgeDue:
    """A member whose reminder is to be looked at: where they live, when they answered, when what is open closes."""

    member_id: int
    group_id: int
    zone: str
    due_at: datetime
    last: datetime | None
    answered: list[datetime] = field(default_factory=list)
    closings: list[datetime] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NudgeWishes:
    """What a member wishes; `unreachable` says why they cannot be written to, where that was found out."""

    wanted: bool
    unreachable: str
    last: datetime | None


class NudgeTable:
    """The reminders of all members."""

    def __init__(self, database: Database, installation: str) -> None:
        self._database = database
        self._installation = installation

    async def due(self, now: datetime, limit: int = 200) -> tuple[NudgeDue, ...]:
        """Members whose time has come, with what their reminder depends on."""
        wanted = (
            select(m.c.id, m.c.group_id, m.c.zone, m.c.nudge_at, m.c.nudged_at, g.c.zone.label("group_zone"))
            .join(g, g.c.id == m.c.group_id)
            .where(m.c.nudge_at <= now)
            .order_by(m.c.nudge_at, m.c.id)
            .limit(limit)
        )
        async with self._database.reading() as db:
            found = {
                row.id: NudgeDue(row.id, row.group_id, row.zone or row.group_zone, row.nudge_at, row.nudged_at)
                for row in await db.execute(wanted)
            }
            if found:
                await _fill(db, found, now)
        return tuple(found.values())

    async def put_off(self, due: NudgeDue, at: datetime | None) -> None:
        """Look at a member's reminder again then, or, without a time, when something new opens."""
        async with self._database.writing() as db:
            await db.execute(_still(due).values(nudge_at=at))

    async def send(self, due: NudgeDue, window: Window, now: datetime) -> bool:
        """Have the member reminded, once; False where somebody else did, or where it is not wished any more."""
        async with self._database.writing() as db:
            done = _still(due).where(m.c.nudges.is_(True), _wished_by_group()).values(nudge_at=None, nudged_at=now)
            if changed_rows(await db.execute(done)) != 1:
                await db.execute(_still(due).values(nudge_at=None))
                return False
            name = f"nudge {due.due_at.isoformat()}"
            letter = Letter("nudge", name, due.group_id, due.member_id, due.member_id, now, window.end)
            return await enqueue_letter(db, self._installation, letter)

    async def wishes(self, member_id: int) -> NudgeWishes:
        """What a member wishes."""
        i = t.identities
        closed = select(i.c.unreachable).where(i.c.member_id == member_id, i.c.unreachable != "").limit(1)
        async with self._database.reading() as db:
            row = (await db.execute(select(m.c.nudges, m.c.nudged_at).where(m.c.id == member_id))).one()
            return NudgeWishes(row.nudges, (await db.execute(closed)).scalar() or "", row.nudged_at)

    async def set_wanted(self, member_id: int, wanted: bool) -> None:
        """A member wishes reminders, which tries their accounts anew, or none, which ends what is on its way."""
        async with self._database.writing() as db:
            await db.execute(update(m).where(m.c.id == member_id).values(nudges=wanted))
            if wanted:
                await db.execute(
                    update(t.identities).where(t.identities.c.member_id == member_id).values(unreachable="")
                )
            else:
                await _stop(db, member_id)

    async def rest(self, member_id: int, now: datetime) -> None:
        """No reminder for a week from now."""
        async with self._database.writing() as db:
            await db.execute(update(m).where(m.c.id == member_id).values(nudged_at=now))
            await _stop(db, member_id)


async def plan_nudges(db: AsyncConnection, group_id: int, closes: datetime) -> None:
    """Look at everybody who ever answered in a group before something closes, within a transaction."""
    at = closes - BEFORE_CLOSING
    here = exists().where(t.best.c.member_id == m.c.id)
    later = or_(m.c.nudge_at.is_(None), m.c.nudge_at > at)
    await db.execute(update(m).where(m.c.group_id == group_id, m.c.nudges.is_(True), later, here).values(nudge_at=at))


async def _fill(db: AsyncConnection, found: dict[int, NudgeDue], now: datetime) -> None:
    given = select(a.c.member_id, a.c.at).where(a.c.member_id.in_(found), a.c.at > now - HABIT)
    for row in await db.execute(given):
        found[row.member_id].answered.append(row.at)
    mine = exists().where(a.c.post_id == p.c.id, a.c.member_id == m.c.id)
    waiting = (
        select(m.c.id, r.c.closes)
        .join(p, p.c.group_id == m.c.group_id)
        .join(r, r.c.id == p.c.round_id)
        .join(g, g.c.id == m.c.group_id)
        .where(m.c.id.in_(found), r.c.state == "open", p.c.kind.in_(("item", "task")), ~mine)
        .where(m.c.nudges.is_(True), g.c.nudges.is_(True), g.c.paused.is_(False))
        .distinct()
    )
    for row in await db.execute(waiting):
        found[row.id].closings.append(row.closes)


def _still(due: NudgeDue) -> Update:
    return update(m).where(m.c.id == due.member_id, m.c.nudge_at == due.due_at)


def _wished_by_group() -> ColumnElement[bool]:
    return exists().where(g.c.id == m.c.group_id, g.c.nudges.is_(True), g.c.paused.is_(False))


async def _stop(db: AsyncConnection, member_id: int) -> None:
    """End a reminder that is queued: whoever holds it finds it gone before the call."""
    d = t.deliveries
    queued = update(d).where(d.c.member_id == member_id, d.c.kind == "nudge", d.c.state.in_(("pending", "leased")))
    await db.execute(queued.values(state="dead", reason="withdrawn", fence=d.c.fence + 1))
    await db.execute(update(m).where(m.c.id == member_id).values(nudge_at=None))
