"""How a moment is told to people: on the group's own wall clock, with the weekday first."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from cogs.messages import Moment
from study.texts import day_text, moment_text


def time_text(moment: datetime, zone: str) -> str:
    """'Monday 23 November, 18:00' in the zone. `moment` is aware."""
    return moment_text(moment.astimezone(ZoneInfo(zone)))


def date_text(moment: datetime, zone: str) -> str:
    """'23 November 2026' in the zone. `moment` is aware."""
    return day_text(moment.astimezone(ZoneInfo(zone)))


def moment(at: datetime, zone: str) -> Moment:
    """The same for a message: in the reader's own zone where a platform can, else in this zone, which is named."""
    return Moment(f"{time_text(at, zone)} ({zone})", epoch=int(at.timestamp()))
