"""Time zones as people write them: by name, city, abbreviation or offset; understood, explained or asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from rapidfuzz import process

from study.calendar import UnknownZone
from study.texts import _

OFFERED = 25
"""So many zones are offered at a time."""
NAMED = 4
"""So many zones stand in a sentence."""

_KNOWN = (
    *("Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Athens", "Europe/Moscow", "Europe/Istanbul"),
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo"),
    *("Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Asia/Dubai", "Asia/Singapore", "Asia/Jerusalem", "Europe/Dublin"),
    *("Africa/Cairo", "Africa/Lagos", "Africa/Johannesburg", "Africa/Nairobi", "Australia/Sydney", "Pacific/Auckland"),
)
"""Zones of many people, which come first."""
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-\u2212])\s*(\d{1,2})(?::?([0-5]\d))?(?:\s*h)?", re.IGNORECASE)
_ABBREVIATION = re.compile(r"[A-Za-z]{2,5}")


def read_zone(text: str, now: datetime) -> str:
    """The IANA name of the zone that is meant, as of `now`. Raises UnknownZone with a sentence that says what helps."""
    name = " ".join(text.split())
    if name.casefold() in ("utc", "z", "zulu", "etc/utc"):
        return "UTC"
    if offset := _OFFSET.fullmatch(name):
        raise UnknownZone(_by_offset(name, _delta(offset), now))
    if _ABBREVIATION.fullmatch(name) and (meant := abbreviated(name, now)):
        if len(meant) == 1:
            return meant[0]
        raise UnknownZone(
            _("{name} is the time of several places: which one is meant?", name=name.upper()) + " " + _such_as(meant)
        )
    wanted = name.casefold().replace(" ", "_")
    exact = next((zone for zone in available_timezones() if zone.casefold() == wanted), None)
    if exact is not None:
        return exact
    cities = [zone for zone in _places() if zone.casefold().rpartition("/")[2] == wanted]
    if len(cities) == 1:
        return cities[0]
    near = cities or [match[0] for match in process.extract(name, _places(), limit=3)]
    raise UnknownZone(_("There is no time zone “{name}”.", name=name) + " " + _such_as(near))


def search_zones(typed: str, now: datetime) -> tuple[str, ...]:
    """Zones that fit what is typed so far: a part of the name, an offset such as +2, an abbreviation such as EST."""
    name = " ".join(typed.split())
    if offset := _OFFSET.fullmatch(name):
        return _ordered(zone for zone in _places() if _offset(zone, now) == _delta(offset))[:OFFERED]
    wanted = name.casefold().replace(" ", "_")
    by_name = [zone for zone in _places() if wanted in zone.casefold()]
    short = abbreviated(name, now) if _ABBREVIATION.fullmatch(name) else ()
    return tuple(dict.fromkeys((*short, *_ordered(by_name))))[:OFFERED]


def abbreviated(name: str, now: datetime) -> tuple[str, ...]:
    """The zones whose clocks go by that abbreviation at some time of the year, those of many people first."""
    return _ordered(zone for zone in _places() if name.upper() in _abbreviations(zone, now.year))


def zone_told(zone: str, now: datetime) -> str:
    """'Europe/Berlin (UTC+1)', as of `now`."""
    return f"{zone} ({_offset_told(_offset(zone, now))})"


@lru_cache(maxsize=1)
def _places() -> tuple[str, ...]:
    """The zones named after places, which keep the hour when clocks change."""
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")))


@lru_cache(maxsize=2048)
def _abbreviations(zone: str, year: int) -> frozenset[str]:
    info = ZoneInfo(zone)
    names = (datetime(year, month, 1, tzinfo=info).tzname() or "" for month in (1, 7))
    return frozenset(name for name in names if name.isalpha())


def _offset(zone: str, now: datetime) -> timedelta:
    return now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


def _delta(match: re.Match[str]) -> timedelta:
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return size if match[1] == "+" else -size


def _offset_told(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _ordered(zones: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(zones, key=lambda zone: (zone not in _KNOWN, zone)))


def _by_offset(name: str, offset: timedelta, now: datetime) -> str:
    """An offset is no place: it would be wrong by an hour once clocks change, and its sign is easily turned round."""
    there = _ordered(zone for zone in _places() if _offset(zone, now) == offset)
    if not there:
        return _(
            "No place is at {offset} now. Name a city or a zone, such as Europe/Berlin.", offset=_offset_told(offset)
        )
    told = _(
        "“{name}” is {offset}, which some places leave when clocks change: which place is meant?",
        name=name,
        offset=_offset_told(offset),
    )
    return f"{told} {_such_as(there)}"


def _such_as(zones: Sequence[str]) -> str:
    return _("Perhaps: {zones}?", zones=", ".join(zones[:NAMED]))
