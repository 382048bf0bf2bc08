"""Jupyter notebooks: their text as notes, their code as code."""

from __future__ import annotations

import json
import re

from study.notes.encoding import NotesError
from study.notes.entries import Notes
from study.notes.reader import read_notes
from study.texts import _

_OPENING = re.compile(r"\s*\{")


def is_notebook(text: str) -> bool:
    """Whether a text is a notebook."""
    return _OPENING.match(text) is not None and '"cells"' in text[:20_000]


def read_notebook(text: str) -> Notes:
    """The notes in a notebook's cells; what its code printed is left out. Raises NotesError."""
    try:
        cells = json.loads(text)["cells"]
        parts = [_part(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotesError(_("It looks like a Jupyter notebook and cannot be read as one.")) from None
    return read_notes("\n\n".join(filter(None, parts)))


def _part(kind: str, source: str) -> str:
    match kind:
        case "markdown":
            return source
        case "code":
            return f"```\n{source}\n```" if source.strip() else ""
        case _:
            return ""
