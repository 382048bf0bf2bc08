"""Anki's decks: a zip archive with a database in it, of cards with gaps, and cards with a front and a back."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing

from study.notes.banks.archive import UNOPENED
from study.notes.banks.bank import Bank
from study.notes.encoding import NotesError
from study.notes.entries import Notes
from study.texts import _

LARGEST = 100_000_000
"""Bytes of a deck's database that are unpacked; one of twenty thousand notes has a quarter of it."""
MOST = 50_000
"""Notes of a deck that are read."""
_SOUND = re.compile(r"\[sound:[^\]]*\]")


def read_anki(content: bytes) -> Notes:
    """The notes of a deck. Raises NotesError."""
    bank = Bank()
    for number, fields in enumerate(_fields(_database(content)), start=1):
        front, back, *_others = [*(_SOUND.sub("", each) for each in fields), "", ""]
        bank.card(front, back, number)
    return bank.notes


def _database(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {info.filename: info for info in archive.infolist()}
            if "collection.anki21b" in names and "collection.anki21" not in names:
                raise NotesError(_("It is a deck of the new form; export it with “Support older Anki versions”."))
            info = names.get("collection.anki21") or names.get("collection.anki2")
            if info is None:
                raise NotesError(_("It is an archive without notes of its own; unpack it and import the files in it."))
            if info.file_size > LARGEST:
                raise NotesError(_("Its notes are far too large to be unpacked."))
            with archive.open(info) as packed:
                unpacked = packed.read(LARGEST + 1)
    except NotesError:
        raise
    except UNOPENED:
        raise NotesError(_("It is an archive that cannot be opened.")) from None
    if len(unpacked) > LARGEST:
        raise NotesError(_("Its notes are far too large to be unpacked."))
    return unpacked


def _fields(database: bytes) -> Iterator[list[str]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.deserialize(database)
            rows = connection.execute("SELECT flds FROM notes ORDER BY id LIMIT ?", (MOST,)).fetchall()
        except (sqlite3.Error, OverflowError):
            raise NotesError(_("It is a deck whose notes cannot be read.")) from None
    yield from (str(fields).split("\x1f") for (fields,) in rows)
