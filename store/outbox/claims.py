"""Claims: deliveries that are due are taken under a fenced lease, by one process at a time, in each channel's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.outbox.delivery import Delivery, belongs_to, delivery_of, original, tells_first, whole
from store.outbox.presence import is_gone

d = t.deliveries
_other = d.alias("other")
_HELD = ("leased", "sending")


@dataclass(frozen=True, slots=True)
class Lease:
    """On what terms deliveries are claimed: by whom, for how long, and at most how many at once.

    What a process wrote into its socket before it died may still arrive: for `settle` nothing of it is looked up.
    """

    owner: str
    length: timedelta
    settle: timedelta = timedelta()
    limit: int = 32


async def claim(db: AsyncConnection, lease: Lease, now: datetime, platforms: Sequence[str]) -> tuple[Delivery, ...]:
    """Take what is due under a lease, within a transaction: new messages, retries, those in doubt, and left over ones.

    Within a channel, and to each person, messages go in order: nothing is taken while an earlier one is in other hands.
    """
    left_over = _left_over(await _gone_owners(db, lease.owner), lease, now)
    fresh = and_(d.c.state == "pending", d.c.not_before <= now)
    ids: list[int] = []
    for due in (left_over, fresh):  # asked apart, new messages come off their index in order, however many wait
        wanted = (
            select(d.c.id)
            .where(due, d.c.platform.in_(list(platforms)), ~_behind_one_in_hand(now), ~_edits_what_is_not_sent())
            .order_by(d.c.not_before, d.c.id)
            .limit(lease.limit - len(ids))
            .with_for_update(skip_locked=True)
        )
        ids += (await db.execute(wanted)).scalars()
    if not ids:
        return ()
    rows = (await db.execute(whole().where(d.c.id.in_(ids)).order_by(d.c.id))).all()
    taken = update(d).where(d.c.id.in_(ids))
    await db.execute(
        taken.values(
            state="leased",
            owner=lease.owner,
            fence=d.c.fence + 1,
            lease_until=now + lease.length,
            attempts=d.c.attempts + 1,
        )
    )
    return tuple(delivery_of(row, claimed=True) for row in rows)


async def _gone_owners(db: AsyncConnection, owner: str) -> tuple[str, ...]:
    """Other owners of claimed deliveries that certainly run no more."""
    held = select(d.c.owner).where(d.c.state.in_(_HELD)).distinct()
    owners = set((await db.execute(held)).scalars()) - {owner}
    return tuple([each for each in sorted(owners) if await is_gone(db, each)])


def _left_over(gone: Sequence[str], lease: Lease, now: datetime) -> ColumnElement[bool]:
    """What was begun and not ended: in doubt, past its lease, or in the hands of an owner that is gone."""
    begun = or_(
        and_(d.c.state == "unknown", d.c.not_before <= now),
        and_(d.c.state == "leased", d.c.lease_until <= now),
    )
    if not gone:
        return begun
    settled = or_(d.c.sending_at <= now - lease.settle, d.c.sending_at > now)
    dropped = or_(d.c.state == "leased", and_(d.c.state == "sending", settled))
    return or_(begun, and_(d.c.owner.in_(gone), dropped))


def _behind_one_in_hand(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        _other.c.channel_id == d.c.channel_id,
        _other.c.person == d.c.person,
        _other.c.id < d.c.id,
        _other.c.state.in_(_HELD),
        _other.c.lease_until > now,
    )


def _edits_what_is_not_sent() -> ColumnElement[bool]:
    on_its_way = or_(
        original.c.state.in_(("pending", *_HELD)),
        and_(original.c.state == "unknown", original.c.not_before.is_not(None)),
    )
    return or_(exists().where(belongs_to(original), on_its_way), exists().where(tells_first(original), on_its_way))
