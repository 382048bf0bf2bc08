"""Groups: set up in a channel, changed, paused, resumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NotRequired, TypedDict, Unpack

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.audit import AuditEntry, add_entry
from store.codes import redeem
from store.database import tables as t
from store.database.connection import Database
from store.errors import ChannelTaken, CodeInvalid, SetUpMeanwhile
from store.groups.channels import add_channel, is_at
from store.groups.meetings import MeetingTable
from store.groups.organisers import add_organiser
from store.groups.ownership import Home, Owned, home_of, homes_of, owned_at
from store.groups.rounds import record_turn
from store.groups.schedules import (
    checked_slots,
    next_turn_at,
    plan_as_json,
    schedule_of,
    schedules,
    write_slots,
)
from store.outbox.delivery import find_channel
from study import calendar
from study.group import (
    ATTEMPTS,
    ITEMS_PER_SLOT,
    Account,
    Afterwards,
    Group,
    OnDoubt,
    Organiser,
    Pace,
    Place,
    Slot,
    Turn,
)

g, c = t.groups, t.channels

MOMENT = timedelta(minutes=1)
"""So soon after somebody else nobody sets a group up: they could not know of it yet."""
SKIPS_KEPT = timedelta(days=28)
"""How long a slot that was left out is remembered in the plan."""


class GroupSetup(TypedDict):
    """What a group is set up with."""

    name: str
    course: str
    zone: str
    slots: Sequence[Slot]
    items_per_slot: NotRequired[int]
    pace: NotRequired[Pace]


class GroupChanges(TypedDict, total=False):
    """What may be changed about a group."""

    name: str
    course: str
    zone: str
    slots: Sequence[Slot]
    items_per_slot: int
    attempts: int
    on_doubt: OnDoubt
    keep_counts: bool
    pace: Pace
    share: float
    afterwards: Afterwards
    nudges: bool
    answers_ahead: bool
    talk: bool
    pins: bool
    language: str
    unsure: float


class GroupTable:
    """The study groups."""

    def __init__(self, database: Database, meetings: MeetingTable) -> None:
        self._database = database
        self._meetings = meetings

    async def set_up(
        self, place: Place, *, at: datetime, by: str = "", founder: Account | None = None, **setup: Unpack[GroupSetup]
    ) -> Group:
        """Start a group at a place, organised by its founder; where there is a group already, that one is changed.

        Raises SetUpMeanwhile where somebody else did so within the last minute: then nothing is changed.
        """
        try:
            return await self._set_up(place, at, by, founder, setup)
        except ChannelTaken:  # somebody else began one there at the same moment
            return await self._set_up(place, at, by, founder, setup)

    async def _set_up(self, place: Place, at: datetime, by: str, founder: Account | None, setup: GroupSetup) -> Group:
        async with self._database.writing() as db:
            channel = (await db.execute(select(t.channels).where(is_at(place)))).first()
            if channel is None:
                group_id = await _begin(db, place, at, by, setup)
                await _organised(db, group_id, founder, at, by)
            else:
                group_id = channel.group_id
                other = await _set_up_last(db, group_id, at - MOMENT)
                if by and other and other != by:
                    raise SetUpMeanwhile(group_id, other)
                await add_channel(db, group_id, place, at)
                await self._change(db, group_id, at, by, setup)
            return (await schedule_of(db, group_id)).group

    async def join(
        self, code: str, place: Place, at: datetime, *, by: str = "", founder: Account | None = None
    ) -> Group:
        """Bring the group that issued the code to one more place, where its founder organises it too.

        Raises CodeInvalid, or ChannelTaken.
        """
        async with self._database.writing() as db:
            subject = await redeem(db, "join", code, at)
            if subject is None or subject.group_id is None:
                raise CodeInvalid
            await add_channel(db, subject.group_id, place, at)
            await _organised(db, subject.group_id, founder, at, by)
            return (await schedule_of(db, subject.group_id)).group

    async def at(self, place: Place) -> Group | None:
        """The group that reads at this place."""
        async with self._database.reading() as db:
            found = await schedules(db, select(g).join(c, c.c.group_id == g.c.id).where(is_at(place)))
            return found[0].group if found else None

    async def owned(self, place: Place, kind: Owned, row_id: str) -> int:
        """The id of a thing that the group at a place owns, read from a button. Raises NotFound for any other."""
        async with self._database.reading() as db:
            return await owned_at(db, place, kind, row_id)

    async def home(self, account: Account, kind: Owned, row_id: str) -> Place | None:
        """Where the thing that a button in somebody's private messages names is at home, if they belong there."""
        async with self._database.reading() as db:
            return await home_of(db, account, kind, row_id)

    async def homes(self, account: Account) -> tuple[Home, ...]:
        """The groups that an account belongs to, of any workspace where it names none; the one chosen comes first."""
        async with self._database.reading() as db:
            return await homes_of(db, account)

    async def get(self, group_id: int) -> Group:
        """The group of that id. Raises NotFound."""
        async with self._database.reading() as db:
            return (await schedule_of(db, group_id)).group

    async def all(self) -> tuple[Group, ...]:
        """Every group, oldest first."""
        async with self._database.reading() as db:
            return tuple(one.group for one in await schedules(db, select(g).order_by(g.c.id)))

    async def change(self, group_id: int, *, at: datetime, by: str = "", **changes: Unpack[GroupChanges]) -> Group:
        """Change what is named.

        A schedule changed within a week neither repeats nor drops a turn: see study.calendar.changed.
        """
        async with self._database.writing() as db:
            await self._change(db, group_id, at, by, changes)
            return (await schedule_of(db, group_id)).group

    async def pause(self, group_id: int, at: datetime, by: str = "") -> Group:
        """Post nothing until resumed; weeks gone by meanwhile do not count."""
        async with self._database.writing() as db:
            await db.execute(update(g).where(g.c.id == group_id).values(paused=True))
            await self._meetings.pause(db, group_id, at)
            await add_entry(db, group_id, AuditEntry(by, "paused", {}, at))
            return (await schedule_of(db, group_id)).group

    async def resume(self, group_id: int, at: datetime, by: str = "") -> Group:
        """Post again from now on, into channels that were lost too; what fell into a pause stays unposted."""
        async with self._database.writing() as db:
            lost = select(t.channels.c.id).where(t.channels.c.group_id == group_id, t.channels.c.trouble != "")
            for channel_id in (await db.execute(lost)).scalars().all():
                await find_channel(db, channel_id, at)
            group = (await schedule_of(db, group_id, lock=True)).group
            if group.paused:
                plan = calendar.begun(group.slots, group.zone, at)
                next_at = next_turn_at(group.slots, group.zone, at, plan)
                values = {"paused": False, "seen_until": at, "plan": plan_as_json(plan), "next_at": next_at}
                await db.execute(update(g).where(g.c.id == group_id).values(**values))
                await self._meetings.resume(db, group_id, at)
                await add_entry(db, group_id, AuditEntry(by, "resumed", {}, at))
            return (await schedule_of(db, group_id)).group

    async def skip_next(self, group_id: int, at: datetime, by: str = "") -> Turn | None:
        """Leave out the next turn; again leaves out the one after it. None if the group has no slots."""
        async with self._database.writing() as db:
            schedule = await schedule_of(db, group_id, lock=True)
            group = schedule.group
            ahead = calendar.next_slots(group, at, 1)
            if not ahead or group.plan is None:
                return None
            await record_turn(db, group_id, group.zone, ahead[0], "skipped")
            recent = at - SKIPS_KEPT
            kept = [
                slot
                for slot in group.plan.skipped
                if calendar.instant(datetime.fromisoformat(slot), group.zone) > recent
            ]
            plan = replace(group.plan, skipped=(*kept, ahead[0].slot))
            next_at = next_turn_at(group.slots, group.zone, schedule.seen_until, plan)
            await db.execute(update(g).where(g.c.id == group_id).values(plan=plan_as_json(plan), next_at=next_at))
            await add_entry(db, group_id, AuditEntry(by, "skipped", {"slot": ahead[0].slot}, at))
            return ahead[0]

    async def _change(
        self, db: AsyncConnection, group_id: int, at: datetime, by: str, changes: GroupSetup | GroupChanges
    ) -> None:
        zone = changes.get("zone")
        await _change(db, group_id, at, by, changes)
        if zone:
            await self._meetings.keep_wall_clock(db, group_id, zone, at)


