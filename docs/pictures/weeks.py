"""A group's weeks on the page, from its first evening to the end of its course and beyond, seen in Chromium on a phone.

The page's demonstration clock lets the days pass, and what comes due on the way does so at its own time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from string import ascii_uppercase

from playwright.async_api import Browser, Locator

from bot.clock import ManualClock
from bot.platforms.browser.platform import BrowserPlatform
from docs.pictures.browser import alone
from docs.pictures.picture import Picture
from study.course import Item
from study.group import Place
from tests.content.packs import courses
from tests.platforms.browser.chromium import Tab, chromium, tab
from tests.platforms.browser.player import Player
from tests.platforms.browser.visitor import Visitor, plain
from tests.platforms.weeks import ZONE, LivedRoom, lived_room

PLACE = Place("browser", "local", "study-group", "study-group")
COURSE = courses()["ml-basics"]
MONDAY = datetime(2026, 3, 2)
PHONE = {"width": 390, "height": 844}
WORTH: Mapping[str, tuple[float, ...]] = {"Ana Ruiz": (1,), "Cleo": (1, 0), "Daniel": (0.5, 1, 0), "Ben": (0, 1)}
"""How good the answers of each are, in turn."""
READ_ON = "box => box.dataset.unread !== '0' && !box.click()"
"""Go to the first message that is counted as unread, where one is."""
RECAP = "A model finds its rules in labelled examples; whether it learned shows on data it has not seen."


class DemonstrationClock(ManualClock):
    """A time that stands still until the page moves it; then every hour on the way comes, with what is due in it."""

    def __init__(self, room: LivedRoom) -> None:
        super().__init__(room.clock.now())
        self._room = room

    async def advance(self, days: float) -> None:
        """Let days pass in the room."""
        await self._room.until_moment(self.now() + timedelta(days=days))


class Phone:
    """The page on somebody's phone, while they look at it."""

    def __init__(self, phone: Tab, taken: list[Picture]) -> None:
        self.page, self._phone, self._taken = phone.page, phone, taken

    def entry(self, words: str) -> Locator:
        """The latest message with these words."""
        return self.page.locator("#feed > .entry", has_text=words).last

    async def writes(self, line: str, until: str) -> None:
        """Write a line, and wait for these words."""
        await self._phone.write(line)
        await self.entry(until).wait_for()

    async def presses(self, words: str, label: str) -> None:
        """Press a button of the latest message with these words."""
        await self.entry(words).get_by_role("button", name=label, exact=True).last.click()

    async def sends(self, words: str) -> None:
        """Fill in the form that has opened, and send it."""
        await self._phone.dialog.get_by_role("textbox").fill(words)
        await self._phone.dialog.locator("button:not([data-cancel])").last.click()
        await self._phone.dialog.wait_for(state="hidden")

    async def lets_pass(self, days: int) -> None:
        """Move the demonstration clock by a day or a week, for everybody."""
        await self.page.get_by_label("Channels, people and clock").click()
        await self.page.locator(f"[data-clock-form] [value='{days}']").click()
        await self.page.locator("[data-clock-status]", has_text="It is now").wait_for()
        await self.page.get_by_role("button", name="Close the menu").click()

    async def take(self, name: str, words: str, *, top: bool = False) -> None:
        """The picture with the latest message that has these words in view, its end or its beginning."""
        entry = self.entry(words)
        await entry.wait_for()
        while await self.page.locator("#inbox").evaluate(READ_ON):
            await self.page.wait_for_timeout(100)
        if await self.page.locator("#fresh").is_visible():
            await self.page.locator("#fresh").click()
        await entry.evaluate("(e, block) => e.scrollIntoView({ block })", "start" if top else "end")
        await self.page.evaluate("document.activeElement.blur()")
        await self.page.evaluate("document.querySelector('#announce').replaceChildren()")
        seen = alone(await self.page.content()).replace(" arrived", "")  # which of two ways was quicker is not seen
        dark = await self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        picture = await self.page.screenshot()
        self._taken.append(Picture(f"screenshots/weeks/{name}.png", seen, dark=dark, taken=picture))


