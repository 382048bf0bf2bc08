"""A small feature and a dispatcher of ten lines, so that the page is tested without the study group behind it."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.packs import PACKS
from bot.packs.bench import Bench
from bot.packs.live import LiveCourses
from bot.platforms.browser.platform import BrowserPlatform
from cogs.declare import Action, Cog, Command, Option
from cogs.messages import (
    ActionId,
    Bar,
    Bars,
    BulletList,
    Button,
    Card,
    Choice,
    Entry,
    Fields,
    File,
    Form,
    FormField,
    Image,
    Quote,
    Ranking,
    Reply,
    Row,
    Text,
    say,
    strong,
)
from store import Page
from store.database.connection import Database, database_url
from study.group import Place
from tests.platforms.browser.visitor import Visitor
from tests.platforms.hosted import Channels, hosted, no_evidence, none_settled

PLACE = Place("browser", "local", "study-group", "study-group")


def words(text):
    return text


def question(number, ask, footer="Answers are private. 3 tries, the best counts. Open until Thursday, 18:00."):
    answer = Button("Answer", ActionId("quiz.answer", (str(number),)), "primary")
    return Reply(f"Question {number}: {ask}", (Card(f"Question {number}", (Text(ask),), (answer,), footer=footer),))


async def open_answer(ask, services):
    field = FormField("answer", "In your own words", "paragraph", hint="A few words or a few lines.", max_length=4000)
    return Form(f"Question {ask.args[0]}", ActionId("quiz.send", ask.args), (field,), intro="What is a tensor?")


async def send_answer(ask, services):
    text = ask.text("answer")
    if not text.strip():
        return Reply("Your answer is empty.", faults={"answer": "Write a few words first; nothing was sent."})
    right = "array" in text
    found = Entry(Text(strong("An array"), ": you wrote “array”" if right else ""), "hit" if right else "miss")
    against = Entry(Text("A tensor is not a picture."), "against")
    note = Entry(Text(strong("Any number of dimensions"), ": you named one."), "note")
    again = Button("Try again", ActionId("quiz.answer", ask.args), "primary")
    sentence = "That's right. 2 of 2 points." if right else f"Partly right. 1 of 2 points ({len(text)} characters)."
    blocks = (Text(sentence), BulletList((found, note, against)), Quote(text[:700]))
    card = Card(f"Question {ask.args[0]}", blocks, () if right else (again,), "good" if right else "partly", "Kept.")
    return Reply(sentence, (card,))


async def leaderboard(ask, services):
    window = ask.text("window", "week")
    rows = (
        Row(1, "Ana Ruiz", "28 points", "3 answered"),
        Row(2, ask.person.name, "20 points", "2 answered", own=True),
        Row(2, "Kofi", "20 points", "3 answered"),
        Row(4, "Mei-Ling Tan", "12.5 points", "2 answered"),
    )
    turn = tuple(
        Button(w, ActionId("board.turn", (w,)), "primary" if w == window else "plain") for w in ("week", "all")
    )
    card = Card(f"Leaderboard · {window}", (Ranking(rows),), turn, footer="Equal points share a rank.")
    return Reply(f"Leaderboard of the {window}: Ana Ruiz leads.", (card,))


async def turn(ask, services):
    return await leaderboard(replace(ask, options={"window": ask.args[0]}), services)


async def classify(ask, services):
    picture = ask.picture("image")
    bars = Bars((Bar("7", 0.946, "94.6%"), Bar("1", 0.031, "3.1%"), Bar("nothing of these", 0.012, "1.2%")))
    blocks = (Image(picture), bars, Fields((("Model", ask.text("model", "digits")), ("Bytes", str(len(picture.data))))))
    return Reply("It looks like 7 (95%).", (Card("It looks like 7 (95%).", blocks, tone="good"),))


async def suggest_models(ask, services, typed):
    names = ("digits", "three-or-seven", "pixel-similarity-l1", "pixel-similarity-l2")
    return [Choice(name, name) for name in names if typed in name]


async def export(ask, services):
    return Reply("Here it is.", files=(File("answers.csv", "text/csv", b"who,score\nana,1\n"),))


async def about(ask, services):
    return say("I can say things back.", title="What I do")


async def echo(ask, services):
    return say(f"{ask.person.name} said {ask.text('text')!r} in {ask.place.channel}", tone="notice")


async def broken(ask, services):
    raise RuntimeError("a feature broke")


async def cheer(ask, services):
    return say(f"{ask.person.name} cheers.")


async def setup(ask, services):
    return say(f"Set up in {ask.text('zone')} with {ask.options.get('items', 3)} a week.", tone="good")


ZONES = tuple(Choice(zone, zone) for zone in ("Europe/Berlin", "Asia/Tokyo"))
COGS = (
    Cog(
        "quiz",
        words("Questions"),
        (Command("echo", words("Say it back"), echo, (Option("text", words("What to say")),)),),
        (Action("quiz.answer", open_answer, opens_form=True), Action("quiz.send", send_answer)),
    ),
    Cog(
        "board",
        words("Standings"),
        (
            Command(
                "leaderboard",
                words("Who leads, and your own place"),
                leaderboard,
                (
                    Option(
                        "window",
                        words("Which time"),
                        "choice",
                        required=False,
                        choices=(Choice("This week", "week"), Choice("Of all time", "all")),
                    ),
                ),
            ),
        ),
        (Action("board.turn", turn, replaces=True), Action("board.cheer", cheer, private=False)),
    ),
    Cog(
        "classify",
        words("Pictures"),
        (
            Command(
                "classify",
                words("Ask a model what is in a picture"),
                classify,
                (
                    Option("image", words("The picture"), "picture"),
                    Option("model", words("Which model looks"), required=False, suggest=suggest_models),
                ),
                private=False,
                on_picture=words("Classify picture"),
            ),
            Command("export", words("Everything as a table"), export),
            Command("help", words("What there is to do"), about),
            Command("broken", words("Breaks"), broken),
        ),
    ),
    Cog(
        "group",
        words("The group"),
        (
            Command(
                "group setup",
                words("Start a study group here"),
                setup,
                (
                    Option("zone", words("Time zone"), "choice", choices=ZONES),
                    Option("items", words("Questions a time"), "number", required=False),
                ),
                organiser=True,
            ),
        ),
        (Action("group.close", cheer, organiser=True),),
    ),
)


class FakeDispatcher:
    """Runs the features above; keeps what it was asked."""

    def __init__(self, cogs=COGS):
        self.commands = {command.name: command for cog in cogs for command in cog.commands}
        self.actions = {action.name: action for cog in cogs for action in cog.actions}
        self.asked = []

    async def command(self, name, ask):
        self.asked.append(ask)
        return await self.commands[name].handle(ask, None)

    async def press(self, press_id, ask):
        self.asked.append(ask)
        press = ActionId.parse(press_id)
        action = self.actions.get(press.name)
        return await action.handle(replace(ask, args=press.args), None) if action else say("That button is gone.")

    async def suggest(self, command, option, typed, ask):
        found = next(o for o in self.commands[command].options if o.name == option)
        return await found.suggest(ask, None, typed)


class ADay:
    """A moment on a Friday, from which a demonstrator may move on."""

    def __init__(self):
        self.time = datetime(2026, 11, 20, 17, 2, tzinfo=UTC)

    def now(self):
        return self.time

    async def advance(self, days):
        await asyncio.sleep(0)
        self.time += timedelta(days=days)


@asynccontextmanager
async def pages(migrated_sqlite):
    """The page's memory in a data folder: the same for whoever asks for that folder again."""
    databases = []

    def at(data):
        file = data / "studybot.sqlite3"
        if not file.exists():
            data.mkdir(parents=True, exist_ok=True)
            shutil.copy(migrated_sqlite, file)
        database = Database(database_url(f"sqlite:///{file}"), shared=True)
        databases.append(database)
        return Page(database, PLACE.workspace)

    yield at
    for database in databases:
        await database.close()


