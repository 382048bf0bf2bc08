"""The outbox's rows: one message to one channel each, under a fenced lease, committed as sending before the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables as t
from store.base import changed_rows
from store.liveness import Liveness
from study.group import Channel, OnDoubt

State = Literal["pending", "leased", "sending", "sent", "unknown", "dead"]
d = t.deliveries
_original = d.alias("original")
_other = d.alias("other")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one channel. `key` is its own for ever: made from what it is, it is the same after a restore.

    `kind`: "post" or "edit" of the post `post_id`, or another feature's word with its `payload` and post 0.
    `message_id`: what an edit replaces, or what was sent. `doubt` says that an earlier attempt may have arrived, begun
    at `sending_at`.
    """

    id: int
    key: str
    group_id: int
    channel: Channel
    kind: str
    post_id: int
    round_id: int
    payload: Mapping[str, Any]
    state: State
    fence: int
    attempts: int
    created: datetime
    message_id: str = ""
    doubt: bool = False
    sending_at: datetime | None = None
    on_doubt: OnDoubt = "at-most-once"
    reason: str = ""


class LeaseLost(Exception):
    """Another process has taken this delivery meanwhile: let it be."""


class Deliveries(Liveness):
    """What is remembered of messages on their way."""

    async def deliver(
        self,
        group_id: int,
        kind: str,
        payload: Mapping[str, Any],
        *,
        name: str,
        at: datetime,
        post_id: int | None = None,
    ) -> int:
        """Have a message posted in every channel of the group, once for each `name`; how many are new.

        The outbox's `compose` is asked for the words when the time has come.
        """
        await self.install()
        async with self.writing() as db:
            return await self.enqueue(db, group_id, kind, payload, name, at, post_id)

    async def enqueue(
        self,
        db: AsyncConnection,
        group_id: int,
        kind: str,
        payload: Mapping[str, Any],
        name: str,
        at: datetime,
        post_id: int | None = None,
        *,
        doubt: bool = False,
    ) -> int:
        """As `deliver`, within a transaction. With `doubt` the platform is asked first whether it has the message."""
        channels = (
            await db.execute(select(t.channels).where(t.channels.c.group_id == group_id, t.channels.c.trouble == ""))
        ).all()
        made = 0
        for channel in channels:
            row = self.insert(d).values(
                key=self.key_of(name, channel.platform, channel.workspace, channel.external_id),
                group_id=group_id,
                channel_id=channel.id,
                post_id=post_id,
                platform=channel.platform,
                kind=kind,
                payload=dict(payload),
                state="unknown" if doubt else "pending",
                not_before=at,
                owner="",
                fence=0,
                attempts=0,
                created=at,
                sending_at=at if doubt else None,
                message_id="",
                reason="",
            )
            done = await db.execute(row.on_conflict_do_nothing().returning(d.c.id))
            made += done.first() is not None
        return made

    async def claim(
        self,
        owner: str,
        now: datetime,
        lease_seconds: float,
        platforms: Sequence[str],
        limit: int = 32,
        *,
        settle_seconds: float = 0.0,
    ) -> tuple[Delivery, ...]:
        """Take what is due under a lease: new messages, retries, those in doubt, and those of processes that died.

        Within a channel messages go in order: nothing is taken while an earlier one is in other hands.
        """
        async with self.writing() as db:
            again = or_(
                and_(d.c.state == "unknown", d.c.not_before <= now),
                and_(d.c.state == "leased", d.c.lease_until <= now),
            )
            gone = await self._gone(db, owner)
            if gone:
                # What a process wrote into its socket before it died may still arrive: let it settle, then look.
                settled = or_(d.c.sending_at <= now - timedelta(seconds=settle_seconds), d.c.sending_at > now)
                left = or_(d.c.state == "leased", and_(d.c.state == "sending", settled))
                again = or_(again, and_(d.c.owner.in_(gone), left))
            fresh = and_(d.c.state == "pending", d.c.not_before <= now)
            in_hand = exists().where(
                _other.c.channel_id == d.c.channel_id,
                _other.c.id < d.c.id,
                _other.c.state.in_(("leased", "sending")),
                _other.c.lease_until > now,
            )
            too_early = and_(
                d.c.kind == "edit",
                exists().where(
                    _original.c.post_id == d.c.post_id,
                    _original.c.channel_id == d.c.channel_id,
                    _original.c.kind == "post",
                    or_(
                        _original.c.state.in_(("pending", "leased", "sending")),
                        and_(_original.c.state == "unknown", _original.c.not_before.is_not(None)),
                    ),
                ),
            )
            ids: list[int] = []
            for due in (again, fresh):  # asked apart, new messages come off their index in order, however many wait
                wanted = (
                    select(d.c.id)
                    .where(due, d.c.platform.in_(list(platforms)), ~in_hand, ~too_early)
                    .order_by(d.c.not_before, d.c.id)
                    .limit(limit - len(ids))
                    .with_for_update(skip_locked=True)
                )
                ids += (await db.execute(wanted)).scalars()
            if not ids:
                return ()
            rows = (await db.execute(_whole().where(d.c.id.in_(ids)).order_by(d.c.id))).all()
            until = now + timedelta(seconds=lease_seconds)
            await db.execute(
                update(d)
                .where(d.c.id.in_(ids))
                .values(state="leased", owner=owner, fence=d.c.fence + 1, lease_until=until, attempts=d.c.attempts + 1)
            )
            return tuple(_delivery(row, claimed=True) for row in rows)

    async def mark_sending(self, delivery: Delivery, now: datetime) -> None:
        """Commit that the call is about to be made. Raises LeaseLost."""
        values = {"state": "sending"} | ({} if delivery.doubt else {"sending_at": now})
        await self._mark(delivery, ("leased",), values)

    async def mark_sent(self, delivery: Delivery, message_id: str, now: datetime) -> None:
        """Keep the message id. Raises LeaseLost."""
        values = {"state": "sent", "message_id": message_id, "sent_at": now, "reason": ""}
        await self._mark(delivery, ("leased", "sending"), values)

    async def mark_unknown(self, delivery: Delivery, reason: str, recheck_at: datetime | None, now: datetime) -> None:
        """Nobody knows whether it arrived: look again at `recheck_at`, or, without it, tell the organiser and rest."""
        values = {"state": "unknown", "not_before": recheck_at, "reason": reason}
        if delivery.sending_at is None:
            values["sending_at"] = now
        await self._mark(delivery, ("leased", "sending"), values, None if recheck_at else reason, now)

    async def retry_at(self, delivery: Delivery, at: datetime, reason: str, *, called: bool = True) -> None:
        """Nothing was posted: try again at that time. `called` False gives the attempt back. Raises LeaseLost."""
        values: dict[str, Any] = {"state": "unknown", "not_before": at, "reason": reason}
        if not delivery.doubt:
            values |= {"state": "pending", "sending_at": None}
        if not called:
            values["attempts"] = d.c.attempts - 1
        await self._mark(delivery, ("leased", "sending"), values)

    async def mark_dead(
        self, delivery: Delivery, reason: str, now: datetime, *, channel_lost: bool = False, tell: bool = True
    ) -> None:
        """Give up; with `channel_lost` post nothing more into the channel. The organiser is told. Raises LeaseLost."""
        await self._mark(
            delivery, ("leased", "sending"), {"state": "dead", "reason": reason}, reason if tell else None, now
        )
        if channel_lost:
            async with self.writing() as db:
                await self.in_trouble(db, delivery.channel.id, reason)

    async def in_trouble(self, db: AsyncConnection, channel_id: int, sentence: str) -> None:
        """As `Store.trouble`, within a transaction."""
        await db.execute(update(t.channels).where(t.channels.c.id == channel_id).values(trouble=sentence))
        if sentence:
            await db.execute(
                update(d)
                .where(d.c.channel_id == channel_id, d.c.state.in_(("pending", "leased")))
                .values(state="dead", reason=sentence, fence=d.c.fence + 1)
            )

    async def delivery(self, delivery_id: int) -> Delivery | None:
        """The delivery of that id, as it stands."""
        async with self.reading() as db:
            row = (await db.execute(_whole().where(d.c.id == delivery_id))).first()
            return _delivery(row) if row else None

    async def deliveries(
        self,
        group_id: int | None = None,
        *,
        states: Sequence[State] = (),
        post_id: int | None = None,
        limit: int = 1000,
    ) -> tuple[Delivery, ...]:
        """Deliveries as they stand, oldest first."""
        wanted = _whole().order_by(d.c.id).limit(limit)
        if group_id is not None:
            wanted = wanted.where(d.c.group_id == group_id)
        if states:
            wanted = wanted.where(d.c.state.in_(list(states)))
        if post_id is not None:
            wanted = wanted.where(d.c.post_id == post_id)
        async with self.reading() as db:
            return tuple(_delivery(row) for row in await db.execute(wanted))

    async def troubles(self, group_id: int, limit: int = 5) -> tuple[str, ...]:
        """What went wrong with the group's messages, newest first: those of unknown fate and those given up."""
        wanted = (
            select(d.c.reason)
            .join(t.channels, t.channels.c.id == d.c.channel_id)
            .where(
                d.c.group_id == group_id,
                d.c.reason != "",
                (d.c.state == "unknown") | ((d.c.state == "dead") & (t.channels.c.trouble == "")),
            )
            .group_by(d.c.reason)
            .order_by(func.max(d.c.id).desc())
            .limit(limit)
        )
        async with self.reading() as db:
            return tuple((await db.execute(wanted)).scalars())

    async def message_of(self, platform: str, channel_id: int, message_id: str) -> Delivery | None:
        """The delivery that was posted as this message."""
        wanted = _whole().where(d.c.channel_id == channel_id, d.c.platform == platform, d.c.message_id == message_id)
        async with self.reading() as db:
            row = (await db.execute(wanted.where(d.c.kind != "edit"))).first()
            return _delivery(row) if row else None

    async def unsettled(self, group_id: int | None = None, limit: int = 50) -> tuple[Delivery, ...]:
        """Messages that wait for a person's word, oldest first: of unknown fate and given up, of a group or of all.

        Those that the bot itself still looks after are not among them, nor those of a lost channel.
        """
        rests = (d.c.state == "unknown") & d.c.not_before.is_(None)
        given_up = (d.c.state == "dead") & (d.c.kind != "edit") & (d.c.reason != "") & (t.channels.c.trouble == "")
        wanted = _whole().where(rests | given_up).order_by(d.c.id).limit(limit)
        if group_id is not None:
            wanted = wanted.where(d.c.group_id == group_id)
        async with self.reading() as db:
            return tuple(_delivery(row) for row in await db.execute(wanted))

    async def resolve(self, delivery_id: int, again: bool, at: datetime, by: str = "") -> bool:
        """An organiser has looked: send a message of unknown fate, or one given up, again now, or let it be.

        False if it was settled already.
        """
        async with self.writing() as db:
            wanted = select(d.c.group_id, d.c.state).where(d.c.id == delivery_id, d.c.state.in_(("unknown", "dead")))
            row = (await db.execute(wanted.with_for_update())).first()
            if row is None:
                return False
            values: dict[str, Any] = {"reason": ""}
            if again:  # its time is counted anew, or it would be given up as too late at once
                values |= {"state": "pending", "not_before": at, "created": at, "sending_at": None, "attempts": 0}
            elif row.state == "unknown":
                values |= {"state": "sent", "sent_at": at}
            await db.execute(update(d).where(d.c.id == delivery_id).values(**values, fence=d.c.fence + 1))
            deed = "message sent again" if again else "message settled"
            await self.audited(db, row.group_id, by, deed, {"message": delivery_id, "was": row.state}, at)
            return True

    async def backlog(self) -> Mapping[str, int]:
        """How many deliveries are in each state."""
        async with self.reading() as db:
            rows = await db.execute(select(d.c.state, func.count()).group_by(d.c.state))
            return {row[0]: row[1] for row in rows}

    async def next_delivery(self, platforms: Sequence[str]) -> datetime | None:
        """When something may next be claimed."""
        async with self.reading() as db:
            waiting = select(func.min(d.c.not_before)).where(
                d.c.state.in_(("pending", "unknown")), d.c.platform.in_(list(platforms))
            )
            held = select(func.min(d.c.lease_until)).where(
                d.c.state.in_(("leased", "sending")), d.c.platform.in_(list(platforms))
            )
            times = [(await db.execute(each)).scalar() for each in (waiting, held)]
            return min((at for at in times if at is not None), default=None)

    # --- notices for organisers ---

    async def claim_notices(
        self, now: datetime, lease_seconds: float, limit: int = 20
    ) -> tuple[tuple[int, int, str], ...]:
        """Take sentences for organisers: (notice, group, sentence). Untold, they come back after the lease."""
        n = t.notices
        async with self.writing() as db:
            wanted = (
                select(n)
                .where(n.c.told_at.is_(None), n.c.not_before <= now)
                .order_by(n.c.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            rows = (await db.execute(wanted)).all()
            if rows:
                until = now + timedelta(seconds=lease_seconds)
                await db.execute(update(n).where(n.c.id.in_([row.id for row in rows])).values(not_before=until))
            return tuple((row.id, row.group_id, row.text) for row in rows)

    async def told(self, notice_id: int, at: datetime) -> None:
        """The organiser has been told."""
        async with self.writing() as db:
            await db.execute(update(t.notices).where(t.notices.c.id == notice_id).values(told_at=at))

    async def notices(self, group_id: int, limit: int = 50) -> tuple[tuple[str, datetime, bool], ...]:
        """Sentences left for the organiser, newest first: (sentence, when, whether they were told)."""
        wanted = select(t.notices).where(t.notices.c.group_id == group_id).order_by(t.notices.c.id.desc()).limit(limit)
        async with self.reading() as db:
            return tuple((row.text, row.at, row.told_at is not None) for row in await db.execute(wanted))

    async def notify(self, group_id: int, sentence: str, at: datetime) -> None:
        """Leave a sentence for the group's organiser, unless it is what they were left last."""
        n = t.notices
        async with self.writing() as db:
            last = select(n.c.text).where(n.c.group_id == group_id).order_by(n.c.id.desc()).limit(1)
            if (await db.execute(last)).scalar() != sentence:
                await self.note(db, group_id, sentence, at)

    # --- within a transaction ---

    async def _gone(self, db: AsyncConnection, owner: str) -> tuple[str, ...]:
        """Other owners of claimed rows that certainly run no more."""
        held = select(d.c.owner).where(d.c.state.in_(("leased", "sending"))).distinct()
        owners = set((await db.execute(held)).scalars()) - {owner}
        return tuple([each for each in sorted(owners) if await self.owner_gone(db, each)])

    async def _mark(
        self,
        delivery: Delivery,
        states: Sequence[State],
        values: Mapping[str, Any],
        tell: str | None = None,
        now: datetime | None = None,
    ) -> None:
        async with self.writing() as db:
            done = await db.execute(
                update(d)
                .where(d.c.id == delivery.id, d.c.fence == delivery.fence, d.c.state.in_(states))
                .values(**values)
            )
            if changed_rows(done) != 1:
                raise LeaseLost(f"delivery {delivery.id} is in other hands")
            if tell and now:
                await self.note(db, delivery.group_id, tell, now)


def _whole() -> Any:  # noqa: ANN401 - a Select of twenty columns has no useful type
    return (
        select(
            d,
            t.channels.c.workspace,
            t.channels.c.external_id,
            t.channels.c.name.label("channel_name"),
            t.channels.c.trouble,
            t.groups.c.on_doubt,
            t.posts.c.round_id,
            _original.c.message_id.label("original_id"),
        )
        .join(t.channels, t.channels.c.id == d.c.channel_id)
        .join(t.groups, t.groups.c.id == d.c.group_id)
        .outerjoin(t.posts, t.posts.c.id == d.c.post_id)
        .outerjoin(
            _original,
            and_(
                d.c.kind == "edit",
                _original.c.post_id == d.c.post_id,
                _original.c.channel_id == d.c.channel_id,
                _original.c.kind == "post",
            ),
        )
    )


def _delivery(row: Row[Any], *, claimed: bool = False) -> Delivery:
    channel = Channel(
        row.channel_id, row.group_id, row.platform, row.workspace, row.external_id, row.channel_name, row.trouble
    )
    return Delivery(
        id=row.id,
        key=row.key,
        group_id=row.group_id,
        channel=channel,
        kind=row.kind,
        post_id=row.post_id or 0,
        round_id=row.round_id or 0,
        payload=row.payload,
        state="leased" if claimed else row.state,
        fence=row.fence + claimed,
        attempts=row.attempts + claimed,
        created=row.created,
        message_id=(row.original_id or "") if row.kind == "edit" else row.message_id,
        doubt=row.state in ("unknown", "sending") or (row.state == "leased" and row.sending_at is not None),
        sending_at=row.sending_at,
        on_doubt=row.on_doubt,
        reason=row.reason,
    )
