"""What a person may ask for, and what the settings promise them: an export, deletion, and old words cleared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import Database, changed_rows, insert_into
from store.errors import NotFound

m, a = t.members, t.answers


class PrivacyTable:
    """Everything that is remembered about somebody, and its end."""

    def __init__(self, database: Database, installation: str) -> None:
        self._database = database
        self._installation = installation

    async def export(self, member_id: int) -> dict[str, Any]:
        """Everything that is remembered about a person, ready for JSON. Raises NotFound."""
        async with self._database.reading(long=True) as db:
            row = (await db.execute(select(m).where(m.c.id == member_id))).first()
            if row is None:
                raise NotFound("member")
            group = (await db.execute(select(t.groups).where(t.groups.c.id == row.group_id))).one()
            return {
                "member": {"name": row.name, "hidden": row.hidden, "since": row.created.isoformat()},
                "group": {"name": group.name, "course": group.course, "zone": group.zone},
                **{name: _plain(await db.execute(wanted)) for name, wanted in _everything(member_id).items()},
            }

    async def erase(self, member_id: int, at: datetime) -> None:
        """Delete a person: answers, names, links, everything. Where the group wishes, bare counts stay, nobody's now.

        A hash of each of their ids stays, so that a restored backup forgets them again.
        """
        async with self._database.writing() as db:
            row = (await db.execute(select(m).where(m.c.id == member_id).with_for_update())).first()
            if row is None:
                return
            mine = select(t.identities).where(t.identities.c.member_id == member_id)
            for identity in (await db.execute(mine)).all():
                made = insert_into(db, t.erasures).values(hash=erasure_hash(self._installation, identity), at=at)
                await db.execute(made.on_conflict_do_update(index_elements=["hash"], set_={"at": at}))
            keeps = select(t.groups.c.keep_counts).where(t.groups.c.id == row.group_id)
            if (await db.execute(keeps)).scalar_one():
                await _keep_counts(db, member_id)
            await db.execute(delete(m).where(m.c.id == member_id))

    async def clear_words(self, before: datetime) -> int:
        """Clear the words of answers and practice older than a time; scores stay. How many answers were cleared."""
        old, v, x = a.c.at < before, t.practice, t.disputes
        cleared = update(a).where(old, (a.c.text != "") | a.c.feedback.is_not(None)).values(text="", feedback=None)
        async with self._database.writing() as db:
            done = await db.execute(cleared)
            await db.execute(update(v).where(v.c.at < before, v.c.text != "").values(text=""))
            await db.execute(update(x).where(x.c.answer_id.in_(select(a.c.id).where(old))).values(words=""))
            return changed_rows(done)


def erasure_hash(installation: str, identity: Row[Any]) -> str:
    """What stays of an erased identity: a hash that this installation alone can make."""
    parts = ("erased", installation, identity.group_id, identity.platform, identity.workspace, identity.external_id)
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


async def _keep_counts(db: AsyncConnection, member_id: int) -> None:
    """Leave a member's best scores behind as numbers that are nobody's."""
    g = t.departed
    for done in (await db.execute(select(t.best).where(t.best.c.member_id == member_id))).all():
        count = insert_into(db, g).values(post_id=done.post_id, answered=1, score=done.score)
        more = {"answered": g.c.answered + 1, "score": g.c.score + done.score}
        await db.execute(count.on_conflict_do_update(index_elements=["post_id"], set_=more))


def _everything(member_id: int) -> dict[str, Select[Any]]:
    """What is exported of a member, by its name in the export."""
    i, v, x, d = t.identities, t.practice, t.disputes, t.deliveries
    identities = select(i.c.platform, i.c.workspace, i.c.external_id, i.c.current_since, i.c.unreachable).where(
        i.c.member_id == member_id
    )
    answers = (
        select(
            a.c.id, t.rounds.c.slot, t.posts.c.kind, a.c.item, a.c.ordinal, a.c.at, a.c.text, a.c.score,
            a.c.ruled, a.c.points, a.c.possible, a.c.verdict, a.c.rubric_version, a.c.feedback,
        )
        .join(t.posts, t.posts.c.id == a.c.post_id)
        .join(t.rounds, t.rounds.c.id == t.posts.c.round_id)
        .where(a.c.member_id == member_id)
        .order_by(a.c.id)
    )  # fmt: skip
    practice = select(v.c.item, v.c.at, v.c.text, v.c.score, v.c.points, v.c.possible, v.c.verdict)
    disputes = (
        select(x.c.answer_id, x.c.words, x.c.at, x.c.state, x.c.score, x.c.settled_at)
        .join(a, a.c.id == x.c.answer_id)
        .where(a.c.member_id == member_id)
        .order_by(x.c.id)
    )
    messages = select(d.c.kind, d.c.platform, d.c.person, d.c.created, d.c.state, d.c.sent_at)
    return {
        "identities": identities,
        "answers": answers,
        "practice": practice.where(v.c.member_id == member_id).order_by(v.c.id),
        "disputes": disputes,
        "messages": messages.where(d.c.member_id == member_id).order_by(d.c.id),
    }


def _plain(rows: Iterable[Row[Any]]) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row._mapping.items()}
        for row in rows
    ]