@pytest.fixture
async def page(migrated_sqlite):
    async with pages(migrated_sqlite) as at:
        yield at


@pytest.fixture
def build(page):
    def built(data, port=0, clock=None, *, zone="Europe/Berlin", **more):
        channels = Channels()
        channels.zone = zone
        made = hosted(FakeDispatcher(), COGS, data, clock=clock or ADay(), channels=channels, page=page(data))
        return BrowserPlatform(made, port=port, **{"demo": True, **more})

    return built


@pytest.fixture
async def platform(tmp_path, build):
    made = build(tmp_path)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def packs(tmp_path):
    shutil.copytree(PACKS / "guide", tmp_path / "content")
    return tmp_path / "content"


@pytest.fixture
async def served(tmp_path, packs, migrated_sqlite):
    """The page over a small pack: its courses, and the page's followers elsewhere."""
    courses = LiveCourses(packs, tmp_path / "packs")
    workbench = Bench(courses, tmp_path / "packs", tmp_path / "bench", lambda: datetime.now(UTC))
    async with pages(migrated_sqlite) as page:
        channels = Channels()
        host = hosted(
            FakeDispatcher(), COGS, tmp_path, clock=ADay(), channels=channels, page=page(tmp_path), bench=workbench
        )

        async def evidence(where, course, item):
            return await platform.evidence(where, course, item)

        async def settle(*done):
            return await platform.settle(*done)

        platform = BrowserPlatform(replace(host, evidence=evidence, settle=settle), port=0, demo=True)
        platform.evidence, platform.settle = no_evidence, none_settled
        await platform.start()
        platform.courses, platform.channels, platform.codes = courses, channels, host.codes
        yield platform
        await platform.stop()


@pytest.fixture
async def ana(platform):
    async with Visitor(platform) as visitor:
        await visitor.join("Ana")
        yield visitor


@pytest.fixture
async def ben(platform, ana):
    async with Visitor(platform) as visitor:
        await visitor.join("Ben")
        yield visitor
