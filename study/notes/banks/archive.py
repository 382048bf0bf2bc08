"""Archives of notes, as Notion and Obsidian export them: the files in them that hold notes, within limits."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from study.notes.encoding import LARGEST, NotesError
from study.texts import _

MOST_FILES = 3000
"""Files of an archive, pictures and all."""
MOST_BYTES = 40_000_000
"""Bytes of the notes in an archive when they are unpacked; a thick book has one of forty."""
DEEPEST = 1
"""Archives within an archive that are opened: Notion packs its export twice."""
ENDINGS = frozenset((".md", ".markdown", ".txt", ".csv", ".tsv", ".ipynb", ".gift", ".xml"))
UNOPENED = (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, ValueError)
"""What opening a broken or a locked archive may raise."""
_DECK = frozenset(("collection.anki2", "collection.anki21", "collection.anki21b"))
_OFFICE = tuple(
    map(
        frozenset,
        (["word/document.xml"], ["xl/workbook.xml"], ["ppt/presentation.xml"], ["mimetype", "content.xml"]),
    )
)
"""Files by which Word's, Excel's, PowerPoint's and LibreOffice's documents are known: archives that hold no notes."""
_NOTION_ID = re.compile(r"[0-9a-f]{32}")


def is_archive(content: bytes) -> bool:
    """Whether a file is an archive of other files, and no deck of cards."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _DECK.isdisjoint(archive.namelist())
    except UNOPENED:
        return False


def unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The notes in an archive, each with its bare name, in the order of their paths. Raises NotesError."""
    room = [MOST_FILES, MOST_BYTES]
    try:
        yield from _files(content, room, DEEPEST)
    except NotesError:
        raise
    except UNOPENED:
        raise NotesError(_("It is an archive that cannot be opened.")) from None


def _files(content: bytes, room: list[int], deeper: int) -> Iterator[tuple[str, bytes]]:
    """The notes in an archive. `room` is how many files and bytes may still come, of all archives together."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
        if any(document <= {info.filename for info in infos} for document in _OFFICE):
            raise NotesError(
                _("It is a document of an office program; save it as plain text, Markdown or CSV and import that.")
            )
        room[0] -= len(infos)
        if room[0] < 0:
            raise NotesError(_("It is an archive of more than {count} files; pack the notes alone.", count=MOST_FILES))
        for info in sorted(infos, key=lambda one: one.filename):
            path = PurePosixPath(info.filename)
            inner = deeper > 0 and path.suffix == ".zip"
            if info.is_dir() or _hidden(path) or not (inner or path.suffix.casefold() in ENDINGS):
                continue
            data = _bytes(archive, info, room, MOST_BYTES if inner else LARGEST)
            if inner:
                yield from _files(data, room, deeper - 1)
            else:
                yield _name(path), data


def _name(path: PurePosixPath) -> str:
    """The bare name of a file, without the number that Notion gives to each."""
    stem = path.stem.removesuffix("_all")
    return f"{stem[:-32].rstrip()}{path.suffix}" if len(stem) > 32 and _NOTION_ID.fullmatch(stem[-32:]) else path.name


def _hidden(path: PurePosixPath) -> bool:
    """Whether a file is a program's own, such as those of Obsidian and of a Mac."""
    return any(part.startswith((".", "__MACOSX")) for part in path.parts)


def _bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: list[int], most: int) -> bytes:
    """A file, read no further than it may go, whatever it says of its size."""
    with archive.open(info) as packed:
        data = packed.read(min(most, room[1]) + 1)
    room[1] -= len(data)
    if len(data) > most or room[1] < 0:
        raise NotesError(_("Its notes are far too large to be unpacked."))
    return data
