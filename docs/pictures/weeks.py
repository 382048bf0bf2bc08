"""A group's weeks on the page, from its first evening to the end of its course and beyond."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from string import ascii_uppercase

from bot.platforms.browser.platform import BrowserPlatform
from docs.pictures.browser import alone
from docs.pictures.picture import Picture
from study.course import Item
from study.group import Place
from tests.content.packs import courses
from tests.platforms.browser.player import Player
from tests.platforms.browser.visitor import Visitor, plain
from tests.platforms.weeks import ZONE, LivedRoom, lived_room

PLACE = Place("browser", "local", "study-group", "study-group")
MONDAY = datetime(2026, 3, 2)
DESK, PHONE = (1280, 860), (390, 844)
WORTH: Mapping[str, tuple[float, ...]] = {"Ana Ruiz": (1,), "Cleo": (1, 0), "Daniel": (0.5, 1, 0), "Ben": (0, 1)}
"""How good the answers of each are, in turn."""
RECAP = "A model finds its rules in labelled examples; whether it learned shows on data it has not seen."


class Group:
    """The people at the page, and the pictures that were taken so far."""

    def __init__(self, room: LivedRoom, page: BrowserPlatform, open_tabs: AsyncExitStack) -> None:
        self.room, self._page, self._open_tabs = room, page, open_tabs
        self.people: dict[str, Player] = {}
        self.taken: list[Picture] = []
        self._turns: dict[str, int] = {}

    async def join(self, *names: str) -> None:
        """They come to the page, the first as organiser."""
        for name in names:
            visitor = await self._open_tabs.enter_async_context(Visitor(self._page))
            self.room.clock.move(timedelta(seconds=1))
            await visitor.join(name, zone=ZONE)
            await visitor.get("/c/study-group")  # the first page tells the code that signs one in again
            self.people[name] = Player(visitor)

    async def take(self, name: str, who: str, last: str = "", *, phone: bool = False, dark: bool = False) -> None:
        """What somebody sees now."""
        page = alone((await self.people[who].visitor.get("/c/study-group"))[1], last)
        width, height = PHONE if phone else DESK
        self.taken.append(Picture(f"screenshots/weeks/{name}.png", page, width, height, dark))

    async def read(self) -> None:
        """Everybody has seen what was written to them alone."""
        for person in self.people.values():
            letters = {"first": 0, "unread": 1}
            while letters["unread"]:
                letters = (await person.visitor.post("read", {"up_to": str(letters["first"])}))[1]

    async def answer(self, who: str, *, most: int = 9) -> None:
        """Answer what is open, as well as that person does."""
        for item in (await self._open())[:most]:
            turn = self._turns[who] = self._turns.get(who, -1) + 1
            worth = WORTH[who][turn % len(WORTH[who])]
            await self.say(who, item, _answer(item, worth, turn))

    async def say(self, who: str, item: Item, words: str) -> None:
        """Answer a question by its button."""
        person = self.people[who]
        entries = [one for one in await person.visitor.entries() if item.ask[:40] in plain(one) and ">Answer<" in one]
        await person.press_in(entries[-1], "Answer")
        await person.sends(answer=words)

    async def _open(self) -> list[Item]:
        course = courses()["ml-basics"]
        found = [course.item(post.item) for post in await self.room.store.posts.open(1) if post.kind == "item"]
        return [item for item in found if item is not None]


def _answer(item: Item, worth: float, turn: int) -> str:
    assert item.rubric is not None
    if item.choices:
        letters = zip(ascii_uppercase, item.choices, strict=False)
        return next(letter for letter, option in letters if option.right == bool(worth))
    alike = [one.answer for one in item.rubric.examples if one.score == worth and len(one.answer) > 2]
    return alike[turn % len(alike)] if alike else item.rubric.examples[0].answer


async def pictures(folder: Path) -> list[Picture]:
    """The weeks as those in the group see them, on a screen and on a phone."""
    course = courses()["ml-basics"]
    async with lived_room(PLACE, course, MONDAY) as room, AsyncExitStack() as open_tabs:
        page = BrowserPlatform(room.host(folder), port=0)
        await page.start()
        open_tabs.push_async_callback(page.stop)
        room.serve(page)
        group = Group(room, page, open_tabs)
        await group.join("Olga", *WORTH)
        await group.people["Olga"].command("group setup", course=course.id, zone=ZONE, times="Mon 18:00", questions=4)
        await _first_week(group)
        await _second_week(group)
        await _on_to_the_end(group)
        return group.taken


async def _first_week(group: Group) -> None:
    ana = group.people["Ana Ruiz"]
    await group.room.until(0, 18)
    await group.take("begins", "Ben", "compared with an ordinary program")
    await group.answer("Ana Ruiz", most=1)
    await ana.presses_reply("Yes, share it")
    await group.answer("Ana Ruiz")
    await group.answer("Daniel", most=1)
    await group.take("verdict", "Daniel", "only you see this", phone=True)
    await ana.presses("Week 1", "Hand in my recap")
    await ana.sends(recap=RECAP)
    for name in ("Cleo", "Ben"):
        await group.answer(name)


async def _second_week(group: Group) -> None:
    await group.room.until(7, 18)
    await group.take("digest", "Cleo", "What last week came to")
    await group.take("closed", "Cleo", "Ana Ruiz wrote:", phone=True)
    for name in ("Ana Ruiz", "Cleo", "Daniel"):
        await group.answer(name)
    await group.room.until(12, 20)
    await group.take("reminder", "Ben", "Still open for you", phone=True, dark=True)
    await group.answer("Ben", most=1)
    await group.read()


async def _on_to_the_end(group: Group) -> None:
    for week in range(2, 7):
        await group.room.until(7 * week, 18)
        if week == 3:
            await group.take("again", "Cleo", "Asked again", phone=True)
        for name in WORTH:
            await group.answer(name)
    await group.room.until(49, 18)
    await group.read()
    await group.take("end", "Daniel", "the end")
    await group.people["Cleo"].command("archive")
    await group.take("archive", "Cleo")
    await group.room.until(56, 18)
    await group.read()
    await group.take("review", "Ben", phone=True)
