"""Answers that may be shown to the group: whose writers allow it, what organisers picked, and taking them back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.answers.scores import EFFECTIVE
from store.audit import AuditEntry, add_entry
from store.database import tables as t
from store.database.connection import Database, changed_rows
from store.outbox.delivery import Due, enqueue
from store.outbox.naming import take_back_agendas
from study.discussion.showcase import Candidate, chosen
from study.marking import FULL, TOLD_WELL

a, b, m, p, r, k = t.answers, t.best, t.members, t.posts, t.rounds, t.picks

_WORTH_SHOWING = and_(
    a.c.text != "",
    or_(
        and_(p.c.kind == "item", a.c.verdict == "accept", EFFECTIVE >= FULL),
        and_(p.c.kind == "recap", a.c.verdict != "refuse", EFFECTIVE >= TOLD_WELL),
    ),
)
"""As `study.discussion.showcase.worth_showing` says."""
_WHOLE = (
    select(a.c.id, m.c.name, m.c.hidden, a.c.text, EFFECTIVE.label("score"))
    .join(b, b.c.answer_id == a.c.id)
    .join(m, m.c.id == a.c.member_id)
    .join(p, p.c.id == a.c.post_id)
)


class ShowcaseTable:
    """What may be shown of all groups' answers."""

    def __init__(self, database: Database, installation: str) -> None:
        self._database = database
        self._installation = installation

    async def candidates(self, post_id: int) -> tuple[Candidate, ...]:
        """The answers to a post that are worth showing and may be shown, in the order in which they were given."""
        async with self._database.reading() as db:
            return await _candidates(db, post_id)

    async def picks(self, post_id: int) -> dict[int, bool]:
        """What an organiser decided about answers to a post: to show them, or not."""
        async with self._database.reading() as db:
            return await _picks(db, post_id)

    async def pick(self, post_id: int, answer_id: int, shown: bool, *, key: str, by: str, at: datetime) -> bool:
        """An organiser shows an answer, or leaves it out; all others stay as they are. False where it may not be."""
        async with self._database.writing() as db:
            candidates, picked = await _candidates(db, post_id), await _picks(db, post_id)
            if answer_id not in {one.answer_id for one in candidates}:
                return False
            now = {one.answer_id for one in chosen(candidates, picked)}
            await db.execute(delete(k).where(k.c.post_id == post_id))
            for one in candidates:
                value = shown if one.answer_id == answer_id else one.answer_id in now
                await db.execute(insert(k).values(post_id=post_id, answer_id=one.answer_id, shown=value))
            group_id = (await db.execute(select(p.c.group_id).where(p.c.id == post_id))).scalar_one()
            detail = {"answer": answer_id, "shown": shown}
            await add_entry(db, group_id, AuditEntry(by, "best answer picked", detail, at))
            await _show_anew(db, self._installation, group_id, post_id, f"pick {key}", at)
            return True

    async def shares(self, member_id: int) -> bool:
        """Whether a member allows that their answers are shown."""
        async with self._database.reading() as db:
            return bool((await db.execute(select(m.c.shares).where(m.c.id == member_id))).scalar_one())

    async def ask_once(self, member_id: int, at: datetime) -> bool:
        """Whether a member is to be asked if their answers may be shown: True once, and never again."""
        first = update(m).where(m.c.id == member_id, m.c.share_asked.is_(None)).values(share_asked=at)
        async with self._database.writing() as db:
            return changed_rows(await db.execute(first)) == 1

    async def set_shares(self, member_id: int, shares: bool, key: str, at: datetime) -> None:
        """A member allows that their answers are shown, or not any more: then they are taken back everywhere."""
        async with self._database.writing() as db:
            if not shares:
                await take_back(db, self._installation, member_id, key, at)
                mine = select(m.c.group_id).where(m.c.id == member_id)
                group_id = (await db.execute(mine)).scalar_one()
                await take_back_agendas(db, self._installation, group_id, f"take back {member_id} {key}", at)
            await db.execute(update(m).where(m.c.id == member_id).values(shares=shares, share_asked=at))


async def take_back(db: AsyncConnection, installation: str, member_id: int, key: str, at: datetime) -> None:
    """Have every post that may show an answer of a member shown anew, within a transaction."""
    wanted = (
        select(a.c.post_id, a.c.group_id)
        .join(b, b.c.answer_id == a.c.id)
        .join(p, p.c.id == a.c.post_id)
        .join(r, r.c.id == p.c.round_id)
        .join(m, m.c.id == a.c.member_id)
        .where(a.c.member_id == member_id, m.c.shares.is_(True), r.c.state == "closed", _WORTH_SHOWING)
    )
    for row in (await db.execute(wanted)).all():
        await _show_anew(db, installation, row.group_id, row.post_id, f"take back {member_id} {key}", at)


async def _show_anew(
    db: AsyncConnection, installation: str, group_id: int, post_id: int, why: str, at: datetime
) -> None:
    await enqueue(db, installation, Due("edit", f"{why} {post_id}", group_id, post_id, at))
    await enqueue(db, installation, Due("thread_edit", f"{why} thread {post_id}", group_id, post_id, at))


async def _candidates(db: AsyncConnection, post_id: int) -> tuple[Candidate, ...]:
    wanted = _WHOLE.where(b.c.post_id == post_id, m.c.shares.is_(True), _WORTH_SHOWING).order_by(a.c.at, a.c.id)
    rows = await db.execute(wanted)
    return tuple(Candidate(row.id, "" if row.hidden else row.name, row.text, row.score) for row in rows)


async def _picks(db: AsyncConnection, post_id: int) -> dict[int, bool]:
    rows = await db.execute(select(k.c.answer_id, k.c.shown).where(k.c.post_id == post_id))
    return {row.answer_id: row.shown for row in rows}
