"""The numbers of a note's entries: the document's own where it counts, a running one where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from study.course import Option
from study.notes.entries import Entry, Kind
from study.notes.forms.options import choose


@dataclass(frozen=True, slots=True)
class Offer:
    """The words of a question and the options it lists, as long as nothing says which of them is right."""

    stem: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An entry before it has its final number; `section` tells the stretches between headings apart."""

    kind: Kind
    number: int | None
    question: str
    answer: str
    line: int
    section: int
    options: tuple[Option, ...] = ()
    explanation: str = ""
    offer: Offer | None = None

    @property
    def waits(self) -> bool:
        """Whether nothing yet says what is right."""
        return not self.answer or self.offer is not None

    def answered(self, answer: str) -> Found:
        """The question with an answer that was found elsewhere."""
        found = choose(self.offer.options, answer) if self.offer is not None else None
        if self.offer is None or found is None:
            return replace(self, answer=answer)
        options, explanation = found
        right = "\n".join(option.text for option in options if option.right)
        return replace(self, question=self.offer.stem, answer=right, options=options, explanation=explanation)


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
