"""The tables and lists beside pictures, as people's programs write them: any of Excel's encodings and separators."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from models.errors import DataError

FILE = "file"
_NAMED = 20  # lines, in one sentence
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - Excel set to Japanese reads these too


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it ends on, the picture's file as written, and the other cells by column."""

    line: int
    file: str
    cells: dict[str, str]
    decimal_comma: bool

    def number(self, column: str) -> float:
        """What a cell says, not a number where it says none. Between semicolons a comma may stand before decimals."""
        text = self.cells[column]
        try:
            return float(text.replace(",", ".") if self.decimal_comma else text)
        except ValueError:
            return math.nan


def read_table(path: Path) -> list[Row]:
    """A table with a column called file and others. Raises DataError, naming each line that cannot be one."""
    if not path.is_file():
        raise DataError(f"{path.parent} holds no {path.name}, which this kind of model needs.")
    text = read_text(path)
    separator = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restkey="", restval="")
    try:
        columns = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = columns
        rows = [
            Row(
                reader.line_num,
                cells.pop(FILE, "").strip(),
                {name: unguarded(str(cell)) for name, cell in cells.items()},
                separator != ",",
            )
            for cells in reader
        ]
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num + 1}: it cannot be read as a table ({error}).") from None
    if not rows or FILE not in columns:
        raise DataError(f"{path} must be a table with a column called file.")
    if twice := [name for name in columns if columns.count(name) > 1]:
        raise DataError(f"{path} has two columns called {twice[0]!r}.")
    refuse(path, [row.line for row in rows if not row.file], "name a picture in the column file")
    refuse(path, [row.line for row in rows if "" in row.cells], "there is more than the table has columns for")
    return rows


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, marked as that by a quotation mark; numbers are none."""
    try:
        float(cell)
    except ValueError:
        return f"'{cell}" if _FORMULA.match(cell) else cell
    return cell


def unguarded(cell: str) -> str:
    """A cell without the mark that guarded it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def refuse(path: Path, lines: Iterable[int], why: str) -> None:
    """Raise DataError where there are such lines."""
    if wrong := [str(line) for line in lines]:
        some = f"line{'s' * (len(wrong) > 1)} {', '.join(wrong[:_NAMED])}{' …' * (len(wrong) > _NAMED)}"
        raise DataError(f"{path}, {some}: {why}.")


def read_text(path: Path) -> str:
    """A text file in any encoding that Excel writes: UTF-8 and UTF-16 with their marks, or Windows-1252."""
    data = path.read_bytes()
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise DataError(f"{path} is written in an encoding that is not known here: save it as UTF-8.")
