"""Tables as spreadsheets save them: a question and an answer in each row, options beside them if there are any."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from study.course import Option
from study.notes.banks.bank import Bank, words_of
from study.notes.encoding import NotesError
from study.notes.entries import Notes
from study.notes.forms.tables import ANSWER_HEADS, QUESTION_HEADS
from study.notes.questions.options import choose

_ENDINGS = (".csv", ".tsv", ".tab")
_SEPARATORS = "\t;,|"
_MARKS = "abcdefghijklmnopqrstuvwxyz123456"
_OPTION_HEADS = frozenset(
    (*"abcdef", *(f"{word}{gap}{mark}" for word in ("option", "choice") for gap in (" ", "") for mark in _MARKS))
)
FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet takes for a formula, or has guarded against that with a quotation mark before it."""
_DIRECTIVES = ("sep=", "#separator:", "#html:", "#tags", "#deck", "#notetype")


def is_spreadsheet(name: str, text: str) -> bool:
    """Whether a file is a table by its name, or an Anki export by its first line."""
    return name.casefold().endswith(_ENDINGS) or text.startswith(("sep=", "#separator:"))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns ask, answer and offer, and how many rows stand above the first question."""

    asked: int
    answered: int
    options: tuple[int, ...]
    above: int


def read_spreadsheet(text: str) -> Notes:
    """The questions of a table. Raises NotesError where no column asks."""
    lines = text.split("\n")
    body = "\n".join(line for line in lines if not line.startswith(_DIRECTIVES))
    try:
        read = list(csv.reader(io.StringIO(body), delimiter=_separator(lines)))
    except csv.Error as error:
        raise NotesError(f"It cannot be read as a table ({error}).") from None
    rows = [[words_of(_unguarded(cell)) for cell in row] for row in read if any(row)]
    columns = _columns(rows[0] if rows else [])
    bank = Bank()
    for number, row in enumerate(rows[columns.above :], start=columns.above + 1):
        if max(columns.asked, columns.answered) < len(row):
            _ask(bank, row, columns, number)
        else:
            bank.leave(number, "A row with too few columns")
    return bank.notes


def _columns(head: Sequence[str]) -> _Columns:
    """What the columns are by their heads; without any, the first asks and the second answers. Raises NotesError."""
    names = [cell.casefold().strip(" :*") for cell in head]
    asked, answered = _column(names, QUESTION_HEADS), _column(names, ANSWER_HEADS)
    if asked is not None and answered is not None:
        offers = (index for index, name in enumerate(names) if name in _OPTION_HEADS and index != answered)
        return _Columns(asked, answered, tuple(offers), 1)
    if len(names) < 2:
        raise NotesError("It is a table of one column; questions and answers need a column each.")
    return _Columns(0, 1, (), 0)


def _ask(bank: Bank, row: Sequence[str], columns: _Columns, number: int) -> None:
    listed = tuple(Option(row[index]) for index in columns.options if index < len(row) and row[index])
    chosen = choose(listed, row[columns.answered]) if len(listed) > 1 else None
    bank.ask(row[columns.asked], row[columns.answered], number, *(chosen or ()))


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell[1:]) else cell


def _separator(lines: Sequence[str]) -> str:
    """The sign between columns: the one that is named, or the one that most of the first lines have."""
    if lines[0].startswith("sep="):
        return lines[0][4:5] or ","
    if lines[0].startswith("#separator:"):
        named = lines[0].removeprefix("#separator:").strip().casefold()
        return {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}.get(named, named[:1] or "\t")
    first = [line for line in lines[:20] if line.strip()]
    return max(_SEPARATORS, key=lambda sign: sum(sign in line for line in first))


def _column(head: Sequence[str], names: Sequence[str]) -> int | None:
    return next((head.index(name) for name in names if name in head), None)
