"""What an organiser sees of a group at a glance: who takes part week by week, how questions fare, who slips away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cogs.analysis import figures_alone
from cogs.asked import course_called
from cogs.deeds import deed_text
from cogs.questions import name_in
from cogs.services import Services
from cogs.slots import slots_text
from cogs.times import time_text
from study.analysis import QuestionFigures
from study.calendar import WEEK, instant, local_time, mondays
from study.group import Group, Member
from study.texts import _

AWAY = 2
"""Weeks without an answer after which somebody who took part is said to slip away."""
DEEDS = 50
"""So many deeds stand on a page of the audit trail."""
GONE = 8
"""Weeks after which they have gone, and are listed no more."""


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A calendar week: its Monday, how many took part, and how many answers they gave."""

    monday: date
    took_part: int
    answers: int


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question as people know it, with its figures."""

    name: str
    ask: str
    figures: QuestionFigures


@dataclass(frozen=True, slots=True)
class SlipRow:
    """Somebody who took part and has not for a while; who keeps off the leaderboard is not listed here either."""

    name: str
    last: date


@dataclass(frozen=True, slots=True)
class Overview:
    """A group at a glance. `waiting` are things that wait for an organiser, each with the command that shows it."""

    group: str
    course: str
    settings: tuple[tuple[str, str], ...]
    members: int
    weeks: tuple[WeekRow, ...]
    questions: tuple[QuestionRow, ...]
    slipping: tuple[SlipRow, ...]
    waiting: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done in a group: when, on the group's own clock, by whom, and what."""

    at: str
    by: str
    what: str


@dataclass(frozen=True, slots=True)
class Trail:
    """What was done in a group, newest first, one page of it; pages are counted from 0."""

    group: str
    deeds: tuple[Deed, ...]
    page: int
    pages: int


async def trail(group: Group, services: Services, page: int | None) -> Trail:
    """One page of what was done in a group; without a page all of it."""
    count = await services.store.audit.count(group.id)
    pages = max(1, -(-count // DEEDS))
    nth = min(page or 0, pages - 1)
    limit, skip = (None, 0) if page is None else (DEEDS, nth * DEEDS)
    found = await services.store.audit.entries(group.id, limit, skip)
    deeds = [Deed(time_text(one.at, group.zone), one.by or _("the bot"), deed_text(one)) for one in found]
    return Trail(group.name, tuple(deeds), nth, pages)


async def overview(group: Group, services: Services, at: datetime) -> Overview:
    """The group as it stands. Raises NoCourse where its pack is gone."""
    course = course_called(group.course, services)
    store = services.store
    members = await store.members.of_group(group.id)
    figures = await figures_alone(group, course, services)
    last_seen = await store.participation.last_seen(group.id)
    questions = [
        QuestionRow(name_in(course, item), item.ask, figures[item.id]) for item in course.items() if item.id in figures
    ]
    today = local_time(at, group.zone).date()
    waiting = (
        (_("Answers to review"), len(await store.disputes.open(group.id)), "group disputes"),
        (_("Questions of members"), len(await store.questions.open(group.id)), "ask open"),
        (_("Questions that members propose"), len(await store.proposals.open(group.id, group.course)), "group edit"),
        (_("Messages of the page that were reported"), await _reported(group, services), "group reports"),
        (_("Messages nobody is sure of"), len(await store.deliveries.unsettled(group.id)), "group messages"),
    )
    settings = (
        (_("Course"), course.title),
        (_("Every week"), f"{slots_text(group.slots)} ({group.zone})" if group.slots else _("not set")),
        (_("Questions each time"), str(group.items_per_slot)),
        (_("Attempts"), str(group.attempts)),
    )
    return Overview(
        group.name,
        course.title,
        settings,
        len(members),
        await _weeks(group, services, today, max(last_seen.values(), default=None)),
        tuple(questions),
        _slipping({one: local_time(seen, group.zone).date() for one, seen in last_seen.items()}, members, today),
        waiting,
    )


async def _reported(group: Group, services: Services) -> int:
    channels = [
        one.external_id for one in await services.store.channels.of_group(group.id) if one.platform == "browser"
    ]
    return len(await services.store.page.reports.open(channels)) if channels else 0


async def _weeks(group: Group, services: Services, today: date, latest: datetime | None) -> tuple[WeekRow, ...]:
    """Every calendar week from the first answer to now, weeks without one too."""
    first = await services.store.participation.first(group.id)
    if first is None or latest is None:
        return ()
    begun, ended = (local_time(at, group.zone).date() for at in (first, latest))
    weeks = mondays(begun, max(today, ended))
    starts = [*weeks, weeks[-1] + WEEK]
    bounds = [instant(datetime.combine(one, time()), group.zone) for one in starts]
    counts = await services.store.participation.between(group.id, bounds)
    return tuple(WeekRow(week, *count) for week, count in zip(weeks, counts, strict=True))


def _slipping(last: Mapping[int, date], members: Sequence[Member], today: date) -> tuple[SlipRow, ...]:
    away = [
        SlipRow(member.name, last[member.id])
        for member in members
        if not member.hidden
        and member.id in last
        and timedelta(weeks=AWAY) <= today - last[member.id] < timedelta(weeks=GONE)
    ]
    return tuple(sorted(away, key=lambda one: (one.last, one.name)))
