"""A whole cohort on a fake clock, over the real spine: rounds, outbox, features, grading and a real database."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from bot.app import App, opened, outbox_of
from bot.clock import ManualClock
from bot.errors import BotError
from bot.packs.library import NoPack
from bot.platforms.base import OutgoingMessage, PrivateMessage, Worded
from bot.schedule.meetings import Meetings
from bot.schedule.outbox import Outbox
from bot.settings import read_settings
from cogs.leaderboard import rows, standings
from cogs.messages import ActionId, Ask, Form, Person, Picture, Reply
from cogs.services import ClassifierError, Model, RowResult, VisionResult
from cogs.slots import TimesUnreadable, read_slots
from store import Arranged
from study.calendar import WEEK, monday, next_turn, slot_date
from study.course import Course, Item
from study.discussion.meeting import NOTICE, Meeting
from study.group import ITEMS_PER_SLOT, Group, Pace, Place, Post, Round, Slot
from study.texts import ENGLISH, using_language

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PLACE = Place("simulated", "campus", "study-group", "study-group")
ZONE = "Europe/Berlin"
STEP = timedelta(hours=6)

LONGEST = 520
"""Weeks after which a course that has not come to its end is left."""

ANSWERED = ("quiz.answer", "recap.write", "task.done")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated. `weeks` None: until the course has come to its end, and a week more."""

    weeks: int | None
    members: int
    seed: int
    course: str = "fastbook"
    slots: tuple[Slot, ...] = (Slot(0, time(18)), Slot(3, time(18)))
    questions: int = ITEMS_PER_SLOT
    pace: Pace = "questions"
    meeting: Slot | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One post of the agenda: the group's week from 1, and the pack's own week, None for what belongs to none."""

    week: int
    at: str
    kind: str
    item: str | None
    course_week: int | None
    reason: str

    @property
    def text(self) -> str:
        """The post in a word or two."""
        what = self.item or (f"recap of week {self.course_week}" if self.kind == "recap" else self.kind)
        return what if self.reason == "new" else f"{what} ({self.reason})"


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of it."""

    weeks: int
    members: int
    posts: int
    edits: int
    answers: int
    verdicts: Mapping[str, int]
    mean_score: float
    missed: int
    leaders: tuple[tuple[int, str, str], ...]
    agenda: tuple[Line, ...]

    def text(self, seconds: float) -> str:
        """The tally in words, and what was posted week by week."""
        verdicts = ", ".join(f"{count} {name}" for name, count in sorted(self.verdicts.items()))
        lines = [
            f"{self.weeks} weeks, {self.members} members, in {seconds:.1f} s",
            f"  posted    {self.posts} messages, {self.edits} edited at their close, {self.missed} slots missed",
            f"  answered  {self.answers} answers: {verdicts or 'none'}",
            f"  scored    {self.mean_score:.0%} on average",
            "  leaders   " + "; ".join(f"{rank}. {name}, {points}" for rank, name, points in self.leaders),
        ]
        weeks = {line.week: [one.text for one in self.agenda if one.week == line.week] for line in self.agenda}
        return "\n".join((*lines, *(f"  week {week:<4} {', '.join(posts)}" for week, posts in weeks.items())))


@dataclass(slots=True)
class Channel:
    """A platform that only remembers what it was given."""

    name: str = "simulated"
    posts: dict[str, Reply] = field(default_factory=dict)
    sent: int = 0
    edited: int = 0

    async def send(self, outgoing: OutgoingMessage) -> str:
        """Keep the message under its key."""
        self.sent += outgoing.key not in self.posts
        self.posts[outgoing.key] = outgoing.message
        return outgoing.key

    async def edit(self, outgoing: OutgoingMessage, message_id: str) -> None:
        """Replace the message."""
        self.edited += 1
        self.posts[message_id] = outgoing.message

    async def find(self, outgoing: OutgoingMessage, since: datetime) -> str | None:
        """Whether the key was posted."""
        return outgoing.key if outgoing.key in self.posts else None

    async def tell_member(self, private: PrivateMessage) -> str:
        """Nobody listens."""
        return private.key

    async def find_private(self, private: PrivateMessage, since: datetime) -> str | None:
        """Nobody listens."""
        return None

    async def tell_organiser(self, place: Place, message: Worded) -> bool:
        """Nobody listens."""
        return True


