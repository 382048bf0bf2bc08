"""From a row of a table to the numbers a network takes; training and the service use the same."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from models.bundles.input_spec import NumberColumn, TableInput
from models.errors import RowError
from models.inference.prepare import Array

Given = Mapping[str, object]
"""A row as somebody gives it: cells by their columns' names."""
_MOST = 1e30  # beyond it, float32 ends


class RowReader:
    """Reads rows of one table. A cell that is left out, None, NaN or "" is not given."""

    def __init__(self, spec: TableInput) -> None:
        self.spec = spec
        self._columns = {name.casefold(): name for name in spec.names}
        self._codes = [{value: at for at, value in enumerate(column.values, 1)} for column in spec.categories]
        self._alike: list[dict[str, int]] = [
            {value.casefold(): code for value, code in codes.items()} for codes in self._codes
        ]

    def __call__(self, row: Given) -> tuple[Array, list[str]]:
        """The codes, then the numbers, in float32 as 1 x 1 x channels, and what ought to be said of the row.

        Raises RowError where a column is not known or a cell cannot be read as a number.
        """
        cells, notes = self._by_column(row), list[str]()
        codes = [self._code(at, cells.get(column.name), notes) for at, column in enumerate(self.spec.categories)]
        numbers = []
        for column in self.spec.numbers:
            given = _number(column, cells.get(column.name), notes)
            if column.learned_gaps:
                codes.append(2 if given is None else 1)
            numbers.append(((column.usual if given is None else given) - column.mean) / column.std)
        return np.array([[[*codes, *numbers]]], np.float32), notes

    def _by_column(self, row: Given) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, cell in row.items():
            column = self._columns.get(name.strip().casefold())
            if column is None:
                there = ", ".join(self.spec.names[:30])
                raise RowError(f"There is no column called {name[:60]!r}; there are: {there}.")
            if column in found:
                raise RowError(f"{column} is given twice.")
            found[column] = cell
        return found

    def _code(self, at: int, cell: object, notes: list[str]) -> int:
        column, word = self.spec.categories[at], word_of(cell)
        code = self._codes[at].get(word) or self._alike[at].get(word.casefold())
        if code is not None:
            return code
        if word:
            notes.append(f"The model has never seen {word[:60]!r} as {column.name}.")
            return 0
        if column.learned_gaps:
            return 0
        notes.append(f"{column.name} is not given: {column.usual}, the commonest, is taken.")
        return self._codes[at][column.usual]


def word_of(cell: object) -> str:
    """A cell as a word; empty where it is none. A whole number is written without a point, as in a table."""
    if isinstance(cell, float):
        if math.isnan(cell):
            return ""
        cell = int(cell) if cell.is_integer() else cell
    return "" if cell is None else str(cell).strip()


def _number(column: NumberColumn, cell: object, notes: list[str]) -> float | None:
    """The number in a cell, None where none is given. A comma before decimals is taken as people type it."""
    text = word_of(cell)
    if not text:
        if not column.learned_gaps:
            notes.append(f"{column.name} is not given: {column.usual:.6g}, the middle one, is taken.")
        return None
    try:
        number = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) > _MOST:
        raise RowError(f"{column.name} must be a number; {text[:60]!r} is none.")
    if not column.least <= number <= column.most:
        learned = f"it learned from {column.least:.6g} to {column.most:.6g}"
        notes.append(f"{column.name} = {number:.6g} is beyond what the model knows: {learned}.")
    return number
