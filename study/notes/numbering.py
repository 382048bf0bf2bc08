"""The numbers of a note's entries: the document's own where it counts, a running one where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from study.notes.entries import Entry, Kind


@dataclass(frozen=True, slots=True)
class Found:
    """An entry before it has its final number; `section` tells the stretches between headings apart."""

    kind: Kind
    number: int | None
    question: str
    answer: str
    line: int
    section: int


def numbered(found: Sequence[Found]) -> tuple[Entry, ...]:
    """Entries in the order of the note.

    Lazy numbering (1. 1. 1.) counts on; a number repeated in a new section stays as the author wrote it, unless every
    number in the note is the same, which is no numbering at all.
    """
    ordered = sorted(found, key=lambda each: each.line)
    entries: list[Entry] = []
    for kind in ("question", "recap", "prompt"):
        own = [each for each in ordered if each.kind == kind]
        all_same = len(own) > 1 and len({each.number for each in own}) == 1
        last = 0
        for index, each in enumerate(own):
            before = own[index - 1] if index and (all_same or own[index - 1].section == each.section) else None
            after = own[index + 1] if index + 1 < len(own) and own[index + 1].section == each.section else None
            repeats = before is not None and each.number == before.number
            falls_back = before is not None and after is not None and each.number == after.number
            lazy = repeats or falls_back
            number = last + 1 if each.number is None or lazy or all_same else each.number
            entries.append(Entry(each.kind, number, each.question, each.answer, each.line))
            last = number
    return tuple(sorted(entries, key=lambda entry: entry.line))
