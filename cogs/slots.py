"""Weekly times as people write them, and read back to them in one form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

from cogs.errors import CogsError
from study.group import Slot
from study.texts import _, languages, noop, weekdays

_SLOT = re.compile(r"\s*([^\W\d_]{2,})[\s,]*(\d{1,2})(?::|\.|h)?(\d{2})?\s*(am|pm)?\s*", re.IGNORECASE)
_EVERY = (
    noop("Mondays"),
    noop("Tuesdays"),
    noop("Wednesdays"),
    noop("Thursdays"),
    noop("Fridays"),
    noop("Saturdays"),
    noop("Sundays"),
)


class TimesUnreadable(CogsError):
    """Words that name no weekly times; the message says how to write them."""


def read_slots(text: str) -> tuple[Slot, ...]:
    """Weekly times from words: 'Mon 18:00, Thursday 7pm'. Raises TimesUnreadable."""
    slots = []
    for part in re.split(r"[;\n]|,(?!\s*\d)", text):
        if not part.strip():
            continue
        match = _SLOT.fullmatch(part)
        if match is None:
            shown = part.strip()[:60]
            raise TimesUnreadable(
                _("I cannot read “{text}” as a weekly time. Write it like: Mon 18:00, Thu 19:30.", text=shown)
            )
        slots.append(Slot(_weekday(match[1]), _clock(match[2], match[3], match[4])))
    if not slots:
        raise TimesUnreadable(_("Give at least one weekly time, like: Mon 18:00."))
    return tuple(sorted(set(slots), key=lambda slot: (slot.weekday, slot.at)))


def _weekday(word: str) -> int:
    wanted = word.casefold()
    for language in languages():
        for index, name in enumerate(weekdays(language)):
            if name.casefold().startswith(wanted):
                return index
    raise TimesUnreadable(
        _("I do not know the weekday “{word}”. Write it like: Mon, Tue, Wed, Thu, Fri, Sat, Sun.", word=word)
    )


def _clock(hour: str, minute: str | None, half: str | None) -> time:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            raise TimesUnreadable(
                _("There is no {hour} {half}. Write the time like: 18:00 or 6pm.", hour=hour, half=half)
            )
        hours = hours % 12 + (12 if half.casefold() == "pm" else 0)
    if hours > 23 or minutes > 59:
        clock = f"{hour}:{minute or '00'}"
        raise TimesUnreadable(_("There is no {clock} on a clock. Write the time like: 18:00.", clock=clock))
    return time(hours, minutes)


def slots_text(slots: Sequence[Slot]) -> str:
    """'Mondays 18:00, Thursdays 19:30'."""
    return ", ".join(f"{_(_EVERY[slot.weekday])} {slot.at:%H:%M}" for slot in slots)


def slots_written(slots: Sequence[Slot]) -> str:
    """'Mon 18:00, Thu 19:30': as `read_slots` takes it."""
    return ", ".join(f"{weekdays()[slot.weekday][:3]} {slot.at:%H:%M}" for slot in slots)
