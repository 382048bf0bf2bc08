"""Marks: what organisers ruled, by which others in the same group are graded until it is taken back.

A mark is an answer with its score, or words that say one point of the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from store.audit import AuditEntry, add_entry
from store.database import tables as t
from store.database.connection import Database
from store.errors import NotFound

m = t.marks


@dataclass(frozen=True, slots=True)
class Question:
    """What a group was asked, of a course: an item, or the recap of a week where the item is empty."""

    group_id: int
    course: str
    week: int
    item: str

    @property
    def recap_week(self) -> int:
        """The week that tells recaps apart; an item needs none."""
        return 0 if self.item else self.week


@dataclass(frozen=True, slots=True)
class Ruling:
    """An answer that an organiser marked, `score` from 0 to 1; with a `point`, words that say all of that point."""

    id: int
    question: Question
    answer: str
    score: float
    at: datetime
    point: str = ""


class RulingTable:
    """The marks of all groups. Those of one group never grade answers in another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, question: Question) -> tuple[Ruling, ...]:
        """The marks of a question that stand, oldest first."""
        async with self._database.reading() as db:
            return _rulings((await db.execute(select(m).where(_of(question)).order_by(m.c.id))).all())

    async def groups_taught(self, course: str, week: int, item: str) -> frozenset[int]:
        """The groups in which marks of a question stand; an empty item is the week's recap."""
        asked = Question(0, course, week, item)
        wanted = select(m.c.group_id).where(
            m.c.course == course, m.c.item == item, m.c.week == asked.recap_week, m.c.withdrawn.is_(None)
        )
        async with self._database.reading() as db:
            return frozenset((await db.execute(wanted.distinct())).scalars())

    async def of_group(self, group_id: int) -> tuple[Ruling, ...]:
        """All marks of a group that stand, newest first."""
        wanted = select(m).where(m.c.group_id == group_id, m.c.withdrawn.is_(None)).order_by(m.c.id.desc())
        async with self._database.reading() as db:
            return _rulings((await db.execute(wanted)).all())

    async def add_words(self, dispute_id: int, point: str, said: str, by: str, at: datetime) -> Ruling | None:
        """Have words of a disputed answer say a point of its question; None if they do already. Raises NotFound."""
        async with self._database.writing() as db:
            asked = await _asked(db, dispute_id)
            if asked is None:
                raise NotFound("answer")
            question, _whole_answer = asked
            known = select(m.c.id).where(_of(question), m.c.point == point, m.c.answer == said)
            if (await db.execute(known)).first() is not None:
                return None
            row = (await db.execute(_kept(dispute_id, question, said, 1.0, at, point))).one()
            await add_entry(db, question.group_id, AuditEntry(by, "words added", {"mark": row.id}, at))
            return _ruling(row)

    async def withdraw(self, mark_id: int, by: str, at: datetime) -> Ruling | None:
        """Take a mark back; None if it was taken back before. The answer that it came from keeps its ruling."""
        done = update(m).where(m.c.id == mark_id, m.c.withdrawn.is_(None)).values(withdrawn=at).returning(m)
        async with self._database.writing() as db:
            row = (await db.execute(done)).first()
            if row is None:
                return None
            await add_entry(db, row.group_id, AuditEntry(by, "mark taken back", {"mark": mark_id}, at))
            return _ruling(row)


async def keep_as_mark(db: AsyncConnection, dispute_id: int, score: float, at: datetime) -> None:
    """Have an answer that was ruled on teach the grading of others, within a transaction."""
    asked = await _asked(db, dispute_id)
    if asked is not None:
        await db.execute(_kept(dispute_id, *asked, score, at))


async def _asked(db: AsyncConnection, dispute_id: int) -> tuple[Question, str] | None:
    """What a disputed answer answers, and its text; None where that was cleared."""
    a, p, r, x = t.answers, t.posts, t.rounds, t.disputes
    wanted = (
        select(a.c.text, a.c.item, a.c.group_id, p.c.week, r.c.course)
        .join(x, x.c.answer_id == a.c.id)
        .join(p, p.c.id == a.c.post_id)
        .join(r, r.c.id == p.c.round_id)
        .where(x.c.id == dispute_id, a.c.text != "")
    )
    row = (await db.execute(wanted)).first()
    return None if row is None else (Question(row.group_id, row.course, row.week, row.item), row.text)


def _of(question: Question) -> ColumnElement[bool]:
    """The marks of a question that stand."""
    return and_(
        m.c.group_id == question.group_id,
        m.c.course == question.course,
        m.c.item == question.item,
        m.c.week == question.recap_week,
        m.c.withdrawn.is_(None),
    )


def _kept(
    dispute_id: int, question: Question, answer: str, score: float, at: datetime, point: str = ""
) -> ReturningInsert[Any]:
    values = {
        "group_id": question.group_id,
        "dispute_id": dispute_id,
        "course": question.course,
        "week": question.recap_week,
        "item": question.item,
        "answer": answer,
        "score": score,
        "point": point,
        "at": at,
    }
    return insert(m).values(values).returning(m)


def _rulings(rows: Sequence[Row[Any]]) -> tuple[Ruling, ...]:
    return tuple(map(_ruling, rows))


def _ruling(row: Row[Any]) -> Ruling:
    question = Question(row.group_id, row.course, row.week, row.item)
    return Ruling(row.id, question, row.answer, row.score, row.at, row.point)