class NoModels:
    """A simulated cohort shows no pictures and asks about no tables."""

    async def models(self) -> tuple[Model, ...]:
        """None."""
        return ()

    async def model(self, name: str) -> Model:
        """Never."""
        raise ClassifierError("A simulated group has no models.")

    def known(self) -> tuple[Model, ...]:
        """None."""
        return ()

    async def loaded(self) -> None:
        """There are none to wait for."""

    async def predict(self, model: str, cells: Mapping[str, str]) -> RowResult:
        """Never."""
        raise ClassifierError("A simulated group has no models.")

    async def recommend(self, model: str, who: str, leave_out: Sequence[str], count: int) -> RowResult:
        """Never."""
        raise ClassifierError("A simulated group has no models.")

    async def classify(self, model: str, picture: Picture, *, explain: bool = False) -> VisionResult:
        """Never."""
        raise ClassifierError("A simulated group has no models.")

    async def correct(self, model: str, picture: Picture, label: str, giver: str = "") -> None:
        """Never."""
        raise ClassifierError("A simulated group has no models.")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who knows a share of the answers (`skill`) and takes part in a share of the posts (`diligence`)."""

    person: Person
    skill: float
    diligence: float


class BadPlan(BotError):
    """What was asked to be simulated cannot be."""


def plan_of(
    weeks: int | None, members: int, seed: int, course: str, slots: str, questions: int, pace: str, meeting: str = ""
) -> Plan:
    """The plan that somebody typed. `slots`: weekly times, or how many of them; `meeting`: one. Raises BadPlan."""
    wanted = next((each for each in get_args(Pace) if each == pace), None)
    if wanted is None:
        raise BadPlan(f"The pace is 'questions' or 'calendar', not {pace!r}.")
    try:
        times = _spread(int(slots)) if slots.strip().isdecimal() else read_slots(slots)
        meets = read_slots(meeting)[0] if meeting.strip() else None
    except TimesUnreadable as error:
        raise BadPlan(str(error)) from None
    return Plan(weeks, members, seed, course, tuple(times), questions, wanted, meets)


def _spread(count: int) -> tuple[Slot, ...]:
    """So many evenings of the week, from Monday on."""
    if not 1 <= count <= 7:
        raise BadPlan("There are 1 to 7 weekly times.")
    return tuple(Slot(n * 7 // count, time(18)) for n in range(count))


class Cohort:
    """People who live through a course; the same seed makes the same people do the same."""

    def __init__(self, app: App, plan: Plan, clock: ManualClock) -> None:
        self._app = app
        self._clock = clock
        self._channel = Channel()
        self._meetings = Meetings(app.store, clock)
        self._outbox: Outbox = outbox_of(app, [self._channel])
        self._chance = random.Random(plan.seed)  # noqa: S311 - a simulation wants repeatable, not secret, numbers
        self._course: Course = app.courses[plan.course]
        self._seen: set[str] = set()
        self.members = [
            Member(
                Person(PLACE.platform, f"p{n}", f"Member {n + 1}"),
                self._chance.uniform(0.2, 0.95),
                self._chance.uniform(0.2, 0.9),
            )
            for n in range(plan.members)
        ]

    async def live(self, until: datetime) -> None:
        """Let time pass, and have everybody answer what is posted meanwhile."""
        while self._clock.now() < until:
            await self._app.rounds.tick()
            await self._meetings.tick()
            await self._outbox.run_once()
            for key, message in list(self._channel.posts.items()):
                if key not in self._seen:
                    self._seen.add(key)
                    await self._answered(message)
            meets = await self._app.store.meetings.next_due()
            now = self._clock.now()
            self._clock.move(min(STEP, meets - now) if meets and meets > now else STEP)

    @property
    def counts(self) -> tuple[int, int]:
        """Messages posted, and edits made."""
        return self._channel.sent, self._channel.edited

    async def _answered(self, message: Reply) -> None:
        for action in _buttons(message):
            for member in self.members:
                if self._chance.random() < member.diligence:
                    await self._press(action, member)

    async def _press(self, action: ActionId, member: Member) -> None:
        """Press the button; where it opens a form, fill it as such a member would, and send it."""
        person, at, key = member.person, self._clock.now(), f"{action.id}/{member.person.id}"
        form = await self._app.dispatcher.press(action.id, Ask(person, PLACE, at, f"{key}/open"))
        if isinstance(form, Form):
            asked = next((item for item in self._course.items() if item.question == form.intro), None)
            given = {form.fields[0].name: self._words(asked, member.skill)}
            await self._app.dispatcher.press(form.action.id, Ask(person, PLACE, at, f"{key}/send", given))

    def _words(self, item: Item | None, skill: float) -> str:
        """What such a member would write: the reference, half of it, or something about another question."""
        others = list(self._course.items())
        if item is None:
            return " ".join(other.answer for other in others[: 1 + int(skill * 5)])
        drawn = self._chance.random()
        if drawn < skill:
            return item.answer
        if drawn < skill + (1 - skill) / 2:
            words = item.answer.split()
            return " ".join(words[: max(1, len(words) // 2)])
        return self._chance.choice(others).answer


async def simulate(plan: Plan) -> Tally:
    """Run a cohort through its weeks; the same plan gives the same cohort. Raises NoPack."""
    clock = ManualClock(START)
    with TemporaryDirectory() as folder:
        settings = read_settings(data=Path(folder), database_url="sqlite://")
        async with opened(settings, NoModels(), clock=clock) as app:
            if plan.course not in app.courses:
                raise NoPack(f"There is no course {plan.course!r}. Installed: {', '.join(app.courses) or 'none'}.")
            group = await _group(app, plan, clock.now())
            cohort = Cohort(app, plan, clock)
            weeks = 0
            while weeks < (LONGEST if plan.weeks is None else plan.weeks):
                weeks += 1
                await cohort.live(START + weeks * WEEK)
                if plan.weeks is None and await _ended(app, group, clock.now()):
                    break
            return await _tally(app, group, cohort, weeks, clock.now())


async def _group(app: App, plan: Plan, at: datetime) -> Group:
    group = await app.store.groups.set_up(
        PLACE,
        at=at,
        name="Simulated cohort",
        course=plan.course,
        zone=ZONE,
        slots=plan.slots,
        items_per_slot=plan.questions,
        pace=plan.pace,
    )
    first = next_turn((plan.meeting,), ZONE, at) if plan.meeting else None
    if first:
        await app.store.meetings.arrange(group.id, Arranged(first, True, ""), at)
    return group


async def _ended(app: App, group: Group, now: datetime) -> bool:
    """Whether the course was closed a week ago or earlier."""
    past = await app.store.posts.past(group.id, group.course)
    return any(one.kind == "end" and one.closes <= now for one in past)


async def _tally(app: App, group: Group, cohort: Cohort, weeks: int, now: datetime) -> Tally:
    answers = await app.store.answers.of_group(group.id)
    ask = Ask(cohort.members[0].person, PLACE, now, "end")
    with using_language(ENGLISH):  # whoever typed the command reads it, not the group
        places = rows(await standings(group, "all", ask, app.services))
    rounds = await app.store.rounds.of_group(group.id)
    posted = [(each, await app.store.posts.of_round(each.id)) for each in rounds]
    sent, edited = cohort.counts
    held = [one for one in await app.store.meetings.of_group(group.id) if one.state in ("announced", "over")]
    lines = [*(_line(each, post) for each, posts in posted for post in posts), *map(_meeting, held)]
    return Tally(
        weeks=weeks,
        members=len(cohort.members),
        posts=sent,
        edits=edited,
        answers=len(answers),
        verdicts=Counter(answer.verdict for answer in answers),
        mean_score=sum(answer.score for answer in answers) / len(answers) if answers else 0.0,
        missed=sum(one.state == "missed" for one in rounds),
        leaders=tuple((row.rank, row.name, row.points) for row in places[:5]),
        agenda=tuple(sorted(lines, key=lambda line: line.at)),
    )


def _meeting(held: Meeting) -> Line:
    return Line(_week(held.slot), (held.at - NOTICE).isoformat(), "meeting", None, None, "new")


def _week(slot: str) -> int:
    """The group's week of a wall-clock time, from 1."""
    return 1 + (monday(slot_date(slot)) - monday(START.date())).days // 7


def _line(round_: Round, post: Post) -> Line:
    return Line(
        week=_week(round_.slot),
        at=round_.opens.isoformat(),
        kind="question" if post.kind == "item" else post.kind,
        item=post.item or None,
        course_week=post.week or None,
        reason=post.reason,
    )


def _buttons(reply: Reply) -> Iterator[ActionId]:
    for card in reply.cards:
        for button in card.buttons:
            if button.action.name in ANSWERED:
                yield button.action
