"""Answers: kept raw before anything is said about them, once for each event, with the mark they were given."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, exists, func, insert, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from store.answers.disputes import open_review
from store.answers.marks import answer_of, mark_columns
from store.answers.scores import COUNTS, EFFECTIVE, lock_member, place
from store.database import tables as t
from store.database.connection import Database
from store.errors import Erased, NoAttemptsLeft, NotFound, RoundClosed
from store.outbox.planning import plan_first_nudge
from study.group import Answer
from study.marking import Mark

a = t.answers

# Built once: asked often enough for the building to be felt.
_ATTEMPTS = (
    select(a).where(a.c.post_id == bindparam("post"), a.c.member_id == bindparam("member")).order_by(a.c.ordinal)
)
_ANSWERED = select(a.c.post_id).where(
    a.c.member_id == bindparam("member"), a.c.post_id.in_(bindparam("posts", expanding=True))
)


@dataclass(frozen=True, slots=True)
class PostCount:
    """How many answered a post, and the sum of their best scores; people erased since are in it, as numbers."""

    answered: int
    score: float

    @property
    def mean(self) -> float:
        """The mean best score, 0 where nobody answered."""
        return self.score / self.answered if self.answered else 0.0


class AnswerTable:
    """The answers of all groups."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(
        self, post_id: int, member_id: int, text: str, mark: Mark, *, key: str, at: datetime
    ) -> tuple[Answer, bool]:
        """Keep an answer. The same event again gives back what was kept then, with False.

        When this returns, the answer is on disk; when it raises, nothing was kept. Raises RoundClosed, NoAttemptsLeft.
        """
        async with self._database.writing() as db:
            answer, new = await record(db, post_id, member_id, text, mark, key=key, at=at)
        if new:
            self._database.watch.answered(answer.verdict)
        return answer, new

    async def get(self, answer_id: int) -> Answer:
        """The answer of that id. Raises NotFound."""
        async with self._database.reading() as db:
            row = (await db.execute(select(a).where(a.c.id == answer_id))).first()
            if row is None:
                raise NotFound("answer")
            return answer_of(row)

    async def of_group(self, group_id: int) -> tuple[Answer, ...]:
        """Every answer of a group, oldest first."""
        async with self._database.reading(long=True) as db:
            rows = await db.execute(select(a).where(a.c.group_id == group_id).order_by(a.c.id))
            return tuple(map(answer_of, rows))

    async def sureness(self, group_id: int, limit: int) -> tuple[tuple[float, datetime], ...]:
        """How sure the grader was of a group's newest answers to questions, and when they came, newest first.

        Those of which it is not known are left out.
        """
        wanted = (
            select(a.c.confidence, a.c.at)
            .where(a.c.group_id == group_id, a.c.item != "", a.c.confidence.is_not(None))
            .order_by(a.c.at.desc(), a.c.id.desc())
            .limit(limit)
        )
        async with self._database.reading() as db:
            return tuple((row.confidence, row.at) for row in await db.execute(wanted))

    async def recaps(self, group_id: int, course: str) -> tuple[tuple[int, Answer], ...]:
        """Every recap of a group's members in a course, each with the week's own number, oldest first."""
        wanted = (
            select(t.posts.c.week, *a.c)
            .join(t.posts, t.posts.c.id == a.c.post_id)
            .join(t.rounds, t.rounds.c.id == t.posts.c.round_id)
            .where(a.c.group_id == group_id, t.posts.c.kind == "recap", t.rounds.c.course == course)
            .order_by(a.c.id)
        )
        async with self._database.reading(long=True) as db:
            return tuple((row.week, answer_of(row)) for row in await db.execute(wanted))

    async def attempts(self, post_id: int, member_id: int) -> tuple[Answer, ...]:
        """A member's attempts at a post, first to last."""
        async with self._database.reading() as db:
            return tuple(map(answer_of, await db.execute(_ATTEMPTS, {"post": post_id, "member": member_id})))

    async def answered(self, member_id: int, post_ids: Collection[int]) -> frozenset[int]:
        """Which of these posts a member has answered."""
        async with self._database.reading() as db:
            found = await db.execute(_ANSWERED, {"member": member_id, "posts": list(post_ids)})
            return frozenset(found.scalars())

    async def best(self, post_id: int) -> tuple[Answer, ...]:
        """Each member's best answer to a post, best first, hidden members too."""
        wanted = (
            select(a)
            .join(t.best, t.best.c.answer_id == a.c.id)
            .where(t.best.c.post_id == post_id)
            .order_by(t.best.c.cents.desc(), t.best.c.at, a.c.id)
        )
        async with self._database.reading() as db:
            return tuple(map(answer_of, await db.execute(wanted)))

    async def count(self, post_id: int) -> PostCount:
        """How the group did at a post."""
        b, g = t.best, t.departed
        present = select(func.count(), func.coalesce(func.sum(b.c.score), 0.0)).where(b.c.post_id == post_id)
        async with self._database.reading() as db:
            row = (await db.execute(present)).one()
            past = (await db.execute(select(g).where(g.c.post_id == post_id))).first()
            return PostCount(row[0] + (past.answered if past else 0), row[1] + (past.score if past else 0.0))

    async def recall(self, group_id: int) -> tuple[tuple[int, str, float, datetime], ...]:
        """Who answered which item how well and when, practice too, oldest first: what a group's memory follows from."""
        e = t.practice
        counted = select(a.c.member_id, a.c.item, EFFECTIVE.label("score"), a.c.at).where(
            a.c.group_id == group_id, a.c.item != ""
        )
        practised = select(e.c.member_id, e.c.item, e.c.score, e.c.at).where(e.c.group_id == group_id)
        both = union_all(counted, practised).subquery()
        async with self._database.reading(long=True) as db:
            rows = await db.execute(select(both).order_by(both.c.at))
            return tuple((row.member_id, row.item, row.score, row.at) for row in rows)


