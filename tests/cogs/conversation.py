"""A study group in memory: real store, real features, real grading; only the platform and the models are pretended."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.dispatcher import Dispatcher
from bot.platforms.text import render_text
from cogs import COGS
from cogs.messages import Ask, Form, Person, Picture
from cogs.services import ClassifierError, Model, Services, VisionResult
from store import NewRound
from study.agenda import Planned
from study.calendar import local_time
from study.course import Course, Item, Option, Recap, Week
from study.grading import read_rubric
from study.group import Place, Slot
from study.packs.choices import rubric_of

MONDAY = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # 18:00 in Berlin
HERE = Place("test", "school", "room", "study-room")
ANA, BEN, ORGANISER = (
    Person("test", "ana", "Ana"),
    Person("test", "ben", "Ben"),
    Person("test", "olga", "Olga", organiser=True),
)


def rubric(*points, reference, question):
    return read_rubric({"points": list(points)}, language="en", synonyms=(), reference=reference, question=question)


def item(number, ask, answer, *points):
    return Item(f"t-q{number}", ask, answer, rubric(*points, reference=answer, question=ask), number)


COURSE = Course(
    "tiny",
    "A tiny course",
    "en",
    (
        Week(
            1,
            "Colours",
            "Chapter 1",
            Recap(
                "What did the chapter say about colours?",
                "Light has wavelengths, and mixing paint subtracts light.",
                rubric(
                    {"light has wavelengths": ["wavelength*"]},
                    {"paint subtracts light": ["subtract*"]},
                    reference="Light has wavelengths, and mixing paint subtracts light.",
                    question="What did the chapter say about colours?",
                ),
            ),
            (
                item(1, "Which colour is the sky?", "It is blue.", {"it is blue": ["blue", "azure"]}),
                item(
                    2,
                    "Name the two colours that make green paint.",
                    "Yellow and cyan.",
                    {"yellow": ["yellow"]},
                    {"cyan": ["cyan", "blue"]},
                ),
            ),
            ("Which colour would you paint a school?",),
        ),
    ),
)


def _to_choose(item_id, ask, *options):
    """A question to choose from, as a pack without points of its own has it."""
    rubric = read_rubric(rubric_of(options, "en"), language="en", question=ask, reference=options[0].text)
    return Item(item_id, ask, options[0].text, rubric, int(item_id[-1]), choices=options)


CHOOSE_ONE = _to_choose(
    "t-q1",
    "Which of these mixes from two others?",
    Option("green", right=True),
    Option("cyan", feedback="That is one to mix from."),
    Option("yellow, as it is printed"),
)
CHOOSE_SEVERAL = _to_choose(
    "t-q2", "Which do printers use?", Option("cyan", right=True), Option("orange"), Option("yellow", right=True)
)
TO_CHOOSE = replace(COURSE, weeks=(replace(COURSE.weeks[0], items=(CHOOSE_ONE, CHOOSE_SEVERAL)),))


class OneModel:
    """A classifier that always sees a seven; out of order when told."""

    broken = ""

    def __init__(self):
        self.kept = []
        self.says = {"predictions": (("7", 0.93), ("1", 0.05), ("9", 0.02))}

    async def loaded(self):
        pass

    async def models(self):
        if self.broken:
            raise ClassifierError(self.broken)
        return [Model("digits", "1", "Handwritten digits", ("7", "1"))]

    def known(self):
        return ()

    async def model(self, name):
        raise ClassifierError(f"There is no model called {name!r}.")

    async def classify(self, model, picture, *, explain=False):
        if self.broken:
            raise ClassifierError(self.broken)
        saliency = PNG if explain else None
        return VisionResult(model, "1", saliency=saliency, **self.says)

    async def correct(self, model, picture, label, giver=""):
        self.kept.append((model, picture.data, label))


class WeeklyRounds:
    """Opens the round the organiser asks for, as the clock would."""

    def __init__(self, store):
        self.store, self.now = store, MONDAY

    async def post_now(self, group_id):
        slot = local_time(self.now, "Europe/Berlin").isoformat()
        posts = [Planned("recap", "", 1), Planned("item", "t-q1", 1), Planned("item", "t-q2", 1)]
        return await self.store.rounds.open(
            group_id, NewRound(slot, "tiny", 1, self.now, self.now + timedelta(days=7), posts)
        )


class Conversation:
    """People say things and press things; what they are answered comes back as plain text."""

    def __init__(self, store, services, dispatcher, rounds, models):
        self.store, self.services, self.dispatcher, self.rounds, self.models = (
            store,
            services,
            dispatcher,
            rounds,
            models,
        )
        self.now, self._key = MONDAY, 0

    def _ask(self, person, options, key=None, place=HERE):
        self._key += 1
        return Ask(person, place, self.now, key or f"event-{self._key}", options)

    async def say(self, person, command, *, place=HERE, **options):
        return render_text(await self.dispatcher.command(command, self._ask(person, options, place=place)))

    async def form(self, person, press_id):
        return await self.dispatcher.press(press_id, self._ask(person, {}))

    async def press(self, person, press_id, key=None, **fields):
        """The form's title and fields, or the reply, as text."""
        answer = await self.dispatcher.press(press_id, self._ask(person, fields, key))
        if isinstance(answer, Form):
            return f"{answer.title}: {answer.intro} [{answer.fields[0].value}]"
        return render_text(answer)

    async def answer(self, person, number, words, key=None):
        post = next(p for p in await self.store.posts.open(1) if p.item == f"t-q{number}")
        return await self.press(person, f"quiz.send:{post.id}", key, answer=words)

    async def open_round(self):
        return await self.press(ORGANISER, "group.now:1")


async def conversation(store, *, group=True):
    """A conversation over a store; with a group set up, or in a place that has none yet."""
    rounds, models = WeeklyRounds(store), OneModel()
    services = Services(store, {COURSE.id: COURSE}, models, rounds.post_now)
    if group:
        await store.groups.set_up(
            Place(HERE.platform, HERE.workspace, HERE.channel, HERE.name),
            name="Study room",
            course="tiny",
            zone="Europe/Berlin",
            slots=(Slot(0, time(18)),),
            at=MONDAY,
        )
    return Conversation(store, services, Dispatcher(COGS, services), rounds, models)


PNG = Picture(b"\x89PNG\r\n", "seven.png", "image/png", "a seven")
