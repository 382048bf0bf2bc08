"""The text of a file, whichever of the usual encodings it is in."""

from __future__ import annotations

import re

from study import StudyError
from study.texts import _

LARGEST = 5_000_000
"""Bytes of notes taken in one file; a long book has fewer."""


class NotesError(StudyError):
    """The file holds no notes that could be read; the message says why in one sentence."""


def decode(content: bytes) -> str:
    """The text of a file. Raises NotesError."""
    if len(content) > LARGEST:
        raise NotesError(
            _(
                "It is larger than {most} MB; split it into a file for each week and import those.",
                most=LARGEST // 1_000_000,
            )
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    controls = len(_CONTROL.findall(text))
    if "\x00" in text or controls > len(text) / 50:
        raise NotesError(_("It is not a text file; export the notes as Markdown or plain text and import that."))
    return text


_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")
