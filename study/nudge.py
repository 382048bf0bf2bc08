"""When somebody is reminded of what they have not answered: once a week, awake, and when they tend to have time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median_low

from study.calendar import WEEK, instant, local_time

WAKES, SLEEPS = 8, 21
"""The hours, on the person's own clock, from which on and up to which they may be written to."""
BEFORE_CLOSING = timedelta(days=2)
"""How long before the first of the open questions closes a reminder is of use, and no sooner."""
ENOUGH = 3
"""From so many answers on, their hours tell when somebody tends to answer."""
SLACK = timedelta(hours=1)
"""The same hour a week later may be an hour less than a week later, where the clocks changed."""


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which somebody may be reminded: not before `start`, and no more from `end` on."""

    start: datetime
    end: datetime


def awake(at: datetime, zone: str) -> bool:
    """Whether it is a time of day at which people may be written to."""
    return WAKES <= local_time(at, zone).hour < SLEEPS


def usual_hour(answered: Sequence[datetime], zone: str) -> int | None:
    """The local hour at which somebody tends to answer; None where too few answers tell."""
    hours = [local_time(at, zone).hour for at in answered]
    return median_low(hours) if len(hours) >= ENOUGH else None


def next_nudge(
    answered: Sequence[datetime], zone: str, closings: Sequence[datetime], now: datetime, last: datetime | None
) -> Window | None:
    """The first time, begun or to come, to remind somebody of what they have open; None where there is none.

    `answered` is when they answered before, `closings` when what is open for them closes, `last` their last reminder.
    """
    for closes in sorted(closings):
        earliest = closes - BEFORE_CLOSING
        hour = usual_hour(answered, zone)
        if hour is None:
            hour = local_time(earliest, zone).hour
        hour = min(max(hour, WAKES), SLEEPS - 1)
        day = local_time(earliest, zone).date()
        for ahead in range(BEFORE_CLOSING.days + 1):
            date = day + timedelta(days=ahead)
            start = instant(datetime.combine(date, time(hour)), zone)
            end = min(closes, instant(datetime.combine(date, time(SLEEPS)), zone))
            rested = last is None or start >= last + WEEK - SLACK
            if rested and start >= earliest - SLACK and start < end and end > now and awake(start, zone):
                return Window(start, end)
    return None