async def record(
    db: AsyncConnection, post_id: int, member_id: int, text: str, mark: Mark, *, key: str, at: datetime
) -> tuple[Answer, bool]:
    """As `AnswerTable.record`, within a transaction."""
    await lock_member(db, member_id)
    kept = (await db.execute(select(a).where(a.c.post_id == post_id, a.c.key == key))).first()
    if kept:
        return answer_of(kept), False
    about = (await db.execute(_about(post_id, member_id))).first()
    _check(about, at)
    assert about is not None
    values = {
        "post_id": post_id,
        "group_id": about.group_id,
        "member_id": member_id,
        "item": about.item,
        "text": text,
        "key": key,
        "ordinal": about.made + 1,
        "at": at,
        **mark_columns(mark),
    }
    answer_id = (await db.execute(insert(a).values(values).returning(a.c.id))).scalar_one()
    answer = Answer(
        id=answer_id,
        post_id=post_id,
        group_id=about.group_id,
        member_id=member_id,
        item=about.item,
        text=text,
        score=float(mark.score),
        points=float(mark.points),
        possible=float(mark.possible),
        verdict=mark.verdict,
        rubric_version=mark.rubric_version,
        ordinal=about.made + 1,
        at=at.astimezone(UTC),
    )
    if not about.known:
        await plan_first_nudge(db, member_id, about.group_id, at)
    if about.best is None or mark.score > about.best:
        await place(db, answer, about.best_at, counts=about.counts)
    if mark.verdict == "needs_review":
        await open_review(db, answer, key, at)
    return answer, True


def _check(about: Row[Any] | None, at: datetime) -> None:
    """Whether an answer may be kept at this moment."""
    if about is None:
        raise NotFound("question")
    if about.member is None:
        raise Erased
    if about.state != "open" or at >= about.closes:
        raise RoundClosed
    if about.made >= about.attempts and about.kind != "task":
        raise NoAttemptsLeft(about.attempts)


def _about(post_id: int, member_id: int) -> Select[Any]:
    """All that decides whether an answer may be kept, in one question."""
    b = t.best
    mine = select(func.coalesce(func.max(a.c.ordinal), 0)).where(a.c.post_id == post_id, a.c.member_id == member_id)
    return (
        select(
            t.posts.c.item,
            t.posts.c.kind,
            t.posts.c.group_id,
            COUNTS.label("counts"),
            t.rounds.c.state,
            t.rounds.c.closes,
            t.groups.c.attempts,
            select(t.members.c.id).where(t.members.c.id == member_id).scalar_subquery().label("member"),
            mine.scalar_subquery().label("made"),
            b.c.score.label("best"),
            b.c.at.label("best_at"),
            exists().where(t.best.alias("earlier").c.member_id == member_id).label("known"),
        )
        .join(t.rounds, t.rounds.c.id == t.posts.c.round_id)
        .join(t.groups, t.groups.c.id == t.posts.c.group_id)
        .outerjoin(b, and_(b.c.post_id == t.posts.c.id, b.c.member_id == member_id))
        .where(t.posts.c.id == post_id)
        .with_for_update(read=True, of=t.rounds)
    )
