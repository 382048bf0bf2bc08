"""What a round posts: everything a course prepared once before anything is repeated without reason, and then an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from study.calendar import WEEK, monday, slot_date
from study.course import Course, Week
from study.group import ASKED_AGAIN, PostKind, Reason, Rhythm

REST = timedelta(days=14)
"""Nothing is asked again sooner than this after it was asked."""

WARM_UP = 3
"""Weeks of a course before the first question comes back: until then there is nothing to forget."""

FADING = 0.9
"""A question comes back once the group's chance of remembering it is below this, as in spaced review."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One post to be: `item` is empty for recap, digest and end; `week` is the pack's own number, 0 for none."""

    kind: PostKind
    item: str = ""
    week: int = 0
    reason: Reason = "new"


@dataclass(frozen=True, slots=True)
class History:
    """What a group was posted so far. `asked` says when each item was asked last, `again` how often it was repeated.

    `retention` is the group's chance of remembering an item, from 0 to 1, for items somebody answered; `rounds` counts
    the rounds that asked something. `digest_due`: questions closed and were not summed up yet. `ended`: the closing
    words came after the last new item.
    """

    asked: Mapping[str, datetime] = field(default_factory=dict)
    again: Mapping[str, int] = field(default_factory=dict)
    recaps: frozenset[int] = frozenset()
    open_items: frozenset[str] = frozenset()
    retention: Mapping[str, float] = field(default_factory=dict)
    rounds: int = 0
    digest_due: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Agenda:
    """The posts of a round, in order. `week` is the pack's own number, 0 once everything was posted.

    `over`: the closing words were said, so that having nothing to post is no surprise.
    """

    week: int
    posts: tuple[Planned, ...]
    over: bool = False


def agenda(course: Course, rhythm: Rhythm, nth: int, now: datetime, history: History) -> Agenda:
    """The round of a group's n-th week, counted from 1; no posts where nothing is left to say.

    Whatever the pack or the pace: no item comes back before all were asked, unless the group is about to forget it,
    and none within `REST`.
    """
    opening = [Planned("digest")] if history.digest_due else []
    weeks = _weeks(course, rhythm, nth, history)
    if not weeks:
        return Agenda(0, (*opening, *_afterwards(course, rhythm, now, history)), history.ended)
    week = weeks[0]
    untold = next((one for one in weeks if _opens(one) and one.number not in history.recaps), None)
    if untold:
        opening.append(Planned("recap", "", untold.number, _reason(course, untold, week, history)))
    fresh = [
        Planned("task" if item.rubric is None else "item", item.id, one.number, _reason(course, one, week, history))
        for one in weeks
        for item in one.items
        if item.id not in history.asked
    ]
    places = may_remember(rhythm, nth, history.rounds) if fresh else rhythm.count
    old = _fading(course, now, history, places)
    questions = [one for one in fresh if one.kind == "item"][: max(rhythm.count - len(old), 1)]
    # A week's tasks come one at a time beside its questions, and together once the questions are asked.
    tasks = [one for one in fresh if one.kind == "task"][: 1 if questions else rhythm.count]
    return Agenda(week.number, (*opening, *questions, *tasks, *old))


@dataclass(frozen=True, slots=True)
class PastPost:
    """A post of an earlier round, with its round's slot, time and state."""

    kind: PostKind
    item: str
    week: int
    reason: Reason
    slot: str
    opens: datetime
    closes: datetime
    is_open: bool


def history_of(past: Sequence[PastPost], slot: str, retention: Mapping[str, float]) -> History:
    """What the posts of earlier rounds, oldest first, come to at the turn of `slot`.

    Questions are summed up with the first round of a calendar week after they closed.
    """
    asked = [one for one in past if one.item]
    last = [one.kind for one in past if one.kind == "end" or (one.item and one.reason not in ASKED_AGAIN)][-1:]
    return History(
        asked={one.item: one.opens for one in asked},
        again=Counter(one.item for one in asked if one.reason in ASKED_AGAIN),
        recaps=frozenset(one.week for one in past if one.kind == "recap"),
        open_items=frozenset(one.item for one in asked if one.is_open),
        retention=retention,
        rounds=len({one.slot for one in asked}),
        digest_due=_digest_due(past, asked, slot),
        ended=last == ["end"],
    )


def _digest_due(past: Sequence[PastPost], asked: Sequence[PastPost], slot: str) -> bool:
    digests = [one for one in past if one.kind == "digest"]
    if any(monday(slot_date(one.slot)) == monday(slot_date(slot)) for one in digests):
        return False
    return any(not one.is_open and (not digests or one.closes > digests[-1].opens) for one in asked)


