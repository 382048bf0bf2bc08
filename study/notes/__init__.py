"""People's Markdown notes read into questions, recap lines and prompts."""

from __future__ import annotations

from study.notes.banks import read_file
from study.notes.banks.archive import is_archive, unpacked
from study.notes.encoding import LARGEST, NotesError, decode
from study.notes.entries import Entry, Notes, Remark
from study.notes.reader import read_notes
from study.notes.tasks import left_to_reader, to_do

__all__ = [
    "LARGEST",
    "Entry",
    "Notes",
    "NotesError",
    "Remark",
    "decode",
    "is_archive",
    "left_to_reader",
    "read_file",
    "read_notes",
    "to_do",
    "unpacked",
]
