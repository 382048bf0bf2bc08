"""Who stands where: ranks that ties share, the windows they are counted over, and streaks with a freeze."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from study.calendar import WEEK, instant, local_time, monday, slot_date
from study.group import Round

Window = Literal["week", "season", "all"]


@dataclass(frozen=True, slots=True)
class Total:
    """One member's points over a window, and how many posts they answered."""

    member_id: int
    name: str
    hidden: bool
    points: float
    answered: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of the leaderboard. Equal points share a rank, and the ranks after them are left out (1, 2, 2, 4)."""

    rank: int
    member_id: int
    name: str
    points: float
    answered: int
    hidden: bool = False


def rank(rows: Iterable[Total]) -> tuple[Standing, ...]:
    """Everybody's place. Hidden members have theirs too but take nobody's: show only those not hidden."""
    ordered = sorted(rows, key=lambda row: (-row.points, row.name.casefold(), row.member_id))
    places: list[Standing] = []
    ahead = shown = 0
    points = None
    for row in ordered:
        if row.points != points:
            ahead, points = shown, row.points
        shown += not row.hidden
        places.append(Standing(ahead + 1, row.member_id, row.name, row.points, row.answered, row.hidden))
    return tuple(places)


def season_of(day: date) -> tuple[date, date]:
    """The season of a day: a quarter of the year, from its first day up to the next season's."""
    start = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    end = date(start.year, start.month + 3, 1) if start.month < 10 else date(start.year + 1, 1, 1)
    return start, end


def window(kind: Window, zone: str, now: datetime) -> tuple[datetime | None, datetime]:
    """From when and until when points count: the week from Monday, the quarter, or all, on the group's own clock."""
    today = local_time(now, zone).date()
    if kind == "all":
        return None, now + timedelta(seconds=1)
    if kind == "week":
        start, end = monday(today), monday(today) + WEEK
    else:
        start, end = season_of(today)
    return instant(datetime.combine(start, time()), zone), instant(datetime.combine(end, time()), zone)


@dataclass(frozen=True, slots=True)
class Streaks:
    """Weeks in a row with an answer, the longest such run, and the freezes left to bridge a week without."""

    weeks: int
    longest: int
    freezes: int


FREEZE_EVERY = 4
"""Every so many weeks with an answer earn a freeze; at most two are kept."""

MOST_FREEZES = 2


def idle_weeks(rounds: Sequence[Round], zone: str, now: datetime) -> frozenset[date]:
    """The Mondays of the weeks, up to now, in which a group was asked nothing: paused, skipped, missed or empty.

    `rounds` are those in which something may be answered.
    """
    today = local_time(now, zone).date()
    posted = {monday(slot_date(one.slot)) for one in rounds if one.state in ("open", "closed")}
    week = min((monday(slot_date(one.slot)) for one in rounds), default=today)
    idle = set()
    while week <= today:
        idle.add(week)
        week += WEEK
    return frozenset(idle - posted)


def streaks(answered: Iterable[datetime], zone: str, now: datetime, idle: Iterable[date] = ()) -> Streaks:
    """The streak that these answers make, seen from now; looking at it changes nothing.

    A missed week costs a freeze, or ends the streak. Weeks of `idle` (their Mondays: paused, skipped, nothing posted)
    neither count nor cost, and the present week costs nothing until it is over.
    """
    weeks = {monday(local_time(at, zone).date()) for at in answered}
    if not weeks:
        return Streaks(0, 0, 0)
    this_week = monday(local_time(now, zone).date())
    free = set(idle)
    run = longest = freezes = 0
    week = min(weeks)
    while week <= max(this_week, max(weeks)):
        if week in weeks:
            run += 1
            longest = max(longest, run)
            if run % FREEZE_EVERY == 0:
                freezes = min(MOST_FREEZES, freezes + 1)
        elif week not in free and week < this_week:
            if freezes:
                freezes -= 1
            else:
                run = 0
        week += WEEK
    return Streaks(run, longest, freezes)
