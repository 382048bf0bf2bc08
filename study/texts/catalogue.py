"""The catalogues, and the language that is spoken now."""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH = "en"
"""The language that the texts in the code are written in."""

CATALOGUES = Path(__file__).parent

_spoken: ContextVar[str] = ContextVar("language_for", default=ENGLISH)


@cache
def languages() -> tuple[str, ...]:
    """The languages that the bot speaks: English, and each that has a catalogue."""
    return (ENGLISH, *sorted(path.stem for path in CATALOGUES.glob("*.po")))


def language_for(*wished: str) -> str:
    """The first of the wished languages that the bot speaks, as its catalogue is named; English where it speaks none.

    Wishes are BCP 47 tags: of one that has no catalogue ("de-AT") the language alone ("de") will do.
    """
    return next(filter(None, map(_named, wished)), ENGLISH)


def has_language(wished: str) -> bool:
    """Whether there is a catalogue for a language that somebody wishes."""
    return bool(_named(wished))


def _named(wished: str) -> str:
    tag = wished.replace("_", "-")
    return next((one for one in (tag, tag.partition("-")[0].lower()) if one in languages()), "")


def use_language(*wished: str) -> None:
    """From here on, this task speaks the first of these languages that it can."""
    _spoken.set(language_for(*wished))


@contextmanager
def using_language(*wished: str) -> Iterator[None]:
    """Speak so for a while: for words that somebody else is going to read."""
    before = _spoken.set(language_for(*wished))
    try:
        yield
    finally:
        _spoken.reset(before)


def language() -> str:
    """The language that is spoken now."""
    return _spoken.get()


def _(message: str, /, **values: object) -> str:
    """The text in the language spoken now, filled in with what its {placeholders} name.

    Without values they are left, for `cogs.messages.spans` to put what is more than text in their places.
    """
    return _filled(_catalogue(language()).gettext(message), values)


def n_(one: str, many: str, count: int, /, **values: object) -> str:
    """The text for so many: `one` or `many` in English; other languages may have more forms. {count} is filled in."""
    text = _catalogue(language()).ngettext(one, many, count)
    return _filled(text, {"count": count, **values}) if values else text.replace("{count}", str(count))


def p_(context: str, message: str, /, **values: object) -> str:
    """The text where the same English words are said of two things: `context` says of which."""
    return _filled(_catalogue(language()).pgettext(context, message), values)


def np_(context: str, message: str) -> str:
    """As noop, for p_: the text as it is."""
    return message


def noop(message: str) -> str:
    """The text as it is, known to the catalogues; whoever shows it looks it up then."""
    return message


def _filled(text: str, values: Mapping[str, object]) -> str:
    return text.format(**values) if values else text


def texts_in(folder: str) -> Mapping[str, str]:
    """The texts of the files in a folder, by their English: for scripts, which look them up themselves."""
    return {} if language() == ENGLISH else _texts_in(language(), folder)


@cache
def _texts_in(tag: str, folder: str) -> Mapping[str, str]:
    within = (text for text in _texts(tag) if any(name.startswith(folder) for name, _line in text.locations))
    return {str(text.id): str(text.string) for text in within}


@cache
def _texts(tag: str) -> Catalog:
    with (CATALOGUES / f"{tag}.po").open("rb") as file:
        return read_po(file, locale=tag, abort_invalid=True)


@cache
def _catalogue(tag: str) -> gettext.NullTranslations:
    """A language's catalogue, as the standard library reads it."""
    if tag == ENGLISH:
        return gettext.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _texts(tag))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
