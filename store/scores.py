"""Standings, derived from answers: each member's best at each post, and monthly sums of it to read the whole fast.

Nothing here is counted up: each row is computed anew from the rows below it, and `rebuild` computes all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
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

from store import tables as t
from store.base import Part
from study.standings import Total

a, b, y = t.answers, t.best, t.tallies


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


class Scores(Part):
    """What follows from answers."""

    async def rescore(self, db: AsyncConnection, post_id: int, member_id: int) -> None:
        """Find a member's best answer to a post anew, within a transaction."""
        effective = func.coalesce(a.c.ruled, a.c.score)
        wanted = (
            select(a.c.id, a.c.group_id, a.c.at, effective.label("best"))
            .where(a.c.post_id == post_id, a.c.member_id == member_id)
            .order_by(effective.desc(), a.c.ordinal)
            .limit(1)
        )
        new = (await db.execute(wanted)).first()
        old = (await db.execute(select(b).where(b.c.post_id == post_id, b.c.member_id == member_id))).first()
        if new is not None and old is not None and (old.answer_id, old.score) == (new.id, new.best):
            return
        if new is not None:
            await self.place(
                db, post_id, member_id, new.group_id, new.id, new.best, new.at, old.at if old is not None else None
            )
        elif old is not None:
            await db.execute(delete(b).where(b.c.post_id == post_id, b.c.member_id == member_id))
            await self._tally(db, member_id, month_of(old.at), old.group_id)

    async def place(
        self,
        db: AsyncConnection,
        post_id: int,
        member_id: int,
        group_id: int,
        answer_id: int,
        score: float,
        at: datetime,
        was_at: datetime | None,
    ) -> None:
        """Put an answer in the place of a member's best at a post, within a transaction."""
        values = {
            "group_id": group_id,
            "answer_id": answer_id,
            "score": score,
            "cents": int(1000 * score + 0.5),
            "at": at,
        }
        made = self.insert(b).values(post_id=post_id, member_id=member_id, **values)
        await db.execute(made.on_conflict_do_update(index_elements=["post_id", "member_id"], set_=values))
        for month in {month_of(each) for each in (at, was_at) if each is not None}:
            await self._tally(db, member_id, month, group_id)

    async def _tally(self, db: AsyncConnection, member_id: int, month: int, group_id: int) -> None:
        start, end = month_start(month), month_start(following(month))
        sums = select(
            literal(group_id, Integer),
            literal(month, Integer),
            literal(member_id, Integer),
            func.coalesce(func.sum(b.c.cents), 0),
            func.count(),
        ).where(b.c.member_id == member_id, b.c.at >= start, b.c.at < end)
        made = self.insert(y).from_select(["group_id", "month", "member_id", "cents", "answered"], sums)
        new = made.excluded
        await db.execute(
            made.on_conflict_do_update(
                index_elements=["group_id", "month", "member_id"], set_={"cents": new.cents, "answered": new.answered}
            )
        )

    async def totals(self, group_id: int, since: datetime | None, until: datetime) -> tuple[Total, ...]:
        """Each member's points from best answers given in [since, until), hidden members too, in no order.

        Whole months come from the sums, what is left at either end from the best answers themselves.
        """
        parts = []
        where = b.c.group_id == group_id
        last = month_of(until)
        if since is None or following(month_of(since)) < last:
            first = 0 if since is None else month_of(since)
            if since is not None and since != month_start(first):
                first = following(first)
                parts.append(and_(where, b.c.at >= since, b.c.at < month_start(first)))
            whole = [and_(y.c.group_id == group_id, y.c.month >= first, y.c.month < last)]
            parts.append(and_(where, b.c.at >= month_start(last), b.c.at < until))
        else:
            whole = []
            parts.append(and_(where, b.c.at >= since, b.c.at < until))
        pieces = [
            select(
                b.c.member_id, func.sum(b.c.cents).label("cents"), func.count().label("answered")
            ).where(part).group_by(b.c.member_id)
            for part in parts
        ] + [
            select(y.c.member_id, func.sum(y.c.cents).label("cents"), func.sum(y.c.answered).label("answered"))
            .where(each)
            .group_by(y.c.member_id)
            for each in whole
        ]  # fmt: skip
        sums = union_all(*pieces).subquery()
        wanted = (
            select(
                t.members.c.id, t.members.c.name, t.members.c.hidden,
                func.sum(sums.c.cents).label("cents"), func.sum(sums.c.answered).label("answered"),
            )
            .join(sums, sums.c.member_id == t.members.c.id)
            .group_by(t.members.c.id, t.members.c.name, t.members.c.hidden)
        )  # fmt: skip
        async with self.reading(long=True) as db:
            rows = await db.execute(wanted)
            return tuple(
                Total(row.id, row.name, row.hidden, int(row.cents) / 100, int(row.answered))
                for row in rows
                if row.answered
            )

    async def answered_at(self, member_id: int) -> tuple[datetime, ...]:
        """When a member answered anything, in order: what streaks are made of."""
        async with self.reading(long=True) as db:
            return tuple(
                (await db.execute(select(a.c.at).where(a.c.member_id == member_id).order_by(a.c.at))).scalars()
            )

    async def rebuild(self) -> None:
        """Compute every standing anew from the answers alone."""
        effective = func.coalesce(a.c.ruled, a.c.score)
        ranked = select(
            a.c.post_id,
            a.c.member_id,
            a.c.group_id,
            a.c.id.label("answer_id"),
            effective.label("score"),
            a.c.at,
            func.row_number()
            .over(partition_by=(a.c.post_id, a.c.member_id), order_by=(effective.desc(), a.c.ordinal))
            .label("place"),
        ).subquery()
        half_up = 1000 * ranked.c.score + 0.5
        cents = cast(half_up if self.is_sqlite else func.floor(half_up), Integer)
        top = select(
            ranked.c.post_id,
            ranked.c.member_id,
            ranked.c.group_id,
            ranked.c.answer_id,
            ranked.c.score,
            cents,
            ranked.c.at,
        ).where(ranked.c.place == 1)
        columns = ["post_id", "member_id", "group_id", "answer_id", "score", "cents", "at"]
        month = self._month_of_best()
        sums = select(b.c.group_id, month, b.c.member_id, func.sum(b.c.cents), func.count()).group_by(
            b.c.group_id, month, b.c.member_id
        )
        async with self.writing() as db:
            if not self.is_sqlite:  # a million answers take longer than any question may
                await db.exec_driver_sql("SET LOCAL statement_timeout = 0")
            await db.execute(delete(y))
            await db.execute(delete(b))
            await db.execute(insert(b).from_select(columns, top))
            await db.execute(insert(y).from_select(["group_id", "month", "member_id", "cents", "answered"], sums))

    def _month_of_best(self) -> ColumnElement[int]:
        made = (
            "CAST(strftime('%Y%m', best.at) AS INTEGER)"
            if self.is_sqlite
            else "CAST(to_char(best.at, 'YYYYMM') AS INTEGER)"
        )
        return literal_column(made)

    async def derived(self) -> Iterator[tuple[int, ...]]:
        """Every derived row, to compare before and after a rebuild."""
        async with self.reading(long=True) as db:
            bests = (await db.execute(select(b.c.post_id, b.c.member_id, b.c.answer_id, b.c.cents))).all()
            sums = (
                await db.execute(
                    select(y.c.group_id, y.c.month, y.c.member_id, y.c.cents, y.c.answered).where(y.c.answered > 0)
                )
            ).all()
            return iter(sorted(tuple(row) for row in [*bests, *sums]))