async def _set_up_last(db: AsyncConnection, group_id: int, since: datetime) -> str:
    """Who has set a group up last, anew or again, since a time; empty if nobody has."""
    a = t.audit.c
    done = select(a.by, a.detail).where(
        a.group_id == group_id, a.at > since, a.action.in_(("group set up", "group changed"))
    )
    rows = await db.execute(done.order_by(a.id.desc()))
    return next((row.by for row in rows if "course" in row.detail), "")


async def _organised(db: AsyncConnection, group_id: int, founder: Account | None, at: datetime, by: str) -> None:
    """Who sets a group up, or brings it to a place, is an organiser of it."""
    if founder is not None:
        await add_organiser(db, group_id, Organiser("person", founder, by), at, by)


async def _begin(db: AsyncConnection, place: Place, at: datetime, by: str, setup: GroupSetup) -> int:
    """A new group at a place, with a plan that begins now; its id."""
    zone = setup["zone"]
    slots = checked_slots(zone, setup["slots"])
    plan = calendar.begun(slots, zone, at)
    first = calendar.next_turn(slots, zone, at, plan)
    day = calendar.slot_date(first.slot) if first else calendar.local_time(at, zone).date()
    made = insert(g).values(
        name=setup["name"],
        course=setup["course"],
        zone=zone,
        items_per_slot=setup.get("items_per_slot", ITEMS_PER_SLOT),
        pace=setup.get("pace", "questions"),
        attempts=ATTEMPTS,
        paused=False,
        started=calendar.monday(day),
        created=at,
        seen_until=at,
        next_at=first.at if first else None,
        plan=plan_as_json(plan),
        keep_counts=True,
    )
    group_id: int = (await db.execute(made.returning(g.c.id))).scalar_one()
    await write_slots(db, group_id, slots)
    await add_channel(db, group_id, place)
    detail = {"course": setup["course"], "zone": zone}
    await add_entry(db, group_id, AuditEntry(by, "group set up", detail, at))
    return group_id


async def _change(
    db: AsyncConnection, group_id: int, at: datetime, by: str, changes: GroupSetup | GroupChanges
) -> None:
    schedule = await schedule_of(db, group_id, lock=True)
    old = schedule.group
    zone = changes.get("zone", old.zone)
    slots = checked_slots(zone, changes.get("slots", old.slots))
    values: dict[str, Any] = {name: value for name, value in changes.items() if name != "slots"}
    if slots != old.slots or zone != old.zone:
        plan = calendar.changed(old.slots, old.zone, schedule.group.plan, slots, zone, at)
        # Turns that came before the change and were not looked at yet stay due.
        values["next_at"] = next_turn_at(slots, zone, schedule.seen_until, plan)
        values["plan"] = plan_as_json(plan)
        await write_slots(db, group_id, slots)
    if values:
        await db.execute(update(g).where(g.c.id == group_id).values(**values))
    detail = {name: str(value) for name, value in changes.items() if name != "slots"}
    if slots != old.slots:
        detail["slots"] = ", ".join(f"{slot.weekday} {slot.at}" for slot in slots)
    await add_entry(db, group_id, AuditEntry(by, "group changed", detail, at))
