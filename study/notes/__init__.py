"""People's Markdown notes read into questions, recap lines and prompts."""

from __future__ import annotations

from study.notes.entries import Entry, Notes, Remark
from study.notes.reading import read_notes
from study.notes.source import LARGEST, NotesError, decode

__all__ = ["LARGEST", "Entry", "Notes", "NotesError", "Remark", "decode", "read_notes"]
