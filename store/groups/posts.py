"""Posts: the messages of rounds, as their buttons name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, bindparam, select

from store.database import tables as t
from store.database.connection import Database
from store.errors import NotFound
from store.groups.rounds import round_of
from store.groups.schedules import schedule_of
from study.agenda import PastPost
from study.group import Group, Post, Round

p, r = t.posts, t.rounds

# Built once: what every press asks for is asked often enough for the building to be felt.
_POST = select(p).where(p.c.id == bindparam("wanted"))
_ROUND = select(r).where(r.c.id == bindparam("wanted"))
_OPEN = r.c.state == "open"
_ROUNDS = select(r).where(r.c.id.in_(bindparam("wanted", expanding=True)))
_STILL_OPEN = (
    select(p).join(r, r.c.id == p.c.round_id).where(p.c.group_id == bindparam("group"), _OPEN).order_by(p.c.id)
)
_PAST = (
    select(p.c.group_id, r.c.course, p.c.kind, p.c.item, p.c.week, p.c.reason, r.c.slot, r.c.opens, r.c.closes, _OPEN)
    .join(r, r.c.id == p.c.round_id)
    .where(p.c.group_id.in_(bindparam("groups", expanding=True)))
    .order_by(r.c.opens, p.c.id)
)


class PostTable:
    """The posts of all rounds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, post_id: int) -> Post:
        """The post of that id. Raises NotFound."""
        async with self._database.reading() as db:
            row = (await db.execute(_POST, {"wanted": post_id})).first()
            if row is None:
                raise NotFound("question")
            return post_of(row)

    async def in_context(self, post_id: int) -> tuple[Post, Round, Group]:
        """A post with its round and group, seen at one moment: what every button asks for. Raises NotFound."""
        async with self._database.reading() as db:
            post = (await db.execute(_POST, {"wanted": post_id})).first()
            if post is None:
                raise NotFound("button")
            round_ = (await db.execute(_ROUND, {"wanted": post.round_id})).one()
            return post_of(post), round_of(round_), (await schedule_of(db, post.group_id)).group

    async def of_round(self, round_id: int) -> tuple[Post, ...]:
        """The posts of a round, in order."""
        async with self._database.reading() as db:
            rows = await db.execute(select(p).where(p.c.round_id == round_id).order_by(p.c.position))
            return tuple(map(post_of, rows))

    async def past(self, group_id: int, course: str) -> tuple[PastPost, ...]:
        """Every post of a group's rounds of a course, oldest first."""
        return tuple((await self.past_of({group_id: course}))[group_id])

    async def past_of(self, courses: Mapping[int, str]) -> dict[int, list[PastPost]]:
        """As `past`, of groups by their ids, each with its course."""
        found: dict[int, list[PastPost]] = {group_id: [] for group_id in courses}
        async with self._database.reading() as db:
            for group_id, course, *past in await db.execute(_PAST, {"groups": list(courses)}):
                if course == courses[group_id]:
                    found[group_id].append(PastPost(*past))
        return found

    async def was_asked(self, group_id: int, course: str, item: str) -> bool:
        """Whether a group was ever asked a question of a course."""
        wanted = (
            select(p.c.id)
            .join(r, r.c.id == p.c.round_id)
            .where(p.c.group_id == group_id, p.c.item == item, r.c.course == course)
            .limit(1)
        )
        async with self._database.reading() as db:
            return (await db.execute(wanted)).first() is not None

    async def open(self, group_id: int) -> tuple[Post, ...]:
        """The posts that may still be answered, in the order of posting."""
        async with self._database.reading() as db:
            return tuple(map(post_of, await db.execute(_STILL_OPEN, {"group": group_id})))

    async def open_in_rounds(self, group_id: int) -> tuple[tuple[Post, Round], ...]:
        """As `open`, each with its round, which knows the course it was asked from."""
        async with self._database.reading() as db:
            posts = [post_of(row) for row in await db.execute(_STILL_OPEN, {"group": group_id})]
            wanted = {"wanted": sorted({post.round_id for post in posts})}
            rounds = {row.id: round_of(row) for row in await db.execute(_ROUNDS, wanted)}
            return tuple((post, rounds[post.round_id]) for post in posts)


def post_of(row: Row[Any]) -> Post:
    """The post that a row tells of."""
    return Post(row.id, row.round_id, row.group_id, row.kind, row.item, row.position, row.week, row.reason)
