"""CSV and TSV, written as spreadsheets open them: a row a question, options beside it, the right ones in the answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from string import ascii_uppercase

from study.banks.card import Card
from study.notes.banks.bank import escaped
from study.notes.banks.spreadsheet import FORMULA


def write_csv(cards: Sequence[Card]) -> bytes:
    """A table with commas, in the encoding that spreadsheets take for UTF-8."""
    return _table(cards, ",").encode("utf-8-sig")


def write_tsv(cards: Sequence[Card]) -> bytes:
    """A table with tabs."""
    return _table(cards, "\t").encode()


def _table(cards: Sequence[Card], separator: str) -> str:
    widest = max((len(card.options) for card in cards), default=0)
    made = io.StringIO()
    table = csv.writer(made, delimiter=separator)
    letters = ascii_uppercase[:widest]
    table.writerow(("Id", "Week", "Question", "Answer", *(f"Option {letter}" for letter in letters)))
    for card in cards:
        options = [option.text for option in card.options]
        right = [letter for letter, option in zip(letters, card.options, strict=False) if option.right]
        answer = ", ".join(right) if options else card.answer
        row = (card.name, card.week, card.question, answer, *options, *[""] * (widest - len(options)))
        table.writerow([guarded(escaped(each)) for each in row])
    return made.getvalue()


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if FORMULA.match(text) else text
