"""A table to learn from, as people's programs write it: which columns say something, and what each row's answer is."""

from __future__ import annotations

import io
import random
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

import pandas as pd

from models.bundles.input_spec import LONGEST_CELL, MOST_COLUMNS
from models.bundles.manifest import LONGEST_LABEL, MOST_LABELS
from models.errors import DataError
from models.inference.rows.prepare import word_of
from models.training.config import Asked, Way
from models.training.tables import read_text, unguarded

FEWEST: Final = 20  # rows
_FEW_NUMBERS: Final = (
    20  # a column of no more whole numbers than this is one of words, as fastai's `cont_cat_split` has it
)
_MOST_WORDS: Final = 0.5  # of the rows; a column of more words than this tells rows apart and nothing else


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to learn from, whose columns are words (`categories`) or numbers, and the answer in the column `target`.

    `labels` are the answers there are, sorted; empty where the answer is a number. `passed_over` says of columns and
    rows why nothing is learned from them.
    """

    way: Way
    frame: pd.DataFrame
    target: str
    categories: tuple[str, ...]
    numbers: tuple[str, ...]
    labels: tuple[str, ...]
    passed_over: tuple[str, ...] = ()

    def split(self, valid: float, seed: int) -> tuple[list[int], list[int]]:
        """The places of the rows learned from and of those held back; rows that are the same are on one side."""
        groups = self.frame.groupby(list(self.frame.columns), dropna=False, sort=False).ngroup().to_numpy()
        order = sorted(set(groups.tolist()))
        random.Random(seed).shuffle(order)  # noqa: S311 - a reproducible split, not a secret
        held = set(order[: max(1, round(len(order) * valid))])
        places = range(len(self.frame))
        return [at for at in places if groups[at] not in held], [at for at in places if groups[at] in held]


def read(path: Path, asked: Asked, *, number_wanted: bool = False) -> Table:
    """The table as it is to be learned from; `number_wanted` takes the answer for a number. Raises DataError."""
    match asked.way:
        case "tabular":
            if not asked.target:
                raise DataError("Name the column to be told from the others: --target COLUMN.")
            return tabular(path, asked.target, words=asked.words, number_wanted=number_wanted)
        case "collaborative":
            return collaborative(path, asked.columns)
        case _:
            assert_never(asked.way)


def read_frame(path: Path) -> pd.DataFrame:
    """The table as text and numbers, empty cells as NaN. Raises DataError."""
    if not path.is_file():
        raise DataError(f"{path} is no file: give a table, such as a CSV file.")
    text = read_text(path)
    separator = max(",;\t", key=text.partition("\n")[0].count)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = pd.read_csv(
                io.StringIO(text), sep=separator, decimal="," if separator != "," else ".", skipinitialspace=True
            )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise DataError(f"{path} cannot be read as a table: {' '.join(str(error).split())[:200]}.") from None
    if isinstance(frame.index, pd.MultiIndex) or not isinstance(frame.index, pd.RangeIndex):
        raise DataError(f"{path} has rows with more cells than the first line names columns for.")
    frame.columns = pd.Index([str(name).strip() for name in frame.columns])
    names = [name.casefold() for name in frame.columns]
    if twice := [name for name in frame.columns if names.count(name.casefold()) > 1]:
        raise DataError(f"{path} has two columns called {twice[0]!r}.")
    if long := [name for name in frame.columns if not 0 < len(name) <= LONGEST_CELL]:
        raise DataError(f"{path}: a column's name has {len(long[0])} characters; at most {LONGEST_CELL} are allowed.")
    return frame.map(lambda cell: unguarded(cell) if isinstance(cell, str) else cell)


def tabular(path: Path, target: str, *, words: Sequence[str] = (), number_wanted: bool = False) -> Table:
    """A table in which one column is to be told from the others. `words` are columns of numbers that name kinds.

    Raises DataError.
    """
    frame = read_frame(path)
    for name in (target, *words):
        _known(frame, name, path)
    frame, passed_over = _with_answers(frame, target)
    _enough(frame, path)
    labels: tuple[str, ...] = ()
    if number_wanted or _is_number(frame[target]):
        frame[target] = _numbers_of(frame[target], target, path)
    else:
        frame[target] = frame[target].map(word_of)
        labels = _labels(frame[target], path)
    categories, numbers = [], []
    for name in frame.columns.drop(target):
        if why := _useless(frame[name], name in words):
            passed_over.append(f"{name}: {why}")
        elif name not in words and _is_number(frame[name]):
            numbers.append(name)
            frame[name] = frame[name].astype("float64")
        else:
            categories.append(name)
            frame[name] = frame[name].map(word_of).astype("str").where(lambda words: words != "")
    if not categories and not numbers:
        raise DataError(f"{path} has no column but {target} that anything could be learned from.")
    if len(categories) + len(numbers) > MOST_COLUMNS:
        raise DataError(f"{path} has more than {MOST_COLUMNS} columns: leave out those that say little.")
    frame = frame[[*categories, *numbers, target]].reset_index(drop=True)
    return Table("tabular", frame, target, tuple(categories), tuple(numbers), labels, tuple(passed_over))


def collaborative(path: Path, columns: Sequence[str]) -> Table:
    """A table of who rated what how high: three columns, those of these names or the first three. Raises DataError."""
    frame = read_frame(path)
    names = list(columns) or list(frame.columns[:3])
    if len(names) != 3 or len(set(names)) != 3:
        raise DataError(f"{path} must say who rated what how high: three columns.")
    for name in names:
        _known(frame, name, path)
    who, what, rating = names
    frame, passed_over = _with_answers(frame[names], rating)
    empty = frame[who].isna() | frame[what].isna()
    if empty.any():
        passed_over.append(f"{_rows(int(empty.sum()))} without {who} or {what}")
    frame = frame[~empty].reset_index(drop=True)
    _enough(frame, path)
    frame[rating] = _numbers_of(frame[rating], rating, path)
    for name in (who, what):
        frame[name] = frame[name].map(word_of)
        if frame[name].nunique() < 2:
            raise DataError(f"{path}: the column {name} has one value only.")
        _check_words(frame[name], path)
    return Table("collaborative", frame, rating, (who, what), (), (), tuple(passed_over))


def _known(frame: pd.DataFrame, name: str, path: Path) -> None:
    if name not in frame.columns:
        raise DataError(f"{path} has no column called {name!r}; it has {', '.join(map(str, frame.columns[:30]))}.")


def _with_answers(frame: pd.DataFrame, target: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows that have an answer, and what is to be said of the others."""
    empty = frame[target].map(word_of) == ""
    said = [f"{_rows(int(empty.sum()))} without {target}"] if empty.any() else []
    return frame[~empty].reset_index(drop=True), said


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _enough(frame: pd.DataFrame, path: Path) -> None:
    if len(frame) < FEWEST:
        raise DataError(f"{path} holds {_rows(len(frame))} to learn from; at least {FEWEST} are needed.")


