"""How a moment is told to people: on the group's own wall clock, with the weekday first."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def time_text(moment: datetime, zone: str) -> str:
    """'Monday 23 November, 18:00' in the zone. `moment` is aware."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{DAYS[local.weekday()]} {local.day} {local:%B, %H:%M}"
