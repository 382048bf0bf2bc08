"""What one member wrote and earned, for themselves to look back on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from store.answers.marks import answer_of
from store.database import tables as t
from store.database.connection import Database
from study.group import Answer, PostKind

a, b = t.answers, t.best


@dataclass(frozen=True, slots=True)
class Given:
    """An answer with what it answered. `ruled`: an organiser decided on it; `disputed`: one is to, still."""

    answer: Answer
    kind: PostKind
    course: str
    week: int
    open: bool
    ruled: bool
    disputed: bool


@dataclass(frozen=True, slots=True)
class Earned:
    """What a member's best answer to a post came to, in points of the leaderboard, and when it was given."""

    at: datetime
    points: float


class HistoryTable:
    """Everybody's own past."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def given(self, member_id: int, skip: int, limit: int) -> tuple[tuple[Given, ...], int]:
        """Some of a member's answers, newest first, and how many there are in all."""
        x = t.disputes
        waits = select(x.c.id).where(x.c.answer_id == a.c.id, x.c.state == "open").exists().label("disputed")
        wanted = (
            select(
                a,
                t.posts.c.kind,
                t.posts.c.week,
                t.rounds.c.course,
                (t.rounds.c.state == "open").label("open"),
                waits,
            )
            .join(t.posts, t.posts.c.id == a.c.post_id)
            .join(t.rounds, t.rounds.c.id == t.posts.c.round_id)
            .where(a.c.member_id == member_id)
            .order_by(a.c.at.desc(), a.c.id.desc())
            .offset(skip)
            .limit(limit)
        )
        count = select(func.count()).select_from(a).where(a.c.member_id == member_id)
        async with self._database.reading() as db:
            total = (await db.execute(count)).scalar_one()
            rows = (await db.execute(wanted)).all()
        found = [
            Given(answer_of(row), row.kind, row.course, row.week, row.open, row.ruled is not None, row.disputed)
            for row in rows
        ]
        return tuple(found), total

    async def earned(self, member_id: int) -> tuple[Earned, ...]:
        """What a member's best answers came to, in the order in which they were given."""
        wanted = select(b.c.at, b.c.cents).where(b.c.member_id == member_id).order_by(b.c.at)
        async with self._database.reading() as db:
            return tuple(Earned(row.at, row.cents / 100) for row in await db.execute(wanted))
