"""Answers: kept raw before anything is said about them, once for each event, with the verdict they were given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables as t
from store.engine import StoreError
from store.scores import Scores
from study.group import Answer, Member

a, x = t.answers, t.disputes
Judgement = Literal["accept", "partial", "refuse", "needs_review"]


class RoundClosed(StoreError):
    """The round is over; its answers stand."""


class NoTriesLeft(StoreError):
    """The member has answered this post as often as the group allows."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A member's word that they were right. `score` is what the organiser ruled, None while open or where it stands."""

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
class PostCount:
    """How many answered a post, and the sum of their best scores; people erased since are in it, as numbers."""

    answered: int
    score: float

    @property
    def mean(self) -> float:
        """The mean best score, 0 where nobody answered."""
        return self.score / self.answered if self.answered else 0.0


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """How a group has done at an item over all its posts."""

    item: str
    answered: int
    mean: float
    last_asked: datetime


def answer_of(row: Row[Any]) -> Answer:
    """The answer that a row tells of; an organiser's ruling is its score."""
    score = row.score if row.ruled is None else row.ruled
    points = row.points if row.ruled is None else row.ruled * row.possible
    return Answer(
        row.id, row.post_id, row.group_id, row.member_id, row.item, row.text, score, points, row.possible, row.verdict,
        row.rubric_version, row.ordinal, row.at,
    )  # fmt: skip


