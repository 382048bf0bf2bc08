"""Standings, derived from answers: each member's best at each post, and monthly sums of it to read the whole fast.

Nothing here is counted up: each row is computed anew from the rows below it, and `rebuild` computes all of them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import Database, insert_into
from study.grading.feedback import WORTH
from study.group import ASKED_AGAIN, Answer
from study.standings import Total

a, b, y = t.answers, t.best, t.tallies

EFFECTIVE = func.coalesce(a.c.ruled, a.c.score)
"""The score that counts: an organiser's ruling, else the mark."""

COUNTS = and_(t.posts.c.kind != "task", t.posts.c.reason.not_in(ASKED_AGAIN))
"""Whether a post is worth points: tasks are not graded, and what comes back was shown with its answer before."""


def month_of(at: datetime) -> int:
    """The month of an instant in UTC, as 202611."""
    at = at.astimezone(UTC)
    return at.year * 100 + at.month


def month_start(month: int) -> datetime:
    """The first moment of a month."""
    return datetime(month // 100, month % 100, 1, tzinfo=UTC)


def following(month: int) -> int:
    """The month after."""
    return month + 1 if month % 100 < 12 else month + 89


class ScoreTable:
    """What follows from answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def totals(self, group_id: int, since: datetime | None, until: datetime) -> tuple[Total, ...]:
        """Each member's points from best answers given in [since, until), hidden members too, in no order."""
        sums = union_all(*_pieces(group_id, since, until)).subquery()
        m = t.members
        wanted = (
            select(
                m.c.id,
                m.c.name,
                m.c.hidden,
                func.sum(sums.c.cents).label("cents"),
                func.sum(sums.c.answered).label("answered"),
            )
            .join(sums, sums.c.member_id == m.c.id)
            .group_by(m.c.id, m.c.name, m.c.hidden)
        )
        async with self._database.reading(long=True) as db:
            return tuple(
                Total(row.id, row.name, row.hidden, int(row.cents) / 100, int(row.answered))
                for row in await db.execute(wanted)
                if row.answered
            )

    async def best_by_item(self, group_id: int) -> dict[str, dict[int, float]]:
        """The best score that each member of a group earned at each item: by item, then by member."""
        asked = select(t.posts.c.id, t.posts.c.item).where(t.posts.c.group_id == group_id, t.posts.c.item != "")
        wanted = select(b.c.post_id, b.c.member_id, b.c.score).where(b.c.group_id == group_id)
        async with self._database.reading(long=True) as db:
            items = {row.id: row.item for row in await db.execute(asked)}
            rows = (await db.execute(wanted)).all()
        found: dict[str, dict[int, float]] = defaultdict(dict)
        for post, member, score in rows:
            if post in items and score >= (scores := found[items[post]]).get(member, 0.0):
                scores[member] = score
        return found

    async def answer_times(self, member_id: int) -> tuple[datetime, ...]:
        """When a member answered anything, in order: what streaks are made of."""
        wanted = select(a.c.at).where(a.c.member_id == member_id).order_by(a.c.at)
        async with self._database.reading(long=True) as db:
            return tuple((await db.execute(wanted)).scalars())

    async def rebuild(self) -> None:
        """Compute every standing anew from the answers alone."""
        month = _month_of_best(self._database.is_sqlite)
        sums = select(b.c.group_id, month, b.c.member_id, func.sum(b.c.cents), func.count())
        sums = sums.group_by(b.c.group_id, month, b.c.member_id)
        best = _best_answers(self._database.is_sqlite)
        async with self._database.writing() as db:
            if not self._database.is_sqlite:  # a million answers take longer than any question may
                await db.exec_driver_sql("SET LOCAL statement_timeout = 0")
            await db.execute(delete(y))
            await db.execute(delete(b))
            columns = ["post_id", "member_id", "group_id", "answer_id", "score", "cents", "at"]
            await db.execute(insert(b).from_select(columns, best))
            await db.execute(insert(y).from_select(["group_id", "month", "member_id", "cents", "answered"], sums))


async def lock_member(db: AsyncConnection, member_id: int | ColumnElement[Any]) -> None:
    """Have a member's answers kept, and their standings computed, one at a time; SQLite has one writer anyway."""
    if db.dialect.name != "sqlite":
        await db.execute(select(t.members.c.id).where(t.members.c.id == member_id).with_for_update())


async def rescore(db: AsyncConnection, post_id: int, member_id: int) -> None:
    """Find a member's best answer to a post anew, within a transaction."""
    wanted = (
        select(a.c.id, a.c.group_id, a.c.at, EFFECTIVE.label("best"), COUNTS.label("counts"))
        .join(t.posts, t.posts.c.id == a.c.post_id)
        .where(a.c.post_id == post_id, a.c.member_id == member_id)
        .order_by(EFFECTIVE.desc(), a.c.ordinal)
        .limit(1)
    )
    new = (await db.execute(wanted)).first()
    here = and_(b.c.post_id == post_id, b.c.member_id == member_id)
    old = (await db.execute(select(b).where(here))).first()
    if new is not None and old is not None and (old.answer_id, old.score) == (new.id, new.best):
        return
    if new is not None:
        values = _best_values(new.group_id, new.id, new.best, new.at, counts=new.counts)
        await _place(db, post_id, member_id, values, old.at if old is not None else None)
    elif old is not None:
        await db.execute(delete(b).where(here))
        await _tally(db, member_id, month_of(old.at), old.group_id)


async def place(db: AsyncConnection, answer: Answer, was_at: datetime | None, *, counts: bool) -> None:
    """Put an answer in the place of its member's best at the post, within a transaction.

    `was_at`: when the best so far was given. `counts`: whether the post is worth points, see `COUNTS`.
    """
    values = _best_values(answer.group_id, answer.id, answer.score, answer.at, counts=counts)
    await _place(db, answer.post_id, answer.member_id, values, was_at)


def _best_values(group_id: int, answer_id: int, score: float, at: datetime, *, counts: bool) -> dict[str, Any]:
    cents = int(100 * WORTH * score + 0.5) if counts else 0
    return {"group_id": group_id, "answer_id": answer_id, "score": score, "cents": cents, "at": at}


async def _place(
    db: AsyncConnection, post_id: int, member_id: int, values: dict[str, Any], was_at: datetime | None
) -> None:
    made = insert_into(db, b).values(post_id=post_id, member_id=member_id, **values)
    await db.execute(made.on_conflict_do_update(index_elements=["post_id", "member_id"], set_=values))
    for month in {month_of(each) for each in (values["at"], was_at) if each is not None}:
        await _tally(db, member_id, month, values["group_id"])


async def _tally(db: AsyncConnection, member_id: int, month: int, group_id: int) -> None:
    start, end = month_start(month), month_start(following(month))
    sums = select(
        literal(group_id, Integer),
        literal(month, Integer),
        literal(member_id, Integer),
        func.coalesce(func.sum(b.c.cents), 0),
        func.count(),
    ).where(b.c.member_id == member_id, b.c.at >= start, b.c.at < end)
    made = insert_into(db, y).from_select(["group_id", "month", "member_id", "cents", "answered"], sums)
    new = made.excluded
    await db.execute(
        made.on_conflict_do_update(
            index_elements=["group_id", "month", "member_id"], set_={"cents": new.cents, "answered": new.answered}
        )
    )


def _pieces(group_id: int, since: datetime | None, until: datetime) -> list[Select[Any]]:
    """Sums for each member: whole months from the tallies, what is left at either end from the best answers."""
    last = month_of(until)
    if since is not None and following(month_of(since)) >= last:
        return [_best_between(group_id, since, until)]
    pieces = [_best_between(group_id, month_start(last), until)]
    first = 0 if since is None else month_of(since)
    if since is not None and since != month_start(first):
        first = following(first)
        pieces.append(_best_between(group_id, since, month_start(first)))
    whole = select(y.c.member_id, func.sum(y.c.cents).label("cents"), func.sum(y.c.answered).label("answered"))
    whole = whole.where(y.c.group_id == group_id, y.c.month >= first, y.c.month < last).group_by(y.c.member_id)
    return [*pieces, whole]


def _best_between(group_id: int, since: datetime, until: datetime) -> Select[Any]:
    sums = select(b.c.member_id, func.sum(b.c.cents).label("cents"), func.count().label("answered"))
    return sums.where(b.c.group_id == group_id, b.c.at >= since, b.c.at < until).group_by(b.c.member_id)


def _best_answers(is_sqlite: bool) -> Select[Any]:
    """Each member's best answer to each post, as the rows that keep it."""
    nth = func.row_number().over(partition_by=(a.c.post_id, a.c.member_id), order_by=(EFFECTIVE.desc(), a.c.ordinal))
    columns = (a.c.post_id, a.c.member_id, a.c.group_id, a.c.id, EFFECTIVE.label("score"), a.c.at)
    ranked = (
        select(*columns, COUNTS.label("counts"), nth.label("nth")).join(t.posts, t.posts.c.id == a.c.post_id).subquery()
    )
    half_up = 100 * WORTH * ranked.c.score + 0.5
    cents = case((ranked.c.counts, cast(half_up if is_sqlite else func.floor(half_up), Integer)), else_=0)
    return select(
        ranked.c.post_id, ranked.c.member_id, ranked.c.group_id, ranked.c.id, ranked.c.score, cents, ranked.c.at
    ).where(ranked.c.nth == 1)


def _month_of_best(is_sqlite: bool) -> ColumnElement[int]:
    month = "strftime('%Y%m', best.at)" if is_sqlite else "to_char(best.at, 'YYYYMM')"
    return literal_column(f"CAST({month} AS INTEGER)")
