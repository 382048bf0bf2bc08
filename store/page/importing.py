"""A message log of before, when the page kept a file of its own, is taken in once; its people keep their answers."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import page_tables as p
from store.database import tables as t
from store.database.connection import insert_into
from store.errors import DatabaseDamaged
from store.page.changes import next_rev, turn
from store.page.messages import Blob, digests, use
from store.page.people import free_name

FORMER_WORKSPACE = "local"
_CALLED_BEFORE = {"Shown": "Image", "Listing": "BulletList", "Facts": "Fields"}
_PEOPLE = "SELECT id, name, organiser, zone, joined_at FROM members ORDER BY id"
_MESSAGES = (
    "SELECT id, key, channel, reader, anchor, author, said, body, created_at, edited_at FROM messages ORDER BY rev"
)


@dataclass(frozen=True, slots=True)
class Log:
    """What stood in the file. `mark` tells it from any other."""

    mark: str
    people: Sequence[tuple[Any, ...]]
    messages: Sequence[tuple[Any, ...]]
    blobs: Mapping[str, Blob]


async def take_in(db: AsyncConnection, log: Log, workspace: str) -> None:
    """Take a log in, unless that was done before."""
    await turn(db)
    marked = insert_into(db, t.meta).values(key=f"page-imported:{log.mark}", value=workspace)
    if (await db.execute(marked.on_conflict_do_nothing().returning(t.meta.c.key))).first() is not None:
        await _messages(db, log, await _people(db, log, workspace))


def set_aside(path: Path) -> None:
    """Put the file where nobody takes it for the page any more."""
    path.rename(path.with_name(f"{path.name}.imported"))
    for tail in ("-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)


def read_log(path: Path) -> Log | None:
    """What stands in the file; None where there is none. Raises DatabaseDamaged."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path)) as base:
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            blobs = [Blob(*row) for row in base.execute("SELECT digest, name, content_type, data FROM blobs")]
            people, messages = base.execute(_PEOPLE).fetchall(), base.execute(_MESSAGES).fetchall()
    except sqlite3.Error as error:
        raise DatabaseDamaged(str(path)) from error
    mark = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return Log(mark, people, messages, {one.digest: one for one in blobs})


async def _people(db: AsyncConnection, log: Log, workspace: str) -> dict[int, str]:
    """The new ids of the log's people; their accounts in groups are called by them from now on."""
    i, ids = t.identities, dict[int, str]()
    for number, name, organiser, zone, joined in log.people:
        ids[number] = secrets.token_hex(8)
        shown = await free_name(db, name)
        made = insert(p.people).values(
            id=ids[number],
            name=shown,
            folded=shown.casefold(),
            organiser=bool(organiser),
            zone=zone,
            former=str(number),
            joined=_time(joined),
        )
        await db.execute(made)
        account = update(i).where(
            i.c.platform == "browser", i.c.workspace == FORMER_WORKSPACE, i.c.external_id == str(number)
        )
        await db.execute(account.values(workspace=workspace, external_id=ids[number]))
        letters = update(t.deliveries).where(t.deliveries.c.platform == "browser", t.deliveries.c.person == str(number))
        await db.execute(letters.values(person=ids[number]))
    return ids


async def _messages(db: AsyncConnection, log: Log, people: Mapping[int, str]) -> None:
    m, d = p.messages, t.deliveries
    ids, anchored = dict[int, int](), list[tuple[int, int]]()
    for number, key, channel, reader, anchor, author, said, body, created, edited in log.messages:
        known = (await db.execute(select(m.c.id).where(m.c.key == key))).scalar()
        if known is not None or (reader is not None and reader not in people):
            continue
        content = json.loads(body, object_hook=_renewed)
        made = insert(m).values(
            key=key,
            channel=channel,
            reader=people.get(reader),
            author=people.get(author),
            said=said,
            body=json.dumps(content),
            rev=await next_rev(db),
            created=_time(created),
            edited=_time(edited) if edited else None,
        )
        ids[number] = (await db.execute(made.returning(m.c.id))).scalar_one()
        if anchor is not None:
            anchored.append((number, anchor))
        await use(db, ids[number], content, [log.blobs[one] for one in digests(content) if one in log.blobs])
    for number, anchor in anchored:
        await db.execute(update(m).where(m.c.id == ids[number]).values(anchor=ids.get(anchor)))
    sent = select(d.c.id, d.c.message_id).where(d.c.platform == "browser", d.c.message_id != "")
    for row in (await db.execute(sent)).all():
        if row.message_id.isdigit() and int(row.message_id) in ids:
            await db.execute(update(d).where(d.c.id == row.id).values(message_id=str(ids[int(row.message_id)])))


def _renewed(written: dict[str, Any]) -> dict[str, Any]:
    """One object of a message in today's words: logs keep what was written under earlier names."""
    if "press" in written:
        written["action"] = written.pop("press")
    if written.get("is") in _CALLED_BEFORE:
        written["is"] = _CALLED_BEFORE[written["is"]]
    return written


def _time(kept: str) -> datetime:
    at = datetime.fromisoformat(kept)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
