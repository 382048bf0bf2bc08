"""One-time codes: each is good once, for a while, for one purpose. Only a hash of each is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import tables as t
from store.database.connection import Database

CODE_LIFE = timedelta(minutes=10)
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that is mistaken for another
c = t.codes

SITTING = timedelta(hours=12)
"""How long somebody who came to the bench, or to their own page, by a link may stay."""

Purpose = Literal["join", "link", "slack-install", "bench", "sitting", "me", "visit", "sign-in"]
"""`join` brings a group to one more channel, `link` a member to one more account; `slack-install` ends an OAuth.

`bench` lets an organiser in to change the group's course, which begins a `sitting`; `me` lets a member in to their own
page, which begins a `visit`; `sign-in` ends a way by a provider.
"""

_STAYS = frozenset({"sitting", "visit"})

_TYPED = frozenset({"join", "link"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What a code is good for: a group, a member of it, or nothing but its use."""

    group_id: int | None = None
    member_id: int | None = None


class OneTimeCodes:
    """Codes that were issued and are not used up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(self, purpose: Purpose, at: datetime, subject: Subject | None = None) -> str:
        """A new code, good for ten minutes. An earlier one of a member for the same purpose ends."""
        subject = subject or Subject()
        code = typed_code(8) if purpose in _TYPED else secrets.token_urlsafe(24)
        async with self._database.writing() as db:
            if subject.member_id is not None:
                await db.execute(delete(c).where(c.c.member_id == subject.member_id, c.c.purpose == purpose))
            made = insert(c).values(
                hash=_hash(purpose, code),
                purpose=purpose,
                group_id=subject.group_id,
                member_id=subject.member_id,
                expires=at + (SITTING if purpose in _STAYS else CODE_LIFE),
            )
            await db.execute(made)
        return code

    async def redeem(self, purpose: Purpose, code: str, at: datetime) -> Subject | None:
        """What the code is good for, which uses it up; None where it is unknown, used or too old."""
        async with self._database.writing() as db:
            return await redeem(db, purpose, code, at)

    async def end(self, purpose: Purpose, code: str) -> None:
        """The code is good for nothing any more."""
        async with self._database.writing() as db:
            await db.execute(delete(c).where(c.c.hash == _hash(purpose, code)))

    async def holder(self, purpose: Purpose, code: str, at: datetime) -> Subject | None:
        """What the code is good for, which it stays; None where it is unknown, used or too old."""
        good = select(c.c.group_id, c.c.member_id).where(
            c.c.hash == _hash(purpose, code), c.c.used.is_(None), c.c.expires > at
        )
        async with self._database.reading() as db:
            row = (await db.execute(good)).first()
            return Subject(row.group_id, row.member_id) if row else None


def typed_code(letters: int) -> str:
    """A code for people to type, in groups of four."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(letters))
    return "-".join(code[at : at + 4] for at in range(0, letters, 4))


async def redeem(db: AsyncConnection, purpose: Purpose, code: str, at: datetime) -> Subject | None:
    """As `OneTimeCodes.redeem`, within a transaction: where that fails, the code is good still."""
    used = update(c).where(c.c.hash == _hash(purpose, code), c.c.used.is_(None), c.c.expires > at).values(used=at)
    row = (await db.execute(used.returning(c.c.group_id, c.c.member_id))).first()
    return Subject(row.group_id, row.member_id) if row else None


def _hash(purpose: Purpose, code: str) -> str:
    if purpose in _TYPED:  # people type it: with or without a dash, in either case
        code = "".join(code.split()).replace("-", "").upper()
    return hashlib.sha256(f"{purpose}\0{code}".encode()).hexdigest()
