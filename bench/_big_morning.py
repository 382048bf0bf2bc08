"""A big morning: groups due in the same minute, each with a reminder, served by the shipped program.

The platform takes its time: so many requests a second, posts and reminders alike.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import statistics
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bot.app import App, serve
from bot.clock import Clock
from bot.dispatcher import Dispatcher
from bot.packs.bench import Bench
from bot.packs.live import LiveCourses
from bot.platforms.base import OutgoingMessage, PrivateMessage, Worded
from bot.schedule.rounds import RoundScheduler
from bot.settings import read_settings
from bot.simulate import NoModels
from cogs import COGS
from cogs.marking import mark, of_post
from cogs.messages import ActionId, Ask, Form, Person, Reply
from cogs.services import Services
from store import NewRound, Store
from store.database import tables as t
from study import calendar
from study.agenda import Planned
from study.course import Course, Week
from study.group import Account, Place, Slot
from study.nudge import BEFORE_CLOSING
from tests.store.school import groups_alike


class Metered:
    """A simulated platform that takes so many requests a second, spread evenly, and answers each after a tenth."""

    name = "browser"

    def __init__(self, rate: float) -> None:
        self.gap, self.free_at, self.last = 1 / rate, 0.0, 0.0
        self.posts: list[str] = []
        self.reminders: list[str] = []

    @property
    def taken(self) -> int:
        """How many messages it took, for everybody and in private."""
        return len(self.posts) + len(self.reminders)

    async def start(self) -> None:
        """Nothing to connect."""

    async def stop(self) -> None:
        """Nothing to let go."""

    async def send(self, outgoing: OutgoingMessage) -> str:
        """Wait for the rate's turn, take the message, answer."""
        return await self._take(outgoing.key, self.posts)

    async def tell_member(self, private: PrivateMessage) -> str:
        """The same, at the same rate, for one person."""
        return await self._take(private.key, self.reminders)

    async def _take(self, key: str, kept: list[str]) -> str:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self.free_at = max(now, self.free_at) + self.gap
        await asyncio.sleep(self.free_at - now)
        kept.append(key)
        self.last = loop.time()
        await asyncio.sleep(0.1)
        return key

    async def edit(self, outgoing: OutgoingMessage, message_id: str) -> None:
        """Never asked here."""

    async def find(self, outgoing: OutgoingMessage, since: datetime) -> str | None:
        """Whether the key was posted."""
        return outgoing.key if outgoing.key in self.posts else None

    async def find_private(self, private: PrivateMessage, since: datetime) -> str | None:
        """Whether the key was told."""
        return private.key if private.key in self.reminders else None

    async def check(self) -> None:
        """The line holds."""

    async def tell_organiser(self, place: Place, message: Worded) -> bool:
        """Nobody listens."""
        return True


async def _first_group(store: Store, course: Course, zone: str) -> None:
    """A group that is due in a second, with a member who answered one of two open questions and is due for a reminder.

    What is open closes two days from now, and it is the middle of the group's day: so the reminder is sent at once.
    """
    now = datetime.now(UTC)
    early = now - timedelta(hours=1)
    soon = calendar.local_time(now + timedelta(seconds=1), zone)
    slot = Slot(soon.weekday(), soon.time().replace(microsecond=0))
    place, account = Place("browser", "w", "c", "c"), Account("browser", "w", "m")
    about: dict[str, Any] = {"name": "G", "course": course.id, "zone": zone, "at": early}
    group = await store.groups.set_up(place, slots=[slot], **about)
    member = await store.members.meet(group.id, account, "M", early)
    open_now = [Planned("item", item.id, 1) for item in course.weeks[0].items[:2]]
    new = NewRound(calendar.local_time(early, zone).isoformat(), course.id, 1, early, now + BEFORE_CLOSING, open_now)
    asked = await store.rounds.open(group.id, new)
    assert asked is not None
    answered = (await store.posts.of_round(asked.id))[0]
    item = course.weeks[0].items[0]
    by = of_post(course, 1, item.id)
    assert by is not None
    given = await mark(by, item.answer, None)
    await store.answers.record(answered.id, member.id, item.answer, given.mark, key="k", at=early)
    async with store.database.writing() as db:
        await db.execute(t.deliveries.update().values(state="sent", sent_at=early, message_id="s"))
        await db.execute(t.members.update().values(nudge_at=early))


