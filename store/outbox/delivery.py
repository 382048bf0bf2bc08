"""A delivery: one message to one channel, kept from the moment it is due until it is settled."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import insert_into
from study.group import Channel, OnDoubt

State = Literal["pending", "leased", "sending", "sent", "unknown", "dead"]
Kind = Literal["post", "edit"]
Reason = Literal[
    "waiting",  # for an earlier message of its channel
    "later",  # the platform asked for patience
    "no_answer",  # nobody knows whether it arrived; it is looked up
    "cannot_tell",  # nobody knows, and the platform cannot tell: a person is asked
    "not_composed",  # the words could not be made
    "nothing_to_edit",  # the message to edit was never posted
    "refused",  # the platform will not have it
    "channel_lost",  # its channel can no longer be posted to
    "too_late",  # it could not be sent within the time allowed
]
"""Why a message is not sent (yet)."""
d = t.deliveries
original = d.alias("original")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one channel. `key` is its own for ever: made from what it is, it is the same after a restore.

    `kind`: the post `post_id` is posted, or its message is edited. `message_id`: what an edit replaces, or what was
    sent. `doubt` says that an earlier attempt may have arrived, begun at `sending_at`.
    """

    id: int
    key: str
    group_id: int
    channel: Channel
    kind: Kind
    post_id: int
    state: State
    fence: int
    attempts: int
    created: datetime
    message_id: str = ""
    doubt: bool = False
    sending_at: datetime | None = None
    on_doubt: OnDoubt = "at-most-once"
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a message is not sent (yet); `detail` is what the platform or the program said, and may be empty."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A message that every channel of a group is to get, once for each `name`, from `at` on.

    With `doubt` the platform is asked first whether it has the message already.
    """

    kind: Kind
    name: str
    group_id: int
    post_id: int
    at: datetime
    doubt: bool = False


async def enqueue(db: AsyncConnection, installation: str, due: Due) -> None:
    """Have a message sent to every channel of its group, within a transaction. What is there already stays."""
    here = select(t.channels).where(t.channels.c.group_id == due.group_id, t.channels.c.trouble == "")
    for channel in (await db.execute(here)).all():
        row = insert_into(db, d).values(
            key=_key(installation, due.name, channel.platform, channel.workspace, channel.external_id),
            group_id=due.group_id,
            channel_id=channel.id,
            post_id=due.post_id,
            platform=channel.platform,
            kind=due.kind,
            state="unknown" if due.doubt else "pending",
            not_before=due.at,
            owner="",
            fence=0,
            attempts=0,
            created=due.at,
            sending_at=due.at if due.doubt else None,
            message_id="",
            reason="",
            detail="",
        )
        await db.execute(row.on_conflict_do_nothing())


async def lose_channel(db: AsyncConnection, channel_id: int, reason: str) -> None:
    """Post nothing more into a channel, within a transaction; what waits for it is given up."""
    await db.execute(update(t.channels).where(t.channels.c.id == channel_id).values(trouble=reason))
    waiting = update(d).where(d.c.channel_id == channel_id, d.c.state.in_(("pending", "leased")))
    await db.execute(waiting.values(state="dead", reason="channel_lost", detail=reason, fence=d.c.fence + 1))


def _key(*parts: str) -> str:
    """A key of 24 characters, always the same for the same parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def whole() -> Any:  # noqa: ANN401 - a Select of twenty columns has no useful type
    """Deliveries with their channels, and with the message that an edit replaces."""
    return (
        select(
            d,
            t.channels.c.workspace,
            t.channels.c.external_id,
            t.channels.c.name.label("channel_name"),
            t.channels.c.trouble,
            t.groups.c.on_doubt,
            original.c.message_id.label("original_id"),
        )
        .join(t.channels, t.channels.c.id == d.c.channel_id)
        .join(t.groups, t.groups.c.id == d.c.group_id)
        .outerjoin(
            original,
            and_(
                d.c.kind == "edit",
                original.c.post_id == d.c.post_id,
                original.c.channel_id == d.c.channel_id,
                original.c.kind == "post",
            ),
        )
    )


def delivery_of(row: Row[Any], *, claimed: bool = False) -> Delivery:
    """The delivery that a row tells of, as it stands, or as it stands once it is claimed."""
    channel = Channel(
        row.channel_id, row.group_id, row.platform, row.workspace, row.external_id, row.channel_name, row.trouble
    )
    return Delivery(
        id=row.id,
        key=row.key,
        group_id=row.group_id,
        channel=channel,
        kind=row.kind,
        post_id=row.post_id,
        state="leased" if claimed else row.state,
        fence=row.fence + claimed,
        attempts=row.attempts + claimed,
        created=row.created,
        message_id=(row.original_id or "") if row.kind == "edit" else row.message_id,
        doubt=row.state in ("unknown", "sending") or (row.state == "leased" and row.sending_at is not None),
        sending_at=row.sending_at,
        on_doubt=row.on_doubt,
        problem=Problem(row.reason, row.detail) if row.reason else None,
    )
