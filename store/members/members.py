"""Members: met by their accounts on platforms, shown or hidden, and linked when two accounts are one person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.answers.scores import rescore
from store.codes import redeem
from store.database import tables as t
from store.database.connection import Database, changed_rows, insert_into
from store.errors import CodeInvalid, NotFound
from store.members.kin import kin_of
from study.group import Account, Member, Place

m, i = t.members, t.identities

# Built once: asked often enough for the building to be felt.
_MEMBER = select(m).where(m.c.id == bindparam("wanted"))


class MemberTable:
    """The people of all groups."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def meet(
        self, group_id: int, account: Account, name: str, at: datetime, zone: str = "", language: str = ""
    ) -> Member:
        """The member behind an account, made on first sight; a new name, zone or language is taken over."""
        told = {key: value for key, value in (("name", name), ("zone", zone), ("language", language)) if value}
        async with self._database.reading() as db:
            row = await _behind(db, group_id, account)
        if row is not None and not row.elsewhere and all(getattr(row, key) == value for key, value in told.items()):
            return member_of(row)
        async with self._database.writing() as db:
            row = await _behind(db, group_id, account)
            if row is not None:
                if told:
                    await db.execute(update(m).where(m.c.id == row.id).values(**told))
                await db.execute(update(i).where(_is(group_id, account)).values(current_since=at))
                return Member(
                    row.id, group_id, name or row.name, row.hidden, zone or row.zone, language or row.language
                )
            kin = await kin_of(db, group_id, account)
            if kin is not None:
                await add_account(db, group_id, account, kin, at)
                return member_of((await db.execute(_whose(group_id, account))).one())
            values = {"group_id": group_id, "name": name, "zone": zone, "language": language, "hidden": False}
            member_id = (await db.execute(insert(m).values(**values, created=at).returning(m.c.id))).scalar_one()
            if await add_account(db, group_id, account, member_id, at):
                return Member(member_id, group_id, name, zone=zone, language=language)
            # Another process met the same person at the same moment.
            await db.execute(delete(m).where(m.c.id == member_id))
            return member_of((await db.execute(_whose(group_id, account))).one())

    async def get(self, member_id: int) -> Member:
        """The member of that id. Raises NotFound."""
        async with self._database.reading() as db:
            row = (await db.execute(_MEMBER, {"wanted": member_id})).first()
            if row is None:
                raise NotFound("member")
            return member_of(row)

    async def find(self, group_id: int, account: Account) -> Member | None:
        """The member behind an account, if they have been met in this group."""
        async with self._database.reading() as db:
            row = await _behind(db, group_id, account)
            return member_of(row) if row else None

    async def account(self, member_id: int, platform: str, workspace: str) -> Account | None:
        """The account that a member has somewhere, the one they used last if there are several."""
        mine = select(i.c.external_id).where(
            i.c.member_id == member_id, i.c.platform == platform, i.c.workspace == workspace
        )
        async with self._database.reading() as db:
            found = (await db.execute(mine.order_by(i.c.current_since.desc()).limit(1))).scalar()
            return None if found is None else Account(platform, workspace, found)

    async def choose(self, group_id: int, account: Account, at: datetime) -> None:
        """Remember that this group of theirs is meant where somebody asks and none reads. Raises NotFound."""
        async with self._database.writing() as db:
            done = await db.execute(update(i).where(_is(group_id, account)).values(chosen_at=at))
            if not changed_rows(done):
                raise NotFound("member")

    async def seat(self, member_id: int) -> tuple[Account, Place] | None:
        """The account that a member used last, and where their group reads there; None where it reads nowhere."""
        c = t.channels
        reads = and_(c.c.group_id == i.c.group_id, c.c.platform == i.c.platform, c.c.workspace == i.c.workspace)
        wanted = (
            select(i.c.platform, i.c.workspace, i.c.external_id.label("person"), c.c.external_id, c.c.name)
            .join(c, reads)
            .where(i.c.member_id == member_id)
            .order_by(i.c.current_since.desc().nulls_last(), c.c.trouble != "", c.c.id)
            .limit(1)
        )
        async with self._database.reading() as db:
            row = (await db.execute(wanted)).first()
            if row is None:
                return None
            place = Place(row.platform, row.workspace, row.external_id, row.name)
            return Account(row.platform, row.workspace, row.person), place

    async def of_group(self, group_id: int) -> tuple[Member, ...]:
        """Everybody in a group, hidden ones too."""
        async with self._database.reading() as db:
            rows = await db.execute(select(m).where(m.c.group_id == group_id).order_by(m.c.id))
            return tuple(map(member_of, rows))

    async def hide(self, member_id: int, hidden: bool) -> None:
        """Keep a member off the leaderboard, or show them again."""
        async with self._database.writing() as db:
            await db.execute(update(m).where(m.c.id == member_id).values(hidden=hidden))

    async def link(self, code: str, group_id: int, account: Account, at: datetime) -> Member:
        """Join an account to the member who made the code: one name, one set of answers. Raises CodeInvalid."""
        async with self._database.writing() as db:
            subject = await redeem(db, "link", code, at)
            wanted = select(m).where(m.c.id == (subject.member_id if subject else None), m.c.group_id == group_id)
            kept = (await db.execute(wanted.with_for_update())).first()
            if kept is None:
                raise CodeInvalid
            other = (await db.execute(_whose(group_id, account).with_for_update())).first()
            if other is None:
                await add_account(db, group_id, account, kept.id, at)
            elif other.id != kept.id:
                kept = await _unite(db, other, kept)
            return member_of(kept)


