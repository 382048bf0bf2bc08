"""Setting a group up: all that is wrong is told at once, and what was written is put right, not written anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cogs import pace
from cogs.asked import account_of, member_of
from cogs.declare import Command, Option, too_long
from cogs.messages import (
    ActionId,
    Ask,
    Block,
    BulletList,
    Button,
    Card,
    Choice,
    CommandRef,
    Entry,
    Fields,
    Form,
    FormField,
    Name,
    Reply,
    Text,
    spans,
    strong,
)
from cogs.names import named
from cogs.services import Services
from cogs.slots import TimesUnreadable, read_slots, slots_text, slots_written
from cogs.times import time_text
from store import GroupSetup, SetUpMeanwhile
from study.calendar import UnknownZone, next_slots
from study.course import Course
from study.group import ITEMS_PER_SLOT, Group
from study.texts import _, language_name, noop
from study.zones import read_zone, search_zones, zone_told

FIELDS = ("course", "zone", "times", "questions", "pace", "name")
MOST_QUESTIONS = 10
MOST_NAME = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was written, as far as it could be read; `faults` are sentences by field."""

    setup: GroupSetup
    course: Course | None
    faults: Mapping[str, str] = field(default_factory=dict)


def read_setup(written: Mapping[str, str], courses: Mapping[str, Course], place: str, now: datetime) -> Wanted:
    """Everything that was written, with every fault in it."""
    faults: dict[str, str] = {}
    setup: GroupSetup = {"name": "", "course": "", "zone": "", "slots": ()}
    course = courses.get(written.get("course", "").strip())
    if course is None:
        there = ", ".join(courses) or _("none yet; studybot import makes one")
        sought = written.get("course", "")
        faults["course"] = _("There is no course “{course}”. Installed: {there}.", course=sought, there=there)
    try:
        setup["zone"] = read_zone(written.get("zone", ""), now)
    except UnknownZone as error:
        faults["zone"] = str(error)
    try:
        setup["slots"] = read_slots(written.get("times", ""))
    except TimesUnreadable as error:
        faults["times"] = str(error)
    if questions := written.get("questions", "").strip():
        if questions.isdecimal() and 1 <= int(questions) <= MOST_QUESTIONS:
            setup["items_per_slot"] = int(questions)
        else:
            faults["questions"] = _("Give a number from 1 to {most}.", most=MOST_QUESTIONS)
    if wanted := written.get("pace", ""):
        found = next((each for each in pace.PACES if each == wanted), None)
        if found is None:
            faults["pace"] = _("Choose one of: {choices}.", choices=", ".join(pace.PACES))
        else:
            setup["pace"] = found
    if course is not None:
        setup["course"] = course.id
        setup["name"] = written.get("name", "").strip() or place or course.title
    if fault := too_long(written.get("name", "").strip(), MOST_NAME):
        faults["name"] = fault
    return Wanted(setup, course, faults)


async def set_up(ask: Ask, services: Services) -> Reply:
    """`/group setup`: this channel gets its course and its weekly times; done again, it changes them."""
    written = {name: ask.text(name) for name in FIELDS}
    wanted = read_setup(written, services.courses, ask.place.name, ask.at)
    if wanted.course is not None and not wanted.faults:
        return await _kept(wanted, ask, services)
    await services.store.facts.set_under(_draft(ask), written)
    lines = tuple(Entry(Text(strong(f"{named(name)}: "), fault)) for name, fault in wanted.faults.items())
    correct = Button(_("Put it right"), ActionId("group.written"), "primary")
    told = _("Nothing was set up yet.")
    return Reply(told, (Card(told, (BulletList(lines),), (correct,), "notice"),))


async def open_form(ask: Ask, services: Services) -> Form:
    """What was written, to put right; where nothing was, the group as it is, and its next course to choose."""
    group = await services.store.groups.at(ask.place)
    kept = await services.store.facts.under(_draft(ask)) or (_written(group) if group else {})
    courses = tuple(Choice(course.title, course.id) for course in services.courses.values())
    return Form(
        _("Set the group up"),
        ActionId("group.set"),
        (
            FormField("course", _("Course"), "choice", value=kept.get("course", ""), choices=courses[:25]),
            FormField(
                "zone",
                _("Time zone"),
                value=kept.get("zone", ""),
                hint=_("Such as Europe/Berlin"),
                max_length=60,
            ),
            FormField(
                "times",
                _("Weekly times"),
                value=kept.get("times", ""),
                hint=_("Such as Mon 18:00"),
                max_length=200,
            ),
            FormField(
                "questions",
                _("Questions each time (1 to {most})", most=MOST_QUESTIONS),
                value=kept.get("questions", "") or str(ITEMS_PER_SLOT),
                max_length=2,
            ),
            FormField("name", _("Name of the group"), required=False, value=kept.get("name", ""), max_length=MOST_NAME),
        ),
        submit=_("Set up"),
    )


async def send_form(ask: Ask, services: Services) -> Reply:
    """The form: its faults stand on their fields, and what was written stays."""
    kept = await services.store.facts.under(_draft(ask))
    written = {"pace": kept.get("pace", "")} | {name: ask.text(name) for name in FIELDS if name in ask.options}
    wanted = read_setup(written, services.courses, ask.place.name, ask.at)
    if wanted.course is None or wanted.faults:
        return Reply(_("Nothing was set up yet."), faults=wanted.faults)
    return await _kept(wanted, ask, services)


