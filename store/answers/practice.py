"""Practice: answers given outside a round, remembered for spaced review and never counted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, union_all

from store.answers.marks import mark_columns
from store.answers.scores import EFFECTIVE
from store.database import tables as t
from store.database.connection import Database, insert_into
from study.group import Member
from study.marking import Mark

a, v = t.answers, t.practice

# Built once: asked often enough for the building to be felt.
_BOTH = union_all(
    select(a.c.item, EFFECTIVE.label("score"), a.c.at).where(a.c.member_id == bindparam("member")),
    select(v.c.item, v.c.score, v.c.at).where(v.c.member_id == bindparam("member")),
).subquery()
_HISTORY = select(_BOTH).order_by(_BOTH.c.at)


class PracticeTable:
    """What everybody practised."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, member: Member, item: str, text: str, mark: Mark, *, key: str, at: datetime) -> bool:
        """Keep an answer given outside a round, which no leaderboard counts; False if this event was kept before."""
        columns = {name: value for name, value in mark_columns(mark).items() if name in v.c}
        async with self._database.writing() as db:
            made = insert_into(db, v).values(
                group_id=member.group_id, member_id=member.id, item=item, text=text, key=key, at=at, **columns
            )
            return (await db.execute(made.on_conflict_do_nothing().returning(v.c.id))).first() is not None

    async def history(self, member_id: int) -> tuple[tuple[str, float, datetime], ...]:
        """Every time a member answered, in rounds and in practice: (item, score, when), oldest first; "" is a recap."""
        async with self._database.reading() as db:
            rows = await db.execute(_HISTORY, {"member": member_id})
            return tuple((row.item, row.score, row.at) for row in rows)
