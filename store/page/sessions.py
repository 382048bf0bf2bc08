"""Who is signed in, in which browser: kept here, so that it can be listed and ended. Cookies hold secrets alone.

A browser in which somebody is signed in may be a device on which they are told; once the session ends it is none.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from store.database import page_tables as t
from store.database.connection import Database, changed_rows

SESSION_LIFE = timedelta(days=90)
"""A session ends so long after it was last used."""

_SEEN_AGAIN = timedelta(hours=1)

s = t.sessions

_NOWHERE: dict[str, str | None] = {"push_endpoint": None, "push_key": None, "push_secret": None}


@dataclass(frozen=True, slots=True)
class PageSession:
    """A browser in which somebody is signed in. `hash` stands for its cookie; `notified`: they are told there."""

    hash: str
    browser: str
    begun: datetime
    seen: datetime
    notified: bool


@dataclass(frozen=True, slots=True)
class PushAddress:
    """Where a browser is told: its push service's address for it, and what messages for it are sealed with."""

    endpoint: str
    key: str
    secret: str


class PageSessions:
    """The sessions of all browsers. `ended` counts those ended here: whoever keeps a line open looks again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.ended = 0

    async def begin(self, secret: str, person_id: str, browser: str, at: datetime) -> None:
        """Sign a person in: whoever has the secret speaks as them from now on."""
        made = insert(s).values(
            hash=session_hash(secret), person=person_id, browser=browser, begun=at, seen=at, expires=at + SESSION_LIFE
        )
        async with self._database.writing() as db:
            await db.execute(delete(s).where(s.c.expires < at))
            await db.execute(made)

    async def people(self, secret: str, at: datetime) -> tuple[str, ...]:
        """Whom a browser may speak as, in the order in which they were signed in."""
        mine = session_hash(secret)
        wanted = select(s.c.person, s.c.seen).where(s.c.hash == mine, s.c.expires > at).order_by(s.c.begun)
        async with self._database.reading() as db:
            rows = (await db.execute(wanted)).all()
        if rows and at - min(row.seen for row in rows) > _SEEN_AGAIN:
            async with self._database.writing() as db:
                await db.execute(update(s).where(s.c.hash == mine).values(seen=at, expires=at + SESSION_LIFE))
        return tuple(row.person for row in rows)

    async def of(self, person_id: str, at: datetime) -> tuple[PageSession, ...]:
        """Where a person is signed in, the latest first."""
        wanted = select(s).where(s.c.person == person_id, s.c.expires > at).order_by(s.c.seen.desc())
        async with self._database.reading() as db:
            rows = (await db.execute(wanted)).all()
        return tuple(PageSession(r.hash, r.browser, r.begun, r.seen, r.push_endpoint is not None) for r in rows)

    async def set_device(self, secret: str, person_id: str, address: PushAddress | None) -> bool:
        """A person is told on this browser from now on, or no more; False where they are not signed in there.

        Whoever was told on it before is told there no more.
        """
        mine = session_hash(secret)
        here = update(s).where(s.c.hash == mine, s.c.person == person_id)
        async with self._database.writing() as db:
            if address is not None:
                others = update(s).where(s.c.push_endpoint == address.endpoint, s.c.hash != mine)
                await db.execute(others.values(_NOWHERE))
            return changed_rows(await db.execute(here.values(_told_at(address)))) == 1

    async def devices(self, person_id: str, at: datetime) -> tuple[PushAddress, ...]:
        """Where a person is told."""
        wanted = select(s.c.push_endpoint, s.c.push_key, s.c.push_secret).distinct()
        wanted = wanted.where(s.c.person == person_id, s.c.expires > at, s.c.push_endpoint.is_not(None))
        async with self._database.reading() as db:
            return tuple(PushAddress(*row) for row in await db.execute(wanted))

    async def forget_device(self, endpoint: str) -> None:
        """Nobody is told there any more."""
        async with self._database.writing() as db:
            await db.execute(update(s).where(s.c.push_endpoint == endpoint).values(_NOWHERE))

    async def end(self, secret: str) -> None:
        """Sign out here."""
        async with self._database.writing() as db:
            await db.execute(delete(s).where(s.c.hash == session_hash(secret)))
        self.ended += 1

    async def end_others(self, person_id: str, kept: str) -> int:
        """Sign a person out everywhere but in one session, by its hash; out of how many."""
        others = delete(s).where(s.c.person == person_id, s.c.hash != kept)
        async with self._database.writing() as db:
            gone = changed_rows(await db.execute(others))
        self.ended += gone
        return gone


def _told_at(address: PushAddress | None) -> dict[str, str | None]:
    if address is None:
        return _NOWHERE
    return {"push_endpoint": address.endpoint, "push_key": address.key, "push_secret": address.secret}


def session_hash(secret: str) -> str:
    """What is kept of a cookie's secret."""
    return hashlib.sha256(f"session\0{secret}".encode()).hexdigest()
