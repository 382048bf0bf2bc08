"""Files of marked answers: JSON lines, or CSV with a header."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import BotError


class BadMarks(BotError):
    """Everything that is wrong with a file of marked answers, a sentence each, with its line."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class MarkedAnswer:
    """A line of such a file: an answer to an item, or to a question with its reference, and its score from 0 to 1."""

    line: int
    item: str
    question: str
    reference: str
    answer: str
    score: float
    points: tuple[str, ...] | None = None


def read_marked(path: Path, item: str = "") -> list[MarkedAnswer]:
    """The marked answers of a file; `item` is theirs where a line names none.

    Raises BadMarks with all that is wrong.
    """
    found: list[MarkedAnswer] = []
    faults: list[str] = []
    for number, row in _rows(path):
        marked = row if isinstance(row, str) else _marked(number, row, item)
        if isinstance(marked, str):
            faults.append(f"{path}, line {number}: {marked}")
        else:
            found.append(marked)
    if faults:
        raise BadMarks(*faults)
    return found


def _marked(number: int, row: dict[str, Any], item: str) -> MarkedAnswer | str:
    """A line read, or the sentence that says why it cannot be."""
    answer = row.get("answer")
    try:
        score = float(row["score"])
    except (KeyError, TypeError, ValueError):
        return "an answer and a score from 0 to 1 are needed."
    if not isinstance(answer, str):
        return "an answer and a score from 0 to 1 are needed."
    if not 0 <= score <= 1:
        return f"the score {score:g} is not from 0 to 1."
    points = row.get("points")
    name = str(row.get("item") or item)
    reference = str(row.get("reference") or "")
    if not name and not reference:
        return "no item is named; add it to the line or give --item."
    question = "" if name else str(row.get("question") or "")
    names = tuple(map(str, points)) if isinstance(points, list) else None
    return MarkedAnswer(number, name, question, "" if name else reference, answer, score, names)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """The lines of a file with their numbers; a sentence in place of one that cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadMarks(f"{path} cannot be read: {(error.strerror or 'no reason given').lower()}.") from None
    except UnicodeDecodeError:
        raise BadMarks(f"{path} is not UTF-8 text; save it again with the encoding UTF-8.") from None
    if not text.strip():
        raise BadMarks(f"{path} is empty; it should hold marked answers, as CSV with a header or as JSON lines.")
    if text.lstrip().startswith("["):
        raise BadMarks(f"{path} is one JSON list; write one JSON object a line instead.")
    yield from _json_lines(text) if text.lstrip().startswith("{") else _csv_lines(path, text)


def _json_lines(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, f"this is not JSON: {error}."
        else:
            yield number, row if isinstance(row, dict) else {}


def _csv_lines(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    reader = csv.DictReader(io.StringIO(text))
    try:
        lacking = [name for name in ("answer", "score") if name not in (reader.fieldnames or ())]
        if lacking:
            has = ", ".join(reader.fieldnames or ())
            raise BadMarks(f"{path} has no column {' and no column '.join(lacking)}; its first line names {has}.")
        empty = True
        for row in reader:
            empty = False
            yield reader.line_num, row
    except csv.Error as error:
        raise BadMarks(f"{path} cannot be read as CSV: {error}.") from None
    if empty:
        raise BadMarks(f"{path} has a header and no answers.")
