"""The numbers of a note's entries: the document's own where it counts, a running one where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from study.notes.entries import Entry, Kind
from study.notes.questions.found import Found


def numbered(found: Sequence[Found]) -> tuple[Entry, ...]:
    """Entries in the order of the note.

    Lazy numbering (1. 1. 1.) counts on; a number repeated in a new section stays as the author wrote it, unless every
    number in the note is the same, which is no numbering at all.
    """
    ordered = sorted(found, key=lambda each: each.line)
    kinds: tuple[Kind, ...] = ("question", "recap", "prompt")
    entries = (entry for kind in kinds for entry in _of_one_kind([each for each in ordered if each.kind == kind]))
    return tuple(sorted(entries, key=lambda entry: entry.line))


def _of_one_kind(found: Sequence[Found]) -> Iterator[Entry]:
    all_same = len(found) > 1 and len({each.number for each in found}) == 1
    last = 0
    for before, each, after in zip([None, *found], found, [*found[1:], None], strict=False):
        own = None if all_same or _is_lazy(before, each, after) else each.number
        last = last + 1 if own is None else own
        yield Entry(each.kind, last, each.question, each.answer, each.line, each.options, each.explanation)


def _is_lazy(before: Found | None, each: Found, after: Found | None) -> bool:
    """Whether a number repeats that of a neighbour in its section, and so counts nothing."""
    if before is None or before.section != each.section:
        return False
    return each.number == before.number or (
        after is not None and after.section == each.section and after.number == each.number
    )
