"""A newcomer finds a group to look at, in the zone of the machine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.settings import SettingsError
from store import Store
from study.course import Course
from study.group import Place, Slot

WEEKLY = Slot(0, time(18))
"""Monday at 18:00."""


def zone_of_first_group(wanted: str) -> str:
    """The zone that is wanted, else the machine's, else UTC. Raises SettingsError where there is no such zone."""
    if wanted:
        try:
            return ZoneInfo(wanted).key
        except (KeyError, ValueError, OSError):
            raise SettingsError(
                f"STUDYBOT_ZONE: there is no time zone {wanted!r}; a name looks like Europe/Berlin."
            ) from None
    link = Path("/etc/localtime").resolve()
    if "zoneinfo" in link.parts:
        name = "/".join(link.parts[link.parts.index("zoneinfo") + 1 :])
        if name and name != "localtime":
            return "UTC" if name in ("Etc/UTC", "Etc/UCT", "Universal", "Zulu") else name
    return "UTC"


async def set_up_first_group(
    store: Store, courses: Mapping[str, Course], place: Place, zone: str, now: datetime
) -> None:
    """Set up a group at the place unless one reads there: the first course pack, weekly."""
    if not courses or await store.groups.at(place) is not None:
        return
    course = next(iter(courses.values()))
    await store.groups.set_up(
        place,
        name=f"{course.title} study group",
        course=course.id,
        zone=zone,
        slots=(WEEKLY,),
        at=now,
    )
