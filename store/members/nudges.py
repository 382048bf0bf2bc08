"""Nudges: who is to be reminded when, found by one indexed time, and who does not wish it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import Database
from store.outbox.delivery import Letter, enqueue_letter
from study.nudge import Window

m, g, a, p, r = t.members, t.groups, t.answers, t.posts, t.rounds

# Built once: asked often enough for the building to be felt.
_HELD = (
    select(m.c.id, m.c.nudge_at, and_(m.c.nudges, g.c.nudges, ~g.c.paused).label("wished"))
    .join(g, g.c.id == m.c.group_id)
    .where(m.c.id.in_(bindparam("members", expanding=True)))
    .order_by(m.c.id)
    .with_for_update(of=m)
)
_CLOSED = (
    select(t.identities.c.unreachable)
    .where(t.identities.c.member_id == m.c.id, t.identities.c.unreachable != "")
    .limit(1)
    .scalar_subquery()
)
_WISHES = select(m.c.nudges, m.c.nudged_at, _CLOSED.label("unreachable")).where(m.c.id == bindparam("wanted"))
_PUT_OFF = update(m).where(m.c.id == bindparam("member")).values(nudge_at=bindparam("at"))
_NUDGED = update(m).where(m.c.id == bindparam("member")).values(nudged_at=bindparam("now"))

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

    async def settle(self, decided: Sequence[tuple[NudgeDue, Window | datetime | None]], now: datetime) -> int:
        """Do with members' reminders what was decided, all of it or nothing; how many are reminded.

        A window: they are reminded in it, once, if nobody else did it and it is wished still. A time: they are looked
        at again then. None: when something new opens.
        """
        at = {due.member_id: what if isinstance(what, datetime) else None for due, what in decided}
        async with self._database.writing() as db:
            held = (await db.execute(_HELD, {"members": sorted(at)})).all()
            as_found = {due.member_id: due.due_at for due, _ in decided}
            wished = {row.id: row.wished for row in held if row.nudge_at == as_found[row.id]}
            sent = [(due, what) for due, what in decided if isinstance(what, Window) and wished.get(due.member_id)]
            letters = [_letter(due, window, now) for due, window in sent]
            for_later = [{"member": member_id, "at": at[member_id]} for member_id in wished]
            if for_later:
                await db.execute(_PUT_OFF, for_later)
            if letters:
                await db.execute(_NUDGED, [{"member": letter.member_id, "now": now} for letter in letters])
            return await enqueue_letter(db, self._installation, *letters) if letters else 0

    async def wishes(self, member_id: int) -> NudgeWishes:
        """What a member wishes."""
        async with self._database.reading() as db:
            row = (await db.execute(_WISHES, {"wanted": member_id})).one()
            return NudgeWishes(row.nudges, row.unreachable or "", row.nudged_at)

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


def _letter(due: NudgeDue, window: Window, now: datetime) -> Letter:
    name = f"nudge {due.due_at.isoformat()}"
    return Letter("nudge", name, due.group_id, due.member_id, due.member_id, now, window.end)


async def _stop(db: AsyncConnection, member_id: int) -> None:
    """End a reminder that is queued: whoever holds it finds it gone before the call."""
    d = t.deliveries
    queued = update(d).where(d.c.member_id == member_id, d.c.kind == "nudge", d.c.state.in_(("pending", "leased")))
    await db.execute(queued.values(state="dead", reason="withdrawn", fence=d.c.fence + 1))
    await db.execute(update(m).where(m.c.id == member_id).values(nudge_at=None))
