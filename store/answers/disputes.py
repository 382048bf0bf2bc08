"""Disputes: answers that an organiser is to decide, because their member objects or because the grader was not sure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.answers.marks import answer_of, locked_answer
from store.answers.rulings import keep_as_mark
from store.answers.scores import rescore
from store.audit import AuditEntry, add_entry
from store.database import tables as t
from store.database.connection import Database
from store.errors import NotAllowed, NotFound
from store.outbox.delivery import Letter, enqueue_letter
from study.group import Answer, Member
from study.marking import ruled

a, x = t.answers, t.disputes

_REVIEW = "/review"
_BY_GRADER = or_(x.c.key.like(f"%{_REVIEW}"), x.c.key.like("regraded/%"))
"""What a grader's doubt opened; a member's own objection is called by the event in which they made it."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """An answer to decide. `words` are its member's, empty where it was the grader that was not sure.

    `score` is what the organiser ruled, None while open or where the mark stands.
    """

    id: int
    answer: Answer
    member: Member
    group_id: int
    words: str
    at: datetime
    state: Literal["open", "settled"]
    score: float | None = None
    settled_by: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many answers of a group wait for a decision, and since when the oldest does."""

    group_id: int
    count: int
    since: datetime


class DisputeTable:
    """The disputes of all groups."""

    def __init__(self, database: Database, installation: str) -> None:
        self._database = database
        self._installation = installation

    async def file(self, answer_id: int, words: str, key: str, at: datetime) -> Dispute:
        """Keep a member's objection to a mark; the same event again, or a second one while one is open, is one.

        What waits because of the grader's doubt becomes the member's own.
        """
        other = x.alias()
        again = exists().where(other.c.answer_id == answer_id, other.c.key == key)
        doubted = update(x).where(x.c.answer_id == answer_id, x.c.state == "open", _BY_GRADER, ~again)
        async with self._database.writing() as db:
            row = await locked_answer(db, answer_id)
            if row is None:
                raise NotFound("answer")
            await db.execute(doubted.values(words=words, key=key))
            dispute_id = await open_dispute(db, answer_of(row), words, key, at)
            return await _dispute(db, dispute_id)

    async def get(self, dispute_id: int) -> Dispute:
        """The dispute of that id, settled or not. Raises NotFound."""
        async with self._database.reading() as db:
            row = (await db.execute(_whole().where(x.c.id == dispute_id))).first()
            if row is None:
                raise NotFound("answer")
            return _dispute_of(row)

    async def open(self, group_id: int) -> tuple[Dispute, ...]:
        """Disputes that nobody has settled, oldest first."""
        wanted = _whole().where(x.c.group_id == group_id, x.c.state == "open").order_by(x.c.id)
        async with self._database.reading() as db:
            return tuple(map(_dispute_of, await db.execute(wanted)))

    async def of_group(self, group_id: int) -> tuple[Dispute, ...]:
        """All disputes of a group, settled or not, oldest first."""
        async with self._database.reading(long=True) as db:
            rows = await db.execute(_whole().where(x.c.group_id == group_id).order_by(x.c.id))
            return tuple(map(_dispute_of, rows))

    async def waiting(self, before: datetime) -> tuple[Waiting, ...]:
        """How many answers wait in each group in which one has been waiting since before that time."""
        wanted = (
            select(x.c.group_id, func.count(), func.min(x.c.at))
            .where(x.c.state == "open")
            .group_by(x.c.group_id)
            .having(func.min(x.c.at) < before)
        )
        async with self._database.reading(long=True) as db:
            return tuple(Waiting(*row) for row in await db.execute(wanted))

    async def settle(
        self, dispute_id: int, score: float | None, by: str, at: datetime, *, teaches: bool = True
    ) -> Dispute | None:
        """Rule on a dispute: a score from 0 to 1, or None to let the mark stand. None if it is settled.

        A score `teaches` how other answers to the question are graded, unless it is for this answer alone.
        """
        if score is not None and not 0 <= score <= 1:
            raise NotAllowed("A ruling is a score from 0 to 1.")
        done = (
            update(x)
            .where(x.c.id == dispute_id, x.c.state == "open")
            .values(state="settled", score=score, settled_by=by, settled_at=at)
        )
        async with self._database.writing() as db:
            row = (await db.execute(done.returning(x.c.answer_id, x.c.group_id))).first()
            if row is None:
                return None
            was = await locked_answer(db, row.answer_id)
            if score is not None and was is not None:
                ruling = update(a).where(a.c.id == was.id).values(ruled=score, verdict=ruled(score))
                await db.execute(ruling)
                await rescore(db, was.post_id, was.member_id)
                if teaches:
                    await keep_as_mark(db, dispute_id, score, at)
            detail = {"dispute": dispute_id, "answer": row.answer_id, "score": score, "was": was.score if was else None}
            await add_entry(db, row.group_id, AuditEntry(by, "objection settled", detail, at))
            if was is not None:
                letter = Letter("outcome", f"outcome/{dispute_id}", row.group_id, was.member_id, dispute_id, at)
                await enqueue_letter(db, self._installation, letter)
            return await _dispute(db, dispute_id)


async def open_dispute(db: AsyncConnection, answer: Answer, words: str, key: str, at: datetime) -> int:
    """Have an answer decided, within a transaction; the id of the dispute that is open, or that this event opened."""
    known = select(x.c.id).where(x.c.answer_id == answer.id, (x.c.state == "open") | (x.c.key == key))
    found: int | None = (await db.execute(known)).scalar()
    if found is not None:
        return found
    made = insert(x).values(
        answer_id=answer.id, group_id=answer.group_id, words=words, key=key, at=at, state="open", settled_by=""
    )
    dispute_id: int = (await db.execute(made.returning(x.c.id))).scalar_one()
    return dispute_id


async def open_review(db: AsyncConnection, answer: Answer, event: str, at: datetime) -> int:
    """Have an answer decided because the grader is not sure, within a transaction, as `open_dispute` does."""
    return await open_dispute(db, answer, "", f"{event}{_REVIEW}", at)


async def end_review(db: AsyncConnection, answer: Answer, at: datetime) -> None:
    """Nobody needs to decide any more, for the grader is sure now.

    An objection of the member's own stays open, unless the answer has full marks and nothing is left to ask for.
    """
    ended = update(x).where(x.c.answer_id == answer.id, x.c.state == "open")
    if answer.score < 1:
        ended = ended.where(_BY_GRADER)
    await db.execute(ended.values(state="settled", settled_at=at))


def _whole() -> Any:  # noqa: ANN401 - a Select of twenty columns has no useful type
    return (
        select(
            a,
            x.c.id.label("dispute_id"),
            x.c.words,
            x.c.at.label("disputed_at"),
            x.c.state.label("dispute_state"),
            x.c.score.label("ruling"),
            x.c.settled_by,
            t.members.c.name.label("member_name"),
            t.members.c.hidden,
        )
        .join(x, x.c.answer_id == a.c.id)
        .join(t.members, t.members.c.id == a.c.member_id)
    )


async def _dispute(db: AsyncConnection, dispute_id: int) -> Dispute:
    return _dispute_of((await db.execute(_whole().where(x.c.id == dispute_id))).one())


def _dispute_of(row: Row[Any]) -> Dispute:
    return Dispute(
        id=row.dispute_id,
        answer=answer_of(row),
        member=Member(row.member_id, row.group_id, row.member_name, row.hidden),
        group_id=row.group_id,
        words=row.words,
        at=row.disputed_at,
        state=row.dispute_state,
        score=row.ruling,
        settled_by=row.settled_by,
    )
