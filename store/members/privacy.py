"""What a person may ask for, and what the settings promise them: an export, deletion, and old words cleared."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.answers.showcase import take_back
from store.database import tables as t
from store.database.connection import Database, changed_rows, insert_into
from store.database.page_tables import messages as talk
from store.database.page_tables import people, uses
from store.errors import NotFound
from store.members.kept import KEPT, Whose
from store.members.unnaming import unname, unquote
from store.outbox.naming import take_back_agendas, take_back_names
from store.page.changes import next_rev, turn
from store.page.importing import FORMER_WORKSPACE
from store.page.messages import DELETED
from store.page.people import sweep

m = t.members
_GIVER = "giver:"  # the fact that pictures of somebody who was deleted are still to be removed


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
            whose = await whose_is(db, member_id, self._installation)
            exports = {kept.table.name: kept.exported(whose) for kept in KEPT if kept.exported}
            return {
                "member": {
                    "name": row.name,
                    "hidden": row.hidden,
                    "since": row.created.isoformat(),
                    "zone": row.zone,
                    "language": row.language,
                    "answers may be shown": row.shares,
                    "reminders": row.nudges,
                    "reminded": row.nudged_at and row.nudged_at.isoformat(),
                },
                "group": {"name": group.name, "course": group.course, "zone": group.zone},
                **{name: _plain(await db.execute(wanted)) for name, wanted in exports.items()},
            }

    async def erase(self, member_id: int, at: datetime) -> None:
        """Delete a person: answers, names, links, everything. Where the group wishes, bare counts stay, nobody's now.

        A hash of each of their ids stays, so that a restored backup forgets them again.
        """
        async with self._database.writing() as db:
            row = (await db.execute(select(m).where(m.c.id == member_id).with_for_update())).first()
            if row is None:
                return
            whose = await whose_is(db, member_id, self._installation)
            await self._remember_erasure(db, whose, at)
            wish = insert_into(db, t.meta).values(key=f"{_GIVER}{self.giver(member_id)}", value=at.isoformat())
            await db.execute(wish.on_conflict_do_nothing())
            why = f"erased {member_id} {at.isoformat()}"
            await take_back(db, self._installation, member_id, why, at)
            await take_back_agendas(db, self._installation, row.group_id, why, at)
            await take_back_names(db, self._installation, member_id, why, at)
            await forget(db, whose, row.group_id)
        await self._database.scrub()

    async def delete_message(self, message_id: int, person_id: str, at: datetime) -> bool:
        """Delete what somebody said on the page, its picture, and where others were shown it; that it was there stays.

        False where it was deleted already. Raises NotFound where they did not say it.
        """
        async with self._database.writing() as db:
            await turn(db)
            theirs = select(talk.c.body).where(talk.c.id == message_id, talk.c.author == person_id)
            body = json.loads((await db.execute(theirs)).scalar() or "{}")
            if body.get("is") not in ("Talk", DELETED):
                raise NotFound("button")
            if body["is"] == DELETED:
                return False
            if body["text"]:
                await unquote(db, person_id, body["text"])
            left = {"is": DELETED, "text": "", "picture": None}
            change = update(talk).where(talk.c.id == message_id)
            await db.execute(change.values(body=json.dumps(left), rev=await next_rev(db), edited=at))
            await db.execute(delete(uses).where(uses.c.message == message_id))
            await sweep(db)
        await self._database.scrub()
        return True

    def giver(self, member_id: int) -> str:
        """Whose a picture is that somebody gave to be learned from: a hash that this installation alone can make."""
        return hashlib.sha256("\0".join(("giver", self._installation, str(member_id))).encode()).hexdigest()

    async def givers_to_forget(self) -> list[str]:
        """Those who were deleted, and whose pictures the model service is still to remove."""
        found = select(t.meta.c.key).where(t.meta.c.key.startswith(_GIVER))
        async with self._database.reading() as db:
            return [key.removeprefix(_GIVER) for key in (await db.execute(found)).scalars()]

    async def giver_forgotten(self, giver: str) -> None:
        """The model service has removed their pictures."""
        async with self._database.writing() as db:
            await db.execute(delete(t.meta).where(t.meta.c.key == f"{_GIVER}{giver}"))

    async def clear_words(self, before: datetime) -> int:
        """Clear what people wrote before a time; scores stay. How many rows were cleared."""
        async with self._database.writing() as db:
            await turn(db)
            done = [changed_rows(await db.execute(kept.aged(before))) for kept in KEPT if kept.aged]
            await sweep(db)
        if any(done):
            await self._database.scrub()
        return sum(done)

    async def last_erasure(self) -> datetime | None:
        """When somebody was erased last."""
        async with self._database.reading() as db:
            found: datetime | None = (await db.execute(select(func.max(t.erasures.c.at)))).scalar()
            return found

    async def _remember_erasure(self, db: AsyncConnection, whose: Whose, at: datetime) -> None:
        identities = select(t.identities).where(t.identities.c.member_id == whose.member_id)
        for identity in (await db.execute(identities)).all():
            await _remember(db, erasure_hash(self._installation, identity), at)
            former = select(
                literal(identity.group_id).label("group_id"),
                literal(identity.platform).label("platform"),
                literal(FORMER_WORKSPACE).label("workspace"),
                people.c.former.label("external_id"),
            ).where(people.c.id == identity.external_id, people.c.former.is_not(None))
            for earlier in (await db.execute(former)).all():
                await _remember(db, erasure_hash(self._installation, earlier), at)


async def whose_is(db: AsyncConnection, member_id: int, installation: str) -> Whose:
    """A member with their accounts on the page of this installation."""
    i = t.identities
    mine = select(i.c.external_id).where(
        i.c.member_id == member_id, i.c.platform == "browser", i.c.workspace == installation
    )
    return Whose(member_id, tuple((await db.execute(mine)).scalars()))


async def forget(db: AsyncConnection, whose: Whose, group_id: int) -> None:
    """Leave nothing of a person, within a transaction; where the group wishes, bare counts that are nobody's."""
    keeps = select(t.groups.c.keep_counts).where(t.groups.c.id == group_id)
    if (await db.execute(keeps)).scalar_one():
        await _keep_counts(db, whose.member_id)
    await turn(db)
    await unname(db, whose, group_id)
    for kept in KEPT:
        if not kept.gone_with:
            await db.execute(delete(kept.table).where(kept.of(whose)))
    await sweep(db)
    await next_rev(db)


async def _remember(db: AsyncConnection, hashed: str, at: datetime) -> None:
    made = insert_into(db, t.erasures).values(hash=hashed, at=at)
    await db.execute(made.on_conflict_do_update(index_elements=["hash"], set_={"at": at}))


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


def _plain(rows: Iterable[Row[Any]]) -> list[dict[str, Any]]:
    return [{name: _plain_value(value) for name, value in row._mapping.items()} for row in rows]


def _plain_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
