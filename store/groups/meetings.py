"""Meetings: one row for each, planned one ahead, told of in every channel and in the calendars of platforms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.audit import AuditEntry, add_entry
from store.database import tables as t
from store.database.connection import Database, changed_rows
from store.errors import NotFound
from store.groups.attendance import coming, lasting_name, let_lead, meeting, meeting_of, meetings, say
from store.outbox.delivery import Due, MeetingKind, enqueue
from study.calendar import instant
from study.discussion.meeting import LENGTH, NOTICE, Meeting, MeetingState, following
from study.group import Turn

k, h, g, m = t.meetings, t.attendances, t.groups, t.members


@dataclass(frozen=True, slots=True)
class Arranged:
    """What an organiser arranges: when, whether every week from then on, and where, in their own words."""

    turn: Turn
    weekly: bool
    where: str


class MeetingTable:
    """The meetings of all groups. A group has one before it at most.

    Methods that take a connection work within a transaction that changes the group itself.
    """

    def __init__(self, database: Database, installation: str) -> None:
        self._database = database
        self._installation = installation

    async def get(self, meeting_id: int) -> Meeting:
        """The meeting of that id. Raises NotFound."""
        async with self._database.reading() as db:
            row = (await db.execute(meetings().where(k.c.id == meeting_id))).first()
            if row is None:
                raise NotFound("meeting")
            return meeting_of(row)

    async def coming(self, group_id: int) -> Meeting | None:
        """The meeting that a group has before it."""
        async with self._database.reading() as db:
            return await coming(db, group_id)

    async def of_group(self, group_id: int) -> tuple[Meeting, ...]:
        """Every meeting of a group, in the order of planning."""
        async with self._database.reading() as db:
            rows = await db.execute(meetings().where(k.c.group_id == group_id).order_by(k.c.id))
            return tuple(map(meeting_of, rows))

    async def said(self, meeting_id: int) -> tuple[tuple[int, bool], ...]:
        """Which members said whether they come."""
        wanted = select(h.c.member_id, h.c.comes).where(h.c.meeting_id == meeting_id, h.c.comes.is_not(None))
        async with self._database.reading() as db:
            return tuple((row.member_id, row.comes) for row in await db.execute(wanted.order_by(h.c.member_id)))

    async def held_before(self, planned: Meeting) -> datetime | None:
        """When the group met last before a meeting."""
        mine = (k.c.group_id == planned.group_id, k.c.state == "over", k.c.at < planned.at)
        async with self._database.reading() as db:
            last: datetime | None = (await db.execute(select(func.max(k.c.at)).where(*mine))).scalar()
            return last

    async def arrange(self, group_id: int, wanted: Arranged, at: datetime, by: str = "") -> Meeting:
        """Plan a meeting, or move the one to come; where its agenda stands already, that says so."""
        async with self._database.writing() as db:
            detail = {"at": wanted.turn.slot, "weekly": wanted.weekly}
            await add_entry(db, group_id, AuditEntry(by, "meeting arranged", detail, at))
            now = await coming(db, group_id, lock=True)
            if now is None:
                return await self._plan(db, group_id, wanted, at)
            if now.state == "announced" and wanted.turn.at - NOTICE > at:
                await self._call_off(db, now, "moved", at)
                return await self._plan(db, group_id, wanted, at, now)
            values = {"slot": wanted.turn.slot, "at": wanted.turn.at, "weekly": wanted.weekly, "where": wanted.where}
            return await self._change(db, now, values, at)

    async def cancel(self, meeting_id: int, at: datetime, by: str = "", *, for_good: bool = False) -> Meeting | None:
        """Call a meeting off; a weekly one is held a week later, unless it ends for good. The next, if there is one."""
        async with self._database.writing() as db:
            now = await meeting(db, meeting_id, lock=True)
            if not now.coming:
                return await coming(db, now.group_id)
            await self._call_off(db, now, "cancelled", at)
            detail = {"at": now.slot, "for good": for_good or not now.weekly}
            await add_entry(db, now.group_id, AuditEntry(by, "meeting called off", detail, at))
            return None if for_good else await self._plan_next(db, now, max(at, now.at), at)

    async def attend(self, meeting_id: int, member_id: int, comes: bool, key: str, at: datetime) -> Meeting:
        """Somebody says whether they come, which the agenda counts. A leader who does not come passes that on."""
        async with self._database.writing() as db:
            now = await meeting(db, meeting_id, lock=True)
            if now.coming:
                await say(db, meeting_id, member_id, comes)
                if not comes and now.leader == member_id:
                    await let_lead(db, now, at)
                await self._show_anew(db, now, f"said {member_id} {key}", at)
            return await meeting(db, meeting_id)

    async def pass_on(self, meeting_id: int, key: str, at: datetime) -> Meeting:
        """Let the next in turn lead, whom it has not passed over yet."""
        async with self._database.writing() as db:
            now = await meeting(db, meeting_id, lock=True)
            if now.coming:
                await let_lead(db, now, at)
                await self._show_anew(db, now, f"passed on {key}", at)
            return await meeting(db, meeting_id)

    async def due(self, now: datetime, limit: int = 200) -> tuple[tuple[Meeting, datetime], ...]:
        """Meetings whose agenda is to be posted or which are over, each with when that came due, soonest first."""
        wanted = meetings().where(k.c.due_at <= now).order_by(k.c.due_at, k.c.id).limit(limit)
        async with self._database.reading() as db:
            return tuple((meeting_of(row), row.due_at) for row in await db.execute(wanted))

    async def next_due(self) -> datetime | None:
        """When something is next to be done for a meeting of any group."""
        async with self._database.reading() as db:
            soonest: datetime | None = (await db.execute(select(func.min(k.c.due_at)))).scalar()
            return soonest

    async def announce(self, planned: Meeting, at: datetime, *, doubt: bool = False) -> bool:
        """Have the agenda posted, once; False where that was done, or the meeting is not what it was.

        With `doubt` the platforms are asked first whether they have it already, as after a restored backup.
        """
        async with self._database.writing() as db:
            if not await _became(db, planned, "announced", planned.ends):
                return False
            now = await meeting(db, planned.id)
            if not now.leader:
                await let_lead(db, now, at)
            await self._tell("meeting", f"meeting {await lasting_name(db, now)}", db, now, at, doubt)
            if doubt:  # a message found again has buttons that name the lost meeting: let it name this one
                await self._show_anew(db, now, "renewed", at)
            return True

    async def end(self, held: Meeting, at: datetime, *, doubt: bool = False) -> bool:
        """It is over, which its agenda says; a weekly one is planned anew. False as for `announce`."""
        async with self._database.writing() as db:
            if not await _became(db, held, "over", None):
                return False
            await self._show_anew(db, held, "over", at)
            await self._plan_next(db, held, max(at - LENGTH, held.at), at, doubt=doubt)
            return True

    # --- what follows from a change of the group ----------------------------------------------------------------

    async def pause(self, db: AsyncConnection, group_id: int, at: datetime) -> None:
        """The group pauses: what is to come is called off."""
        if now := await coming(db, group_id, lock=True):
            await self._call_off(db, now, "resting", at)

    async def resume(self, db: AsyncConnection, group_id: int, at: datetime) -> None:
        """The group goes on: what the pause called off is planned anew, if it is weekly or its time is still ahead."""
        wanted = meetings().where(k.c.group_id == group_id).order_by(k.c.id.desc()).limit(1)
        row = (await db.execute(wanted)).first()
        if row is None or row.state != "resting":
            return
        last = meeting_of(row)
        if last.at > at:
            again = Arranged(Turn(last.slot, last.at), last.weekly, last.where)
            await self._plan(db, group_id, again, at, last)
        else:
            await self._plan_next(db, last, at, at)

    async def keep_wall_clock(self, db: AsyncConnection, group_id: int, zone: str, at: datetime) -> None:
        """The group has another zone: the meeting to come keeps its time on the wall."""
        now = await coming(db, group_id)
        starts = instant(datetime.fromisoformat(now.slot), zone) if now else None
        if now and starts != now.at:
            await self._change(db, now, {"at": starts}, at)

    # --- within a transaction -----------------------------------------------------------------------------------

    async def _plan(
        self,
        db: AsyncConnection,
        group_id: int,
        wanted: Arranged,
        at: datetime,
        last: Meeting | None = None,
        *,
        doubt: bool = False,
    ) -> Meeting:
        """A new meeting, in the series of the `last` where there is one, which goes into the calendars at once."""
        made = insert(k).values(
            group_id=group_id,
            slot=wanted.turn.slot,
            at=wanted.turn.at,
            weekly=wanted.weekly,
            where=wanted.where,
            state="planned",
            due_at=wanted.turn.at - NOTICE,
            series=last.series if last else 0,
            sequence=last.sequence + 2 if last else 0,
        )
        meeting_id = (await db.execute(made.returning(k.c.id))).scalar_one()
        if last is None:
            await db.execute(update(k).where(k.c.id == meeting_id).values(series=meeting_id))
        planned = await meeting(db, meeting_id)
        await let_lead(db, planned, at)
        await self._tell("event", f"event {await lasting_name(db, planned)}", db, planned, at, doubt)
        return await meeting(db, meeting_id)

    async def _plan_next(
        self, db: AsyncConnection, last: Meeting, after: datetime, at: datetime, *, doubt: bool = False
    ) -> Meeting | None:
        """The next of a weekly series, later than `after`."""
        zone = (await db.execute(select(g.c.zone).where(g.c.id == last.group_id))).scalar_one()
        turn = following(last.slot, zone, after) if last.weekly else None
        if turn is None:
            return None
        return await self._plan(db, last.group_id, Arranged(turn, True, last.where), at, last, doubt=doubt)

    async def _change(self, db: AsyncConnection, now: Meeting, values: Mapping[str, Any], at: datetime) -> Meeting:
        due_at = values["at"] + (LENGTH if now.state == "announced" else -NOTICE)
        changed = {**values, "due_at": due_at, "sequence": now.sequence + 1}
        await db.execute(update(k).where(k.c.id == now.id).values(**changed))
        await self._show_change(db, now, f"changed {now.sequence}", at)
        return await meeting(db, now.id)

    async def _call_off(self, db: AsyncConnection, now: Meeting, state: MeetingState, at: datetime) -> None:
        """It is not held."""
        values = {"state": state, "due_at": None, "sequence": now.sequence + 1}
        await db.execute(update(k).where(k.c.id == now.id).values(**values))
        await self._show_change(db, now, state, at)

    async def _show_change(self, db: AsyncConnection, was: Meeting, why: str, at: datetime) -> None:
        await self._tell("event_edit", f"event {was.id} {why}", db, was, at)
        await self._show_anew(db, was, why, at)

    async def _show_anew(self, db: AsyncConnection, was: Meeting, why: str, at: datetime) -> None:
        """Have the agenda that stands in the channels say what is so now."""
        if was.state == "announced":
            await self._tell("meeting_edit", f"meeting {was.id} {why}", db, was, at)

    async def _tell(
        self, kind: MeetingKind, name: str, db: AsyncConnection, of: Meeting, at: datetime, doubt: bool = False
    ) -> None:
        expires = of.ends if kind == "meeting" else None
        await enqueue(db, self._installation, Due(kind, name, of.group_id, 0, at, doubt, of.id, expires))


async def _became(db: AsyncConnection, was: Meeting, state: MeetingState, due_at: datetime | None) -> bool:
    """Change the state of a meeting that is still what it was when it was read."""
    same = (k.c.id == was.id, k.c.state == was.state, k.c.sequence == was.sequence)
    return changed_rows(await db.execute(update(k).where(*same).values(state=state, due_at=due_at))) == 1
