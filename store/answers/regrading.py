"""Grading again: which answers another version of their rubric graded, their new marks, and whoever is told of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, Literal

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.answers.disputes import end_review, open_review
from store.answers.marks import answer_of, locked_answer, mark_columns
from store.answers.rulings import Question
from store.answers.scores import rescore
from store.database import tables as t
from store.database.connection import Database
from store.outbox.delivery import Letter, enqueue_letter
from study.group import Answer
from study.marking import NOTICED, Mark

a = t.answers


@dataclass(frozen=True, slots=True)
class RubricUse:
    """A version of a rubric that answers were graded by; a week's recap has the empty item."""

    course: str
    week: int
    item: str
    version: str


class RegradingTable:
    """Answers, as whoever grades them again asks for them."""

    def __init__(self, database: Database, installation: str) -> None:
        self._database = database
        self._installation = installation

    async def rubrics_used(self) -> tuple[RubricUse, ...]:
        """Every version of a rubric that answers were graded by."""
        p, r = t.posts, t.rounds
        # An index holds both columns, so that a million answers are not read for this at every start.
        used = select(a.c.post_id, a.c.rubric_version).distinct().subquery()
        wanted = (
            select(r.c.course, p.c.week, p.c.item, used.c.rubric_version)
            .join(p, p.c.id == used.c.post_id)
            .join(r, r.c.id == p.c.round_id)
            .distinct()
        )
        async with self._database.reading(long=True) as db:
            return tuple(RubricUse(*row) for row in await db.execute(wanted))

    async def answers(
        self, use: RubricUse, after: int = 0, limit: int = 1000, groups: Collection[int] | None = None
    ) -> tuple[Answer, ...]:
        """Answers graded by a version of a rubric, `limit` at a time from the id `after` on, without cleared ones.

        Those of these groups, or of all.
        """
        wanted = (
            select(a)
            .join(t.posts, t.posts.c.id == a.c.post_id)
            .join(t.rounds, t.rounds.c.id == t.posts.c.round_id)
            .where(
                a.c.item == use.item,
                a.c.rubric_version == use.version,
                a.c.id > after,
                a.c.text != "",
                t.rounds.c.course == use.course,
                t.posts.c.week == use.week,
            )
            .order_by(a.c.id)
            .limit(limit)
        )
        if groups is not None:
            wanted = wanted.where(a.c.group_id.in_(groups))
        async with self._database.reading(long=True) as db:
            return tuple(map(answer_of, await db.execute(wanted)))

    async def of_question(self, question: Question) -> tuple[Answer, ...]:
        """The answers to a question that nobody ruled on, oldest first, without cleared ones."""
        wanted = (
            select(a)
            .join(t.posts, t.posts.c.id == a.c.post_id)
            .join(t.rounds, t.rounds.c.id == t.posts.c.round_id)
            .where(
                a.c.group_id == question.group_id,
                a.c.item == question.item,
                a.c.ruled.is_(None),
                a.c.text != "",
                t.posts.c.kind != "task",
                t.rounds.c.course == question.course,
            )
            .order_by(a.c.id)
        )
        if not question.item:
            wanted = wanted.where(t.posts.c.week == question.week, t.posts.c.kind == "recap")
        async with self._database.reading(long=True) as db:
            return tuple(map(answer_of, await db.execute(wanted)))

    async def of_ids(self, answer_ids: Sequence[int]) -> tuple[Answer, ...]:
        """The answers of these ids, oldest first, without cleared ones; those that are gone are left out."""
        wanted = select(a).where(a.c.id.in_(answer_ids), a.c.text != "").order_by(a.c.id)
        async with self._database.reading() as db:
            return tuple(map(answer_of, await db.execute(wanted)))

    async def regrade(self, marks: Mapping[int, Mark], at: datetime) -> tuple[Answer, ...]:
        """Give answers of one member, by their ids, the marks of a changed rubric, and the member a letter about it.

        What an organiser ruled stays. Standings follow. An answer that now needs review goes to the organiser; one that
        needs none any more, or that was appealed for and has full marks, waits for nobody. Only what somebody would
        notice is told, in one letter, written with the marks: no crash comes between. The answers as they stand now,
        without those that are gone.
        """
        changes = []
        async with self._database.writing() as db:
            for answer_id, mark in marks.items():
                row = await locked_answer(db, answer_id)
                if row is not None:
                    changes.append((answer_of(row), await _regrade(db, row, mark, at)))
            letter = _letter(changes, at)
            if letter is not None:
                await enqueue_letter(db, self._installation, letter)
            return tuple(now for _, now in changes)


async def _regrade(db: AsyncConnection, row: Row[Any], mark: Mark, at: datetime) -> Answer:
    """Give a locked answer its new mark, within a transaction."""
    values = mark_columns(mark)
    if row.ruled is not None:
        # What was ruled on taught its own words, and would now seem certain.
        values |= {"verdict": row.verdict, "confidence": row.confidence}
    done = update(a).where(a.c.id == row.id).values(**values).returning(a)
    answer = answer_of((await db.execute(done)).one())
    await rescore(db, answer.post_id, answer.member_id)
    if answer.verdict == "needs_review":
        await open_review(db, answer, f"regraded/{mark.rubric_version}/{at.isoformat()}", at)
    else:
        await end_review(db, answer, at)
    return answer


def _letter(changes: Sequence[tuple[Answer, Answer]], at: datetime) -> Letter | None:
    """What tells a member of their new marks, by the answer whose mark changed most; None where nobody would notice."""
    noticed = [(abs(now.score - before.score), now) for before, now in changes]
    noticed = [one for one in noticed if one[0] >= NOTICED]
    if not noticed:
        return None
    _, most = max(noticed, key=itemgetter(0))
    kind: Literal["regrade", "regrades"] = "regrade" if len(noticed) == 1 else "regrades"
    name = f"regrade/{most.id}/{most.rubric_version}"
    return Letter(kind, name, most.group_id, most.member_id, most.id, at)