def _midday() -> str:
    """A zone in which it is between ten and eleven: nobody's reminder waits for the morning."""
    ahead = (datetime.now(UTC).hour - 10 + 12) % 24 - 12
    return f"Etc/GMT{ahead:+d}"


async def morning(url: str, groups: int, rate: float, folder: Path) -> dict[str, object]:
    """All groups are due at once, and one person answers a question ten times a second until the last is served."""
    settings = read_settings(data=folder, database_url=url)
    (whole, *_) = LiveCourses(settings.packs).values()
    item, *others = islice(whole.items(), 3)
    course = Course(whole.id, whole.title, "en", (Week(1, "One", "", None, (item, *others)),))
    store = await Store.open(url)
    early = datetime.now(UTC) - timedelta(hours=1)
    await _first_group(store, course, _midday())
    await groups_alike(store, groups)
    talking = await store.groups.set_up(
        Place("browser", "w", "c0", "c"), name="T", course=course.id, zone="UTC", slots=[], at=early
    )
    await store.groups.change(talking.id, at=early, attempts=10**6)
    asked = await store.rounds.open(
        talking.id, NewRound("now", talking.course, 1, early, early + timedelta(days=7), [Planned("item", item.id, 1)])
    )
    assert asked is not None
    (post,) = await store.posts.of_round(asked.id)
    async with store.database.writing() as db:  # it is there to be answered, not to be sent
        await db.execute(t.deliveries.update().where(t.deliveries.c.post_id == post.id).values(state="dead"))
    clock = Clock()
    courses = LiveCourses(settings.packs)
    rounds = RoundScheduler(store, {course.id: course}, clock, timedelta(hours=12))
    services = Services(store, {course.id: course}, NoModels(), rounds.post_now)
    workbench = Bench(courses, folder / "packs", folder / "bench", clock.now)
    app = App(settings, store, courses, clock, services, Dispatcher(COGS, services), rounds, workbench)
    platform = Metered(rate)
    await asyncio.sleep(1.5)
    waits: list[float] = []
    begun, used = asyncio.get_running_loop().time(), time.process_time()

    async def pressed(press: str, fields: dict[str, str]) -> Reply | Form:
        since = time.perf_counter()
        ask = Ask(Person("browser", "ann", "Ann"), Place("browser", "w", "c0", "c"), clock.now(), str(since), fields)
        reply = await app.dispatcher.press(press, ask)
        waits.append(time.perf_counter() - since)
        return reply

    async def person() -> int:
        answers = 0
        while platform.taken < 2 * groups:
            form = await pressed(ActionId("quiz.answer", (str(post.id),)).id, {})
            assert isinstance(form, Form), form
            await pressed(form.action.id, {form.fields[0].name: f"{item.answer} {answers}"})
            answers += 1
            await asyncio.sleep(0.1)
        os.kill(os.getpid(), signal.SIGTERM)
        return answers

    answers, _ = await asyncio.gather(person(), serve(app, [platform]))
    lost = answers - len(await store.answers.of_group(talking.id))
    await store.close()
    taken, floor = platform.last - begun, 2 * groups / rate
    waits.sort()
    return {
        "groups": groups,
        "rate": rate,
        "seconds": round(taken, 1),
        "floor": round(floor, 1),
        "above the floor": f"{taken / floor - 1:.1%}",
        "posts": len(platform.posts),
        "reminders": len(platform.reminders),
        "doubled": platform.taken - len({*platform.posts, *platform.reminders}),
        "interactions": len(waits),
        "answers lost": lost,
        "median ms": round(1000 * statistics.median(waits), 1),
        "p99 ms": round(1000 * waits[int(0.99 * len(waits))], 1),
        "slowest ms": round(1000 * waits[-1], 1),
        "processor ms each": round(1000 * (time.process_time() - used) / groups, 1),
        "memory MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
