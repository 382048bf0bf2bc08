"""A delivery: one message to a channel, or to one person who reads there, kept from when it is due until settled."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import insert_into
from store.outbox.notices import add_notice
from study.discussion.meeting import COMING
from study.group import Channel, OnDoubt
from study.texts import EMPTY, LazyText

State = Literal["pending", "leased", "sending", "sent", "unknown", "dead"]
PostKind = Literal["post", "edit", "thread", "thread_edit", "pin", "unpin"]
"""A post, what it looks like from now on, what is said in a thread under it, what that looks like from now on, and
whether the post is pinned."""
MeetingKind = Literal["meeting", "meeting_edit", "event", "event_edit"]
"""The agenda of a meeting, what it looks like from now on, the meeting in a platform's own calendar, and its change."""
ChannelKind = Literal[PostKind, MeetingKind]
EVENTS: tuple[ChannelKind, ...] = ("event", "event_edit")
"""What stands in a platform's calendar, where it has one: once for each server or team, not for each channel."""
PINS: tuple[ChannelKind, ...] = ("pin", "unpin")
"""What pins a post, where a platform has pins, and what lets it go again."""
EDITS: tuple[ChannelKind, ...] = ("edit", "thread_edit", "meeting_edit", "event_edit", *PINS)
"""What shows a message differently: twice is as once, and it is never too late."""
LATER: tuple[ChannelKind, ...] = (*EDITS, "thread")
"""What belongs to a message that was sent before, and has no meaning without it."""
MemberKind = Literal["nudge", "outcome", "regrade", "regrades", "answered", "proposal"]
"""A reminder of open questions, what became of an objection, a mark that a changed rubric gave, and an organiser's word
on a question, asked or proposed."""
Kind = ChannelKind | MemberKind
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
    "withdrawn",  # it has nothing to say any more, or the person does not want it
    "unreachable",  # the person takes no messages from the bot
]
"""Why a message is not sent (yet)."""
d = t.deliveries
original = d.alias("original")

