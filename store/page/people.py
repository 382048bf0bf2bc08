"""The people of the page. Who somebody is was issued once, at random: no number that another could be given again."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.codes import typed_code
from store.database import page_tables as t
from store.database.connection import Database, insert_into
from store.page.changes import turn

INVITATION_LIFE = timedelta(days=7)
_CODE_LETTERS = 20
"""The length of a recovery code: nobody guesses it, and it can be written down."""

p, v = t.people, t.invitations


@dataclass(frozen=True, slots=True)
class PagePerson:
    """Somebody of the page. `id` is their account there."""

    id: str
    name: str
    organiser: bool
    zone: str


class PagePeople:
    """Everybody on the page, the ways back for whoever lost their cookie, and invitations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def join(self, name: str, zone: str, at: datetime, *, organiser: bool = False) -> PagePerson | None:
        """Somebody new, the first of all as organiser; None where the name is taken."""
        async with self._database.writing() as db:
            await turn(db)
            return await _join(db, name, zone, at, organiser=organiser)

    async def all(self) -> tuple[PagePerson, ...]:
        """Everybody, in the order in which they came."""
        async with self._database.reading() as db:
            here = select(p).where(p.c.removed.is_(None)).order_by(p.c.joined, p.c.id)
            return tuple(map(person_of, await db.execute(here)))

    async def get(self, person_id: str) -> PagePerson | None:
        """The person of that id, unless they were taken off the page."""
        return await self._one((p.c.id == person_id) & p.c.removed.is_(None))

    async def named(self, name: str) -> PagePerson | None:
        """The person of that name, in any case; also one who was taken off the page."""
        return await self._one(p.c.folded == name.casefold())

    async def appoint(self, person_id: str, organiser: bool) -> None:
        """Make somebody an organiser, or no longer."""
        async with self._database.writing() as db:
            await db.execute(update(p).where(p.c.id == person_id).values(organiser=organiser))

    async def new_recovery_code(self, person_id: str) -> str:
        """A code that signs the person in again; it is told once, and an earlier one is good no more."""
        code = typed_code(_CODE_LETTERS)
        async with self._database.writing() as db:
            await db.execute(update(p).where(p.c.id == person_id).values(recovery=_hash(code)))
        return code

    async def recovered(self, code: str) -> PagePerson | None:
        """Whose recovery code it is."""
        return await self._one(p.c.recovery == _hash(code))

    async def invite(self, at: datetime, *, person_id: str | None = None, organiser: bool = False) -> str:
        """The secret of a link that lets somebody new in, or somebody come back; good once and for a week."""
        secret = secrets.token_urlsafe(24)
        made = insert(v).values(hash=_hash(secret), person=person_id, organiser=organiser, expires=at + INVITATION_LIFE)
        async with self._database.writing() as db:
            await db.execute(delete(v).where(v.c.expires < at))
            await db.execute(made)
        return secret

    async def invited(self, secret: str, at: datetime) -> tuple[bool, PagePerson | None]:
        """Whether an invitation is good, and who comes back by it."""
        wanted = select(v.c.person).where(v.c.hash == _hash(secret), v.c.used.is_(None), v.c.expires > at)
        async with self._database.reading() as db:
            row = (await db.execute(wanted)).first()
            if row is None or row.person is None:
                return row is not None, None
            found = (await db.execute(select(p).where(p.c.id == row.person))).first()
            return found is not None, person_of(found) if found else None

    async def accept(self, secret: str, name: str, zone: str, at: datetime) -> PagePerson | None:
        """Come in, or back, by an invitation, which uses it up; None where it is not good or the name is taken."""
        async with self._database.writing() as db:
            await turn(db)
            row = await use_up(db, secret, at)
            if row is None:
                return None
            if row.person is not None:
                return await welcome_back(db, row.person)
            person = await _join(db, name, zone, at, organiser=row.organiser)
            if person is None:  # the invitation stays good for another name
                await db.execute(update(v).where(v.c.hash == _hash(secret)).values(used=None))
            return person

    async def _one(self, which: Any) -> PagePerson | None:  # noqa: ANN401 - a condition has no useful type
        async with self._database.reading() as db:
            row = (await db.execute(select(p).where(which))).first()
            return person_of(row) if row else None


async def _join(db: AsyncConnection, name: str, zone: str, at: datetime, *, organiser: bool) -> PagePerson | None:
    first = (await db.execute(select(func.count()).select_from(p))).scalar_one() == 0
    return await add(db, name, zone, at, organiser=organiser or first)


async def add(db: AsyncConnection, name: str, zone: str, at: datetime, *, organiser: bool) -> PagePerson | None:
    """Somebody new, within a transaction; None where the name is taken."""
    made = insert_into(db, p).values(
        id=secrets.token_hex(8), name=name, folded=name.casefold(), organiser=organiser, zone=zone, joined=at
    )
    row = (await db.execute(made.on_conflict_do_nothing().returning(p))).first()
    return person_of(row) if row else None


async def welcome_back(db: AsyncConnection, person_id: str) -> PagePerson:
    """The person, on the page again if they were taken off it; within a transaction."""
    back = update(p).where(p.c.id == person_id).values(removed=None).returning(p)
    return person_of((await db.execute(back)).one())


async def free_name(db: AsyncConnection, name: str) -> str:
    """The name, with a number where somebody has it already."""
    number, shown = 1, name
    while (await db.execute(select(p.c.id).where(p.c.folded == shown.casefold()))).first():
        number += 1
        shown = f"{name} ({number})"
    return shown


async def use_up(db: AsyncConnection, secret: str, at: datetime) -> Row[Any] | None:
    """Whom an invitation brings back, and whether it makes an organiser; it is good no more. None: it was not."""
    used = update(v).where(v.c.hash == _hash(secret), v.c.used.is_(None), v.c.expires > at).values(used=at)
    row: Row[Any] | None = (await db.execute(used.returning(v.c.person, v.c.organiser))).first()
    return row


async def sweep(db: AsyncConnection) -> None:
    """Let go of pictures and documents that no message speaks of any more."""
    await db.execute(delete(t.blobs).where(t.blobs.c.digest.not_in(select(t.uses.c.digest))))


def person_of(row: Row[Any]) -> PagePerson:
    """The person that a row tells of."""
    return PagePerson(row.id, row.name, bool(row.organiser), row.zone)


def _hash(code: str) -> str:
    tidy = "".join(code.split()).replace("-", "").upper() if len(code) < 30 else code
    return hashlib.sha256(f"page\0{tidy}".encode()).hexdigest()
