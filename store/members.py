"""Members, their selves on several platforms, and what they may ask for: to be shown, hidden, exported or forgotten."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables as t
from store.base import changed_rows
from store.engine import StoreError
from store.scores import Scores
from study.group import Member

LINK_CODE_LIFE = timedelta(minutes=10)
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that is mistaken for another
m = t.members


def member_of(row: Row[Any]) -> Member:
    """The member that a row tells of."""
    return Member(row.id, row.group_id, row.name, row.hidden)


def _hash(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def erasure_hash(install: str, identity: Row[Any]) -> str:
    """What stays of an erased identity: a hash that this installation alone can make."""
    return _hash("erased", install, identity.group_id, identity.platform, identity.workspace, identity.external_id)


def _code_hash(code: str) -> str:
    return _hash("link", "".join(code.split()).replace("-", "").upper())


class Members(Scores):
    """What is remembered of people."""

    async def member(
        self, group_id: int, platform: str, workspace: str, external_id: str, name: str, at: datetime
    ) -> Member:
        """The member behind a platform's id, made on first sight; a new name is taken over."""
        async with self.reading() as db:
            row = (await db.execute(_who(group_id, platform, workspace, external_id))).first()
        if row is not None and (row.name == name or not name):
            return member_of(row)
        async with self.writing() as db:
            row = (await db.execute(_who(group_id, platform, workspace, external_id))).first()
            if row is not None:
                await db.execute(update(m).where(m.c.id == row.id).values(name=name))
                return Member(row.id, group_id, name, row.hidden)
            made = insert(m).values(group_id=group_id, name=name, hidden=False, created=at).returning(m.c.id)
            member_id = (await db.execute(made)).scalar_one()
            identity = self.insert(t.identities).values(
                group_id=group_id, platform=platform, workspace=workspace, external_id=external_id, member_id=member_id
            )
            taken = await db.execute(identity.on_conflict_do_nothing().returning(t.identities.c.member_id))
            if taken.first() is None:  # another process met the same person at the same moment
                await db.execute(delete(m).where(m.c.id == member_id))
                row = (await db.execute(_who(group_id, platform, workspace, external_id))).one()
                return member_of(row)
            return Member(member_id, group_id, name)

    async def find_member(self, group_id: int, platform: str, workspace: str, external_id: str) -> Member | None:
        """The member behind a platform's id, if they have been seen in this group."""
        async with self.reading() as db:
            row = (await db.execute(_who(group_id, platform, workspace, external_id))).first()
            return member_of(row) if row else None

    async def members(self, group_id: int) -> tuple[Member, ...]:
        """Everybody in a group, hidden ones too."""
        async with self.reading() as db:
            rows = await db.execute(select(m).where(m.c.group_id == group_id).order_by(m.c.id))
            return tuple(map(member_of, rows))

    async def hide(self, member_id: int, hidden: bool) -> None:
        """Keep a member off the leaderboard, or show them again."""
        async with self.writing() as db:
            await db.execute(update(m).where(m.c.id == member_id).values(hidden=hidden))

    async def link_code(self, member_id: int, at: datetime) -> str:
        """A code that joins another self of this person to them: good once, for ten minutes. An earlier one ends."""
        code = "".join(secrets.choice(_ALPHABET) for _ in range(8))
        async with self.writing() as db:
            await db.execute(
                delete(t.link_codes).where((t.link_codes.c.member_id == member_id) | (t.link_codes.c.expires < at))
            )
            await db.execute(
                insert(t.link_codes).values(hash=_code_hash(code), member_id=member_id, expires=at + LINK_CODE_LIFE)
            )
        return f"{code[:4]}-{code[4:]}"

    async def link(
        self, code: str, group_id: int, platform: str, workspace: str, external_id: str, at: datetime
    ) -> Member:
        """Join this self to the member who made the code: one name, one set of answers. Raises StoreError."""
        async with self.writing() as db:
            used = delete(t.link_codes).where(t.link_codes.c.hash == _code_hash(code), t.link_codes.c.expires > at)
            row = (await db.execute(used.returning(t.link_codes.c.member_id))).first()
            wanted = select(m).where(m.c.id == (row.member_id if row else 0), m.c.group_id == group_id)
            kept = (await db.execute(wanted.with_for_update())).first()
            if kept is None:
                raise StoreError(
                    "This code is not valid here any more: ask for a new one with /link on your other account."
                )
            other = (await db.execute(_who(group_id, platform, workspace, external_id).with_for_update())).first()
            if other is None:
                await db.execute(
                    insert(t.identities).values(
                        group_id=group_id,
                        platform=platform,
                        workspace=workspace,
                        external_id=external_id,
                        member_id=kept.id,
                    )
                )
            elif other.id != kept.id:
                await self._merge(db, other.id, kept.id)
            return member_of(kept)

    async def _merge(self, db: AsyncConnection, gone: int, kept: int) -> None:
        """Give all of one self to the other; tries at the same post are counted on in the order they were made."""
        a = t.answers
        await db.execute(update(t.identities).where(t.identities.c.member_id == gone).values(member_id=kept))
        both = (
            await db.execute(
                select(a.c.post_id, a.c.id).where(a.c.member_id.in_((gone, kept))).order_by(a.c.at, a.c.id)
            )
        ).all()
        theirs = set((await db.execute(select(a.c.post_id).where(a.c.member_id == gone).distinct())).scalars())
        await db.execute(delete(t.best).where(t.best.c.member_id == gone))
        await db.execute(delete(t.tallies).where(t.tallies.c.member_id == gone))
        for post_id in theirs:
            ids = [row.id for row in both if row.post_id == post_id]
            for ordinal, answer_id in enumerate(ids, 1):  # out of the way first: ordinals are unique
                await db.execute(update(a).where(a.c.id == answer_id).values(ordinal=-ordinal))
            for ordinal, answer_id in enumerate(ids, 1):
                await db.execute(update(a).where(a.c.id == answer_id).values(member_id=kept, ordinal=ordinal))
            await self.rescore(db, post_id, kept)
        known = select(t.practice.c.key).where(t.practice.c.member_id == kept)
        await db.execute(delete(t.practice).where(t.practice.c.member_id == gone, t.practice.c.key.in_(known)))
        await db.execute(update(t.practice).where(t.practice.c.member_id == gone).values(member_id=kept))
        await db.execute(delete(m).where(m.c.id == gone))

    async def erase_member(self, member_id: int, at: datetime) -> None:
        """Forget a person: answers, names, links, everything. Where the group wishes, bare counts stay, nobody's now.

        A hash of each of their ids stays, so that a restored backup forgets them again.
        """
        await self.install()
        async with self.writing() as db:
            await self._erase(db, member_id, at)

    async def _erase(self, db: AsyncConnection, member_id: int, at: datetime) -> None:
        row = (await db.execute(select(m).where(m.c.id == member_id).with_for_update())).first()
        if row is None:
            return
        mine = select(t.identities).where(t.identities.c.member_id == member_id)
        for identity in (await db.execute(mine)).all():
            mark = self.insert(t.erasures).values(hash=erasure_hash(self._install, identity), at=at)
            await db.execute(mark.on_conflict_do_update(index_elements=["hash"], set_={"at": at}))
        keeps = (await db.execute(select(t.groups.c.keep_counts).where(t.groups.c.id == row.group_id))).scalar_one()
        if keeps:
            for done in (await db.execute(select(t.best).where(t.best.c.member_id == member_id))).all():
                count = self.insert(t.departed).values(post_id=done.post_id, answered=1, score=done.score)
                await db.execute(
                    count.on_conflict_do_update(
                        index_elements=["post_id"],
                        set_={
                            "answered": t.departed.c.answered + 1,
                            "score": t.departed.c.score + done.score,
                        },
                    )
                )
        await db.execute(delete(m).where(m.c.id == member_id))

    async def export_member(self, member_id: int) -> dict[str, Any]:
        """Everything that is remembered about a person, ready for JSON."""
        a, v, x = t.answers, t.practice, t.disputes
        async with self.reading(long=True) as db:
            row = (await db.execute(select(m).where(m.c.id == member_id))).first()
            if row is None:
                raise StoreError("Nothing is remembered about you here.")
            group = (await db.execute(select(t.groups).where(t.groups.c.id == row.group_id))).one()
            disputes = (
                select(x.c.answer_id, x.c.words, x.c.at, x.c.state, x.c.score, x.c.settled_at)
                .join(a, a.c.id == x.c.answer_id)
                .where(a.c.member_id == member_id)
                .order_by(x.c.id)
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
            i = t.identities
            return {
                "member": {"name": row.name, "hidden": row.hidden, "since": row.created.isoformat()},
                "group": {"name": group.name, "course": group.course, "zone": group.zone},
                "identities": _plain(
                    await db.execute(
                        select(i.c.platform, i.c.workspace, i.c.external_id).where(i.c.member_id == member_id)
                    )
                ),
                "answers": _plain(await db.execute(answers)),
                "practice": _plain(
                    await db.execute(
                        select(v.c.item, v.c.at, v.c.text, v.c.score, v.c.points, v.c.possible, v.c.verdict)
                        .where(v.c.member_id == member_id)
                        .order_by(v.c.id)
                    )
                ),
                "disputes": _plain(await db.execute(disputes)),
            }

    async def purge(self, answers_before: datetime, at: datetime) -> int:
        """Clear the words of answers and practice older than a time; scores stay. How many answers were cleared."""
        a = t.answers
        async with self.writing() as db:
            old = a.c.at < answers_before
            done = await db.execute(
                update(a).where(old, (a.c.text != "") | a.c.feedback.is_not(None)).values(text="", feedback=None)
            )
            await db.execute(
                update(t.practice).where(t.practice.c.at < answers_before, t.practice.c.text != "").values(text="")
            )
            ids = select(a.c.id).where(old)
            await db.execute(update(t.disputes).where(t.disputes.c.answer_id.in_(ids)).values(words=""))
            await db.execute(delete(t.link_codes).where(t.link_codes.c.expires < at))
            return changed_rows(done)


def _plain(rows: Iterable[Row[Any]]) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row._mapping.items()}
        for row in rows
    ]


_WHO = (
    select(m)
    .join(t.identities, t.identities.c.member_id == m.c.id)
    .where(
        t.identities.c.group_id == bindparam("group"),
        t.identities.c.platform == bindparam("platform"),
        t.identities.c.workspace == bindparam("workspace"),
        t.identities.c.external_id == bindparam("person"),
    )
)


def _who(group_id: int, platform: str, workspace: str, external_id: str) -> Select[Any]:
    return _WHO.params(group=group_id, platform=platform, workspace=workspace, person=external_id)