# Built once: asked often enough for the building to be felt.
_I, _C = t.identities.c, t.channels.c
_REACHABLE: Select[Any] = (
    select(_I.member_id, _C.id.label("channel_id"), _I.platform, _I.external_id.label("person"))
    .join(
        t.channels,
        and_(_C.group_id == _I.group_id, _C.platform == _I.platform, _C.workspace == _I.workspace),
    )
    .where(_I.member_id.in_(bindparam("members", expanding=True)), _I.unreachable == "")
    .order_by(_I.current_since.desc().nulls_last(), _C.trouble != "", _C.id)
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """The one person a message is for: the member, what the platform calls them, and what the message is about.

    `ref` is the id of an answer, a dispute or whatever else its kind speaks of.
    """

    member_id: int
    person: str
    ref: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one channel. `key` is its own for ever: made from what it is, it is the same after a restore.

    With a `recipient` it is for that person alone, of those who read in the channel. `kind`: the post `post_id` is
    posted, or something is said in its thread, or the meeting `meeting_id` is told of, or one of these is edited; the
    ids that it has no use for are 0. After `expires` nobody needs it. `message_id`:
    what an edit replaces, or what was sent; `under`: the message whose thread it is said in. `doubt` says that an
    earlier attempt may have arrived, begun at `sending_at`. `times_found`: how often its channel had been found
    when the delivery was claimed.
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
    recipient: Recipient | None = None
    under: str = ""
    times_found: int = 0
    meeting_id: int = 0
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a message is not sent (yet); `detail` is what the platform or the program said, and may be empty."""

    reason: Reason
    detail: LazyText = EMPTY


@dataclass(frozen=True, slots=True)
class Due:
    """A message that every channel of a group is to get, once for each `name`, from `at` on.

    It is of a post, or of a meeting. With `doubt` the platform is asked first whether it has the message already.
    """

    kind: ChannelKind
    name: str
    group_id: int
    post_id: int
    at: datetime
    doubt: bool = False
    meeting_id: int = 0
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that one member is to get privately, once for each `name`, from `at` on and until it `expires`.

    Its words are made when it is sent, from what `kind` and `ref` stand for then.
    """

    kind: MemberKind
    name: str
    group_id: int
    member_id: int
    ref: int
    at: datetime
    expires: datetime | None = None


async def enqueue(db: AsyncConnection, installation: str, *due: Due) -> None:
    """Have messages sent to every channel of their groups, within a transaction. What is there already stays.

    For a lost channel they are given up at once, until the channel is found.
    """
    if not due:
        return
    c = t.channels.c
    here = select(t.channels).where(c.group_id.in_({one.group_id for one in due})).order_by(c.trouble, c.id)
    channels: dict[int, list[Row[Any]]] = {}
    for row in await db.execute(here):
        channels.setdefault(row.group_id, []).append(row)
    new = []
    for one in due:
        to = channels.get(one.group_id, [])
        if one.kind in EVENTS:
            to = list({(channel.platform, channel.workspace): channel for channel in reversed(to)}.values())
        new += [_to_channel(installation, one, channel) for channel in to]
    await _insert(db, new)


def _to_channel(installation: str, due: Due, channel: Row[Any]) -> dict[str, Any]:
    lost = {"state": "dead", "reason": "channel_lost", "detail": channel.trouble}
    return {
        **_untouched(due.at),
        "key": _key(installation, due.name, channel.platform, channel.workspace, channel.external_id),
        "group_id": due.group_id,
        "channel_id": channel.id,
        "post_id": due.post_id or None,
        "ref": due.meeting_id or None,
        "expires": due.expires,
        "platform": channel.platform,
        "kind": due.kind,
        "state": "unknown" if due.doubt else "pending",
        "sending_at": due.at if due.doubt else None,
        **(lost if channel.trouble else {}),
    }


async def enqueue_letter(db: AsyncConnection, installation: str, *letters: Letter) -> int:
    """Have messages sent to members where they were last seen, within a transaction; what is there already stays.

    For how many of them there is somewhere to write to, on any platform their group reads on.
    """
    to = await reachable_at(db, {letter.member_id for letter in letters})
    new = [
        {
            **_untouched(letter.at),
            "key": _key(installation, letter.name, "member", str(letter.member_id)),
            "group_id": letter.group_id,
            "channel_id": to[letter.member_id].channel_id,
            "member_id": letter.member_id,
            "person": to[letter.member_id].person,
            "ref": letter.ref,
            "expires": letter.expires,
            "platform": to[letter.member_id].platform,
            "kind": letter.kind,
            "state": "pending",
        }
        for letter in letters
        if letter.member_id in to
    ]
    await _insert(db, new)
    return len(new)


async def reachable_at(db: AsyncConnection, member_ids: Collection[int]) -> dict[int, Row[Any]]:
    """Where members were last seen of all places where they can be written to: channel_id, platform, person of each.

    Whoever can be written to nowhere is left out.
    """
    found: dict[int, Row[Any]] = {}
    for row in await db.execute(_REACHABLE, {"members": list(member_ids)}):
        found.setdefault(row.member_id, row)
    return found


def _untouched(at: datetime) -> dict[str, Any]:
    """What a delivery has that nobody has claimed yet."""
    words = {"owner": "", "person": "", "message_id": "", "reason": "", "detail": ""}
    return {"created": at, "not_before": at, "fence": 0, "attempts": 0, **words}


async def _insert(db: AsyncConnection, new: Sequence[dict[str, Any]]) -> None:
    if new:
        await db.execute(insert_into(db, d).on_conflict_do_nothing(), new)


async def lose_channel(db: AsyncConnection, channel_id: int, reason: LazyText, at: datetime | None = None) -> bool:
    """Post nothing more into a channel, within a transaction; what waits for it is given up. Whether it was not lost.

    With a time, the organiser is told why: once, whoever notices it first, however many notice it.
    """
    well = update(t.channels).where(t.channels.c.id == channel_id, t.channels.c.trouble == "")
    group_id = (await db.execute(well.values(trouble=reason.kept).returning(t.channels.c.group_id))).scalar()
    if group_id is not None and at is not None:
        await add_notice(db, group_id, reason, at)
    waiting = update(d).where(d.c.channel_id == channel_id, d.c.person == "", d.c.state.in_(("pending", "leased")))
    await db.execute(waiting.values(state="dead", reason="channel_lost", detail=reason.kept, fence=d.c.fence + 1))
    return group_id is not None


async def find_channel(db: AsyncConnection, channel_id: int, at: datetime | None = None) -> None:
    """Post into a channel again, within a transaction: what was given up with it is due.

    A post keeps its age, and may be too old to be sent, unless an organiser wants it: then it counts from `at`. Posts
    of rounds that are closed by now are let be; what closing them says in them is said, and
    what it says below them unless that is too old.
    """
    found = {"trouble": "", "times_found": t.channels.c.times_found + 1}
    await db.execute(update(t.channels).where(t.channels.c.id == channel_id).values(**found))
    given_up = and_(d.c.channel_id == channel_id, d.c.person == "", d.c.state == "dead", d.c.reason == "channel_lost")
    first = d.alias()
    stands = exists().where(first.c.post_id == d.c.post_id, first.c.channel_id == channel_id, first.c.kind == "post")
    below = and_(d.c.kind == "thread", stands.where(first.c.state == "sent"))
    again = update(d).where(given_up, or_(d.c.kind.in_(EDITS), below, _still_open()))
    await db.execute(
        again.values(
            state=case((d.c.sending_at.is_(None), "pending"), else_="unknown"),
            created=case((d.c.kind == "thread", d.c.created), else_=at or d.c.created),
            not_before=at or d.c.created,
            attempts=0,
            fence=d.c.fence + 1,
        )
    )
    await db.execute(update(d).where(given_up).values(reason="", detail=""))


async def post_again(db: AsyncConnection, channel_id: int, platform: str, at: datetime) -> None:
    """A channel stands for another place, within a transaction: what is open is posted there, whatever was before.

    What was posted in the old place is left there; what is closed is neither posted nor edited any more.
    """
    mine = update(d).where(d.c.channel_id == channel_id, d.c.person == "")
    await db.execute(mine.values(platform=platform))
    later = mine.where(d.c.kind.in_(LATER))
    await db.execute(later.values(state="dead", reason="", detail="", fence=d.c.fence + 1))
    again = {"state": "dead", "reason": "channel_lost", "detail": "", "sending_at": None, "message_id": ""}
    first = d.c.kind.in_(("post", "pin", "meeting", "event"))
    await db.execute(mine.where(first, _still_open()).values(**again, fence=d.c.fence + 1))
    await find_channel(db, channel_id, at)


def _still_open() -> ColumnElement[bool]:
    """Whether the round of a delivery's post may still be answered, or its meeting is still to come."""
    r, p, m = t.rounds, t.posts, t.meetings
    asked = exists().where(p.c.id == d.c.post_id, r.c.id == p.c.round_id, r.c.state == "open")
    return asked | exists().where(d.c.post_id.is_(None), m.c.id == d.c.ref, m.c.state.in_(COMING))


def _key(*parts: str) -> str:
    """A key of 24 characters, always the same for the same parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def belongs_to(other: Any) -> ColumnElement[bool]:  # noqa: ANN401 - an alias of the deliveries
    """Whether another delivery is of the post's message that this one edits, or under which it is said."""
    first = case((d.c.kind == "thread_edit", "thread"), else_="post")
    later = d.c.kind.in_(("edit", "thread_edit", "thread", *PINS))
    return and_(later, other.c.post_id == d.c.post_id, other.c.channel_id == d.c.channel_id, other.c.kind == first)


def tells_first(other: Any) -> ColumnElement[bool]:  # noqa: ANN401 - an alias of the deliveries
    """Whether another delivery is of the meeting's message, or event, that this one edits."""
    first = case((d.c.kind == "event_edit", "event"), else_="meeting")
    later = d.c.kind.in_(("meeting_edit", "event_edit"))
    return and_(later, other.c.ref == d.c.ref, other.c.channel_id == d.c.channel_id, other.c.kind == first)


_of_meeting = d.alias("of_meeting")
_told_first = select(_of_meeting.c.message_id).where(tells_first(_of_meeting)).limit(1).scalar_subquery()


def whole() -> Any:  # noqa: ANN401 - a Select of twenty columns has no useful type
    """Deliveries with their channels, and with the message that an edit replaces or a thread is under."""
    return (
        select(
            d,
            t.channels.c.workspace,
            t.channels.c.external_id,
            t.channels.c.name.label("channel_name"),
            t.channels.c.trouble,
            t.channels.c.times_found,
            t.channels.c.ping,
            t.groups.c.on_doubt,
            case((d.c.kind.in_(("meeting_edit", "event_edit")), _told_first), else_=original.c.message_id).label(
                "original_id"
            ),
        )
        .join(t.channels, t.channels.c.id == d.c.channel_id)
        .join(t.groups, t.groups.c.id == d.c.group_id)
        .outerjoin(
            original,
            belongs_to(original),
        )
    )


def delivery_of(row: Row[Any], *, claimed: bool = False) -> Delivery:
    """The delivery that a row tells of, as it stands, or as it stands once it is claimed."""
    channel = Channel(
        row.channel_id,
        row.group_id,
        row.platform,
        row.workspace,
        row.external_id,
        row.channel_name,
        LazyText.of(row.trouble),
        row.ping,
    )
    return Delivery(
        id=row.id,
        key=row.key,
        group_id=row.group_id,
        channel=channel,
        kind=row.kind,
        post_id=row.post_id or 0,
        state="leased" if claimed else row.state,
        fence=row.fence + claimed,
        attempts=row.attempts + claimed,
        created=row.created,
        message_id=(row.original_id or "") if row.kind in EDITS else row.message_id,
        doubt=row.state in ("unknown", "sending") or (row.state == "leased" and row.sending_at is not None),
        sending_at=row.sending_at,
        on_doubt=row.on_doubt,
        problem=Problem(row.reason, LazyText.of(row.detail)) if row.reason else None,
        recipient=Recipient(row.member_id, row.person, row.ref) if row.member_id else None,
        under=(row.original_id or "") if row.kind == "thread" else "",
        times_found=row.times_found,
        meeting_id=0 if row.member_id or row.post_id else row.ref,
        expires=row.expires,
    )
