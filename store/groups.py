"""Groups, their schedules and channels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables as t
from store.base import one
from store.engine import StoreError
from store.rounds import Rounds, post_of, round_of
from study import calendar
from study.group import Channel, Group, Plan, Post, Round, Slot, Turn

# Built once: what every press asks for is asked often enough for the building to be felt.
_POST = select(t.posts).where(t.posts.c.id == bindparam("wanted"))
_ROUND = select(t.rounds).where(t.rounds.c.id == bindparam("wanted"))
_LOOKED = (
    update(t.groups)
    .where(t.groups.c.id == bindparam("wanted"), t.groups.c.seen_until == bindparam("was"))
    .values(seen_until=bindparam("until"), next_at=bindparam("next"))
)
_SLOTS = (
    select(t.slots)
    .where(t.slots.c.group_id.in_(bindparam("groups", expanding=True)))
    .order_by(t.slots.c.weekday, t.slots.c.second)
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A group with what its calendar needs: turns up to `seen_until` are rounds now, `plan` spells out what is near."""

    group: Group
    seen_until: datetime

    @property
    def plan(self) -> Plan | None:
        """The group's plan."""
        return self.group.plan

    def due(self, now: datetime) -> tuple[Turn, ...]:
        """The turns that have come since they were last looked at."""
        return calendar.turns(self.group.slots, self.group.zone, self.seen_until, now, self.plan)