def member_of(row: Row[Any]) -> Member:
    """The member that a row tells of."""
    return Member(row.id, row.group_id, row.name, row.hidden, row.zone, row.language)


async def unite(db: AsyncConnection, gone: int, kept: int) -> None:
    """Make two members one, within a transaction: they are the same person."""
    rows = {row.id: row for row in await db.execute(select(m).where(m.c.id.in_((gone, kept))).with_for_update())}
    if len(rows) == 2:
        await _unite(db, rows[gone], rows[kept])


async def _unite(db: AsyncConnection, gone: Row[Any], kept: Row[Any]) -> Row[Any]:
    await _merge(db, gone.id, kept.id)
    wishes = update(m).where(m.c.id == kept.id).values(**_wishes(kept, gone)).returning(m)
    row: Row[Any] = (await db.execute(wishes)).one()
    return row


async def add_account(db: AsyncConnection, group_id: int, account: Account, member_id: int, at: datetime) -> bool:
    """Whether the account is the member's now, within a transaction; it is not where it was somebody's already."""
    made = insert_into(db, i).values(
        group_id=group_id,
        platform=account.platform,
        workspace=account.workspace,
        external_id=account.id,
        member_id=member_id,
        current_since=at,
    )
    done = await db.execute(made.on_conflict_do_nothing().returning(i.c.member_id))
    return done.first() is not None


async def _merge(db: AsyncConnection, gone: int, kept: int) -> None:
    """Give all of one member to the other; attempts at the same post are counted on in the order they were made."""
    a, v = t.answers, t.practice
    await db.execute(update(i).where(i.c.member_id == gone).values(member_id=kept))
    in_order = select(a.c.post_id, a.c.id).where(a.c.member_id.in_((gone, kept))).order_by(a.c.at, a.c.id)
    both = (await db.execute(in_order)).all()
    theirs = set((await db.execute(select(a.c.post_id).where(a.c.member_id == gone).distinct())).scalars())
    await db.execute(delete(t.best).where(t.best.c.member_id == gone))
    await db.execute(delete(t.tallies).where(t.tallies.c.member_id == gone))
    for post_id in theirs:
        ids = [row.id for row in both if row.post_id == post_id]
        for ordinal, answer_id in enumerate(ids, 1):  # out of the way first: ordinals are unique
            await db.execute(update(a).where(a.c.id == answer_id).values(ordinal=-ordinal))
        for ordinal, answer_id in enumerate(ids, 1):
            await db.execute(update(a).where(a.c.id == answer_id).values(member_id=kept, ordinal=ordinal))
        await rescore(db, post_id, kept)
    known = select(v.c.key).where(v.c.member_id == kept)
    await db.execute(delete(v).where(v.c.member_id == gone, v.c.key.in_(known)))
    await db.execute(update(v).where(v.c.member_id == gone).values(member_id=kept))
    h = t.attendances
    said = select(h.c.meeting_id).where(h.c.member_id == kept)
    await db.execute(delete(h).where(h.c.member_id == gone, h.c.meeting_id.in_(said)))
    for table in (t.deliveries, t.asked, t.proposals, h):
        await db.execute(update(table).where(table.c.member_id == gone).values(member_id=kept))
    allowed = (await db.execute(select(m.c.id).where(m.c.id == gone, m.c.shares.is_(True)))).first()
    if allowed is not None:  # it is the same person's word
        await db.execute(update(m).where(m.c.id == kept).values(shares=True))
    await db.execute(delete(m).where(m.c.id == gone))


def _wishes(kept: Row[Any], gone: Row[Any]) -> dict[str, Any]:
    """What somebody wished with one of two accounts they wish with both: to be hidden, and not to be reminded."""
    nudges = kept.nudges and gone.nudges
    return {
        "hidden": kept.hidden or gone.hidden,
        "zone": kept.zone or gone.zone,
        "nudges": nudges,
        "nudge_at": min(filter(None, (kept.nudge_at, gone.nudge_at)), default=None) if nudges else None,
        "nudged_at": max(filter(None, (kept.nudged_at, gone.nudged_at)), default=None),
    }


_other = i.alias("other")
_elsewhere = exists().where(
    _other.c.member_id == i.c.member_id,
    or_(
        _other.c.platform != i.c.platform, _other.c.workspace != i.c.workspace, _other.c.external_id != i.c.external_id
    ),
    or_(i.c.current_since.is_(None), _other.c.current_since > i.c.current_since),
)
"""Whether the member was last seen with another of their accounts."""
_WHOSE = (
    select(m, _elsewhere.label("elsewhere"))
    .join(i, i.c.member_id == m.c.id)
    .where(
        i.c.group_id == bindparam("group"),
        i.c.platform == bindparam("platform"),
        i.c.workspace == bindparam("workspace"),
        i.c.external_id == bindparam("account"),
    )
)


def _whose(group_id: int, account: Account) -> Select[Any]:
    return _WHOSE.params(group=group_id, platform=account.platform, workspace=account.workspace, account=account.id)


def _is(group_id: int, account: Account) -> ColumnElement[bool]:
    return and_(
        i.c.group_id == group_id,
        i.c.platform == account.platform,
        i.c.workspace == account.workspace,
        i.c.external_id == account.id,
    )


async def _behind(db: AsyncConnection, group_id: int, account: Account) -> Row[Any] | None:
    found: Row[Any] | None = (await db.execute(_whose(group_id, account))).first()
    return found
