"""Whom groups made organisers, beside their platforms' own administrators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.audit import AuditEntry, add_entry
from store.database import tables as t
from store.database.connection import Database, changed_rows, insert_into
from store.errors import LastOrganiser
from store.groups.channels import is_at
from store.groups.schedules import schedule_of
from study.group import Account, Organiser, Place

o = t.organisers


class OrganiserTable:
    """The organisers that groups named. Who administers a server or workspace is one without standing here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_group(self, group_id: int) -> tuple[Organiser, ...]:
        """Whom the group named, those named first before the others."""
        wanted = select(o).where(o.c.group_id == group_id).order_by(o.c.at, o.c.kind, o.c.external_id)
        async with self._database.reading() as db:
            return tuple(
                Organiser(row.kind, Account(row.platform, row.workspace, row.external_id), row.name)
                for row in await db.execute(wanted)
            )

    async def at(self, place: Place) -> tuple[Organiser, ...]:
        """Whom the group that reads at a place named, of the same server, workspace or page."""
        async with self._database.reading() as db:
            group_id = (await db.execute(select(t.channels.c.group_id).where(is_at(place)))).scalar()
        found = await self.of_group(group_id) if group_id is not None else ()
        here = (place.platform, place.workspace)
        return tuple(one for one in found if (one.account.platform, one.account.workspace) == here)

    async def includes(self, group_id: int, account: Account, roles: Sequence[str] = ()) -> bool:
        """Whether somebody organises the group: by this account, by one linked with it, or by a role they hold."""
        async with self._database.reading() as db:
            return await _includes(db, group_id, account, roles)

    async def add(self, group_id: int, organiser: Organiser, at: datetime, by: str = "") -> bool:
        """Name an organiser; False if they were one already. Raises NotFound where there is no such group."""
        async with self._database.writing() as db:
            await schedule_of(db, group_id)
            return await add_organiser(db, group_id, organiser, at, by)

    async def remove(
        self, group_id: int, organiser: Organiser, at: datetime, by: str = "", *, last: bool = False
    ) -> bool:
        """Name them no longer; False if they were not. Raises LastOrganiser for the last one, unless `last` may go."""
        async with self._database.writing() as db:
            await schedule_of(db, group_id, lock=True)
            if not changed_rows(await db.execute(delete(o).where(_is(group_id, organiser)))):
                return False
            left = select(func.count()).select_from(o).where(o.c.group_id == group_id)
            if not last and not (await db.execute(left)).scalar_one():
                raise LastOrganiser
            await add_entry(db, group_id, AuditEntry(by, "organiser removed", {"name": organiser.name}, at))
            return True


async def add_organiser(db: AsyncConnection, group_id: int, organiser: Organiser, at: datetime, by: str) -> bool:
    """As `OrganiserTable.add`, within a transaction."""
    account = organiser.account
    made = insert_into(db, o).values(
        group_id=group_id,
        platform=account.platform,
        workspace=account.workspace,
        kind=organiser.kind,
        external_id=account.id,
        name=organiser.name,
        at=at,
    )
    if (await db.execute(made.on_conflict_do_nothing().returning(o.c.external_id))).first() is None:
        return False
    await add_entry(db, group_id, AuditEntry(by, "organiser added", {"name": organiser.name}, at))
    return True


async def _includes(db: AsyncConnection, group_id: int, account: Account, roles: Sequence[str]) -> bool:
    i = t.identities
    member = select(i.c.member_id).where(
        i.c.group_id == group_id,
        i.c.platform == account.platform,
        i.c.workspace == account.workspace,
        i.c.external_id == account.id,
    )
    linked = select(i.c.member_id).where(
        i.c.group_id == o.c.group_id,
        i.c.platform == o.c.platform,
        i.c.workspace == o.c.workspace,
        i.c.external_id == o.c.external_id,
        i.c.member_id.in_(member),
    )
    here = and_(o.c.platform == account.platform, o.c.workspace == account.workspace)
    person = and_(o.c.kind == "person", or_(and_(here, o.c.external_id == account.id), linked.exists()))
    role = and_(here, o.c.kind == "role", o.c.external_id.in_(roles))
    wanted = select(o.c.external_id).where(o.c.group_id == group_id, or_(person, role)).limit(1)
    return (await db.execute(wanted)).first() is not None


def _is(group_id: int, organiser: Organiser) -> ColumnElement[bool]:
    account = organiser.account
    return and_(
        o.c.group_id == group_id,
        o.c.platform == account.platform,
        o.c.workspace == account.workspace,
        o.c.kind == organiser.kind,
        o.c.external_id == account.id,
    )
