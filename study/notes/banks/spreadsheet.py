"""Tables as spreadsheets save them: a question and an answer in each row, options beside them if there are any."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile

from study.course import Option
from study.notes.banks.bank import Bank, words_of
from study.notes.encoding import NotesError
from study.notes.entries import Notes
from study.notes.forms.tables import ANSWER_HEADS, QUESTION_HEADS
from study.notes.questions.options import choose
from study.texts import _

_ENDINGS = (".csv", ".tsv", ".tab")
_SEPARATORS = "\t;,|"
_NAMED = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_MARKS = "abcdefghijklmnopqrstuvwxyz123456"
_OPTION_HEADS = frozenset(
    (*"abcdef", *(f"{word}{gap}{mark}" for word in ("option", "choice") for gap in (" ", "") for mark in _MARKS))
)
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - Excel set to Japanese reads wide signs as it does the others
"""What a spreadsheet takes for a formula, or has guarded against that with a quotation mark before it."""
_DIRECTIVE = re.compile(
    r"#(?P<key>separator|html|columns|if matches|(?:tags|deck|notetype|guid)(?: column)?)[ \t]*:[ \t]*(?P<value>.*)"
)


def is_spreadsheet(name: str, text: str) -> bool:
    """Whether a file is a table by its name, or an Anki export by its first line."""
    return name.casefold().endswith(_ENDINGS) or text.startswith("sep=") or _DIRECTIVE.match(text) is not None


@dataclass(frozen=True, slots=True)
class Preamble:
    """What a file says of itself above its rows: the sign between columns, their heads, those that hold no text."""

    lines: int = 0
    separator: str = ""
    heads: str = ""
    aside: frozenset[int] = frozenset()
    by_anki: bool = False

    @classmethod
    def by(cls, lines: Sequence[str]) -> Preamble:
        """The lines at the top that are no rows, read."""
        if lines[0].startswith("sep="):
            return cls(1, lines[0][4:5] or ",")
        told = list(takewhile(bool, (_DIRECTIVE.match(line.rstrip("\r")) for line in lines)))
        said = {each["key"]: each["value"] for each in told if each is not None}
        named = said.get("separator", "").strip().casefold()
        separator = _NAMED.get(named, named[:1] or "\t") if "separator" in said else ""
        columns = (value for key, value in said.items() if key.endswith(" column"))
        aside = frozenset(int(value) - 1 for value in columns if value.strip().isdecimal())
        return cls(len(told), separator, said.get("columns", ""), aside, bool(told))


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
    told = Preamble.by(lines)
    body = "\n".join((*([told.heads] if told.heads else []), *lines[told.lines :]))
    try:
        read = list(csv.reader(io.StringIO(body), delimiter=told.separator or _separator(lines)))
    except csv.Error as error:
        raise NotesError(_("It cannot be read as a table ({fault}).", fault=error)) from None
    rows = [[_unguarded(cell) for cell in row] for row in read if any(row)]
    columns = _columns(rows[0] if rows else [], told.aside)
    bank = Bank()
    for number, row in enumerate(rows[columns.above :], start=columns.above + 1):
        if max(columns.asked, columns.answered) >= len(row):
            bank.tell(number, _("A row with too few columns was left out."))
        elif told.by_anki:
            bank.card(row[columns.asked], row[columns.answered], number)
        else:
            _ask(bank, row, columns, number)
    return bank.notes


def _columns(head: Sequence[str], aside: Collection[int]) -> _Columns:
    """What the columns are by their heads; without any, the first asks and the second answers. Raises NotesError."""
    names = [words_of(cell).casefold().strip(" :*#") for cell in head]
    asked, answered = _column(names, QUESTION_HEADS), _column(names, ANSWER_HEADS)
    if asked is not None and answered is not None:
        offers = (index for index, name in enumerate(names) if name in _OPTION_HEADS and index != answered)
        return _Columns(asked, answered, tuple(offers), 1)
    texts = [index for index in range(len(names)) if index not in aside]
    if len(texts) < 2:
        raise NotesError(_("It is a table of one column; questions and answers need a column each."))
    return _Columns(texts[0], texts[1], (), 0)


def _ask(bank: Bank, cells: Sequence[str], columns: _Columns, number: int) -> None:
    row = [words_of(cell) for cell in cells]
    listed = tuple(Option(row[index]) for index in columns.options if index < len(row) and row[index])
    chosen = choose(listed, row[columns.answered]) if len(listed) > 1 else None
    bank.ask(row[columns.asked], row[columns.answered], number, *(chosen or ()))


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell[1:]) else cell


def _separator(lines: Sequence[str]) -> str:
    """The sign between columns: the one that most of the first lines have."""
    first = [line for line in lines[:20] if line.strip()]
    return max(_SEPARATORS, key=lambda sign: sum(sign in line for line in first))


def _column(head: Sequence[str], names: Sequence[str]) -> int | None:
    return next((head.index(name) for name in names if name in head), None)
