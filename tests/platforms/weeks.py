"""Ten people's four weeks, told once and lived on every platform: everybody with habits of their own, and an end.

A platform's test module inherits `FourWeeks` beside `PlatformContract`: the same `world`, around a room in which time
passes. Everything that happens by the clock happens as it does in a running bot: rounds, reminders, meetings, sending.
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from functools import partial

from sqlalchemy import func, select

from bot.app import _composed
from bot.clock import ManualClock
from bot.dispatcher import Dispatcher
from bot.schedule.meetings import Meetings
from bot.schedule.nudges import Nudges
from bot.schedule.outbox import Outbox
from bot.schedule.rounds import RoundScheduler
from cogs import COGS
from cogs.services import Services
from store import Store
from store.database import tables
from study.calendar import instant
from study.course import Course, Item, Knowledge, Week
from tests.cogs.conversation import COURSE as TINY
from tests.cogs.conversation import OneModel, item
from tests.platforms.contract import StudyRoom

ZONE = "Europe/Berlin"
MONDAY = datetime(2035, 3, 5)
"""The first evening, yet to come, because no calendar takes an event that is over; the clocks change on the 25th."""
REMINDER = "Still open for you"
PAINT = "Which two colours make green paint?"
TASK = Item("t-run", "Mix some paint.", "It turns green.", None)
COURSE = Course(
    "paint",
    "A course on colours",
    "en",
    (
        Week(
            1,
            "Colours",
            "Chapter 1",
            TINY.weeks[0].recap,
            (
                item(1, "Which colour is the sky?", "It is blue.", {"it is blue": ["blue", "azure"]}),
                item(2, PAINT, "Yellow and cyan.", {"yellow": ["yellow"]}, {"cyan": ["cyan"]}),
            ),
            ("Which colour would you paint a school?",),
        ),
        Week(
            2,
            "Light",
            "Chapter 2",
            None,
            (
                item(3, "Which colour has the longest waves?", "Red.", {"red": ["red"]}),
                item(4, "Which colour is all light together?", "White.", {"white": ["white"]}),
                TASK,
            ),
            ("Is black a colour?",),
        ),
        Week(
            3,
            "Shapes",
            "Chapter 3",
            None,
            (
                item(5, "Which shape has three sides?", "A triangle.", {"a triangle": ["triangle"]}),
                item(6, "How many sides has a square?", "Four.", {"four": ["four"]}),
            ),
            ("Which shape is a school?",),
        ),
    ),
    knowledge=(Knowledge("What is a pigment?", "A powder that gives paint its colour."),),
)


class LivedRoom(StudyRoom):
    """A room in which time passes, once a platform serves it."""

    monday = MONDAY

    def serve(self, platform):
        """Send through this platform from now on."""
        store, clock = self.store, self.clock
        compose = partial(_composed, self.services, clock)
        late = timedelta(hours=12)
        self._outbox = Outbox(store, {platform.name: platform}, compose, clock, late)
        self._rounds = RoundScheduler(store, self.services.courses, clock, late)
        self._nudges, self._meetings = Nudges(store, clock), Meetings(store, clock)

    async def until(self, day, hour):
        """Let time pass up to that hour of the n-th day, and do all that comes due at its own time."""
        await self.until_moment(instant(datetime.combine(self.monday.date() + timedelta(days=day), time(hour)), ZONE))

    async def until_moment(self, at):
        """Let time pass, and do all that comes due at its own time."""
        while (now := self.clock.now()) < at:
            self.clock.move(max(min(at, await self._next_due(at)) - now, timedelta(minutes=1)))
            for part in (self._rounds, self._nudges, self._meetings):
                await part.tick()
            await self._outbox.run_once()

    async def _next_due(self, at):
        async with self.store.database.reading() as db:
            reminder = (await db.execute(select(func.min(tables.members.c.nudge_at)))).scalar()
        times = await self.store.schedules.next_due(), await self.store.meetings.next_due(), reminder
        return min((one for one in times if one is not None), default=at)

    async def send(self):
        """Send what is due now."""
        await self._outbox.run_once()


@asynccontextmanager
async def lived_room(place, course=COURSE, monday=MONDAY):
    """A room that nobody has set up yet, on the first afternoon."""
    store = await Store.open("sqlite://")
    try:
        clock = ManualClock(instant(datetime.combine(monday.date(), time(15)), ZONE))

        async def post_now(group_id):
            raise AssertionError("nobody asks for a post")

        services = Services(store, {course.id: course}, OneModel(), post_now)
        room = LivedRoom(place, store, services, Dispatcher(COGS, services), clock)
        room.monday = monday
        yield room
    finally:
        await store.close()


class Circle:
    """The people, what each earned by hand, and what must stay between the bot and one of them."""

    def __init__(self, world):
        self.world, self.room, self.people = world, world.room, {}
        self.earned = defaultdict(lambda: defaultdict(float))
        self.secrets = set()

    async def joins(self, *names, **more):
        for name in names:
            self.people[name] = await self.world.person(name, **more)

    async def answers(self, name, number, words, points, *, secret=True):
        """Answer by the button in the channel."""
        person = self.people[name]
        opened = await person.presses(f"Question {number}", "Answer")
        assert COURSE.item(f"t-q{number}").ask in opened
        return await self.sends(name, number, words, points, secret=secret)

    async def sends(self, name, number, words, points, *, secret=True):
        """Fill in the form that is open."""
        said = await self.people[name].sends(answer=words)
        assert {0: "Not yet.", 5: "Partly right.", 10: "That's right."}[points] in said
        self.earned[name][number] = max(points, self.earned[name][number])
        if secret:
            self.secrets.add(words)
        return said

    async def letters(self, name):
        return await self.people[name].inbox()

    async def reminded(self):
        """How many reminders everybody has got so far."""
        letters = {name: await person.inbox() for name, person in self.people.items()}
        return {name: count for name in letters if (count := sum(REMINDER in letter for letter in letters[name]))}

    async def channel(self):
        return "\n".join(await self.world.channel())

    def standings(self):
        """Rank, name and points of everybody who has any, by hand."""
        sums = {name: sum(questions.values()) for name, questions in self.earned.items()}
        return [(1 + sum(more > mine for more in sums.values()), name, mine) for name, mine in sums.items()]

    async def everybody_counts(self):
        """Everybody finds on the leaderboard what they would have counted."""
        for name, person in self.people.items():
            board = await person.command("leaderboard", window="all")
            for rank, other, points in self.standings():
                assert re.search(rf"\b{rank}\W+{other}\b\D*\b{points:g} points", board), (
                    name,
                    rank,
                    other,
                    points,
                    board,
                )


class FourWeeks:
    """What ten people live through, in the words of those who do."""

    room_of = staticmethod(lived_room)

    async def test_ten_people_four_weeks(self, world):
        world.room.serve(world.platform)
        circle = Circle(world)
        await circle.joins("Olga", organiser=True)
        await circle.joins("Ana", "Ben", "Dov", "Eva", "Finn", "Gina", "Hugo", "Ida", "Jon")
        await self._set_up(circle)
        await self._first_week(circle)
        await self._second_week(circle)
        await self._pause(circle)
        await self._fourth_week(circle)
        await self._end(circle)

    async def _set_up(self, circle):
        olga = circle.people["Olga"]
        told = await olga.command("group setup", course="paint", zone=ZONE, times="Mon 18:00", questions=2)
        assert "6 questions, 2 at a time" in told
        await circle.room.until(0, 17)
        assert "Question 1" not in await circle.channel()

    async def _first_week(self, circle):
        people, room = circle.people, circle.room
        await room.until(0, 18)
        channel = await circle.channel()
        assert "Week 1: Colours" in channel and "Question 1" in channel and "Question 2" in channel
        assert "Question 3" not in channel
        # Ana answers at once and shares what is good.
        assert "May yours be?" in await circle.answers("Ana", 1, "It is a deep blue, day after day.", 10, secret=False)
        assert "Thank you" in await people["Ana"].presses_reply("Yes, share it")
        await circle.answers("Ana", 2, "Yellow and cyan, for Ana.", 10, secret=False)
        # Eva is refused half and says why she is right.
        await circle.answers("Eva", 1, "Blue, thinks Eva.", 10)
        await circle.answers("Eva", 2, "Yellow and the colour of the sea.", 5)
        await people["Eva"].presses_reply("I think I was right")
        assert "Your organiser was told" in await people["Eva"].sends(why="That is what cyan is.")
        # Finn shares, and regrets everything in a week.
        await circle.answers("Finn", 1, "Azure, says Finn.", 10, secret=False)
        await people["Finn"].presses_reply("Yes, share it")
        # Dov and Gina answer one, Ida tries again, Jon only looks.
        await circle.answers("Dov", 1, "Blue, mumbles Dov.", 10)
        await circle.answers("Gina", 1, "Blue, whispers Gina.", 10)
        await people["Ida"].presses("Week 1: Colours", "Hand in my recap")
        assert "1 of the week's 2 ideas" in await people["Ida"].sends(recap="Ida read that light has a wavelength.")
        circle.earned["Ida"]["recap"] = 5
        await circle.answers("Ida", 1, "Green, guesses Ida.", 0)
        await circle.answers("Ida", 1, "Blue after all, Ida sees.", 10)
        assert "no points yet" in await people["Jon"].command("me")
        # Hugo has time at eight.
        await room.until(0, 20)
        await circle.answers("Hugo", 1, "Blue in the evening.", 10)
        await circle.answers("Hugo", 2, "Orange, hopes Hugo.", 0)
        await circle.answers("Hugo", 2, "Yellow, knows Hugo.", 5)
        await room.until(1, 18)
        await circle.answers("Ben", 1, "Blue, says Ben late.", 10)
        await circle.everybody_counts()
        # Olga rules for Eva, who is told alone.
        waiting = await people["Olga"].command("group disputes")
        assert "colour of the sea" in waiting and "That is what cyan is." in waiting
        assert "Yellow, knows Hugo." in await people["Olga"].presses_reply("Right")
        assert "Counted as right." in await people["Olga"].presses_reply("Right, this one alone")
        circle.earned["Eva"][2] = 10
        await room.send()
        (letter,) = await circle.letters("Eva")
        assert "it counts as right" in letter
        await circle.everybody_counts()
        # Whoever answered something, and not all, is reminded once, before the week ends; nobody else is.
        await room.until(7, 17)
        assert await circle.reminded() == dict.fromkeys(("Ben", "Dov", "Finn", "Gina", "Ida"), 1)

    async def _second_week(self, circle):
        people, room = circle.people, circle.room
        await room.until(7, 18)
        channel = await circle.channel()
        assert "What last week came to" in channel and "8 people took part" in channel
        assert (
            "Ana wrote:" in channel
            and "It is a deep blue, day after day." in channel
            and "Azure, says Finn." in channel
        )
        assert "Week 2: Light" in channel and "Question 4" in channel and "Mix some paint." in channel
        # Finn leaves, and nothing of his stays.
        await people["Finn"].command("privacy delete")
        assert "Your data was deleted" in await people["Finn"].presses_reply("Delete my data")
        del circle.people["Finn"], circle.earned["Finn"]
        await room.send()
        channel = await circle.channel()
        assert "Finn" not in channel and "It is a deep blue, day after day." in channel
        await circle.answers("Ana", 3, "Red, Ana is sure.", 10, secret=False)
        await circle.answers("Ana", 4, "White, and Ana smiles.", 10, secret=False)
        assert "Well done" in await people["Ana"].presses("Task", "Done")
        await circle.answers("Eva", 3, "Red, thinks Eva.", 10)
        await circle.answers("Gina", 3, "Violet, whispers Gina.", 0)
        await circle.answers("Ida", 3, "Red, Ida reads.", 10)
        # Gina asks: one the course knows, one that Olga must answer.
        assert "A powder that gives paint its colour." in await people["Gina"].command(
            "ask", question="What is pigment?"
        )
        assert "I do not know this." in await people["Gina"].command("ask", question="Why do zebras wear stripes?")
        assert "zebras" in await people["Olga"].command("ask open")
        await people["Olga"].presses_reply("Answer")
        told = await people["Olga"].sends(question="Why do zebras wear stripes?", answer="To confuse flies.")
        assert "who asked is told" in told
        await room.send()
        assert "To confuse flies." in (await circle.letters("Gina"))[-1]
        await room.until(7, 20)
        await circle.answers("Hugo", 3, "Red in the evening.", 10)
        # Two days before the end whoever has something open is reminded, at their hour.
        await room.until(12, 17)
        once = dict.fromkeys(("Ben", "Dov", "Gina", "Ida"), 1)
        assert await circle.reminded() == once
        await room.until(12, 18)
        twice = dict.fromkeys(once, 2) | {"Eva": 1}
        assert await circle.reminded() == twice
        assert "longest waves" in await people["Ben"].presses_in_private("Week 2 · Question 3")
        await circle.sends("Ben", 3, "Red, now that Ben is asked.", 10)
        assert "no reminders any more" in await people["Dov"].presses_in_private("Never")
        await room.until(12, 20)
        assert await circle.reminded() == twice | {"Hugo": 1}
        await circle.everybody_counts()

    async def _pause(self, circle):
        people, room = circle.people, circle.room
        assert "pause" in (await people["Olga"].command("group pause")).casefold()
        reminded = await circle.reminded()
        await room.until(16, 12)
        channel = await circle.channel()
        assert "Question 3 · closed" in channel and "Question 5" not in channel and channel.count("What last week") == 1
        assert await circle.reminded() == reminded
        await people["Olga"].command("group resume")

    async def _fourth_week(self, circle):
        people, room = circle.people, circle.room
        await room.until(21, 18)
        channel = await circle.channel()
        assert "Week 3: Shapes" in channel and "Question 6" in channel
        await circle.answers("Ana", 5, "A triangle, Ana draws it.", 10, secret=False)
        assert "3 weeks in a row" in await people["Ana"].command("me")
        # Cleo comes late, and is told what she missed.
        await circle.joins("Cleo")
        told = await people["Cleo"].command("catchup")
        assert "2 weeks missed" in told and "Open now" in told and "How many sides has a square?" in told
        await circle.answers("Cleo", 6, "Four, Cleo counts.", 10)
        await people["Gina"].command("ask", question="Do bees see purple?")
        # They meet on Thursday.
        told = await people["Olga"].command("group meeting", when="Thu 19:00", where="Room 5")
        assert "The meeting is planned." in told
        title = f"Meeting · {(await room.store.groups.get(1)).name}"
        await room.until(24, 18)
        agenda = next(text for text in await circle.world.channel() if title in text)
        assert "Do bees see purple?" in agenda and "Gina" not in agenda
        assert "1 in, 0 not this time." in await people["Ana"].presses(title, "I'm in")
        await room.until(26, 18)
        reminded = {"Ana": 1, "Ben": 3, "Cleo": 1, "Dov": 2, "Eva": 2, "Gina": 3, "Hugo": 1, "Ida": 3}
        assert await circle.reminded() == reminded
        await people["Ben"].presses_in_private("Week 3 · Question 5")
        await circle.sends("Ben", 5, "A triangle, now that Ben is asked.", 10)

    async def _end(self, circle):
        room = circle.room
        await room.until(28, 18)
        channel = await circle.channel()
        assert "A course on colours: the end" in channel and "Thank you, all of you." in channel
        assert "Question 6 · closed" in channel
        await circle.everybody_counts()
        talked = "\n".join(await circle.world.threads())
        assert "talk about it here" in talked and "Which shape is a school?" in talked
        shown = "\n".join([channel, talked])
        assert "A triangle, Ana draws it." in shown
        assert not [words for words in (*circle.secrets, "Finn") if words in shown]
        assert await circle.letters("Jon") == []
        for name in ("Ana", "Ben", "Eva"):
            for letter in await circle.letters(name):
                assert not any(other in letter for other in circle.people if other not in (name, "Olga"))
