"""What the page shows and who is here, kept in one SQLite file: the browser platform is its own message server.

A message's key is unique, so posting it twice is posting it once; `rev` counts every change, so that a page which was
away asks for what came after the last change it saw.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.platforms.browser.serialisation import Blob, Json, digests, renewed
from store.database.file_lock import make_private

T = TypeVar("T")

KEPT_PRIVATE = 50
"""How many private replies each member finds again after a reload."""

_TABLES = """
CREATE TABLE IF NOT EXISTS members (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE,
  organiser INTEGER NOT NULL, zone TEXT NOT NULL, joined_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, channel TEXT NOT NULL,
  reader INTEGER, anchor INTEGER, author INTEGER, said TEXT NOT NULL, body TEXT NOT NULL,
  rev INTEGER NOT NULL, created_at TEXT NOT NULL, edited_at TEXT);
CREATE INDEX IF NOT EXISTS messages_by_rev ON messages (channel, rev);
CREATE INDEX IF NOT EXISTS messages_by_anchor ON messages (anchor);
CREATE TABLE IF NOT EXISTS blobs (
  digest TEXT PRIMARY KEY, name TEXT NOT NULL, content_type TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS uses (
  message INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (message, digest)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY CHECK (one = 1), rev INTEGER NOT NULL);
INSERT OR IGNORE INTO clock VALUES (1, 0);
"""
_COLUMNS = (
    "m.id, m.key, m.channel, m.reader, m.anchor, m.author, coalesce(p.name, ''), m.said, m.body, m.rev,"
    " m.created_at, m.edited_at"
)
_FROM = "FROM messages m LEFT JOIN members p ON p.id = m.author"


@dataclass(frozen=True, slots=True)
class Member:
    """A person of this page."""

    id: int
    name: str
    organiser: bool
    zone: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be kept. `reader` is the one member who may see it; `anchor` the message under which it stands.

    `author` is a member, or None for the bot; `said` is what the member typed or pressed to get this reply.
    """

    key: str
    channel: str
    body: Json
    blobs: Sequence[Blob] = ()
    reader: int | None = None
    anchor: int | None = None
    author: int | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is kept."""

    id: int
    key: str
    channel: str
    reader: int | None
    anchor: int | None
    author: int | None
    author_name: str
    said: str
    body: Json
    rev: int
    at: datetime
    edited_at: datetime | None


class MessageLog:
    """The message server's memory. One thread owns the file; every call is one transaction."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="browser-log")
        self._base: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open or create the file. Raises sqlite3.Error or OSError."""
        await self._call(self._open)

    async def close(self) -> None:
        """Let go of the file."""
        if self._base is not None:
            await self._call(self._base.close)
        self._thread.shutdown(wait=True)

    async def join(self, name: str, zone: str, at: datetime) -> Member | None:
        """A new member, the first of all as organiser; None where the name is taken."""
        return await self._write(lambda base: _join(base, name, zone, at))

    async def members(self) -> list[Member]:
        """Everybody, in the order in which they came."""
        rows = await self._read("SELECT id, name, organiser, zone FROM members ORDER BY id")
        return [_member(row) for row in rows]

    async def member(self, member_id: int) -> Member | None:
        """One member."""
        rows = await self._read("SELECT id, name, organiser, zone FROM members WHERE id = ?", member_id)
        return _member(rows[0]) if rows else None

    async def post(self, draft: Draft, at: datetime) -> Message:
        """Keep the message; a key that is already kept gives back the message it was kept as, unchanged."""
        return await self._write(lambda base: _post(base, draft, at))

    async def edit(self, message_id: int, body: Json, blobs: Sequence[Blob], at: datetime) -> Message | None:
        """Replace what a message shows; None where it is gone. An edit that changes nothing leaves no trace."""
        return await self._write(lambda base: _edit(base, message_id, body, blobs, at))

    async def find(self, key: str) -> int | None:
        """The message kept under the key."""
        rows = await self._read("SELECT id FROM messages WHERE key = ?", key)
        return int(rows[0][0]) if rows else None

    async def message(self, message_id: int, member_id: int | None = None) -> Message | None:
        """One message, if the member may see it."""
        seen = "(m.reader IS NULL OR m.reader = ?)"
        rows = await self._read(f"SELECT {_COLUMNS} {_FROM} WHERE m.id = ? AND {seen}", message_id, member_id)
        return _message(rows[0]) if rows else None

    async def page(self, channel: str, member_id: int, before: int | None, limit: int) -> list[Message]:
        """The latest messages a member sees, oldest first, each followed by what stands under it."""
        return await self._call(lambda: self._page(channel, member_id, before, limit))

    async def since(self, channel: str, member_id: int, rev: int) -> list[Message]:
        """What changed for a member after a change they saw, in the order in which it changed."""
        rows = await self._read(
            f"SELECT {_COLUMNS} {_FROM} WHERE m.channel = ? AND m.rev > ?"
            " AND (m.reader IS NULL OR m.reader = ?) ORDER BY m.rev",
            channel,
            rev,
            member_id,
        )
        return [_message(row) for row in rows]

    async def rev(self) -> int:
        """The number of the last change."""
        return int((await self._read("SELECT rev FROM clock"))[0][0])

    async def blob(self, digest: str) -> Blob | None:
        """A picture or document."""
        rows = await self._read("SELECT digest, name, content_type, data FROM blobs WHERE digest = ?", digest)
        return Blob(*rows[0]) if rows else None

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return await self._call(lambda: self._connection().execute(sql, values).fetchall())

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def within() -> T:
            with _transaction(self._connection()) as base:
                return work(base)

        return await self._call(within)

    def _connection(self) -> sqlite3.Connection:
        if self._base is None:
            raise sqlite3.ProgrammingError("the message log is not open")
        return self._base

    def _open(self) -> None:
        make_private(self._path)
        base = sqlite3.connect(self._path, isolation_level=None, timeout=10, check_same_thread=False)
        try:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = FULL")
            base.executescript(_TABLES)
        except sqlite3.Error:
            base.close()
            raise
        self._base = base

    def _page(self, channel: str, member_id: int, before: int | None, limit: int) -> list[Message]:
        base, seen = self._connection(), "(m.reader IS NULL OR m.reader = ?)"
        tops = base.execute(
            f"SELECT {_COLUMNS} {_FROM} WHERE m.channel = ? AND m.anchor IS NULL AND {seen}"
            " AND m.id < ? ORDER BY m.id DESC LIMIT ?",
            (channel, member_id, before if before is not None else 1 << 60, limit),
        ).fetchall()
        found = []
        for row in reversed(tops):
            found.append(_message(row))
            under = f"SELECT {_COLUMNS} {_FROM} WHERE m.anchor = ? AND {seen} ORDER BY m.id"
            found += [_message(one) for one in base.execute(under, (row[0], member_id))]
        return found


@contextmanager
def _transaction(base: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    base.execute("BEGIN IMMEDIATE")
    try:
        yield base
    except BaseException:
        base.execute("ROLLBACK")
        raise
    base.execute("COMMIT")


def _join(base: sqlite3.Connection, name: str, zone: str, at: datetime) -> Member | None:
    organiser = base.execute("SELECT count(*) FROM members").fetchone()[0] == 0
    made = base.execute(
        "INSERT INTO members (name, folded, organiser, zone, joined_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (folded) DO NOTHING RETURNING id",
        (name, name.casefold(), organiser, zone, at.isoformat()),
    ).fetchone()
    return Member(made[0], name, organiser, zone) if made else None


def _post(base: sqlite3.Connection, draft: Draft, at: datetime) -> Message:
    kept = base.execute("SELECT id FROM messages WHERE key = ?", (draft.key,)).fetchone()
    if kept is None:
        made = base.execute(
            "INSERT INTO messages (key, channel, reader, anchor, author, said, body, rev, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                draft.key,
                draft.channel,
                draft.reader,
                draft.anchor,
                draft.author,
                draft.said,
                json.dumps(draft.body),
                _next_rev(base),
                at.isoformat(),
            ),
        ).fetchone()
        _use(base, made[0], draft.body, draft.blobs)
        if draft.reader is not None:
            _prune(base, draft.reader)
        kept = made
    return _one(base, kept[0])


def _edit(base: sqlite3.Connection, message_id: int, body: Json, blobs: Sequence[Blob], at: datetime) -> Message | None:
    kept = base.execute("SELECT body FROM messages WHERE id = ?", (message_id,)).fetchone()
    if kept is None:
        return None
    if kept[0] != (text := json.dumps(body)):
        base.execute(
            "UPDATE messages SET body = ?, rev = ?, edited_at = ? WHERE id = ?",
            (text, _next_rev(base), at.isoformat(), message_id),
        )
        base.execute("DELETE FROM uses WHERE message = ?", (message_id,))
        _use(base, message_id, body, blobs)
        _sweep(base)
    return _one(base, message_id)


def _one(base: sqlite3.Connection, message_id: int) -> Message:
    return _message(base.execute(f"SELECT {_COLUMNS} {_FROM} WHERE m.id = ?", (message_id,)).fetchone())


def _next_rev(base: sqlite3.Connection) -> int:
    return int(base.execute("UPDATE clock SET rev = rev + 1 RETURNING rev").fetchone()[0])


def _use(base: sqlite3.Connection, message_id: int, body: Json, blobs: Iterable[Blob]) -> None:
    base.executemany(
        "INSERT OR IGNORE INTO blobs (digest, name, content_type, data) VALUES (?, ?, ?, ?)",
        [(one.digest, one.name, one.content_type, one.data) for one in blobs],
    )
    base.executemany("INSERT INTO uses VALUES (?, ?)", [(message_id, digest) for digest in digests(body)])


def _prune(base: sqlite3.Connection, reader: int) -> None:
    old = base.execute(
        "DELETE FROM messages WHERE reader = ? AND id NOT IN"
        " (SELECT id FROM messages WHERE reader = ? ORDER BY rev DESC LIMIT ?)",
        (reader, reader, KEPT_PRIVATE),
    )
    if old.rowcount:
        _sweep(base)


def _sweep(base: sqlite3.Connection) -> None:
    base.execute("DELETE FROM uses WHERE message NOT IN (SELECT id FROM messages)")
    base.execute("DELETE FROM blobs WHERE digest NOT IN (SELECT digest FROM uses)")


def _member(row: Sequence[Any]) -> Member:
    member_id, name, organiser, zone = row
    return Member(member_id, name, bool(organiser), zone)


def _message(row: Sequence[Any]) -> Message:
    number, key, channel, reader, anchor, author, author_name, said, body, rev, at, edited = row
    edited_at = datetime.fromisoformat(edited) if edited else None
    told = json.loads(body, object_hook=renewed)
    when = datetime.fromisoformat(at)
    return Message(number, key, channel, reader, anchor, author, author_name, said, told, rev, when, edited_at)
