"""How a group takes its course: how fast, how much of it comes back, what comes after, and how long it will take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from cogs.asked import group_of
from cogs.declare import Command, Option
from cogs.messages import ActionId, Ask, Block, Button, Card, Choice, Fields, Reply, Text
from cogs.services import Services
from study.agenda import History, history_of, rehearsal
from study.calendar import local_time, next_slots, weeks_counted
from study.course import Course
from study.group import Afterwards, Group, Pace, Slot
from study.texts import _, day_text, n_, noop

PACES: dict[Pace, str] = {
    "questions": noop("The course goes on when a week's questions are asked"),
    "calendar": noop("One calendar week, one week of the course; what is left over comes later"),
}
SHARES = {"0": (0.0, noop("None")), "1/3": (1 / 3, noop("One in three")), "1/2": (0.5, noop("Every other one"))}
AFTERWARDS: dict[Afterwards, str] = {"review": noop("Review what the group knows least"), "rest": noop("Rest")}
SWITCHES: dict[Pace, str] = {"questions": noop("Follow the questions"), "calendar": noop("Follow the calendar")}

LONG = timedelta(days=180)
"""A course that takes longer is worth a quicker choice."""
AHEAD = 300
"""Posts that are looked ahead at most."""


def choices(words: dict[Pace, str] | dict[Afterwards, str]) -> tuple[Choice, ...]:
    """The choices of an option, by the value they stand for."""
    return tuple(Choice(label, value) for value, label in words.items())


async def pace(ask: Ask, services: Services) -> Reply:
    """`/group pace`: what is given is changed, and how the course goes from here is shown."""
    return await _paced({name: ask.text(name) for name in ("pace", "old", "afterwards")}, ask, services)


async def choose(ask: Ask, services: Services) -> Reply:
    """A button under it: one of these is changed."""
    name, value, *_more = ask.args
    return await _paced({name: value}, ask, services)


async def _paced(given: Mapping[str, str], ask: Ask, services: Services) -> Reply:
    group, course = await group_of(ask, services)
    wanted = next((each for each in PACES if each == given.get("pace")), group.pace)
    share = SHARES[given["old"]][0] if given.get("old") in SHARES else group.share
    after = next((each for each in AFTERWARDS if each == given.get("afterwards")), group.afterwards)
    if (wanted, share, after) != (group.pace, group.share, group.afterwards):
        group = await services.store.groups.change(
            group.id, at=ask.at, by=ask.person.name, pace=wanted, share=share, afterwards=after
        )
    ahead = how_long(group, course, ask.at, await _so_far(group, course, ask.at, services))
    old = min(SHARES, key=lambda one: abs(SHARES[one][0] - group.share))
    ahead = ahead or _("Every question of the course was asked.")
    blocks: tuple[Block, ...] = (
        Fields(
            (
                (_("Pace"), _(PACES[group.pace])),
                (_("Questions to remember, once three weeks are over"), _(SHARES[old][1])),
                (_("After the course"), _(AFTERWARDS[group.afterwards])),
            )
        ),
        Text(ahead),
    )
    return Reply(ahead, (Card(_("How the course is taken"), blocks, _switches(group, old)),))


def _switches(group: Group, old: str) -> tuple[Button, ...]:
    """What else may be chosen, each with a button, and the form for the times and how many questions they bring."""
    paces = [(("pace", value), _(label)) for value, label in SWITCHES.items() if value != group.pace]
    shares = [
        (("old", value), _("Old questions: {share}", share=_(label)))
        for value, (_share, label) in SHARES.items()
        if value != old
    ]
    after = [
        (("afterwards", value), _("Afterwards: {what}", what=_(label)))
        for value, label in AFTERWARDS.items()
        if value != group.afterwards
    ]
    chosen = (Button(label, ActionId("group.paced", args)) for args, label in (*paces, *shares, *after))
    return Button(_("Times and questions"), ActionId("group.change")), *chosen


@dataclass(frozen=True, slots=True)
class SoFar:
    """How far a course has come: what was posted, and the Mondays of the weeks that it has taken."""

    history: History = field(default_factory=History)
    weeks: frozenset[date] = frozenset()


async def _so_far(group: Group, course: Course, at: datetime, services: Services) -> SoFar:
    past = await services.store.posts.past(group.id, course.id)
    rounds = await services.store.rounds.of_group(group.id)
    return SoFar(history_of(past, local_time(at, group.zone).isoformat(), {}), weeks_counted(rounds, course.id))


def how_long(group: Group, course: Course, at: datetime, so_far: SoFar | None = None) -> str:
    """How long the course takes from here, and what would be quicker, in a sentence or two; empty where it is over.

    Questions that come back to be remembered are not known ahead and make it longer.
    """
    so_far = so_far or SoFar()
    left = sum(item.rubric is not None and item.id not in so_far.history.asked for item in course.items())
    if not group.slots or not left:
        return ""
    end = _end(group, course, at, so_far)
    questions = n_("{count} question", "{count} questions", left)
    often = n_("once a week", "{count} times a week", len(group.slots))
    each = _("{count} at a time", count=group.items_per_slot)
    sentence = f"{questions}, {each}, {often}: {_until(end)}."
    return f"{sentence} {_quicker(group, course, at, so_far, end)}".strip()


def _quicker(group: Group, course: Course, at: datetime, so_far: SoFar, end: date | None) -> str:
    second = Slot((group.slots[0].weekday + 3) % 7, group.slots[0].at)
    twice = replace(group, slots=(*group.slots, second), plan=None)
    faster = []
    if group.items_per_slot < 5:
        faster.append((_("With 5 at a time: {until}."), _end(replace(group, items_per_slot=5), course, at, so_far)))
    if len(group.slots) == 1:
        faster.append((_("With a second weekly time: {until}."), _end(twice, course, at, so_far)))
        if end is None or end > local_time(at, group.zone).date() + LONG:
            faster.append(
                (
                    _("With 10 at a time, twice a week: {until}."),
                    _end(replace(twice, items_per_slot=10), course, at, so_far),
                )
            )
    return " ".join(what.format(until=_until(then)) for what, then in faster if then and (end is None or then < end))


def _end(group: Group, course: Course, at: datetime, so_far: SoFar) -> date | None:
    """The local date of the course's closing words; None where they lie too far ahead."""
    ahead = next_slots(group, at, AHEAD)
    turns = ((turn.at, local_time(turn.at, group.zone).date()) for turn in ahead)
    for when, made in rehearsal(course, group.rhythm, turns, so_far.history, so_far.weeks):
        if any(post.kind == "end" for post in made.posts):
            return local_time(when, group.zone).date()
    return None


def _until(end: date | None) -> str:
    return _("until {day}", day=day_text(end)) if end else _("longer than can be told")


command = Command(
    "group pace",
    noop("How fast the course goes, what comes back, what comes after"),
    pace,
    (
        Option(
            "pace",
            noop("What a course week follows"),
            "choice",
            False,
            choices(PACES),
        ),
        Option(
            "old",
            noop("How many questions may be old ones"),
            "choice",
            False,
            tuple(Choice(label, value) for value, (_, label) in SHARES.items()),
        ),
        Option(
            "afterwards",
            noop("What comes after the course"),
            "choice",
            False,
            choices(AFTERWARDS),
        ),
    ),
    organiser=True,
)
