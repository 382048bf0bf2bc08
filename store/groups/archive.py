"""The archive: everything a group was asked, with how it went, and what a member wrote."""

from __future__ import annotations

from sqlalchemy import case, func, select

from store.answers.marks import answer_of
from store.database import tables as t
from store.database.connection import Database
from study.archive import Occurrence
from study.group import Answer

a, b, g, p, r = t.answers, t.best, t.departed, t.posts, t.rounds


class ArchiveTable:
    """What was asked, of all groups."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_group(self, group_id: int) -> tuple[Occurrence, ...]:
        """Every recap, question and task of a group's rounds, oldest first; people erased since count as numbers."""
        went = (
            select(
                b.c.post_id,
                func.count().label("answered"),
                func.sum(case((a.c.verdict == "accept", 1), else_=0)).label("right"),
                func.sum(b.c.score).label("score"),
            )
            .join(a, a.c.id == b.c.answer_id)
            .where(b.c.group_id == group_id)
            .group_by(b.c.post_id)
            .subquery()
        )
        wanted = (
            select(
                *(p.c.id, p.c.kind, p.c.item, p.c.week, r.c.course, r.c.opens, r.c.closes, r.c.state == "open"),
                func.coalesce(went.c.answered, 0) + func.coalesce(g.c.answered, 0),
                func.coalesce(went.c.answered, 0),
                func.coalesce(went.c.right, 0),
                func.coalesce(went.c.score, 0.0) + func.coalesce(g.c.score, 0.0),
            )
            .join(r, r.c.id == p.c.round_id)
            .outerjoin(went, went.c.post_id == p.c.id)
            .outerjoin(g, g.c.post_id == p.c.id)
            .where(p.c.group_id == group_id, p.c.kind.in_(("recap", "item", "task")))
            .order_by(p.c.id)
        )
        async with self._database.reading(long=True) as db:
            return tuple(Occurrence(*row) for row in await db.execute(wanted))

    async def own(self, member_id: int) -> tuple[Answer, ...]:
        """Everything a member answered in rounds, oldest first."""
        async with self._database.reading() as db:
            rows = await db.execute(select(a).where(a.c.member_id == member_id).order_by(a.c.id))
            return tuple(map(answer_of, rows))