class Answers(Scores):
    """What is remembered of answers."""

    async def record_answer(
        self,
        post_id: int,
        member_id: int,
        text: str,
        *,
        key: str,
        score: float,
        points: float,
        possible: float,
        verdict: Judgement,
        rubric_version: str,
        feedback: Mapping[str, Any] | None,
        at: datetime,
    ) -> tuple[Answer, bool]:
        """Keep an answer. The same event again gives back what was kept then, with False.

        When this returns, the answer is on disk; when it raises, nothing was kept. Raises RoundClosed, NoTriesLeft.
        """
        async with self.writing() as db:
            if not self.is_sqlite:
                # Two answers of one person at once are kept one after the other; SQLite has a single writer anyway.
                await db.execute(select(t.members.c.id).where(t.members.c.id == member_id).with_for_update())
            kept = (await db.execute(select(a).where(a.c.post_id == post_id, a.c.key == key))).first()
            if kept:
                return answer_of(kept), False
            about = (await db.execute(_about(post_id, member_id))).first()
            if about is None:
                raise StoreError("This question does not exist any more.")
            if about.member is None:
                raise StoreError("Your data was deleted: open the question again to answer it.")
            if about.state != "open" or at >= about.closes:
                raise RoundClosed("This round is closed, so the answer was not counted.")
            if about.made >= about.tries:
                attempts = "attempt" if about.tries == 1 else "attempts"
                raise NoTriesLeft(f"You have used your {about.tries} {attempts} at this question; the best one counts.")
            values = {
                "post_id": post_id,
                "group_id": about.group_id,
                "member_id": member_id,
                "item": about.item,
                "text": text,
                "key": key,
                "score": score,
                "points": points,
                "possible": possible,
                "verdict": verdict,
                "rubric_version": rubric_version,
                "feedback": None if feedback is None else dict(feedback),
                "ordinal": about.made + 1,
                "at": at,
            }
            answer_id = (await db.execute(insert(a).values(values).returning(a.c.id))).scalar_one()
            if about.best is None or score > about.best:
                await self.place(db, post_id, member_id, about.group_id, answer_id, score, at, about.best_at)
            moment = at.astimezone(UTC)
            return Answer(
                answer_id, post_id, about.group_id, member_id, about.item, text, float(score), float(points),
                float(possible), verdict, rubric_version, about.made + 1, moment,
            ), True  # fmt: skip

    async def answer(self, answer_id: int) -> Answer:
        """The answer of that id. Raises StoreError."""
        async with self.reading() as db:
            row = (await db.execute(select(a).where(a.c.id == answer_id))).first()
            if row is None:
                raise StoreError("This answer does not exist any more.")
            return answer_of(row)

    async def all_answers(self, group_id: int) -> tuple[Answer, ...]:
        """Every answer of a group, oldest first."""
        async with self.reading(long=True) as db:
            rows = await db.execute(select(a).where(a.c.group_id == group_id).order_by(a.c.id))
            return tuple(map(answer_of, rows))

    async def answers(self, post_id: int, member_id: int) -> tuple[Answer, ...]:
        """A member's tries at a post, first to last."""
        wanted = select(a).where(a.c.post_id == post_id, a.c.member_id == member_id).order_by(a.c.ordinal)
        async with self.reading() as db:
            return tuple(map(answer_of, await db.execute(wanted)))

    async def answers_of(self, member_id: int) -> tuple[Answer, ...]:
        """Everything a member answered, oldest first."""
        async with self.reading() as db:
            rows = await db.execute(select(a).where(a.c.member_id == member_id).order_by(a.c.at, a.c.id))
            return tuple(map(answer_of, rows))

    async def feedback(self, answer_id: int) -> dict[str, Any] | None:
        """The feedback that was kept with an answer."""
        async with self.reading() as db:
            found: dict[str, Any] | None = (await db.execute(select(a.c.feedback).where(a.c.id == answer_id))).scalar()
            return found

    async def best_answers(self, post_id: int) -> tuple[Answer, ...]:
        """Each member's best answer to a post, best first, hidden members too."""
        wanted = (
            select(a)
            .join(t.best, t.best.c.answer_id == a.c.id)
            .where(t.best.c.post_id == post_id)
            .order_by(t.best.c.cents.desc(), t.best.c.at, a.c.id)
        )
        async with self.reading() as db:
            return tuple(map(answer_of, await db.execute(wanted)))

    async def count_of(self, post_id: int) -> PostCount:
        """How the group did at a post."""
        b, g = t.best, t.departed
        async with self.reading() as db:
            row = (
                await db.execute(
                    select(func.count(), func.coalesce(func.sum(b.c.score), 0.0)).where(b.c.post_id == post_id)
                )
            ).one()
            past = (await db.execute(select(g).where(g.c.post_id == post_id))).first()
            return PostCount(row[0] + (past.answered if past else 0), row[1] + (past.score if past else 0.0))

    async def item_records(self, group_id: int) -> tuple[ItemRecord, ...]:
        """How the group has done at every item asked so far, by item id."""
        b, p, r = t.best, t.posts, t.rounds
        wanted = (
            select(
                p.c.item,
                func.count(b.c.member_id).label("answered"),
                func.coalesce(func.avg(b.c.score), 0.0).label("mean"),
                func.max(r.c.opens).label("last_asked"),
            )
            .join(r, r.c.id == p.c.round_id)
            .outerjoin(b, b.c.post_id == p.c.id)
            .where(p.c.group_id == group_id, p.c.kind == "item")
            .group_by(p.c.item)
            .order_by(p.c.item)
        )
        async with self.reading(long=True) as db:
            return tuple(ItemRecord(*row) for row in await db.execute(wanted))

    # --- grading again ---

    async def rubrics_used(self) -> tuple[tuple[str, int, str, str], ...]:
        """Every (course, week, item, rubric version) that answers were graded by; recaps have the empty item."""
        p, r, g = t.posts, t.rounds, t.groups
        # An index holds both columns, so that a million answers are not read for this at every start.
        used = select(a.c.post_id, a.c.rubric_version).distinct().subquery()
        wanted = (
            select(g.c.course, r.c.week, p.c.item, used.c.rubric_version)
            .join(p, p.c.id == used.c.post_id)
            .join(r, r.c.id == p.c.round_id)
            .join(g, g.c.id == p.c.group_id)
            .distinct()
        )
        async with self.reading(long=True) as db:
            return tuple((row[0], row[1], row[2], row[3]) for row in await db.execute(wanted))

    async def answers_to_regrade(
        self, item: str, after: int = 0, limit: int = 1000, *, course: str = "", week: int = 0, version: str = ""
    ) -> tuple[Answer, ...]:
        """Answers to an item in every group, `limit` at a time from the id `after` on; cleared words are left out.

        They may be narrowed to a course, to its n-th week, and to those graded by one version of the rubric.
        """
        wanted = select(a).where(a.c.item == item, a.c.id > after, a.c.text != "").order_by(a.c.id).limit(limit)
        if course:
            wanted = wanted.join(t.groups, t.groups.c.id == a.c.group_id).where(t.groups.c.course == course)
        if week:
            wanted = wanted.join(t.posts, t.posts.c.id == a.c.post_id)
            wanted = wanted.join(t.rounds, t.rounds.c.id == t.posts.c.round_id).where(t.rounds.c.week == week)
        if version:
            wanted = wanted.where(a.c.rubric_version == version)
        async with self.reading(long=True) as db:
            return tuple(map(answer_of, await db.execute(wanted)))

    async def regrade(
        self,
        answer_id: int,
        *,
        score: float,
        points: float,
        possible: float,
        verdict: str,
        rubric_version: str,
        feedback: Mapping[str, Any] | None,
    ) -> Answer | None:
        """Give an answer the verdict of a mended rubric; what an organiser ruled stays. Standings follow."""
        values = {
            "score": score,
            "points": points,
            "possible": possible,
            "verdict": verdict,
            "rubric_version": rubric_version,
            "feedback": None if feedback is None else dict(feedback),
        }
        async with self.writing() as db:
            row = await self._locked(db, answer_id)
            if row is None:
                return None
            if row.ruled is not None:
                values["verdict"] = row.verdict
            row = (await db.execute(update(a).where(a.c.id == answer_id).values(**values).returning(a))).one()
            await self.rescore(db, row.post_id, row.member_id)
            return answer_of(row)

    # --- "I was right" ---

    async def dispute(self, answer_id: int, words: str, key: str, at: datetime) -> Dispute:
        """Keep a member's objection to a verdict; the same event again, or a second one while one is open, is one."""
        async with self.writing() as db:
            row = await self._locked(db, answer_id)
            if row is None:
                raise StoreError("This answer does not exist any more.")
            known = select(x.c.id).where(x.c.answer_id == answer_id, (x.c.state == "open") | (x.c.key == key))
            found = (await db.execute(known)).first()
            if found is None:
                made = insert(x).values(
                    answer_id=answer_id, group_id=row.group_id, words=words, key=key, at=at, state="open", settled_by=""
                )
                found = (await db.execute(made.returning(x.c.id))).one()
            return _dispute((await db.execute(_disputes().where(x.c.id == found.id))).one())

    async def open_disputes(self, group_id: int) -> tuple[Dispute, ...]:
        """Objections nobody has settled, oldest first."""
        async with self.reading() as db:
            rows = await db.execute(_disputes().where(x.c.group_id == group_id, x.c.state == "open").order_by(x.c.id))
            return tuple(map(_dispute, rows))

    async def dispute_of(self, dispute_id: int) -> Dispute | None:
        """The objection of that id."""
        async with self.reading() as db:
            row = (await db.execute(_disputes().where(x.c.id == dispute_id))).first()
            return _dispute(row) if row else None

    async def settle(self, dispute_id: int, score: float | None, by: str | int, at: datetime) -> Dispute | None:
        """Rule on an objection: a score from 0 to 1, or None to let the verdict stand. None if it is settled."""
        if score is not None and not 0 <= score <= 1:
            raise StoreError("A ruling is a score from 0 to 1.")
        async with self.writing() as db:
            done = (
                update(x)
                .where(x.c.id == dispute_id, x.c.state == "open")
                .values(state="settled", score=score, settled_by=str(by), settled_at=at)
            )
            row = (await db.execute(done.returning(x.c.answer_id, x.c.group_id))).first()
            if row is None:
                return None
            was = await self._locked(db, row.answer_id)
            if score is not None and was is not None:
                verdict = "accept" if score >= 0.999 else "partial" if score > 0 else "refuse"
                await db.execute(update(a).where(a.c.id == was.id).values(ruled=score, verdict=verdict))
                await self.rescore(db, was.post_id, was.member_id)
            detail = {"dispute": dispute_id, "answer": row.answer_id, "score": score, "was": was.score if was else None}
            await self.audited(db, row.group_id, str(by), "objection settled", detail, at)
            return _dispute((await db.execute(_disputes().where(x.c.id == dispute_id))).one())

    # --- coming back to what was missed ---

    async def record_practice(
        self,
        group_id: int,
        member_id: int,
        item: str,
        text: str,
        *,
        key: str,
        score: float,
        points: float,
        possible: float,
        verdict: str,
        rubric_version: str,
        at: datetime,
    ) -> bool:
        """Keep an answer given outside a round, which no leaderboard counts; False if this event was kept before."""
        v = t.practice
        async with self.writing() as db:
            made = self.insert(v).values(
                group_id=group_id,
                member_id=member_id,
                item=item,
                text=text,
                key=key,
                score=score,
                points=points,
                possible=possible,
                verdict=verdict,
                rubric_version=rubric_version,
                at=at,
            )
            return (await db.execute(made.on_conflict_do_nothing().returning(v.c.id))).first() is not None

    async def history(self, member_id: int) -> tuple[tuple[str, float, datetime], ...]:
        """Every time a member answered, in rounds and in practice: (item, score, when), oldest first; "" is a recap."""
        v = t.practice
        given = select(a.c.item, func.coalesce(a.c.ruled, a.c.score).label("score"), a.c.at)
        given = given.where(a.c.member_id == member_id)
        again = select(v.c.item, v.c.score, v.c.at).where(v.c.member_id == member_id)
        both = given.union_all(again).subquery()
        async with self.reading() as db:
            rows = await db.execute(select(both).order_by(both.c.at))
            return tuple((row.item, row.score, row.at) for row in rows)

    async def _locked(self, db: AsyncConnection, answer_id: int) -> Row[Any] | None:
        """The answer's row, with its member locked so that standings are computed one at a time."""
        owner = select(a.c.member_id).where(a.c.id == answer_id).scalar_subquery()
        await db.execute(select(t.members.c.id).where(t.members.c.id == owner).with_for_update())
        return (await db.execute(select(a).where(a.c.id == answer_id))).first()


