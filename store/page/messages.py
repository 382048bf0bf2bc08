"""What the page shows: messages for all or for one, with pictures and documents.

A message's key is unique, so posting it twice is posting it once; `rev` counts every change, so that a page which was
away asks for what came after the last change it saw.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Row, Select, and_, delete, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import page_tables as t
from store.database.connection import Database, changed_rows, insert_into
from store.errors import NotFound
from store.page.changes import next_rev, turn
from store.page.people import sweep

Json = dict[str, Any]

KEPT_PRIVATE = 50
"""How many private replies each person finds again after a reload."""

SINCE = 200
"""How many changes are told to a page that was away; one that missed more begins anew with the latest page."""

UNDER = 30
"""How many messages stand under another at first; earlier ones are asked for."""

HIDDEN = "Hidden"
"""What the body of a message is called for whoever may not see it."""

DELETED = "Deleted"
"""What the body of a message is called whose writer took it back."""

m, p = t.messages, t.people


@dataclass(frozen=True, slots=True)
class Blob:
    """A picture or document by the digest of its bytes."""

    digest: str
    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be kept. `reader` is the one person who may see it; `anchor` the message under which it stands.

    `author` is a person, or None for the bot; `said` is what the reader typed or pressed to get this reply. Where
    `body` speaks of a blob, under the key "blob", its bytes are among `blobs`.
    """

    key: str
    channel: str
    body: Json
    blobs: Sequence[Blob] = ()
    reader: str | None = None
    anchor: int | None = None
    author: str | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is kept."""

    id: int
    key: str
    channel: str
    reader: str | None
    anchor: int | None
    author: str | None
    author_name: str
    said: str
    body: Json
    rev: int
    at: datetime
    edited_at: datetime | None
    hidden: bool = False

    def veiled(self) -> Message:
        """What is left of it for whoever may not see what was hidden: that there was something."""
        return replace(self, author=None, author_name="", said="", body={"is": HIDDEN})

    def seen_by(self, person_id: str) -> bool:
        """Whether a person may see it."""
        return self.reader in (None, person_id)

    @property
    def is_letter(self) -> bool:
        """Whether it came to one person alone, without their asking."""
        return self.reader is not None and self.anchor is None and not self.said


@dataclass(frozen=True, slots=True)
class Letters:
    """The messages that came to one person alone, without their asking: how many are not read, and where these begin.

    `first` is the first that is not read, or the newest of all; None where there are none.
    """

    unread: int
    first: int | None


class PageMessages:
    """The messages of the page. Whoever writes takes their turn, also among processes: see store.page.changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def alone(self) -> bool:
        """Whether nothing is said that did not pass through here: no other process can write."""
        return self._database.is_sqlite

    async def post(self, draft: Draft, at: datetime) -> Message:
        """Keep the message; a key that is already kept gives back the message it was kept as, unchanged.

        Raises NotFound where its reader or author is not on the page any more.
        """
        async with self._database.writing() as db:
            await turn(db)
            kept = (await db.execute(select(m.c.id).where(m.c.key == draft.key))).scalar()
            if kept is None:
                kept = await _post(db, draft, at)
            return await _one(db, kept)

    async def edit(self, message_id: int, body: Json, blobs: Sequence[Blob], at: datetime) -> Message | None:
        """Replace what a message shows; None where it is gone. An edit that changes nothing leaves no trace."""
        async with self._database.writing() as db:
            await turn(db)
            kept = (await db.execute(select(m.c.body).where(m.c.id == message_id))).scalar()
            if kept is None:
                return None
            if kept != (text := json.dumps(body)):
                values = {"body": text, "rev": await next_rev(db), "edited": at}
                await db.execute(update(m).where(m.c.id == message_id).values(**values))
                await db.execute(delete(t.uses).where(t.uses.c.message == message_id))
                await use(db, message_id, body, blobs)
                await sweep(db)
            return await _one(db, message_id)

    async def find(self, key: str) -> int | None:
        """The message kept under the key."""
        async with self._database.reading() as db:
            found: int | None = (await db.execute(select(m.c.id).where(m.c.key == key))).scalar()
            return found

    async def message(self, message_id: int, person_id: str | None = None) -> Message | None:
        """One message, if the person may see it."""
        async with self._database.reading() as db:
            row = (await db.execute(whole().where(m.c.id == message_id, _seen_by(person_id)))).first()
            return message_of(row) if row else None

    async def page(self, channel: str, person_id: str, before: int | None, limit: int) -> list[Message]:
        """The latest messages a person sees, oldest first, each followed by the latest that stand under it."""
        seen = _seen_by(person_id)
        tops = whole().where(m.c.channel == channel, m.c.anchor.is_(None), seen)
        if before is not None:
            tops = tops.where(m.c.id < before)
        async with self._database.reading() as db:
            rows = (await db.execute(tops.order_by(m.c.id.desc()).limit(limit))).all()
            below = await _below(db, [row.id for row in rows], person_id)
        return [each for row in reversed(rows) for each in (message_of(row), *below.get(row.id, ()))]

    async def under(self, anchor: int, person_id: str, before: int, limit: int) -> list[Message]:
        """The latest messages under another that a person sees, of those before one; oldest first."""
        wanted = whole().where(m.c.anchor == anchor, m.c.id < before, _seen_by(person_id))
        async with self._database.reading() as db:
            rows = (await db.execute(wanted.order_by(m.c.id.desc()).limit(limit))).all()
            return [message_of(row) for row in reversed(rows)]

    async def since(self, channel: str, rev: int, limit: int = SINCE) -> list[Message]:
        """The next changes after one, whoever may see them, in the order in which they were made."""
        wanted = whole().where(m.c.channel == channel, m.c.rev > rev)
        async with self._database.reading() as db:
            return list(map(message_of, await db.execute(wanted.order_by(m.c.rev).limit(limit))))

    async def kept_of(self, person_id: str) -> int:
        """How many bytes are kept of what a person said, and of pictures that their commands showed to everybody."""
        shown = m.c.reader.is_(None) & m.c.key.startswith(f"reply:{person_id}:", autoescape=True)
        speak = select(t.uses.c.digest).join(m, m.c.id == t.uses.c.message).where((m.c.author == person_id) | shown)
        words = select(func.sum(func.length(m.c.body))).where(m.c.author == person_id)
        pictures = select(func.sum(func.length(t.blobs.c.data))).where(t.blobs.c.digest.in_(speak))
        async with self._database.reading() as db:
            return sum([int((await db.execute(each)).scalar() or 0) for each in (words, pictures)])

    async def letters(self, channel: str, person_id: str) -> Letters:
        """What came to a person alone in a channel."""
        mine = _letters(channel, person_id)
        read = select(func.coalesce(p.c.letters_read, 0)).where(p.c.id == person_id).scalar_subquery()
        fresh = select(func.count(), func.min(m.c.id)).where(*mine, m.c.id > read)
        async with self._database.reading() as db:
            unread, first = (await db.execute(fresh)).one()
            newest = first or (await db.execute(select(func.max(m.c.id)).where(*mine))).scalar()
            return Letters(unread, newest)

    async def read_letters(self, person_id: str, up_to: int) -> bool:
        """A person has seen the messages to them alone up to this one; whether that is news."""
        further = or_(p.c.letters_read.is_(None), p.c.letters_read < up_to)
        async with self._database.writing() as db:
            seen = update(p).where(p.c.id == person_id, further).values(letters_read=up_to)
            return changed_rows(await db.execute(seen)) == 1

    async def rev(self) -> int:
        """The number of the last change."""
        async with self._database.reading() as db:
            return int((await db.execute(select(t.changes.c.rev))).scalar() or 0)

    async def blob(self, digest: str, people: Iterable[str], *, organises: bool = False) -> Blob | None:
        """A picture or document, if one of these people may see a message that speaks of it."""
        found = await self.part(digest, people, organises=organises)
        return found[0] if found else None

    async def part(
        self, digest: str, people: Iterable[str], start: int = 0, size: int | None = None, *, organises: bool = False
    ) -> tuple[Blob, int] | None:
        """A picture or document with a part of its bytes, and how many there are in all; to whom `blob` gives it."""
        b = t.blobs
        data = b.c.data if size is None else func.substr(b.c.data, start + 1, size, type_=LargeBinary)
        for_all = and_(m.c.reader.is_(None), true() if organises else m.c.hidden.is_(None))
        shown = (
            select(t.uses.c.digest)
            .join(m, m.c.id == t.uses.c.message)
            .where(t.uses.c.digest == digest, or_(for_all, m.c.reader.in_(tuple(people))))
        )
        async with self._database.reading() as db:
            wanted = select(
                b.c.digest, b.c.name, b.c.content_type, data.label("some"), func.length(b.c.data).label("all")
            )
            row = (await db.execute(wanted.where(b.c.digest == digest, b.c.digest.in_(shown)))).first()
            return (Blob(row.digest, row.name, row.content_type, row.some), row.all) if row else None


