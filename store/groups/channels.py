"""Channels: the places where groups read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.audit import AuditEntry, add_entry
from store.database import tables as t
from store.database.connection import Database, insert_into, only_row
from store.errors import ChannelTaken
from store.outbox.delivery import Delivery, find_channel, lose_channel, post_again
from study import calendar
from study.group import Channel, Place
from study.texts import EMPTY, LazyText

c = t.channels


class ChannelTable:
    """Where groups read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_group(self, group_id: int) -> tuple[Channel, ...]:
        """Where the group reads."""
        async with self._database.reading() as db:
            return tuple(map(channel_of, await db.execute(select(c).where(c.c.group_id == group_id).order_by(c.c.id))))

    async def in_workspace(self, platform: str, workspace: str) -> tuple[Channel, ...]:
        """Every channel of a guild, team or site in which a group reads."""
        there = select(c).where(c.c.platform == platform, c.c.workspace == workspace)
        async with self._database.reading() as db:
            return tuple(map(channel_of, await db.execute(there.order_by(c.c.id))))

    async def add(self, group_id: int, place: Place) -> Channel:
        """Let a group read in one more channel. Raises ChannelTaken if another group reads there."""
        async with self._database.writing() as db:
            return await add_channel(db, group_id, place)

    async def move(self, channel_id: int, place: Place, at: datetime, by: str = "") -> Channel:
        """Let a group read at another place instead; what is open is posted there. Raises ChannelTaken."""
        new = {"platform": place.platform, "workspace": place.workspace, "external_id": place.channel}
        async with self._database.writing() as db:
            if (await db.execute(select(c.c.id).where(is_at(place)))).first() is not None:
                raise ChannelTaken
            done = update(c).where(c.c.id == channel_id).values(**new, name=place.name).returning(c)
            moved = channel_of((await db.execute(done)).one())
            await post_again(db, channel_id, place.platform, at)
            detail = {"to": place.name or place.channel}
            await add_entry(db, moved.group_id, AuditEntry(by, "channel moved", detail, at))
        return replace(moved, trouble=EMPTY)

    async def set_ping(self, channel_id: int, role: str, name: str, at: datetime, by: str = "") -> None:
        """Have a role mentioned at the first post of each week; empty, nobody."""
        async with self._database.writing() as db:
            done = update(c).where(c.c.id == channel_id).values(ping=role, ping_name=name).returning(c.c.group_id)
            group_id = (await db.execute(done)).scalar_one()
            await add_entry(db, group_id, AuditEntry(by, "mention changed", {"role": name or "nobody"}, at))

    async def claim_ping(self, delivery: Delivery, now: datetime) -> str:
        """The role that this post mentions: the first one of the group's week does, each time that it is tried.

        A post that was perhaps there already mentions nobody when it is sent once more.
        """
        if (
            delivery.kind != "post"
            or not delivery.channel.ping
            or (delivery.doubt and delivery.on_doubt != "at-most-once")
        ):
            return ""
        async with self._database.writing() as db:
            zone = (await db.execute(select(t.groups.c.zone).where(t.groups.c.id == delivery.group_id))).scalar_one()
            week = calendar.monday(calendar.local_time(now, zone).date()).isoformat()
            mine = f"{week} {delivery.id}"
            free = or_(c.c.pinged == mine, c.c.pinged.not_like(f"{week} %"))
            claimed = update(c).where(c.c.id == delivery.channel.id, free).values(pinged=mine).returning(c.c.ping)
            return (await db.execute(claimed)).scalar() or ""

    async def rename(self, place: Place) -> None:
        """Keep up with a channel's new name."""
        async with self._database.writing() as db:
            await db.execute(update(c).where(is_at(place)).values(name=place.name))

    async def mark_lost(self, channel_id: int, reason: LazyText, tell_at: datetime | None = None) -> bool:
        """Say why a channel can no longer be posted to, which drops what waits for it; False if that was known already.

        With a time, the organiser is told in the outbox's own way: whoever cannot be reached now is told later.
        """
        async with self._database.writing() as db:
            return await lose_channel(db, channel_id, reason, tell_at)

    async def mark_found(self, channel_id: int) -> None:
        """The channel can be posted to again; what was given up with it is sent, if it is not too late."""
        async with self._database.writing() as db:
            await find_channel(db, channel_id)


def channel_of(row: Row[Any]) -> Channel:
    """The channel that a row tells of."""
    where = (row.platform, row.workspace, row.external_id, row.name)
    return Channel(row.id, row.group_id, *where, LazyText.of(row.trouble), row.ping, row.ping_name)


def is_at(place: Place) -> ColumnElement[bool]:
    """Whether a row is the channel of that place."""
    return and_(c.c.platform == place.platform, c.c.workspace == place.workspace, c.c.external_id == place.channel)


async def add_channel(db: AsyncConnection, group_id: int, place: Place, at: datetime | None = None) -> Channel:
    """As `ChannelTable.add`, within a transaction. A lost channel is found by that, as an organiser wishes at `at`."""
    made = insert_into(db, c).values(
        group_id=group_id,
        platform=place.platform,
        workspace=place.workspace,
        external_id=place.channel,
        name=place.name,
        trouble="",
    )
    await db.execute(made.on_conflict_do_nothing())
    row = only_row(await db.execute(select(c).where(is_at(place))))
    if row.group_id != group_id:
        raise ChannelTaken
    name = place.name or row.name
    if name != row.name:
        await db.execute(update(c).where(c.c.id == row.id).values(name=name))
    if row.trouble:
        await find_channel(db, row.id, at)
    return replace(channel_of(row), name=name, trouble=EMPTY)