def _about(post_id: int, member_id: int) -> Select[Any]:
    """All that decides whether an answer may be kept, in one question."""
    b = t.best
    mine = select(func.coalesce(func.max(a.c.ordinal), 0)).where(a.c.post_id == post_id, a.c.member_id == member_id)
    return (
        select(
            t.posts.c.item,
            t.posts.c.group_id,
            t.rounds.c.state,
            t.rounds.c.closes,
            t.groups.c.tries,
            select(t.members.c.id).where(t.members.c.id == member_id).scalar_subquery().label("member"),
            mine.scalar_subquery().label("made"),
            b.c.score.label("best"),
            b.c.at.label("best_at"),
        )
        .join(t.rounds, t.rounds.c.id == t.posts.c.round_id)
        .join(t.groups, t.groups.c.id == t.posts.c.group_id)
        .outerjoin(b, and_(b.c.post_id == t.posts.c.id, b.c.member_id == member_id))
        .where(t.posts.c.id == post_id)
        .with_for_update(read=True, of=t.rounds)
    )


def _disputes() -> Any:  # noqa: ANN401 - a Select of twenty columns has no useful type
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


def _dispute(row: Row[Any]) -> Dispute:
    return Dispute(
        row.dispute_id,
        answer_of(row),
        Member(row.member_id, row.group_id, row.member_name, row.hidden),
        row.group_id,
        row.words,
        row.disputed_at,
        row.dispute_state,
        row.ruling,
        row.settled_by,
    )
