"""A whole cohort on a fake clock, over the real spine: rounds, outbox, features, grading and a real database."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import opened, outbox_of
from bot.clock import ManualClock
from bot.dispatcher import Dispatcher
from bot.platforms.base import OutgoingMessage
from bot.settings import read_settings
from cogs.leaderboard import rows, standings
from cogs.messages import ActionId, Ask, Form, Person, Picture, Reply
from cogs.services import ClassifierError, Model, VisionResult
from study.course import Course, Item
from study.group import Place, Slot

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PLACE = Place("simulated", "campus", "study-group", "study-group")
STEP = timedelta(hours=6)


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

    async def tell_organiser(self, place: Place, message: Reply) -> bool:
        """Nobody listens."""
        return True


class NoModels:
    """A simulated cohort shows no pictures."""

    async def models(self) -> tuple[Model, ...]:
        """None."""
        return ()

    async def classify(self, model: str, picture: Picture, *, explain: bool = False) -> VisionResult:
        """Never."""
        raise ClassifierError("A simulated group has no models.")

    async def correct(self, model: str, picture: Picture, label: str) -> None:
        """Never."""
        raise ClassifierError("A simulated group has no models.")


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of it."""

    weeks: int
    members: int
    posts: int
    edits: int
    answers: int
    verdicts: dict[str, int]
    mean_score: float
    missed: int
    leaders: tuple[tuple[int, str, str], ...]


def _buttons(reply: Reply) -> Iterator[ActionId]:
    for card in reply.cards:
        for button in card.buttons:
            if button.action.name in ("quiz.answer", "recap.write"):
                yield button.action


def _words(item: Item | None, skill: float, chance: random.Random, course: Course) -> str:
    """What such a member would write: the reference, half of it, or something about another question."""
    others = list(course.items())
    if item is None:
        return " ".join(other.answer for other in others[: 1 + int(skill * 5)])
    drawn = chance.random()
    if drawn < skill:
        return item.answer
    if drawn < skill + (1 - skill) / 2:
        words = item.answer.split()
        return " ".join(words[: max(1, len(words) // 2)])
    return chance.choice(others).answer


async def simulate(weeks: int, members: int, seed: int, course_id: str = "fastbook") -> Tally:
    """Run a cohort for that many weeks; the same seed gives the same cohort."""
    chance = random.Random(seed)  # noqa: S311 - a simulation wants repeatable, not secret, numbers
    clock = ManualClock(START)
    channel = Channel()
    with TemporaryDirectory() as folder:
        settings = read_settings(data=Path(folder), database_url="sqlite://")
        async with opened(settings, NoModels(), clock=clock) as app:
            course = app.courses[course_id]
            group = await app.store.groups.set_up(
                PLACE,
                name="Simulated cohort",
                course=course.id,
                zone="Europe/Berlin",
                slots=(Slot(0, time(18)), Slot(3, time(18))),
                at=clock.now(),
            )
            outbox = outbox_of(app, [channel])
            people = [
                (
                    Person(PLACE.platform, f"p{n}", f"Member {n + 1}"),
                    chance.uniform(0.2, 0.95),
                    chance.uniform(0.2, 0.9),
                )
                for n in range(members)
            ]
            verdicts: Counter[str] = Counter()
            scores: list[float] = []
            answered: set[str] = set()
            until = START + timedelta(weeks=weeks)
            while clock.now() < until:
                await app.rounds.tick()
                await outbox.run_once()
                for key, message in list(channel.posts.items()):
                    if key in answered:
                        continue
                    answered.add(key)
                    for press in _buttons(message):
                        for person, skill, diligence in people:
                            if chance.random() < diligence:
                                await _answer(app.dispatcher, press, person, skill, chance, course, clock.now())
                clock.move(STEP)
            for post_answers in await app.store.answers.of_group(group.id):
                verdicts[post_answers.verdict] += 1
                scores.append(post_answers.score)
            ask = Ask(people[0][0], PLACE, clock.now(), "end")
            places = rows(await standings(group, "all", ask, app.services))
            rounds = await app.store.rounds.of_group(group.id)
            return Tally(
                weeks,
                members,
                channel.sent,
                channel.edited,
                len(scores),
                dict(verdicts),
                sum(scores) / len(scores) if scores else 0.0,
                sum(one.state == "missed" for one in rounds),
                tuple((row.rank, row.name, row.points) for row in places[:5]),
            )


async def _answer(
    dispatcher: Dispatcher,
    press: ActionId,
    person: Person,
    skill: float,
    chance: random.Random,
    course: Course,
    at: datetime,
) -> None:
    """ActionId the button, fill the form as such a member would, and send it."""
    key = f"{press.id}/{person.id}"
    form = await dispatcher.press(press.id, Ask(person, PLACE, at, f"{key}/open"))
    if not isinstance(form, Form):
        return
    asked = next((item for item in course.items() if item.ask == form.intro), None)
    words = _words(asked, skill, chance, course)
    await dispatcher.press(form.action.id, Ask(person, PLACE, at, f"{key}/send", {form.fields[0].name: words}))


def told(tally: Tally, seconds: float) -> str:
    """The tally in words."""
    verdicts = ", ".join(f"{count} {name}" for name, count in sorted(tally.verdicts.items()))
    lines = [
        f"{tally.weeks} weeks, {tally.members} members, in {seconds:.1f} s",
        f"  posted    {tally.posts} messages, {tally.edits} edited at their close, {tally.missed} slots missed",
        f"  answered  {tally.answers} answers: {verdicts or 'none'}",
        f"  scored    {tally.mean_score:.0%} on average",
        "  leaders   " + "; ".join(f"{rank}. {name}, {points}" for rank, name, points in tally.leaders),
    ]
    return "\n".join(lines)