class Group:
    """The people, and the pictures that were taken so far. Who shows nobody their phone answers by plain forms."""

    def __init__(self, room: LivedRoom, page: BrowserPlatform, browser: Browser, open_tabs: AsyncExitStack) -> None:
        self.people: dict[str, Player] = {}
        self.taken: list[Picture] = []
        self._room, self._page, self._browser, self._open_tabs = room, page, browser, open_tabs
        self._turns: dict[str, int] = {}

    async def join(self, *names: str) -> None:
        """They come to the page, the first as organiser."""
        for name in names:
            visitor = await self._open_tabs.enter_async_context(Visitor(self._page))
            self._room.clock.move(timedelta(seconds=1))
            await visitor.join(name, zone=ZONE)
            await visitor.get("/c/study-group")  # the first page tells the code that signs one in again
            self.people[name] = Player(visitor)

    @asynccontextmanager
    async def phone(self, name: str, *, dark: bool = False) -> AsyncIterator[Phone]:
        """Somebody looks at the page."""
        shown = {"viewport": PHONE, "scheme": "dark" if dark else "light", "device_scale_factor": 1.25}
        async with tab(self._browser, timezone_id=ZONE, locale="en-GB", **shown) as phone:
            cookies = self.people[name].visitor.http.cookie_jar
            await phone.page.context.add_cookies(
                [{"name": one.key, "value": one.value, "url": self._page.url} for one in cookies]
            )
            await phone.page.clock.set_fixed_time(self._room.clock.now())
            await phone.page.goto(self._page.url)
            await phone.live()
            yield Phone(phone, self.taken)

    async def pass_time(self, days: int) -> None:
        """The organiser moves the clock."""
        for step in [7] * (days // 7) + [1] * (days % 7):
            await self.people["Olga"].visitor.post("clock", {"days": str(step)})

    async def answer(self, *names: str) -> None:
        """Answer what is open, as well as each does."""
        for name in names:
            person = self.people[name]
            entries = await person.visitor.entries()
            for item in await self._open():
                entry = [one for one in entries if item.ask[:40] in plain(one) and ">Answer<" in one][-1]
                if "Only you see this" not in plain(entry):
                    await person.press_in(entry, "Answer")
                    await person.sends(answer=self.words(name, item))

    def words(self, name: str, item: Item) -> str:
        """What somebody answers next."""
        turn = self._turns[name] = self._turns.get(name, -1) + 1
        return _answer(item, WORTH[name][turn % len(WORTH[name])], turn)

    async def _open(self) -> list[Item]:
        found = [COURSE.item(post.item) for post in await self._room.store.posts.open(1) if post.kind == "item"]
        return [item for item in found if item is not None]


def _answer(item: Item, worth: float, turn: int) -> str:
    assert item.rubric is not None
    if item.choices:
        letters = zip(ascii_uppercase, item.choices, strict=False)
        return next(letter for letter, option in letters if option.right == bool(worth))
    alike = [one.answer for one in item.rubric.examples if one.score == worth and len(one.answer) > 2]
    return alike[turn % len(alike)] if alike else item.rubric.examples[0].answer


async def pictures(folder: Path) -> list[Picture]:
    """The weeks as those in the group see them."""
    async with lived_room(PLACE, COURSE, MONDAY) as room, AsyncExitStack() as open_tabs:
        room.clock = DemonstrationClock(room)
        page = BrowserPlatform(room.host(folder), port=0, demo=True)
        await page.start()
        open_tabs.push_async_callback(page.stop)
        room.serve(page)
        browser = await open_tabs.enter_async_context(chromium())
        group = Group(room, page, browser, open_tabs)
        await group.join("Olga", *WORTH)
        await _first_week(group)
        await _second_week(group)
        await _on_to_the_end(group)
        return group.taken


async def _first_week(group: Group) -> None:
    first = COURSE.weeks[0]
    async with group.phone("Olga") as olga:
        line = f"/group setup course: {COURSE.id} zone: {ZONE} times: Mon 18:00 questions: 4"
        await olga.writes(line, "is set up")
        await olga.lets_pass(1)
    async with group.phone("Ana Ruiz") as ana:
        await ana.take("begins", f"Week 1: {first.title}", top=True)
        await ana.presses(first.items[0].ask, "Answer")
        await ana.sends(group.words("Ana Ruiz", first.items[0]))
        await ana.presses("May yours be?", "Yes, share it")
        await ana.presses(f"Week 1: {first.title}", "Hand in my recap")
        await ana.sends(RECAP)
    async with group.phone("Daniel") as daniel:
        await daniel.presses(first.items[0].ask, "Answer")
        await daniel.sends(group.words("Daniel", first.items[0]))
        await daniel.take("verdict", "Only you see this")
    await group.answer("Ana Ruiz", "Cleo", "Ben")


async def _second_week(group: Group) -> None:
    await group.pass_time(7)
    async with group.phone("Cleo") as cleo:
        await cleo.take("closed", "Ana Ruiz wrote:", top=True)
        await cleo.take("digest", "What last week came to", top=True)
    await group.answer("Ana Ruiz", "Cleo", "Daniel")
    await group.pass_time(5)
    async with group.phone("Ben", dark=True) as ben:
        await ben.take("reminder", "Still open for you")
        await ben.presses("Still open for you", "Week 1 · Question 5")
        await ben.sends("It learned its examples by heart.")
    await group.pass_time(2)


async def _on_to_the_end(group: Group) -> None:
    for week in range(2, 7):
        if week == 3:
            async with group.phone("Cleo") as cleo:
                await cleo.take("again", "Asked again", top=True)
        await group.answer(*WORTH)
        await group.pass_time(7)
    async with group.phone("Cleo") as cleo:
        await cleo.take("end", "the end", top=True)
        await cleo.writes("/archive", "Archive ·")
        await cleo.take("archive", "Archive ·", top=True)
    await group.pass_time(7)
    async with group.phone("Ben", dark=True) as ben:
        await ben.take("review", "Asked again")
