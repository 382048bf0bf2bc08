"""The store: everything that is remembered. The only room that knows SQL; it takes and gives `study` values.

Every method is one transaction. A method that writes has kept all of it when it returns, and nothing when it raises;
what goes wrong is a StoreError whose message is a sentence for whoever asked.
"""

from __future__ import annotations

from store.answers import Answers, Dispute, ItemRecord, NoTriesLeft, PostCount, RoundClosed
from store.base import Deed
from store.deliveries import Delivery, LeaseLost
from store.engine import LATEST, RESTORED_AT, DatabaseAway, StoreError, database_url
from store.groups import Groups, Schedule
from store.members import LINK_CODE_LIFE, Members
from store.migration import check_database, migrate
from store.tables import metadata

__all__ = [
    "LATEST",
    "LINK_CODE_LIFE",
    "RESTORED_AT",
    "DatabaseAway",
    "Deed",
    "Delivery",
    "Dispute",
    "ItemRecord",
    "LeaseLost",
    "NoTriesLeft",
    "PostCount",
    "RoundClosed",
    "Schedule",
    "Store",
    "StoreError",
    "check_database",
    "migrate",
]


class Store(Groups, Answers, Members):
    """What is remembered, open for use."""

    @classmethod
    async def open(cls, url: str, *, pool_size: int = 10, shared: bool = False) -> Store:
        """Open a database that `migrate` has brought up to date; `sqlite://` alone is a new one in memory.

        An SQLite file is kept from other processes until `close`, unless it is opened `shared`, to look at.
        """
        store = cls(database_url(url), pool_size=pool_size, shared=shared)
        try:
            await store._check()
            await store.install()
            await store.alive()
        except BaseException:
            await store.close()
            raise
        return store

    async def _check(self) -> None:
        if self.is_sqlite and self.path is None:
            async with self.writing() as db:
                await db.run_sync(metadata.create_all)
            return
        found = await self.revision()
        if found is None:
            raise StoreError("The database is empty: start once with `studybot run`, which prepares it.")
        if found > LATEST:
            raise StoreError(
                f"The database schema {found} is newer than this studybot supports ({LATEST}): "
                "update studybot, or restore a backup made before."
            )
        if found < LATEST:
            raise StoreError(
                "The database is of an older form: start once with `studybot run`, which brings it up to date."
            )
