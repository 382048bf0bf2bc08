"""Who comes in because somebody else vouches for them, and that they are the member whom a platform knows already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import page_tables as p
from store.database import tables as t
from store.database.connection import Database
from store.errors import Removed
from store.members.kin import same_account
from store.members.members import add_account, unite
from store.page.changes import turn
from store.page.people import PagePerson, add, free_name, person_of, use_up, welcome_back
from study.group import Account

i, q, c = t.identities, p.people, t.channels


@dataclass(frozen=True, slots=True)
class Voucher:
    """What somebody else says of a person: `subject` is who says it and what they call them, and never changes.

    `platform`, `workspace` and `account` are the person's account on a platform of the bot, where that is known; an
    empty workspace stands for every one. `email` is verified, or empty, and not kept. `leads`: they organise the page.
    """

    subject: str
    name: str
    zone: str = ""
    platform: str = ""
    workspace: str = ""
    account: str = ""
    email: str = ""
    leads: bool = False


class SignInTable:
    """Signing in by somebody who vouches for people."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database, self._workspace = database, workspace

    async def person(self, subject: str) -> PagePerson | None:
        """Whoever is vouched for under that subject."""
        async with self._database.reading() as db:
            row = (await db.execute(select(q).where(q.c.subject == subject))).first()
            return person_of(row) if row else None

    async def come_in(
        self, voucher: Voucher, at: datetime, *, newcomers: bool, invitation: str = ""
    ) -> PagePerson | None:
        """The person vouched for, who may be new where `newcomers` are let in; None where they may not come in.

        Whoever is a member of a group that reads on the page is no newcomer, nor is who brings a good invitation; one
        that brings somebody back makes this their way in from now on. Raises Removed for whom an organiser took away.
        """
        async with self._database.writing() as db:
            await turn(db)
            invited = await use_up(db, invitation, at) if invitation else None
            person_id = await self._recognised(db, voucher, invited, at, newcomers=newcomers)
            if person_id is None:
                return None
            about: dict[str, Any] = {
                "subject": voucher.subject,
                "platform": voucher.platform,
                "workspace": voucher.workspace,
                "account": voucher.account,
            }
            if voucher.leads or (invited is not None and invited.organiser):
                about["organiser"] = True
            row = (await db.execute(update(q).where(q.c.id == person_id).values(**about).returning(q))).one()
            await self._unite(db, person_id, at)
            return person_of(row)

    async def _recognised(
        self, db: AsyncConnection, voucher: Voucher, invited: Row[Any] | None, at: datetime, *, newcomers: bool
    ) -> str | None:
        """Whoever comes, made anew where they are new and welcome. Raises Removed."""
        back: str | None = invited.person if invited is not None else None
        row = (await db.execute(select(q.c.id, q.c.removed).where(q.c.subject == voucher.subject))).first()
        if row is not None and row.removed is not None and back != row.id:
            raise Removed
        if back is not None and (row is None or row.id == back):
            await welcome_back(db, back)
        if row is not None:
            known: str = row.id
            return known
        if invited is None and not newcomers and not await self._is_member(db, voucher):
            return None
        return back or await _new(db, voucher, at)

    async def _is_member(self, db: AsyncConnection, voucher: Voucher) -> bool:
        """Whether their account is that of a member of a group that reads on the page."""
        if not voucher.platform:
            return False
        here = exists().where(c.c.group_id == i.c.group_id, c.c.platform == "browser", c.c.workspace == self._workspace)
        theirs = select(i.c.member_id).where(i.c.platform == voucher.platform, i.c.external_id == voucher.account, here)
        if voucher.workspace:
            theirs = theirs.where(i.c.workspace == voucher.workspace)
        return (await db.execute(theirs.limit(1))).first() is not None

    async def _unite(self, db: AsyncConnection, person_id: str, at: datetime) -> None:
        """In each group of the page where their other account is known, they are that member from the first moment."""
        here = c.c.group_id == i.c.group_id, c.c.platform == "browser", c.c.workspace == self._workspace
        known = select(i.c.group_id, i.c.member_id).join(q, same_account()).join(c, and_(*here))
        for group_id, member_id in (await db.execute(known.where(q.c.id == person_id))).all():
            await add_account(db, group_id, Account("browser", self._workspace, person_id), member_id, at)
        page = t.identities.alias("page")
        both = (
            select(page.c.member_id.label("gone"), i.c.member_id.label("kept"))
            .join(i, i.c.group_id == page.c.group_id)
            .join(q, same_account())
            .where(q.c.id == person_id, page.c.platform == "browser", page.c.external_id == person_id)
            .where(page.c.member_id != i.c.member_id)
        )
        for gone, kept in {row.gone: row.kept for row in await db.execute(both)}.items():
            await unite(db, gone, kept)


async def _new(db: AsyncConnection, voucher: Voucher, at: datetime) -> str:
    made = await add(db, await free_name(db, voucher.name), voucher.zone, at, organiser=False)
    assert made is not None  # it is our turn: nobody takes the name meanwhile
    return made.id