async def _post(db: AsyncConnection, draft: Draft, at: datetime) -> int:
    for person in (draft.reader, draft.author):
        if person is not None and (await db.execute(select(p.c.id).where(p.c.id == person))).first() is None:
            raise NotFound("member")
    made = insert(m).values(
        key=draft.key,
        channel=draft.channel,
        reader=draft.reader,
        anchor=draft.anchor,
        author=draft.author,
        said=draft.said,
        body=json.dumps(draft.body),
        rev=await next_rev(db),
        created=at,
    )
    message_id: int = (await db.execute(made.returning(m.c.id))).scalar_one()
    await use(db, message_id, draft.body, draft.blobs)
    if draft.reader is not None:
        await _prune(db, draft.reader)
    return message_id


async def use(db: AsyncConnection, message_id: int, body: Json, blobs: Iterable[Blob]) -> None:
    """Keep the bytes that a message speaks of, for as long as it does."""
    for one in blobs:
        made = insert_into(db, t.blobs).values(
            digest=one.digest, name=one.name, content_type=one.content_type, data=one.data
        )
        await db.execute(made.on_conflict_do_nothing())
    for digest in digests(body):
        await db.execute(insert(t.uses).values(message=message_id, digest=digest))


async def _prune(db: AsyncConnection, reader: str) -> None:
    kept = select(m.c.rev).where(m.c.reader == reader).order_by(m.c.rev.desc()).offset(KEPT_PRIVATE - 1).limit(1)
    oldest = (await db.execute(kept)).scalar()
    if oldest is not None and changed_rows(await db.execute(delete(m).where(m.c.reader == reader, m.c.rev < oldest))):
        await sweep(db)


