"""Question banks of other programs, each read by a small reader, or refused in a sentence."""

from __future__ import annotations

from study.notes.banks.aiken import is_aiken, read_aiken
from study.notes.banks.anki import read_anki
from study.notes.banks.gift import is_gift, read_gift
from study.notes.banks.moodle import is_moodle, read_moodle
from study.notes.banks.notebook import is_notebook, read_notebook
from study.notes.banks.spreadsheet import is_spreadsheet, read_spreadsheet
from study.notes.encoding import NotesError, decode
from study.notes.entries import Notes
from study.notes.reader import read_notes
from study.texts import _, noop

__all__ = ["read_file"]

_REFUSED = {
    b"%PDF": noop("It is a PDF; export or copy its text as Markdown or plain text and import that."),
    b"\xd0\xcf\x11\xe0": noop("It is a file of an old office program; save it as CSV or plain text and import that."),
}


def read_file(name: str, content: bytes) -> Notes:
    """What a file holds, whichever of the forms it has that are read. Raises NotesError."""
    for magic, sentence in _REFUSED.items():
        if content.startswith(magic):
            raise NotesError(_(sentence))
    if content.startswith(b"PK\x03\x04"):
        return read_anki(content)
    text = decode(content)
    if is_notebook(text):
        return read_notebook(text)
    if is_moodle(text):
        return read_moodle(text)
    if is_spreadsheet(name, text):
        return read_spreadsheet(text)
    if is_aiken(text):
        return read_aiken(text)
    if is_gift(name, text):
        return read_gift(text)
    return read_notes(text)
