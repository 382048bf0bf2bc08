"""Deliveries: claimed when they are due, and marked with what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Update, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.audit import AuditEntry, add_entry
from store.database import tables as t
from store.database.connection import Database, changed_rows
from store.errors import LeaseLost
from store.outbox import claims
from store.outbox.claims import Lease
from store.outbox.delivery import (
    EDITS,
    Delivery,
    Problem,
    State,
    delivery_of,
    lose_channel,
    reachable_at,
    whole,
)
from store.outbox.gathering import Gathering
from store.outbox.notices import add_notice
from study.texts import EMPTY, LazyText

d = t.deliveries
_matters = d.c.reason.not_in(("", "withdrawn"))

_Mark = tuple[Delivery, dict[str, Any]]
"""A delivery and what is kept of it, by the names in the statement that keeps it."""

# Built once: asked often enough for the building to be felt.
_STANDING = (
    select(d.c.id, d.c.fence, d.c.state)
    .where(d.c.id.in_(bindparam("deliveries", expanding=True)))
    .order_by(d.c.id)
    .with_for_update()
)
_ONE = update(d).where(d.c.id == bindparam("wanted"))
_SENDING = _ONE.values(state="sending", sending_at=bindparam("new_sending_at"))
_SENT = _ONE.values(
    state="sent", message_id=bindparam("new_message_id"), sent_at=bindparam("new_sent_at"), reason="", detail=""
)


@dataclass(frozen=True, slots=True)
class Queue:
    """Messages of a platform that are due: how many, and since when the oldest is."""

    platform: str
    private: bool
    count: int
    oldest: datetime


class DeliveryTable:
    """Deliveries as they stand, and what becomes of those that are claimed.

    Whoever has claimed a delivery marks what became of it; each such mark raises LeaseLost where another process has
    taken it meanwhile.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sending = Gathering[_Mark](partial(self._keep, ("leased",), _SENDING))
        self._sent = Gathering[_Mark](partial(self._keep, ("leased", "sending"), _SENT))

    async def find(
        self, group_id: int | None = None, *, states: Sequence[State] = (), limit: int = 1000
    ) -> tuple[Delivery, ...]:
        """Deliveries of a group, or of all, oldest first."""
        wanted = whole().order_by(d.c.id).limit(limit)
        if group_id is not None:
            wanted = wanted.where(d.c.group_id == group_id)
        if states:
            wanted = wanted.where(d.c.state.in_(list(states)))
        async with self._database.reading() as db:
            return tuple(delivery_of(row) for row in await db.execute(wanted))

    async def of_round(self, round_id: int) -> tuple[Delivery, ...]:
        """What became of the messages of a round's posts, in every channel."""
        posts = select(t.posts.c.id).where(t.posts.c.round_id == round_id)
        async with self._database.reading() as db:
            rows = await db.execute(whole().where(d.c.post_id.in_(posts)).order_by(d.c.id))
            return tuple(map(delivery_of, rows))

    async def unsettled(self, group_id: int | None = None, limit: int = 50) -> tuple[Delivery, ...]:
        """Messages that need a person's decision, oldest first: of unknown fate and given up, of a group or of all.

        Those that the bot itself still looks after are not among them, nor those of a lost channel, nor private ones.
        """
        rests = (d.c.state == "unknown") & d.c.not_before.is_(None)
        given_up = (d.c.state == "dead") & d.c.kind.not_in(EDITS) & _matters & (t.channels.c.trouble == "")
        wanted = whole().where(d.c.person == "", rests | given_up).order_by(d.c.id).limit(limit)
        if group_id is not None:
            wanted = wanted.where(d.c.group_id == group_id)
        async with self._database.reading() as db:
            return tuple(delivery_of(row) for row in await db.execute(wanted))

    async def troubled(self, group_id: int, limit: int = 5) -> tuple[Delivery, ...]:
        """Messages of unknown fate and given up, newest first, one for each reason."""
        newest = (
            select(func.max(d.c.id))
            .join(t.channels, t.channels.c.id == d.c.channel_id)
            .where(
                d.c.group_id == group_id,
                _matters,
                d.c.person == "",
                (d.c.state == "unknown") | ((d.c.state == "dead") & (t.channels.c.trouble == "")),
            )
            .group_by(d.c.channel_id, d.c.reason, d.c.detail)
        )
        wanted = whole().where(d.c.id.in_(newest)).order_by(d.c.id.desc()).limit(limit)
        async with self._database.reading() as db:
            return tuple(delivery_of(row) for row in await db.execute(wanted))

    async def resolve(self, delivery_id: int, again: bool, at: datetime, by: str = "") -> bool:
        """An organiser has looked: send a message of unknown fate, or one given up, again now, or let it be.

        False if it was settled already.
        """
        wanted = select(d.c.group_id, d.c.state).where(d.c.id == delivery_id, d.c.state.in_(("unknown", "dead")))
        async with self._database.writing() as db:
            row = (await db.execute(wanted.with_for_update())).first()
            if row is None:
                return False
            values: dict[str, Any] = {"reason": "", "detail": ""}
            if again:  # its time is counted anew, or it would be given up as too late at once
                values |= {"state": "pending", "not_before": at, "created": at, "sending_at": None}
                values |= {"attempts": 0, "expires": None}
            elif row.state == "unknown":
                values |= {"state": "sent", "sent_at": at}
            await db.execute(update(d).where(d.c.id == delivery_id).values(**values, fence=d.c.fence + 1))
            deed = "message sent again" if again else "message settled"
            detail = {"message": delivery_id, "was": row.state}
            await add_entry(db, row.group_id, AuditEntry(by, deed, detail, at))
            return True

    async def queues(self, now: datetime) -> tuple[Queue, ...]:
        """What is due and not sent, in channels and in private, for each platform where there is any."""
        private = d.c.person != ""
        wanted = (
            select(d.c.platform, private.label("private"), func.count().label("due"), func.min(d.c.not_before))
            .where(d.c.state.in_(("pending", "leased", "sending")), d.c.not_before <= now)
            .group_by(d.c.platform, private)
        )
        async with self._database.reading() as db:
            return tuple(Queue(row[0], bool(row[1]), row[2], row[3]) for row in await db.execute(wanted))

    async def unsettled_states(self) -> dict[str, int]:
        """How many messages are of unknown fate, and how many were given up."""
        wanted = select(d.c.state, func.count()).where(d.c.state.in_(("unknown", "dead"))).group_by(d.c.state)
        async with self._database.reading() as db:
            return {row[0]: row[1] for row in await db.execute(wanted)}

    async def under_way(self, channel_id: int) -> bool:
        """Whether something is being sent into a channel just now."""
        held = select(d.c.id).where(d.c.channel_id == channel_id, d.c.state.in_(("leased", "sending"))).limit(1)
        async with self._database.reading() as db:
            return (await db.execute(held)).first() is not None

    async def claim(self, lease: Lease, now: datetime, platforms: Sequence[str]) -> tuple[Delivery, ...]:
        """Take what is due on these platforms under a lease."""
        async with self._database.writing() as db:
            return await claims.claim(db, lease, now, platforms)

    async def mark_sending(self, delivery: Delivery, now: datetime) -> None:
        """Commit that the call is about to be made."""
        mark = delivery, {"new_sending_at": delivery.sending_at if delivery.doubt else now}
        if not await self._sending.add(mark):
            raise LeaseLost(delivery.id)

    async def mark_sent(self, delivery: Delivery, message_id: str, now: datetime) -> None:
        """Keep the message id."""
        if not await self._sent.add((delivery, {"new_message_id": message_id, "new_sent_at": now})):
            raise LeaseLost(delivery.id)
        self._settled(delivery, "sent", waited=(now - delivery.created).total_seconds())

    async def _keep(self, states: Sequence[State], how: Update, marks: Sequence[_Mark]) -> list[bool]:
        """Put claimed deliveries down in a state, if they are held still in one of these; of each whether it was."""
        async with self._database.writing() as db:
            rows = await db.execute(_STANDING, {"deliveries": [delivery.id for delivery, _ in marks]})
            held = {(row.id, row.fence) for row in rows if row.state in states}
            kept = [(delivery.id, delivery.fence) in held for delivery, _ in marks]
            values = [
                {"wanted": delivery.id} | values for (delivery, values), ok in zip(marks, kept, strict=True) if ok
            ]
            if values:
                await db.execute(how, values)
            return kept

    async def mark_unknown(
        self,
        delivery: Delivery,
        problem: Problem,
        recheck_at: datetime | None,
        now: datetime,
        *,
        notice: LazyText = EMPTY,
    ) -> None:
        """Nobody knows whether it arrived: look again at `recheck_at`, or, without it, rest. The organiser is told."""
        values = {"state": "unknown", "not_before": recheck_at, **_columns(problem)}
        if delivery.sending_at is None:
            values["sending_at"] = now
        async with self._database.writing() as db:
            await self._mark(db, delivery, ("leased", "sending"), values)
            if notice:
                await add_notice(db, delivery.group_id, notice, now)

    async def retry_at(self, delivery: Delivery, at: datetime, problem: Problem, *, called: bool = True) -> None:
        """Nothing was posted: try again at that time. `called` False gives the attempt back."""
        values: dict[str, Any] = {"state": "unknown", "not_before": at, **_columns(problem)}
        if not delivery.doubt:
            values |= {"state": "pending", "sending_at": None}
        if not called:
            values["attempts"] = d.c.attempts - 1
        async with self._database.writing() as db:
            await self._mark(db, delivery, ("leased", "sending"), values)

    async def mark_dead(
        self,
        delivery: Delivery,
        problem: Problem,
        now: datetime,
        *,
        notice: LazyText = EMPTY,
        channel_lost: bool = False,
    ) -> None:
        """Give up; with `channel_lost` post nothing more into the channel. The organiser is told: of a channel, why.

        A channel that was found since the delivery was claimed is not lost: the refusal came first. It is tried again.
        """
        values: dict[str, Any] = {"state": "dead", **_columns(problem)}
        if not delivery.doubt:  # certainly not sent: were it wanted again, nobody would have to look it up
            values["sending_at"] = None
        async with self._database.writing() as db:
            if channel_lost and await _found_since(db, delivery):
                again = {"state": "unknown" if delivery.doubt else "pending", "not_before": now}
                await self._mark(db, delivery, ("leased", "sending"), values | again)
                return
            await self._mark(db, delivery, ("leased", "sending"), values)
            if channel_lost:
                await lose_channel(db, delivery.channel.id, problem.detail, now)
            elif notice:
                await add_notice(db, delivery.group_id, notice, now)

    async def refused_before(self, delivery: Delivery, detail: LazyText) -> bool:
        """Whether another message of the kind was refused in the same channel in the same words."""
        same = (d.c.channel_id == delivery.channel.id, d.c.kind == delivery.kind, d.c.detail == detail.kept)
        known = select(d.c.id).where(*same, d.c.state == "dead", d.c.id != delivery.id).limit(1)
        async with self._database.reading() as db:
            return (await db.execute(known)).first() is not None

    async def mark_unreachable(self, delivery: Delivery, detail: LazyText) -> None:
        """The person takes no messages there, which is remembered; where they have another account, they get it there.

        Nothing more is sent to the account until its owner asks for it.
        """
        to = delivery.recipient
        assert to is not None
        i = t.identities
        account = update(i).where(
            i.c.member_id == to.member_id,
            i.c.platform == delivery.channel.platform,
            i.c.workspace == delivery.channel.workspace,
            i.c.external_id == to.person,
        )
        async with self._database.writing() as db:
            await db.execute(account.values(unreachable=detail.kept))
            other = (await reachable_at(db, {to.member_id})).get(to.member_id)
            values: dict[str, Any] = {"state": "dead", **_columns(Problem("unreachable", detail))}
            if other is not None:
                values = {
                    "state": "pending",
                    "sending_at": None,
                    "channel_id": other.channel_id,
                    "platform": other.platform,
                    "person": other.person,
                }
            await self._mark(db, delivery, ("leased", "sending"), values)

    async def _mark(
        self, db: AsyncConnection, delivery: Delivery, states: Sequence[State], values: Mapping[str, Any]
    ) -> None:
        held = (d.c.id == delivery.id, d.c.fence == delivery.fence, d.c.state.in_(states))
        if changed_rows(await db.execute(update(d).where(*held).values(**values))) != 1:
            raise LeaseLost(delivery.id)
        if values.get("reason") != "waiting":
            self._settled(delivery, values["state"], values.get("reason", ""))

    def _settled(self, delivery: Delivery, state: State, reason: str = "", waited: float = 0.0) -> None:
        """Tell who looks on what became of a delivery."""
        self._database.watch.settled(delivery.channel.platform, delivery.kind, state, reason, waited)


async def _found_since(db: AsyncConnection, delivery: Delivery) -> bool:
    """Whether the platform has given the channel back since the delivery was claimed."""
    c = t.channels.c
    found = select(c.times_found).where(c.id == delivery.channel.id).with_for_update()
    return bool((await db.execute(found)).scalar_one() != delivery.times_found)


def _columns(problem: Problem) -> dict[str, str]:
    return {"reason": problem.reason, "detail": problem.detail.kept}
