"""Claims: deliveries that are due are taken under a fenced lease, by one process at a time, in each channel's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.outbox.delivery import Delivery, belongs_to, delivery_of, original, tells_first, whole
from store.outbox.presence import is_gone

d = t.deliveries
_other = d.alias("other")
_HELD = ("leased", "sending")
_NOW = bindparam("now", type_=d.c.not_before.type)


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
    terms = {"now": now, "platforms": list(platforms), "gone": await _gone_owners(db, lease.owner)}
    terms["settled"] = now - lease.settle
    ids: list[int] = []
    for due in (_LEFT_OVER, _FRESH):  # asked apart, new messages come off their index in order, however many wait
        ids += (await db.execute(due, {**terms, "limit": lease.limit - len(ids)})).scalars()
    if not ids:
        return ()
    rows = (await db.execute(_THESE, {"ids": ids})).all()
    await db.execute(_TAKEN, {"ids": ids, "by": lease.owner, "until": now + lease.length})
    return tuple(delivery_of(row, claimed=True) for row in rows)


async def _gone_owners(db: AsyncConnection, owner: str) -> list[str]:
    """Other owners of claimed deliveries that certainly run no more."""
    owners = set((await db.execute(_OWNERS)).scalars()) - {owner}
    return [each for each in sorted(owners) if await is_gone(db, each)]


def _left_over() -> ColumnElement[bool]:
    """What was begun and not ended: in doubt, past its lease, or in the hands of an owner that is gone."""
    begun = or_(
        and_(d.c.state == "unknown", d.c.not_before <= _NOW),
        and_(d.c.state == "leased", d.c.lease_until <= _NOW),
    )
    settled = or_(d.c.sending_at <= bindparam("settled", type_=d.c.sending_at.type), d.c.sending_at > _NOW)
    dropped = or_(d.c.state == "leased", and_(d.c.state == "sending", settled))
    return or_(begun, and_(d.c.owner.in_(bindparam("gone", expanding=True)), dropped))


def _behind_one_in_hand() -> ColumnElement[bool]:
    return exists().where(
        _other.c.channel_id == d.c.channel_id,
        _other.c.person == d.c.person,
        _other.c.id < d.c.id,
        _other.c.state.in_(_HELD),
        _other.c.lease_until > _NOW,
    )


def _edits_what_is_not_sent() -> ColumnElement[bool]:
    on_its_way = or_(
        original.c.state.in_(("pending", *_HELD)),
        and_(original.c.state == "unknown", original.c.not_before.is_not(None)),
    )
    return or_(exists().where(belongs_to(original), on_its_way), exists().where(tells_first(original), on_its_way))


def _claimable(due: ColumnElement[bool]) -> Select[int]:
    served = d.c.platform.in_(bindparam("platforms", expanding=True))
    return (
        select(d.c.id)
        .where(due, served, ~_behind_one_in_hand(), ~_edits_what_is_not_sent())
        .order_by(d.c.not_before, d.c.id)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True)
    )


# Put together once: asked every few seconds, to write them takes longer than to ask them.
_OWNERS = select(d.c.owner).where(d.c.state.in_(_HELD)).distinct()
_LEFT_OVER = _claimable(_left_over())
_FRESH = _claimable(and_(d.c.state == "pending", d.c.not_before <= _NOW))
_IDS = d.c.id.in_(bindparam("ids", expanding=True))
_THESE = whole().where(_IDS).order_by(d.c.id)
_TAKEN = (
    update(d)
    .where(_IDS)
    .values(
        state="leased",
        owner=bindparam("by"),
        fence=d.c.fence + 1,
        lease_until=bindparam("until"),
        attempts=d.c.attempts + 1,
    )
)
