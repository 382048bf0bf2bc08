"""How long records are kept that nobody reads again, so that no table grows for ever without a reason.

What people wrote has a retention of its own (store.members.kept). Here is what the program wrote: letters and edits
that are settled, notices that were told, what was changed in a group, and what has expired.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, delete, func, or_, select

from store.database import page_tables as p
from store.database import tables as t
from store.database.connection import Database, changed_rows
from store.outbox.delivery import EDITS

TURN = 500
"""So many rows are deleted in one turn at the database, so that nobody waits for it."""


def _settled_deliveries(before: datetime) -> ColumnElement[bool]:
    """Letters and edits. A post and what is said under it stay: edits and threads find them by their message ids.

    A pin stays: it is undone by the next one, however late that comes.
    """
    d = t.deliveries
    passing = or_(d.c.member_id.is_not(None), and_(d.c.kind.in_(EDITS), d.c.kind != "pin"))
    return and_(d.c.state.in_(("sent", "dead")), d.c.created < before, passing)


def _told_notices(before: datetime) -> ColumnElement[bool]:
    """Told ones, but for each group's last: by it the same sentence is not told over and over."""
    n = t.notices
    last = select(func.max(n.c.id)).group_by(n.c.group_id)
    return and_(n.c.told_at < before, n.c.id.not_in(last))


RECORDS: Sequence[tuple[Table, Callable[[datetime], ColumnElement[bool]]]] = (
    (t.deliveries, _settled_deliveries),
    (t.notices, _told_notices),
    (t.audit, lambda before: t.audit.c.at < before),
)
"""What goes after a time that is a setting."""

EXPIRING: Sequence[Table] = (t.codes, p.sessions, p.invitations)
"""What says itself until when it is good."""

LASTING: Mapping[Table, str] = {
    t.meta: "facts under names of the program's own",
    t.groups: "as many as there are",
    t.slots: "as many as a group has",
    t.channels: "as many as groups read in",
    t.organisers: "as many as a group names",
    t.members: "as many as take part; erasure takes them out",
    t.identities: "as many as members have accounts",
    t.rounds: "the agenda follows from them, and a slot is unique by them",
    t.posts: "the agenda, the archive and every answer follow from them",
    t.answers: "the leaderboard and a person's own history; retention clears their words",
    t.best: "the leaderboard, one for each post and member",
    t.tallies: "the leaderboard, one for each month and member",
    t.meetings: "one a week for each group; whose turn it is follows from them",
    t.attendances: "one for each meeting and member",
    t.departed: "the counts of people who were erased, one for each post",
    t.picks: "a few for each post",
    t.practice: "what to review follows from it; retention clears its words",
    t.disputes: "a person's own history; retention clears their words",
    t.marks: "what grades a question in a group; retention deletes them",
    t.asked: "a person's own history; retention deletes them",
    t.proposals: "a person's own history; retention deletes them",
    t.known: "what organisers added to look up",
    t.erasures: "a backup of any age forgets people again by them",
    p.people: "as many as are on the page",
    p.messages: "the posts of the page; retention deletes its talk",
    p.blobs: "gone with the last message that shows them",
    p.uses: "gone with their message",
    p.reports: "gone with their message",
    p.changes: "one row",
}
"""Every other table, and why it is kept or cannot grow without end."""


class RetentionTable:
    """The end of records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def forget_expired(self, now: datetime) -> int:
        """Delete codes, sessions and invitations that are good no more, used ones too; how many."""
        async with self._database.writing() as db:
            gone = [await db.execute(delete(table).where(table.c.expires < now)) for table in EXPIRING]
            return sum(map(changed_rows, gone))

    async def purge(self, before: datetime) -> int:
        """Delete records from before a time, in small turns; how many. Cut off, the next call goes on."""
        return sum([await self._purge(table, old(before)) for table, old in RECORDS])

    async def _purge(self, table: Table, old: ColumnElement[bool]) -> int:
        gone, last = 0, 0
        while True:
            oldest = select(table.c.id).where(table.c.id > last, old).order_by(table.c.id).limit(TURN)
            async with self._database.reading(long=True) as db:
                ids = list((await db.execute(oldest)).scalars())
            if not ids:
                return gone
            async with self._database.writing() as db:
                gone += changed_rows(await db.execute(delete(table).where(table.c.id.in_(ids), old)))
            last = ids[-1]