def _is_number(column: pd.Series) -> bool:
    """Whether a column is of numbers: any that is not whole, or more whole ones than a list of kinds has."""
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return False
    whole = column.dropna().mod(1).eq(0).all()
    return not whole or column.nunique() > _FEW_NUMBERS


def _numbers_of(column: pd.Series, name: str, path: Path) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce").astype("float64")
    wrong = numbers.isna() | numbers.abs().gt(1e30)
    if wrong.any():
        line = int(wrong.idxmax()) + 2
        raise DataError(
            f"{path}, about line {line}: {name} must be a number; {word_of(column[wrong.idxmax()])!r} is none."
        )
    return numbers


def _labels(column: pd.Series, path: Path) -> tuple[str, ...]:
    counts = column.value_counts()
    if len(counts) < 2:
        raise DataError(f"{path}: the column {column.name} has one value only, so there is nothing to tell apart.")
    if len(counts) > min(MOST_LABELS, len(column) // 2):
        raise DataError(f"{path}: the column {column.name} has {len(counts)} values in {len(column)} rows: too many.")
    if few := [label for label, count in counts.items() if count < 2]:
        raise DataError(
            f"{path}: the value {few[0]!r} of {column.name} stands in one row only; give it two, or drop it."
        )
    if long := [label for label in counts.index if len(label) > LONGEST_LABEL]:
        raise DataError(f"{path}: the value {long[0][:40]}… is longer than {LONGEST_LABEL} characters.")
    return tuple(sorted(counts.index))


def _useless(column: pd.Series, words: bool) -> str:
    """Why nothing can be learned from a column; empty where something may be."""
    if column.nunique(dropna=False) < 2 or column.isna().all():
        return "every row says the same"
    if not words and _is_number(column):
        return "" if column.abs().max() <= 1e30 else "its numbers are too large"
    if column.nunique() > max(2, _MOST_WORDS * len(column)):
        return "nearly every row has a value of its own, as names, texts and dates have"
    if column.map(word_of).str.len().max() > LONGEST_CELL:
        return f"its texts are longer than {LONGEST_CELL} characters"
    return ""


def _check_words(column: pd.Series, path: Path) -> None:
    if column.str.len().max() > LONGEST_CELL:
        raise DataError(f"{path}: {column.name} holds texts longer than {LONGEST_CELL} characters.")
