"""A course as a question bank of another program; what such a bank cannot hold is named, never dropped silently."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from study.banks.aiken import WHY, fits_aiken, write_aiken
from study.banks.anki import write_deck
from study.banks.card import Card, Fits, Pictures, Written, cards_of, everything, left_out
from study.banks.gift import write_gift
from study.banks.moodle import write_moodle
from study.banks.spreadsheet import write_csv, write_tsv
from study.course import Course
from study.texts import _, noop

__all__ = ["FORMS", "Form", "Written", "cards_of", "kept_back", "write_bank", "write_deck"]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of question banks: what it is called, the ending of its files, and what of a course it can hold."""

    title: str
    ending: str
    write: Callable[[str, Sequence[Card], Pictures], bytes]
    fits: Fits = everything
    why: str = ""
    lacks: str = ""
    shows: bool = False
    """Whether it holds pictures."""


def _in_words(write: Callable[[Sequence[Card]], bytes]) -> Callable[[str, Sequence[Card], Pictures], bytes]:
    """Of banks that hold words alone, and have no title: what a picture shows is told."""

    def written(_title: str, cards: Sequence[Card], _pictures: Pictures) -> bytes:
        return write([replace(one, question=f"{one.question}\n[{one.alt}]") if one.picture else one for one in cards])

    return written


FORMS: Mapping[str, Form] = {
    "anki": Form("Anki", "apkg", write_deck, lacks=noop("Anki shows the feedback on right options alone."), shows=True),
    "csv": Form("CSV", "csv", _in_words(write_csv), lacks=noop("A table has no feedback on options.")),
    "tsv": Form("TSV", "tsv", _in_words(write_tsv), lacks=noop("A table has no feedback on options.")),
    "gift": Form("GIFT", "gift", _in_words(write_gift)),
    "aiken": Form("Aiken", "txt", _in_words(write_aiken), fits_aiken, WHY),
    "moodle": Form("Moodle XML", "xml", write_moodle, shows=True),
}
"""The forms by the names that commands use."""


def write_bank(form: Form, course: Course, pictures: Pictures | None = None) -> Written:
    """A course with its pictures in a form, with a sentence for each thing that it cannot hold."""
    cards = list(cards_of(course))
    fit = [card for card in cards if form.fits(card)]
    return Written(form.write(course.title, fit, pictures or {}), _left(form, course, cards))


def kept_back(course: Course) -> Mapping[str, tuple[str, ...]]:
    """What each form cannot hold of a course, by the form's name."""
    cards = list(cards_of(course))
    return {name: _left(form, course, cards) for name, form in FORMS.items()}


def _left(form: Form, course: Course, cards: Sequence[Card]) -> tuple[str, ...]:
    unfit = [card for card in cards if not form.fits(card)]
    feedback = any(option.feedback for card in cards for option in card.options)
    lacks = [_(form.lacks)] if form.lacks and feedback else []
    if not form.shows and any(card.picture for card in cards):
        lacks.append(_("Pictures stay behind; what they show is told in words."))
    return (*left_out(course, cards, unfit, form.why), *lacks)