def _second(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def _time(second: int) -> time:
    return time(second // 3600, second // 60 % 60, second % 60)


def group_of(row: Row[Any], slots: tuple[Slot, ...]) -> Group:
    """The group that a row of the table and its slots tell of."""
    return Group(
        row.id,
        row.name,
        row.course,
        row.zone,
        slots,
        row.items_per_slot,
        row.tries,
        row.paused,
        row.started,
        _plan_of(row.plan),
        row.on_doubt,
        row.keep_counts,
    )


def channel_of(row: Row[Any]) -> Channel:
    """The channel that a row tells of."""
    return Channel(row.id, row.group_id, row.platform, row.workspace, row.external_id, row.name, row.trouble)


def _plan_of(kept: dict[str, Any]) -> Plan:
    turns = tuple(Turn(slot, datetime.fromisoformat(at)) for slot, at in kept["turns"])
    return Plan(date.fromisoformat(kept["through"]), turns, tuple(kept.get("skipped", ())))


def _kept(plan: Plan) -> dict[str, Any]:
    turns = [[turn.slot, turn.at.isoformat()] for turn in plan.turns]
    return {"through": plan.through.isoformat(), "turns": turns, "skipped": list(plan.skipped)}


def _next_at(slots: Sequence[Slot], zone: str, after: datetime, plan: Plan | None) -> datetime | None:
    turn = calendar.next_turn(slots, zone, after, plan)
    return turn.at if turn else None


def _checked(zone: str, slots: Sequence[Slot]) -> tuple[Slot, ...]:
    try:
        calendar.zone_of(zone)
    except ValueError as error:
        raise StoreError(str(error)) from None
    if any(not 0 <= slot.weekday <= 6 for slot in slots):
        raise StoreError("A slot's weekday is a number from 0 (Monday) to 6 (Sunday).")
    whole = {Slot(slot.weekday, slot.at.replace(microsecond=0, tzinfo=None)) for slot in slots}
    return tuple(sorted(whole, key=lambda slot: (slot.weekday, slot.at)))


class Groups(Rounds):
    """What is remembered of groups."""

    async def set_up_group(
        self,
        platform: str,
        workspace: str,
        channel: str,
        channel_name: str,
        *,
        name: str,
        course: str,
        zone: str,
        slots: Sequence[Slot],
        at: datetime,
        by: str = "",
    ) -> Group:
        """Start a group in a channel; where the channel has a group already, that group is changed instead."""
        slots = _checked(zone, slots)
        async with self.writing() as db:
            row = (await db.execute(_at(platform, workspace, channel))).first()
            if row is not None:
                await db.execute(
                    update(t.channels).where(t.channels.c.id == row.id).values(name=channel_name, trouble="")
                )
                await self._change(
                    db, row.group_id, at, by, {"name": name, "course": course, "zone": zone, "slots": slots}
                )
                return (await self._groups(db, [row.group_id]))[0]
            plan = calendar.begun(slots, zone, at)
            first = calendar.next_turn(slots, zone, at, plan)
            day = calendar.slot_date(first.slot) if first else calendar.local_time(at, zone).date()
            made = insert(t.groups).values(
                name=name,
                course=course,
                zone=zone,
                items_per_slot=3,
                tries=3,
                paused=False,
                started=calendar.monday(day),
                created=at,
                seen_until=at,
                next_at=first.at if first else None,
                plan=_kept(plan),
                keep_counts=True,
            )
            group_id = one(await db.execute(made.returning(t.groups.c.id)))
            await self._write_slots(db, group_id, slots)
            await self._add_channel(db, group_id, platform, workspace, channel, channel_name)
            await self.audited(db, group_id, by, "group set up", {"course": course, "zone": zone}, at)
            return (await self._groups(db, [group_id]))[0]

    async def group_at(self, platform: str, workspace: str, channel: str) -> Group | None:
        """The group that reads in this channel."""
        async with self.reading() as db:
            row = (await db.execute(_at(platform, workspace, channel))).first()
            found = await self._groups(db, [row.group_id]) if row else ()
            return found[0] if found else None

    async def group(self, group_id: int) -> Group:
        """The group of that id. Raises StoreError."""
        async with self.reading() as db:
            return (await self._schedule(db, group_id, lock=False)).group

    async def posted(self, post_id: int) -> tuple[Post, Round, Group]:
        """A post with its round and group, seen at one moment: what every button asks for."""
        async with self.reading() as db:
            post = (await db.execute(_POST, {"wanted": post_id})).first()
            if post is None:
                raise StoreError("What this button belongs to does not exist any more.")
            round_ = (await db.execute(_ROUND, {"wanted": post.round_id})).one()
            schedule = await self._schedule(db, post.group_id, lock=False)
            return post_of(post), round_of(round_), schedule.group

    async def groups(self) -> tuple[Group, ...]:
        """Every group, oldest first."""
        async with self.reading() as db:
            return await self._groups(db, None)

    async def change_group(self, group_id: int, *, at: datetime, by: str = "", **changes: Any) -> Group:  # noqa: ANN401
        """Change name, course, zone, slots, items_per_slot, tries, on_doubt or keep_counts.

        A schedule changed within a week neither repeats nor drops a turn: see study.calendar.changed.
        """
        async with self.writing() as db:
            await self._change(db, group_id, at, by, changes)
            return (await self._groups(db, [group_id]))[0]

    async def pause(self, group_id: int, at: datetime, by: str = "") -> Group:
        """Post nothing until resumed; weeks gone by meanwhile do not count."""
        async with self.writing() as db:
            await db.execute(update(t.groups).where(t.groups.c.id == group_id).values(paused=True))
            await self.audited(db, group_id, by, "paused", {}, at)
            return (await self._groups(db, [group_id]))[0]

    async def resume(self, group_id: int, at: datetime, by: str = "") -> Group:
        """Post again from now on; what fell into the pause stays unposted."""
        async with self.writing() as db:
            schedule = await self._schedule(db, group_id)
            group = schedule.group
            if group.paused:
                plan = calendar.begun(group.slots, group.zone, at)
                await db.execute(
                    update(t.groups)
                    .where(t.groups.c.id == group_id)
                    .values(
                        paused=False,
                        seen_until=at,
                        plan=_kept(plan),
                        next_at=_next_at(group.slots, group.zone, at, plan),
                    )
                )
                await self.audited(db, group_id, by, "resumed", {}, at)
            return (await self._groups(db, [group_id]))[0]

    async def skip_next(self, group_id: int, at: datetime, by: str = "") -> Turn | None:
        """Leave out the next turn; again leaves out the one after it. None if the group has no slots."""
        async with self.writing() as db:
            schedule = await self._schedule(db, group_id)
            group = schedule.group
            ahead = calendar.next_slots(group, at, 1)
            if not ahead or group.plan is None:
                return None
            await self.record(db, group, ahead[0], "skipped")
            recent = at - timedelta(days=28)
            kept = [
                slot
                for slot in group.plan.skipped
                if calendar.instant(datetime.fromisoformat(slot), group.zone) > recent
            ]
            plan = replace(group.plan, skipped=(*kept, ahead[0].slot))
            next_at = _next_at(group.slots, group.zone, schedule.seen_until, plan)
            await db.execute(
                update(t.groups).where(t.groups.c.id == group_id).values(plan=_kept(plan), next_at=next_at)
            )
            await self.audited(db, group_id, by, "skipped", {"slot": ahead[0].slot}, at)
            return ahead[0]

    async def channels(self, group_id: int) -> tuple[Channel, ...]:
        """Where the group reads."""
        async with self.reading() as db:
            rows = await db.execute(
                select(t.channels).where(t.channels.c.group_id == group_id).order_by(t.channels.c.id)
            )
            return tuple(map(channel_of, rows))

    async def channels_in(self, platform: str, workspace: str) -> tuple[Channel, ...]:
        """Every channel of a guild, team or site in which a group reads."""
        there = select(t.channels).where(t.channels.c.platform == platform, t.channels.c.workspace == workspace)
        async with self.reading() as db:
            return tuple(map(channel_of, await db.execute(there.order_by(t.channels.c.id))))

    async def add_channel(
        self, group_id: int, platform: str, workspace: str, channel: str, channel_name: str = ""
    ) -> Channel:
        """Let a group read in one more channel. Raises StoreError if another group reads there."""
        async with self.writing() as db:
            return await self._add_channel(db, group_id, platform, workspace, channel, channel_name)

    async def trouble(self, channel_id: int, sentence: str) -> None:
        """Say why a channel can no longer be posted to, which drops what waits for it; an empty sentence clears it."""
        async with self.writing() as db:
            await self.in_trouble(db, channel_id, sentence)

    async def rename_channel(self, platform: str, workspace: str, channel: str, name: str) -> None:
        """Keep up with a channel's new name."""
        async with self.writing() as db:
            here = and_(
                t.channels.c.platform == platform,
                t.channels.c.workspace == workspace,
                t.channels.c.external_id == channel,
            )
            await db.execute(update(t.channels).where(here).values(name=name))

    # --- what the ticker asks ---

    async def schedules_due(self, now: datetime, limit: int = 200, after: int = 0) -> tuple[Schedule, ...]:
        """Groups with a turn that has come, in the order of their ids, from the id `after` on."""
        async with self.reading() as db:
            wanted = (
                select(t.groups)
                .where(
                    or_(t.groups.c.next_at <= now, t.groups.c.seen_until > now + timedelta(minutes=1)),
                    t.groups.c.paused.is_(False),
                    t.groups.c.id > after,
                )
                .order_by(t.groups.c.id)
                .limit(limit)
            )
            return await self._schedules(db, wanted)

    async def next_due(self) -> datetime | None:
        """When the next turn of any group, or the next closing of a round, comes."""
        async with self.reading() as db:
            turn = (await db.execute(select(func.min(t.groups.c.next_at)).where(t.groups.c.paused.is_(False)))).scalar()
            end = (await db.execute(select(func.min(t.rounds.c.closes)).where(t.rounds.c.state == "open"))).scalar()
            return min((at for at in (turn, end) if at), default=None)

    async def looked(self, schedules: Sequence[Schedule], now: datetime) -> None:
        """Note that every turn up to now has become a round; a schedule changed meanwhile is left to the next look.

        Where the clock has gone back, the last hours are looked at anew: rounds are unique all the same.
        """
        rows = []
        for schedule in schedules:
            group, seen = schedule.group, schedule.seen_until
            until = now - calendar.CATCH_UP if seen > now + timedelta(minutes=1) else now
            next_at = _next_at(group.slots, group.zone, until, schedule.plan)
            rows.append({"wanted": group.id, "was": seen, "until": until, "next": next_at})
        if rows:
            async with self.writing() as db:
                await db.execute(_LOOKED, rows)

    # --- within a transaction ---

    async def _groups(self, db: AsyncConnection, ids: Iterable[int] | None) -> tuple[Group, ...]:
        wanted = select(t.groups).order_by(t.groups.c.id)
        if ids is not None:
            wanted = wanted.where(t.groups.c.id.in_(list(ids)))
        return tuple(schedule.group for schedule in await self._schedules(db, wanted))

    async def _schedule(self, db: AsyncConnection, group_id: int, *, lock: bool = True) -> Schedule:
        wanted = select(t.groups).where(t.groups.c.id == group_id)
        found = await self._schedules(db, wanted.with_for_update() if lock else wanted)
        if not found:
            raise StoreError("This group does not exist any more: set it up again.")
        return found[0]

    async def _schedules(self, db: AsyncConnection, wanted: Select[Any]) -> tuple[Schedule, ...]:
        rows = (await db.execute(wanted)).all()
        slots: dict[int, list[Slot]] = {}
        if rows:
            for slot in await db.execute(_SLOTS, {"groups": [row.id for row in rows]}):
                slots.setdefault(slot.group_id, []).append(Slot(slot.weekday, _time(slot.second)))
        return tuple(Schedule(group_of(row, tuple(slots.get(row.id, ()))), row.seen_until) for row in rows)

    async def _write_slots(self, db: AsyncConnection, group_id: int, slots: Sequence[Slot]) -> None:
        await db.execute(delete(t.slots).where(t.slots.c.group_id == group_id))
        if slots:
            rows = [{"group_id": group_id, "weekday": slot.weekday, "second": _second(slot.at)} for slot in slots]
            await db.execute(insert(t.slots), rows)

    async def _change(self, db: AsyncConnection, group_id: int, at: datetime, by: str, changes: dict[str, Any]) -> None:
        unknown = changes.keys() - {
            "name", "course", "zone", "slots", "items_per_slot", "tries", "on_doubt", "keep_counts", "started",
        }  # fmt: skip
        if unknown:
            raise TypeError(f"a group has no {', '.join(sorted(unknown))}")
        schedule = await self._schedule(db, group_id)
        old = schedule.group
        values = {name: value for name, value in changes.items() if name != "slots"}
        slots = _checked(values.get("zone", old.zone), changes.get("slots", old.slots))
        new = replace(old, slots=slots, zone=values.get("zone", old.zone))
        if new.slots != old.slots or new.zone != old.zone:
            plan = calendar.changed(old.slots, old.zone, schedule.plan, new.slots, new.zone, at)
            # Turns that came before the change and were not looked at yet stay due.
            values["next_at"] = _next_at(new.slots, new.zone, schedule.seen_until, plan)
            values["plan"] = _kept(plan)
            await self._write_slots(db, group_id, slots)
        if values:
            await db.execute(update(t.groups).where(t.groups.c.id == group_id).values(**values))
        said = {name: str(value) for name, value in changes.items() if name != "slots"}
        if new.slots != old.slots:
            said["slots"] = ", ".join(f"{slot.weekday} {slot.at}" for slot in slots)
        await self.audited(db, group_id, by, "group changed", said, at)

    async def _add_channel(
        self, db: AsyncConnection, group_id: int, platform: str, workspace: str, channel: str, name: str
    ) -> Channel:
        made = (
            self.insert(t.channels)
            .values(
                group_id=group_id, platform=platform, workspace=workspace, external_id=channel, name=name, trouble=""
            )
            .on_conflict_do_nothing()
        )
        await db.execute(made)
        row = one_row(await db.execute(_at(platform, workspace, channel)))
        if row.group_id != group_id:
            raise StoreError("Another group already reads in this channel: choose another channel.")
        if row.trouble or (name and name != row.name):
            await db.execute(
                update(t.channels).where(t.channels.c.id == row.id).values(name=name or row.name, trouble="")
            )
            return replace(channel_of(row), name=name or row.name, trouble="")
        return channel_of(row)


def _at(platform: str, workspace: str, channel: str) -> Select[Any]:
    return select(t.channels).where(
        t.channels.c.platform == platform,
        t.channels.c.workspace == workspace,
        t.channels.c.external_id == channel,
    )


def one_row(result: Any) -> Row[Any]:  # noqa: ANN401
    """The only row of a result that has one."""
    row: Row[Any] = result.one()
    return row
