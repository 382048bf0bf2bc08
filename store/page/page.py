"""All that the browser page remembers, in parts."""

from __future__ import annotations

import asyncio
from pathlib import Path

from store.database.connection import Database
from store.page.importing import read_log, set_aside, take_in
from store.page.messages import PageMessages
from store.page.people import PagePeople
from store.page.reports import ReportTable
from store.page.sessions import PageSessions


class Page:
    """The page of this installation, which is its workspace: however many processes serve it, there is one."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database = database
        self.workspace = workspace
        self.people = PagePeople(database)
        self.messages = PageMessages(database)
        self.sessions = PageSessions(database)
        self.reports = ReportTable(database)

    async def take_in_log(self, path: Path) -> None:
        """Take in the file in which the page once kept its talk, if it is there, and set it aside. Raises StoreError.

        Posts keep their place, talk its author; people are given new ids, and what they answered goes with them. A file
        that was taken in already, before a crash, is only set aside.
        """
        log = await asyncio.to_thread(read_log, path)
        if log is not None:
            async with self._database.writing() as db:
                await take_in(db, log, self.workspace)
            await asyncio.to_thread(set_aside, path)
