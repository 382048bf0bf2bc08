"""Tables as spreadsheets save them: a question and an answer in each row, options beside them if there are any."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from study.course import Option
from study.notes.banks.bank import Bank, words_of
from study.notes.encoding import NotesError
from study.notes.entries import Notes
from study.notes.forms.tables import ANSWER_HEADS, QUESTION_HEADS
from study.notes.questions.options import choose

_ENDINGS = (".csv", ".tsv", ".tab")
_SEPARATORS = "\t;,|"
_OPTION_HEADS = tuple(
    f"{word}{sign}{mark}" for word in ("option", "choice") for sign in (" ", "") for mark in "abcdef123456"
)
_LETTERS = tuple("abcdef")


def is_spreadsheet(name: str, text: str) -> bool:
    """Whether a file is a table by its name, or an Anki export by its first line."""
    return name.casefold().endswith(_ENDINGS) or text.startswith(("sep=", "#separator:"))


def read_spreadsheet(text: str) -> Notes:
    """The questions of a table. Raises NotesError where no column asks."""
    lines = text.split("\n")
    separator = _separator(lines)
    body = [
        line for line in lines if not line.startswith(("sep=", "#separator:", "#html:", "#tags", "#deck", "#notetype"))
    ]
    try:
        rows = [
            [words_of(cell) for cell in row] for row in csv.reader(io.StringIO("\n".join(body)), delimiter=separator)
        ]
    except csv.Error as error:
        raise NotesError(f"It cannot be read as a table ({error}).") from None
    rows = [row for row in rows if any(row)]
    head = [cell.casefold().strip(" :*") for cell in rows[0]] if rows else []
    asked = _column(head, QUESTION_HEADS)
    told = _column(head, ANSWER_HEADS)
    if asked is None or told is None:
        if len(head) < 2:
            raise NotesError("It is a table of one column; questions and answers need a column each.")
        asked, told, first = 0, 1, 0
    else:
        first = 1
    options = [
        index
        for index, cell in enumerate(head)
        if first and (cell in _OPTION_HEADS or cell in _LETTERS) and index != told
    ]
    bank = Bank()
    for number, row in enumerate(rows[first:], start=first + 1):
        if max(asked, told) < len(row):
            _ask(bank, row, asked, told, options, number)
        else:
            bank.leave(number, "A row with too few columns")
    return bank.notes


def _ask(bank: Bank, row: Sequence[str], asked: int, told: int, options: Sequence[int], number: int) -> None:
    listed = tuple(Option(row[index]) for index in options if index < len(row) and row[index])
    chosen = choose(listed, row[told]) if len(listed) > 1 else None
    bank.ask(row[asked], row[told], number, *(chosen or ()))


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
    return next((index for index, cell in enumerate(head) if cell in names), None)