def digests(body: object) -> frozenset[str]:
    """Every picture and document that a message speaks of."""
    if isinstance(body, dict):
        own = frozenset({body["blob"]}) if isinstance(body.get("blob"), str) else frozenset()
        return own.union(*(digests(one) for one in body.values()))
    if isinstance(body, list):
        return frozenset[str]().union(*(digests(one) for one in body))
    return frozenset()


async def _below(db: AsyncConnection, anchors: Sequence[int], person_id: str) -> dict[int, list[Message]]:
    """The latest of what stands under each of these messages for all, and what does for one person; oldest first."""
    talked = (await db.execute(select(m.c.anchor).where(m.c.anchor.in_(anchors)).distinct())).scalars().all()
    own = whole().where(m.c.reader == person_id, m.c.anchor.in_(talked))
    found = list((await db.execute(own)).all())
    for anchor in talked:  # by its index each; a database that may choose goes through all that has no reader
        public = whole().where(m.c.anchor == anchor, func.coalesce(m.c.reader, "") == "")
        found += (await db.execute(public.order_by(m.c.id.desc()).limit(UNDER))).all()
    below: dict[int, list[Message]] = {}
    for row in sorted(found, key=lambda row: row.id):
        below.setdefault(row.anchor, []).append(message_of(row))
    return below


def _seen_by(person_id: str | None) -> ColumnElement[bool]:
    return or_(m.c.reader.is_(None), m.c.reader == person_id)


def _letters(channel: str, person_id: str) -> tuple[ColumnElement[bool], ...]:
    """Not what answers something that they said or pressed."""
    return m.c.channel == channel, m.c.reader == person_id, m.c.anchor.is_(None), m.c.said == ""


def whole() -> Select[Any]:
    """Messages with the names of who wrote them."""
    return select(m, p.c.name.label("author_name")).outerjoin(p, p.c.id == m.c.author)


async def _one(db: AsyncConnection, message_id: int) -> Message:
    return message_of((await db.execute(whole().where(m.c.id == message_id))).one())


def message_of(row: Row[Any]) -> Message:
    """The message that a row tells of."""
    return Message(
        id=row.id,
        key=row.key,
        channel=row.channel,
        reader=row.reader,
        anchor=row.anchor,
        author=row.author,
        author_name=row.author_name or "",
        said=row.said,
        body=json.loads(row.body),
        rev=row.rev,
        at=row.created,
        edited_at=row.edited,
        hidden=row.hidden is not None,
    )
