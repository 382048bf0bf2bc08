"""How dates, numbers and lists are written in the language spoken now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_datetime, get_day_names
from babel.numbers import format_decimal, format_percent

from study.texts.catalogue import language, p_


def moment_text(local: datetime) -> str:
    """'Monday 23 November, 18:00'. `local` is a time of the place's own clock."""
    return written_as(local, p_("pattern of a date", "EEEE d MMMM, HH:mm"))


def written_as(local: datetime, pattern: str) -> str:
    """A time of the place's own clock, after a pattern of the Unicode CLDR."""
    return format_datetime(local, pattern, locale=language())


def day_text(day: date) -> str:
    """'23 November 2026'."""
    return format_date(day, p_("pattern of a date", "d MMMM y"), locale=language())


def weekdays(spoken: str = "") -> tuple[str, ...]:
    """The names of the days, Monday first; in the language spoken now unless another is named."""
    names = get_day_names("wide", context="format", locale=spoken or language())
    return tuple(names[day] for day in range(7))


def number_text(value: float) -> str:
    """A number with one decimal at most, and none that says nothing: 2, 2.5, 1,200."""
    return format_decimal(round(value, 1), "#,##0.#", locale=language())


def percent_text(share: float) -> str:
    """A share from 0 to 1: 50%."""
    return format_percent(round(share, 2), locale=language())


def language_name(tag: str) -> str:
    """What a language is called, by its BCP 47 tag; its tag where it has no name here."""
    name: str | None = Locale.parse(language()).languages.get(tag.replace("_", "-").partition("-")[0].lower())
    return name or tag


def own_name(tag: str) -> str:
    """What speakers of a language call it: Deutsch."""
    locale = Locale.parse(tag)
    return (locale.get_language_name(tag) or tag).capitalize()


def joined(parts: Sequence[str]) -> str:
    """'Ann, Ben and Cem'."""
    if len(parts) < 2:
        return "".join(parts)
    return p_("list", "{first} and {last}", first=", ".join(parts[:-1]), last=parts[-1])
