"""Who took part and how questions went: what a group is told of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import bindparam, case, func, select

from store.database import tables as t
from store.database.connection import Database
from study.calendar import monday, slot_date
from study.grading import ACCEPT

a, b, p, r = t.answers, t.best, t.posts, t.rounds


@dataclass(frozen=True, slots=True)
class PostResult:
    """How a question went: people who answered, how many of them missed it, and their mean score."""

    post_id: int
    item: str
    answered: int
    missed: int
    mean: float


class ParticipationTable:
    """What follows from rounds and answers together."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def weeks(self, group_id: int, course: str) -> dict[date, frozenset[int]]:
        """The Mondays of all weeks in which a group's course asked something, and the members who answered then."""
        wanted = (
            select(r.c.slot, a.c.member_id)
            .join(p, p.c.round_id == r.c.id)
            .outerjoin(a, a.c.post_id == p.c.id)
            .where(r.c.group_id == group_id, r.c.course == course, p.c.kind.in_(("item", "task", "recap")))
            .distinct()
        )
        found: dict[date, set[int]] = {}
        async with self._database.reading(long=True) as db:
            for slot, member_id in await db.execute(wanted):
                here = found.setdefault(monday(slot_date(slot)), set())
                if member_id is not None:
                    here.add(member_id)
        return {week: frozenset(members) for week, members in found.items()}

    async def last_seen(self, group_id: int) -> dict[int, datetime]:
        """When each member of a group who ever answered did so last."""
        m = t.members
        last = select(func.max(a.c.at)).where(a.c.member_id == m.c.id).scalar_subquery()
        async with self._database.reading(long=True) as db:
            rows = (await db.execute(select(m.c.id, last).where(m.c.group_id == group_id))).all()
        return {member: at for member, at in rows if at is not None}

    async def first(self, group_id: int) -> datetime | None:
        """When a group gave its first answer."""
        async with self._database.reading() as db:
            found: datetime | None = (
                await db.execute(select(func.min(a.c.at)).where(a.c.group_id == group_id))
            ).scalar()
            return found

    async def between(self, group_id: int, bounds: Sequence[datetime]) -> tuple[tuple[int, int], ...]:
        """For each time between two of these bounds, how many took part in a group, and how many answers they gave."""
        counts = select(func.count(a.c.member_id.distinct()), func.count()).where(a.c.group_id == group_id)
        wanted = counts.where(a.c.at >= bindparam("begin"), a.c.at < bindparam("end"))
        found = []
        async with self._database.reading(long=True) as db:
            for begin, end in pairwise(bounds):
                row = (await db.execute(wanted, {"begin": begin, "end": end})).one()
                found.append((int(row[0]), int(row[1])))
        return tuple(found)

    async def results(
        self, group_id: int, course: str, after: datetime | None, until: datetime
    ) -> tuple[PostResult, ...]:
        """The questions of rounds that closed later than `after`, where given, and not later than `until`."""
        wanted = (
            select(
                p.c.id,
                p.c.item,
                func.count(b.c.member_id),
                func.coalesce(func.sum(case((b.c.score < ACCEPT, 1), else_=0)), 0),
                func.coalesce(func.avg(b.c.score), 0.0),
            )
            .join(r, r.c.id == p.c.round_id)
            .outerjoin(b, b.c.post_id == p.c.id)
            .where(r.c.group_id == group_id, r.c.course == course, p.c.kind == "item", r.c.closes <= until)
            .group_by(p.c.id, p.c.item)
            .order_by(p.c.id)
        )
        if after is not None:
            wanted = wanted.where(r.c.closes > after)
        async with self._database.reading(long=True) as db:
            return tuple(PostResult(*row) for row in await db.execute(wanted))
