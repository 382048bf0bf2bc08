"""What members handed over of their own, as a table that a model learns from: who finds which question hard."""

from __future__ import annotations

import csv
import json
from collections.abc import Container, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import BotError
from study.banks.spreadsheet import guarded

HARD: Final = 0.5
"""Whose first try earned less than this share of a question found it hard."""
COLUMNS: Final = ("who", "question", "week", "ideas", "hard")


class BadExport(BotError):
    """A file that is none of `/privacy export`; the message names it."""


class _Member(BaseModel):
    """Whose it is: the moment of their coming tells two of one name apart."""

    model_config = ConfigDict(frozen=True)

    name: str
    since: str


class _Answer(BaseModel):
    kind: str
    item: str
    ordinal: int
    score: float
    ruled: float | None
    possible: float


class _Export(BaseModel):
    member: _Member
    answers: list[_Answer]


def write_table(exports: Sequence[Path], into: Path) -> tuple[int, Mapping[str, Path]]:
    """A row for each question that somebody tried, by what was known before they did; how many, and whose by name.

    The `week` is that of the question's name, `ideas` are those that earn credit, and `hard` says what came of the
    first try. Raises BadExport, and writes nothing then.
    """
    rows: list[tuple[str | float, ...]] = []
    of: dict[_Member, Path] = {}
    names: dict[str, Path] = {}
    for path in exports:
        export = _read(path)
        if export.member in of:
            twice = f"{of[export.member]} and {path} are both of one member, {export.member.name}"
            raise BadExport(f"{twice}: give each member's file once.")
        of[export.member] = path
        name = _unlike(export.member.name, names)
        names[name] = path
        rows += _rows(export, name)
    if not rows:
        raise BadExport("Nobody has answered a question yet, so there is nothing to learn from.")
    try:
        with into.open("w", encoding="utf-8", newline="") as opened:
            table = csv.writer(opened)
            table.writerow(COLUMNS)
            table.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    except OSError as error:
        raise BadExport(f"{into} cannot be written: {(error.strerror or 'no reason given').lower()}.") from None
    return len(rows), names


def _read(path: Path) -> _Export:
    try:
        return _Export.model_validate(json.loads(path.read_bytes()))
    except OSError as error:
        raise BadExport(f"{path} cannot be read: {(error.strerror or 'no reason given').lower()}.") from None
    except (ValueError, ValidationError):
        raise BadExport(f"{path} is no file of /privacy export: it should be JSON with a member and answers.") from None


def _unlike(name: str, taken: Container[str]) -> str:
    """The name, or one told apart from those that are taken by its number: the second Ana is "Ana 2"."""
    if name not in taken:
        return name
    return next(one for number in count(2) if (one := f"{name} {number}") not in taken)


def _rows(export: _Export, name: str) -> list[tuple[str | float, ...]]:
    rows: list[tuple[str | float, ...]] = []
    for one in export.answers:
        if one.kind == "item" and one.ordinal == 1:
            score = one.score if one.ruled is None else one.ruled
            week = one.item.rpartition("-")[0]
            rows.append((name, one.item, week, one.possible, "yes" if score < HARD else "no"))
    return rows