def _written(group: Group) -> dict[str, str]:
    """How a group is set up, as it would be written, but for its course."""
    return {
        "zone": group.zone,
        "times": slots_written(group.slots),
        "questions": str(group.items_per_slot),
        "name": group.name,
    }


def _draft(ask: Ask) -> str:
    """Under what is kept what was written here last and could not be read, field by field."""
    return f"setup:{ask.place.platform}:{ask.place.workspace}:{ask.place.channel}:"


async def _kept(wanted: Wanted, ask: Ask, services: Services) -> Reply:
    assert wanted.course is not None
    try:
        group = await services.store.groups.set_up(
            ask.place, at=ask.at, by=ask.person.name, founder=account_of(ask), **wanted.setup
        )
    except SetUpMeanwhile as meanwhile:
        return await _already(meanwhile, ask, services)
    await services.store.facts.set_under(_draft(ask), {})
    await member_of(ask, services, group)
    if ask.hindrance:
        for channel in await services.store.channels.of_group(group.id):
            if channel.place == ask.place or channel.external_id == ask.place.channel:
                await services.store.channels.mark_lost(channel.id, ask.hindrance)
    return _shown(group, wanted.course, ask)


async def _already(meanwhile: SetUpMeanwhile, ask: Ask, services: Services) -> Reply:
    """The truth for the second of two who set the group up at once: what stands, and how to change it."""
    group = await services.store.groups.get(meanwhile.group_id)
    course = services.courses.get(group.course)
    told = _("{name} has set the group up a moment ago, with these settings. Nothing was changed.")
    text = Text(*spans(told, name=Name(meanwhile.by)))
    change = Button(_("Change"), ActionId("group.change"))
    fields = Fields(_settings(group, course, ask))
    return Reply(str(meanwhile), (Card(group.name, (text, fields), (change,), "notice"),))


def graded_in(course: Course) -> str:
    """The language in which answers are graded."""
    return language_name(course.language)


def _settings(group: Group, course: Course | None, ask: Ask) -> tuple[tuple[str, str], ...]:
    """How a group is set up, each setting by what it is called."""
    of_course = ((_("Course"), course.title), (_("Answers are graded in"), graded_in(course))) if course else ()
    return (
        *of_course,
        (_("Every week"), f"{slots_text(group.slots)} ({group.zone})"),
        (_("Time zone"), zone_told(group.zone, ask.at)),
        (_("Questions each time"), str(group.items_per_slot)),
        (_("First post"), next_post(group, ask)),
    )


def _shown(group: Group, course: Course, ask: Ask) -> Reply:
    settings = Fields(_settings(group, course, ask))
    blocks: tuple[Block, ...] = (settings, Text(pace.how_long(group, course, ask.at)), *_what_is_needed(ask))
    now = Button(_("Post now"), ActionId("group.now"), "primary")
    other = Button(_("Another pace"), ActionId("group.pace"))
    card = Card(_("{group} is set up", group=group.name), blocks, (now, other), "notice" if ask.hindrance else "good")
    told = _("The study group is set up.")
    if ask.hindrance:
        told = _("The study group is set up, but I cannot post yet.")
    return Reply(told, (card,))


def _what_is_needed(ask: Ask) -> Sequence[Text]:
    """What is left to do before posts arrive."""
    now = CommandRef("group now")
    if not ask.hindrance:
        return (Text(*spans(_("Nothing more is needed. {now} posts the first questions at once."), now=now)),)
    first = Text(strong(_("One thing is needed first: ")), str(ask.hindrance))
    return first, Text(*spans(_("Then {now} posts the first questions at once."), now=now))


def next_post(group: Group, ask: Ask) -> str:
    """When the next post comes, in words."""
    if group.paused:
        return _("paused")
    upcoming = next_slots(group, ask.at, 1)
    return time_text(upcoming[0].at, group.zone) if upcoming else _("no weekly time set")


async def suggest_courses(ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """The installed course packs."""
    return [
        Choice(course.title, course.id)
        for course in services.courses.values()
        if typed.casefold() in f"{course.id} {course.title}".casefold()
    ]


async def suggest_zones(ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """Time zones by a part of the name, an offset or an abbreviation; the person's own first."""
    own = [ask.person.zone] if ask.person.zone and not typed else []
    return [Choice(zone_told(zone, ask.at), zone) for zone in [*own, *search_zones(typed, ask.at)][:25]]


command = Command(
    "group setup",
    noop("Set this channel up: course, time zone, weekly times"),
    set_up,
    (
        Option("course", noop("Which course pack"), suggest=suggest_courses, max_length=80),
        Option(
            "zone",
            noop("Time zone: a name, a city or an offset"),
            suggest=suggest_zones,
            max_length=60,
        ),
        Option(
            "times",
            noop("Weekly times, such as Mon 18:00, Thu 19:30"),
            max_length=200,
        ),
        Option(
            "questions",
            noop("Questions each time, 1 to 10 (default 3)"),
            "number",
            required=False,
        ),
        Option(
            "pace",
            noop("What a course week follows"),
            "choice",
            required=False,
            choices=pace.choices(pace.PACES),
        ),
        Option("name", noop("What the group is called"), required=False, max_length=MOST_NAME),
    ),
    organiser=True,
    begins=True,
)