def may_remember(rhythm: Rhythm, nth: int, rounds: int) -> int:
    """How many questions of this round may be old ones: the share, spread evenly over the rounds."""
    if nth <= WARM_UP:
        return 0
    share = rhythm.count * min(max(rhythm.share, 0.0), 1.0)
    # A third of three falls a hair short of one.
    return int((rounds + 1) * share + 1e-9) - int(rounds * share + 1e-9)


def place_in_week(course: Course, item_id: str) -> tuple[Week, int, int] | None:
    """The week of an item, its place among that week's questions (or tasks) from 1, and how many these are."""
    for week in course.weeks:
        for item in week.items:
            if item.id == item_id:
                alike = [other.id for other in week.items if (other.rubric is None) == (item.rubric is None)]
                return week, alike.index(item_id) + 1, len(alike)
    return None


def rehearsal(
    course: Course,
    rhythm: Rhythm,
    turns: Iterable[tuple[datetime, date]],
    history: History | None = None,
    counted: Iterable[date] = (),
) -> Iterator[tuple[datetime, Agenda]]:
    """The course as it would go from here, turn by turn, up to and with its end: for saying how long it takes.

    `turns` are moments with their local dates, `counted` the Mondays of the weeks that the course has taken so far.
    Answers are not known ahead, so no old question is asked: with them, a course takes longer by the share they get.
    """
    history = history or History()
    mondays = set(counted)
    for at, day in turns:
        mondays.add(monday(day))
        opened = frozenset(item for item, asked in history.asked.items() if at - asked < WEEK)
        made = agenda(course, rhythm, len(mondays), at, replace(history, open_items=opened))
        yield at, made
        if any(post.kind == "end" for post in made.posts):
            return
        history = replace(
            history,
            asked={**history.asked, **{post.item: at for post in made.posts if post.item}},
            recaps=history.recaps | {post.week for post in made.posts if post.kind == "recap"},
            rounds=history.rounds + 1,
        )


def _opens(week: Week) -> bool:
    return bool(week.recap or week.reading or week.prompts)


def _done(week: Week, history: History) -> bool:
    announced = not _opens(week) or week.number in history.recaps
    return announced and all(item.id in history.asked for item in week.items)


def _weeks(course: Course, rhythm: Rhythm, nth: int, history: History) -> tuple[Week, ...]:
    """The weeks this round asks from, the one it is about first; none once the whole course was posted.

    By the questions that is the first week not done. By the calendar it is the calendar's own, then what earlier ones
    left over; a week that is asked out stays the round's own until the calendar moves on.
    """
    left = tuple(week for week in course.weeks if not _done(week, history))
    if rhythm.pace == "questions" or not left:
        return left[:1]
    own = course.weeks[nth - 1 : nth]
    earlier = tuple(week for week in course.weeks[: nth - 1] if week in left)
    return earlier if not own or (earlier and own[0] not in left) else own + earlier


def _reason(course: Course, week: Week, own: Week, history: History) -> Reason:
    later = (item.id for other in course.weeks if other.number > week.number for item in other.items)
    return "backlog" if week.number < own.number or any(item in history.asked for item in later) else "new"


def _repeatable(course: Course, now: datetime, history: History) -> set[str]:
    """What may be asked again: graded, asked before and long enough ago, still in the pack and not open."""
    known = {item.id for item in course.items() if item.rubric is not None}
    rested = {item for item, at in history.asked.items() if now - at >= REST}
    return (known & rested) - history.open_items


def _fading(course: Course, now: datetime, history: History, count: int) -> list[Planned]:
    """The questions that the group is about to forget: the least often repeated, and of these the faintest, first."""
    faint = [item for item in _repeatable(course, now, history) if history.retention.get(item, 1.0) < FADING]
    return [_once_more(course, item, "memory") for item in sorted(faint, key=_turn_of(history))[:count]]


def _turn_of(history: History) -> Callable[[str], tuple[int, float, str]]:
    return lambda item: (history.again.get(item, 0), history.retention.get(item, 0.0), item)


def _once_more(course: Course, item: str, reason: Reason) -> Planned:
    placed = place_in_week(course, item)
    return Planned("item", item, placed[0].number if placed else 0, reason)


def _afterwards(course: Course, rhythm: Rhythm, now: datetime, history: History) -> list[Planned]:
    """Closing words once nothing is open any more; then review, or rest, as the group chose."""
    if not course.weeks:
        return []
    if not history.ended:
        return [] if history.open_items else [Planned("end")]
    if rhythm.afterwards == "rest":
        return []
    turn = sorted(_repeatable(course, now, history), key=_turn_of(history))
    return [_once_more(course, item, "review") for item in turn[: rhythm.count]]
