"""When a group's weekly slots come round: wall-clock times in an IANA zone, through clock and schedule changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from study import StudyError
from study.group import Group, Plan, Round, Slot, Turn
from study.texts import _

WEEK = timedelta(days=7)


class UnknownZone(StudyError):
    """There is no such time zone, or nobody can say which is meant; the message says what helps."""


def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        told = _("There is no time zone called '{name}': use a name such as Europe/Berlin.", name=name)
        raise UnknownZone(told) from None


@lru_cache(1000)
def is_zone(name: str) -> bool:
    """Whether this machine knows a zone of that IANA name."""
    try:
        zone_of(name)
    except UnknownZone:
        return False
    return True


def instant(local: datetime, zone: str) -> datetime:
    """The instant of a wall-clock time. One that is skipped moves forward by the gap; of two the first counts."""
    return local.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC)


def local_time(at: datetime, zone: str) -> datetime:
    """What the clock on the group's wall shows, without a zone."""
    return at.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)


def monday(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def mondays(first: date, last: date) -> list[date]:
    """The Monday of every calendar week from that of one day to that of another."""
    begin = monday(first)
    return [begin + timedelta(weeks=n) for n in range((monday(last) - begin).days // 7 + 1)]


def slot_date(slot: str) -> date:
    """The local date of a round's slot."""
    return datetime.fromisoformat(slot).date()


def _week(slots: Iterable[Slot], zone: str, start: date) -> list[Turn]:
    """The regular turns of the week that begins on Monday `start`."""
    locals_ = [datetime.combine(start + timedelta(days=slot.weekday), slot.at) for slot in set(slots)]
    return [Turn(local.isoformat(), instant(local, zone)) for local in sorted(locals_)]


def _regular(slots: Sequence[Slot], zone: str, start: date, plan: Plan | None) -> Iterator[Turn]:
    """Regular turns from the week of `start` on, without end, leaving out what a plan covers."""
    while slots:
        for turn in _week(slots, zone, start):
            if plan is None or slot_date(turn.slot) > plan.through:
                yield turn
        start += WEEK


def turns(
    slots: Sequence[Slot], zone: str, after: datetime, until: datetime, plan: Plan | None = None
) -> tuple[Turn, ...]:
    """Every turn later than `after` and not later than `until`, in order."""
    found = [turn for turn in plan.turns if after < turn.at <= until] if plan else []
    # Two days either side: a zone is at most 14 hours from UTC, and a gap moves a turn forward.
    start = monday(after.date() - timedelta(days=2))
    last = until.date() + timedelta(days=2)
    for turn in _regular(slots, zone, start, plan):
        if slot_date(turn.slot) > last:
            break
        if after < turn.at <= until:
            found.append(turn)
    skipped = plan.skipped if plan else ()
    return tuple(sorted((turn for turn in found if turn.slot not in skipped), key=lambda turn: (turn.at, turn.slot)))


def next_turn(slots: Sequence[Slot], zone: str, after: datetime, plan: Plan | None = None) -> Turn | None:
    """The first turn later than `after`; None for a group without slots."""
    start = after
    # A plan may leave out what the slots would bring, but none reaches beyond a few weeks.
    for _turn in range(60 if slots or plan else 0):
        ahead = turns(slots, zone, start, start + 2 * WEEK, plan)
        if ahead:
            return ahead[0]
        start += 2 * WEEK
    return None


def next_slots(group: Group, at: datetime, count: int = 3) -> tuple[Turn, ...]:
    """The group's next turns, skipped ones left out."""
    found: list[Turn] = []
    while len(found) < count:
        turn = next_turn(group.slots, group.zone, at, group.plan)
        if turn is None:
            break
        found += turns(group.slots, group.zone, at, turn.at, group.plan)
        at = turn.at
    return tuple(found[:count])


def begun(slots: Sequence[Slot], zone: str, at: datetime) -> Plan:
    """The plan of a group that starts, or starts again, at this moment: only what is still to come counts."""
    start = monday(local_time(at, zone).date())
    weeks = [turn for n in range(-1, 2) for turn in _week(slots, zone, start + n * WEEK)]
    return Plan(start + WEEK + timedelta(days=6), tuple(turn for turn in weeks if turn.at > at))


def changed(
    old: Sequence[Slot], old_zone: str, plan: Plan | None, new: Sequence[Slot], new_zone: str, at: datetime
) -> Plan:
    """The plan after slots or zone were changed at a moment within a week.

    Old and new turns of a week are paired. A turn that has been stays and its new time waits for next week; one still
    to come moves to its new time, or keeps the old where the new has gone by. Turns added count from now on.
    """
    start = monday(local_time(at, old_zone).date())
    made: list[Turn] = []
    for n in range(-1, 2):
        first = start + n * WEEK
        before = {
            turn.slot: turn for turn in _week(old, old_zone, first) if not plan or slot_date(turn.slot) > plan.through
        }
        if plan:
            before |= {turn.slot: turn for turn in plan.turns if monday(slot_date(turn.slot)) == first}
        after = {turn.slot: turn for turn in _week(new, new_zone, first)}
        same = before.keys() & after.keys()
        pairs: list[tuple[Turn | None, Turn | None]] = [(before[slot], after[slot]) for slot in same]
        gone = [before[slot] for slot in sorted(before.keys() - same)]
        come = [after[slot] for slot in sorted(after.keys() - same)]
        pairs += zip(gone, come, strict=False)
        pairs += [(turn, None) for turn in gone[len(come) :]] + [(None, turn) for turn in come[len(gone) :]]
        for was, will in pairs:
            if was and (was.at <= at or (will and will.at <= at)):
                made.append(was)
            elif will and will.at > at:
                made.append(will)
    made.sort(key=lambda turn: (turn.at, turn.slot))
    return Plan(start + WEEK + timedelta(days=6), tuple(made), plan.skipped if plan else ())


def missed(turn: Turn, now: datetime, catch_up: timedelta) -> bool:
    """Whether the turn lies too far back to be posted by surprise."""
    return now - turn.at > catch_up


def closes(slot: str, zone: str) -> datetime:
    """When a round closes: as the same wall-clock time comes round a week later."""
    return instant(datetime.fromisoformat(slot) + WEEK, zone)


def course_week(slot: str, rounds: Iterable[Round], course: str) -> int:
    """Which week of the course a slot belongs to, from 1: one more than the earlier calendar weeks that were not idle.

    A week counts if one of its rounds was posted or missed; weeks skipped, paused or without slots do not.
    """
    own = monday(slot_date(slot))
    return 1 + sum(week < own for week in weeks_counted(rounds, course))


def weeks_counted(rounds: Iterable[Round], course: str) -> frozenset[date]:
    """The Mondays of the calendar weeks in which a course was not idle: a group may have read another one before."""
    own = (past for past in rounds if past.course == course and past.state != "skipped")
    return frozenset(monday(slot_date(past.slot)) for past in own)
