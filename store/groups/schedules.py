"""Schedules: which groups have a turn that has come, and until when each was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import Database
from store.errors import NotAllowed, NotFound
from study import calendar
from study.group import Group, Plan, Slot, Turn

g = t.groups

# Built once: asked often enough for the building to be felt.
_LOOKED_AT = (
    update(g)
    .where(g.c.id == bindparam("wanted"), g.c.seen_until == bindparam("was"))
    .values(seen_until=bindparam("until"), next_at=bindparam("next"))
)
_SLOTS = (
    select(t.slots)
    .where(t.slots.c.group_id.in_(bindparam("groups", expanding=True)))
    .order_by(t.slots.c.weekday, t.slots.c.second)
)

_GROUP = select(g).where(g.c.id == bindparam("group"))
_GROUP_HELD = _GROUP.with_for_update()

CLOCK_SLIP = timedelta(minutes=1)
"""A group looked at so far in the future was looked at by a clock that has gone back since."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A group with what its calendar needs: turns up to `seen_until` are rounds now."""

    group: Group
    seen_until: datetime

    def due(self, now: datetime) -> tuple[Turn, ...]:
        """The turns that have come since they were last looked at."""
        return calendar.turns(self.group.slots, self.group.zone, self.seen_until, now, self.group.plan)


class ScheduleTable:
    """The schedules of all groups, as whoever opens rounds asks for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime, limit: int = 200, after: int = 0) -> tuple[Schedule, ...]:
        """Groups with a turn that has come, in the order of their ids, from the id `after` on."""
        wanted = (
            select(g)
            .where(
                or_(g.c.next_at <= now, g.c.seen_until > now + CLOCK_SLIP),
                g.c.paused.is_(False),
                g.c.id > after,
            )
            .order_by(g.c.id)
            .limit(limit)
        )
        async with self._database.reading() as db:
            return await schedules(db, wanted)

    async def next_due(self) -> datetime | None:
        """When the next turn of any group, or the next closing of a round, comes."""
        turn = select(func.min(g.c.next_at)).where(g.c.paused.is_(False))
        end = select(func.min(t.rounds.c.closes)).where(t.rounds.c.state == "open")
        async with self._database.reading() as db:
            times = [(await db.execute(each)).scalar() for each in (turn, end)]
            return min((at for at in times if at), default=None)

    async def mark_looked_at(self, looked_at: Sequence[Schedule], now: datetime, catch_up: timedelta) -> None:
        """Note that every turn up to now has become a round; a schedule changed meanwhile is left to the next look.

        Where the clock has gone back, what `catch_up` covers is looked at anew: rounds are unique all the same.
        """
        rows = []
        for schedule in looked_at:
            group, seen = schedule.group, schedule.seen_until
            until = now - catch_up if seen > now + CLOCK_SLIP else now
            next_at = next_turn_at(group.slots, group.zone, until, group.plan)
            rows.append({"wanted": group.id, "was": seen, "until": until, "next": next_at})
        if rows:
            async with self._database.writing() as db:
                await db.execute(_LOOKED_AT, rows)


async def schedules(db: AsyncConnection, wanted: Select[Any], **given: object) -> tuple[Schedule, ...]:
    """The schedules of the groups that a query finds for what it is given."""
    rows = (await db.execute(wanted, given)).all()
    slots: dict[int, list[Slot]] = {}
    if rows:
        for slot in await db.execute(_SLOTS, {"groups": [row.id for row in rows]}):
            slots.setdefault(slot.group_id, []).append(Slot(slot.weekday, _time(slot.second)))
    return tuple(Schedule(group_of(row, tuple(slots.get(row.id, ()))), row.seen_until) for row in rows)


async def schedule_of(db: AsyncConnection, group_id: int, *, lock: bool = False) -> Schedule:
    """A group's schedule, within a transaction. Raises NotFound."""
    found = await schedules(db, _GROUP_HELD if lock else _GROUP, group=group_id)
    if not found:
        raise NotFound("group")
    return found[0]


async def write_slots(db: AsyncConnection, group_id: int, slots: Sequence[Slot]) -> None:
    """Give a group these slots, within a transaction."""
    await db.execute(delete(t.slots).where(t.slots.c.group_id == group_id))
    if slots:
        rows = [{"group_id": group_id, "weekday": slot.weekday, "second": _second(slot.at)} for slot in slots]
        await db.execute(insert(t.slots), rows)


def next_turn_at(slots: Sequence[Slot], zone: str, after: datetime, plan: Plan | None) -> datetime | None:
    """When the next turn comes."""
    turn = calendar.next_turn(slots, zone, after, plan)
    return turn.at if turn else None


def group_of(row: Row[Any], slots: tuple[Slot, ...]) -> Group:
    """The group that a row of the table and its slots tell of."""
    return Group(
        id=row.id,
        name=row.name,
        course=row.course,
        zone=row.zone,
        slots=slots,
        items_per_slot=row.items_per_slot,
        attempts=row.attempts,
        paused=row.paused,
        started=row.started,
        plan=_plan_of(row.plan),
        on_doubt=row.on_doubt,
        keep_counts=row.keep_counts,
        pace=row.pace,
        share=row.share,
        afterwards=row.afterwards,
        nudges=row.nudges,
        answers_ahead=row.answers_ahead,
        talk=row.talk,
        pins=row.pins,
        language=row.language,
        unsure=row.unsure,
    )


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """A plan as the table keeps it."""
    turns = [[turn.slot, turn.at.isoformat()] for turn in plan.turns]
    return {"through": plan.through.isoformat(), "turns": turns, "skipped": list(plan.skipped)}


def _plan_of(kept: dict[str, Any]) -> Plan:
    turns = tuple(Turn(slot, datetime.fromisoformat(at)) for slot, at in kept["turns"])
    return Plan(date.fromisoformat(kept["through"]), turns, tuple(kept.get("skipped", ())))


def checked_slots(zone: str, slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """Slots in order, each once. Raises NotAllowed where the zone or a weekday does not exist."""
    try:
        calendar.zone_of(zone)
    except calendar.UnknownZone as error:
        raise NotAllowed(str(error)) from None
    if any(not 0 <= slot.weekday <= 6 for slot in slots):
        raise NotAllowed("A slot's weekday is a number from 0 (Monday) to 6 (Sunday).")
    whole = {Slot(slot.weekday, slot.at.replace(microsecond=0, tzinfo=None)) for slot in slots}
    return tuple(sorted(whole, key=lambda slot: (slot.weekday, slot.at)))


def _second(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def _time(second: int) -> time:
    return time(second // 3600, second // 60 % 60, second % 60)
