"""What an organiser does: set the group up, pause it, skip a week, post now, see how it stands, change it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from zoneinfo import available_timezones

from cogs import analysis, appeals, oversight, pace
from cogs.asked import group_of, member_of
from cogs.declare import Action, Cog, Command, Option, Words
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
    Reply,
    Text,
    say,
    strong,
)
from cogs.services import Services
from cogs.slots import known_zone, read_slots, slots_text
from cogs.times import DAYS, time_text
from store import CodeInvalid, GroupSetup, Subject
from study.calendar import next_slots
from study.course import Course
from study.group import Channel, Group, Round

Handler = Callable[[Ask, Services], Awaitable[Reply]]

# --- setting up -------------------------------------------------------------------------------------------------


async def suggest_courses(ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """The installed course packs."""
    return [
        Choice(course.title, course.id)
        for course in services.courses.values()
        if typed.casefold() in f"{course.id} {course.title}".casefold()
    ]


async def suggest_zones(ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """Time zones that match; the person's own first."""
    own = [ask.person.zone] if ask.person.zone and not typed else []
    wanted = typed.casefold().replace(" ", "_")
    rest = sorted(zone for zone in available_timezones() if "/" in zone and wanted in zone.casefold())
    return [Choice(zone, zone) for zone in [*own, *rest][:25]]


async def set_up(ask: Ask, services: Services) -> Reply:
    """`/group setup`: this channel gets its course and its weekly times; done again, it changes them."""
    course = services.courses.get(ask.text("course"))
    if course is None:
        there = ", ".join(services.courses) or "none yet; studybot import makes one"
        return say(f"There is no course {ask.text('course')!r}. Installed: {there}.", tone="notice")
    try:
        zone = known_zone(ask.text("zone"))
        slots = read_slots(ask.text("times"))
    except ValueError as error:
        return say(str(error), tone="notice")
    questions = ask.text("questions")
    setup: GroupSetup = {
        "name": ask.text("name") or ask.place.name or course.title,
        "course": course.id,
        "zone": zone,
        "slots": slots,
    }
    if questions:
        setup["items_per_slot"] = max(1, min(10, int(questions)))
    wanted = next((each for each in pace.PACES if each == ask.text("pace")), None)
    if wanted:
        setup["pace"] = wanted
    group = await services.store.groups.set_up(ask.place, at=ask.at, by=ask.person.name, **setup)
    await member_of(ask, services, group)
    if ask.hindrance:
        for channel in await services.store.channels.of_group(group.id):
            if channel.place == ask.place or channel.external_id == ask.place.channel:
                await services.store.channels.mark_lost(channel.id, ask.hindrance)
    return _set_up_reply(group, course, ask)


def _set_up_reply(group: Group, course: Course, ask: Ask) -> Reply:
    summary = "The study group is set up." if not ask.hindrance else "The study group is set up, but I cannot post yet."
    return Reply(
        summary,
        (
            Card(
                f"{group.name} is set up",
                (
                    Fields(
                        (
                            ("Course", course.title),
                            ("Every week", f"{slots_text(group.slots)} ({group.zone})"),
                            ("Questions each time", str(group.items_per_slot)),
                            ("First post", _next(group, ask)),
                        )
                    ),
                    Text(pace.how_long(group, course, ask.at)),
                    *_what_is_needed(ask),
                ),
                (Button("Post now", ActionId("group.now"), "primary"),),
                "notice" if ask.hindrance else "good",
            ),
        ),
    )


def _what_is_needed(ask: Ask) -> Sequence[Text]:
    """What is left to do before posts arrive."""
    at_once = (CommandRef("group now"), " posts the first questions at once.")
    if not ask.hindrance:
        return (Text("Nothing more is needed. ", *at_once),)
    return Text(strong("One thing is needed first: "), ask.hindrance), Text("Then ", *at_once)


def _next(group: Group, ask: Ask) -> str:
    if group.paused:
        return "paused"
    upcoming = next_slots(group, ask.at, 1)
    return time_text(upcoming[0].at, group.zone) if upcoming else "no weekly time set"


# --- steering ---------------------------------------------------------------------------------------------------


async def suggest_groups(ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """The groups that read in this server or workspace."""
    names = {group.id: group.name for group, _ in await _around(ask, services)}
    return [Choice(name, str(number)) for number, name in names.items() if typed.casefold() in name.casefold()]


async def _around(ask: Ask, services: Services) -> list[tuple[Group, Channel]]:
    """The groups that read in this server or workspace, those whose channel is lost first."""
    channels = await services.store.channels.in_workspace(ask.place.platform, ask.place.workspace)
    lost_first = sorted(channels, key=lambda channel: not channel.trouble)
    return [(await services.store.groups.get(one.group_id), one) for one in lost_first]


async def move(ask: Ask, services: Services) -> Reply:
    """`/group move`: the group reads in this channel from now on; members, points and history stay with it."""
    if here := await services.store.groups.at(ask.place):
        told = f"{here.name} reads here already. In the channel that it shall read in from now on, send "
        return say(told, CommandRef("group move"), ".", tone="notice")
    found, wanted = await _around(ask, services), ask.text("group").strip()
    if wanted:
        found = [one for one in found if wanted.casefold() in (str(one[0].id), one[0].name.casefold())]
    lost = [one for one in found if one[1].trouble]
    if not found:
        return say("There is no such group to move here.", CommandRef("group setup"), " starts one.", tone="notice")
    if len(lost or found) > 1:
        names = ", ".join(dict.fromkeys(group.name for group, _ in found))
        told = f"Which group shall read here: {names}?"
        return say(told, "Name it: ", CommandRef("group move", "group: …"), tone="notice")
    group, channel = (lost or found)[0]
    await services.store.channels.move(channel.id, ask.place, ask.at, ask.person.name)
    if ask.hindrance:
        await services.store.channels.mark_lost(channel.id, ask.hindrance)
        return say(f"{group.name} reads here now, but I cannot post yet: {ask.hindrance}", tone="notice")
    told = f"{group.name} reads here now, with its members, points and history."
    return say(f"{told} What is open is posted here. The next post comes on {_next(group, ask)}.", tone="good")


async def pause(ask: Ask, services: Services) -> Reply:
    """`/group pause`: nothing is posted until the group resumes; open questions stay open."""
    group, _ = await group_of(ask, services)
    await services.store.groups.pause(group.id, ask.at, ask.person.name)
    return say(
        "Paused.", "Nothing is posted until ", CommandRef("group resume"), "; paused weeks do not count.", tone="good"
    )


async def resume(ask: Ask, services: Services) -> Reply:
    """`/group resume`: posting goes on, also where it had been given up."""
    group, _ = await group_of(ask, services)
    lost = [one.name or one.external_id for one in await services.store.channels.of_group(group.id) if one.trouble]
    group = await services.store.groups.resume(group.id, ask.at, ask.person.name)
    tried = f" I try {', '.join(lost)} again now; if that fails, you are told why." if lost else ""
    return say(f"Resumed. The next post comes on {_next(group, ask)}.{tried}", tone="good")


async def skip(ask: Ask, services: Services) -> Reply:
    """`/group skip`: leave out the next weekly post."""
    group, _ = await group_of(ask, services)
    left_out = await services.store.groups.skip_next(group.id, ask.at, ask.person.name)
    if left_out is None:
        return say("There is no weekly time to skip.", CommandRef("group setup"), " sets one.", tone="notice")
    return say(f"The post of {time_text(left_out.at, group.zone)} is skipped.", tone="good")


async def now(ask: Ask, services: Services) -> Reply:
    """`/group now`: the next questions at once, beside the weekly times."""
    group, _ = await group_of(ask, services)
    opened = await services.post_now(group.id)
    if opened is None:
        return say(
            "There is nothing to post: what was asked is still open, or a round was opened this very minute.",
            tone="notice",
        )
    return await _arrived(opened, group, services)


async def _arrived(opened: Round, group: Group, services: Services) -> Reply:
    """What came of a round's posts, channel by channel."""
    posts = [one for one in await services.store.deliveries.of_round(opened.id) if one.kind == "post"]
    states: dict[str, set[str]] = {}
    for one in posts:
        states.setdefault(one.channel.name or one.channel.external_id, set()).add(one.state)
    refused = {oversight.why(one) for one in posts if one.state == "dead"}
    until = f"The round stays open until {time_text(opened.closes, group.zone)}."
    if refused:
        fine = [name for name, found in states.items() if "dead" not in found]
        told = f"Posted in {', '.join(fine)}, but not everywhere." if fine else "Nothing could be posted."
        return say(told, " ".join(sorted(refused)), tone="notice")
    if all(found <= {"sent"} for found in states.values()):
        return say(f"Posted. {until}", tone="good")
    return say(f"The posts are on their way. {until}", CommandRef("group status"), " shows how they fare.")


async def status(ask: Ask, services: Services) -> Reply:
    """`/group status`: course, times, channels, and anything that went wrong."""
    group, course = await group_of(ask, services)
    rounds = await services.store.rounds.of_group(group.id)
    open_now = [one for one in rounds if one.state == "open"]
    waiting = await services.store.disputes.open(group.id)
    questions = await services.store.questions.open(group.id)
    channels = await services.store.channels.of_group(group.id)
    blocks: list[Block] = [
        Fields(
            (
                ("Course", course.title),
                ("Every week", f"{slots_text(group.slots)} ({group.zone})"),
                ("Questions each time", str(group.items_per_slot)),
                ("Next post", _next(group, ask)),
                ("Open rounds", str(len(open_now))),
                ("Answers to review", str(len(waiting))),
                ("Questions of members", str(len(questions))),
            )
        )
    ]
    troubles = [
        Entry(Text(strong(channel.name or channel.external_id), f": {channel.trouble}"), "miss")
        for channel in channels
        if channel.trouble
    ]
    troubles += [Entry(Text(oversight.why(one)), "note") for one in await services.store.deliveries.troubled(group.id)]
    if troubles:
        blocks.append(BulletList(tuple(troubles)))
    buttons = [Button("Change", ActionId("group.change"))]
    if waiting:
        buttons.append(Button("Review answers", ActionId("group.disputes"), "primary"))
    if questions:
        buttons.append(Button("Answer questions", ActionId("ask.open"), "primary"))
    if await services.store.deliveries.unsettled(group.id):
        buttons.append(Button("Look at messages", ActionId("group.messages"), "primary"))
    return Reply(f"{group.name}: {_next(group, ask)}", (Card(group.name, tuple(blocks), tuple(buttons)),))


async def join(ask: Ask, services: Services) -> Reply:
    """`/group join`: one group in two channels, on two platforms too, by a code that works once."""
    code_given = ask.text("code").strip()
    if not code_given:
        group, _ = await group_of(ask, services)
        made = await services.store.codes.issue("join", ask.at, Subject(group.id))
        card = Card(
            "One group, two channels",
            (Text("Within ten minutes, in the other channel, send ", CommandRef("group join", made), "."),),
            footer="Both channels then get every post, and share one leaderboard.",
        )
        return Reply(f"Your code is {made}.", (card,))
    try:
        group = await services.store.groups.join(code_given, ask.place, ask.at)
    except CodeInvalid as error:
        return say(f"{error} ", CommandRef("group join"), " makes a new one.", tone="notice")
    return say(f"This channel now belongs to {group.name}. The next post comes on {_next(group, ask)}.", tone="good")


async def change(ask: Ask, services: Services) -> Form:
    """A form to change the group, filled with how it is."""
    group, _ = await group_of(ask, services)
    return Form(
        "Change the group",
        ActionId("group.changed"),
        (
            FormField(
                "times",
                "Weekly times",
                value=", ".join(f"{DAYS[s.weekday][:3]} {s.at:%H:%M}" for s in group.slots),
                max_length=200,
            ),
            FormField("zone", "Time zone", value=group.zone, max_length=60),
            FormField("questions", "Questions each time (1 to 10)", value=str(group.items_per_slot), max_length=2),
        ),
        submit="Save",
    )


async def changed(ask: Ask, services: Services) -> Reply:
    """Keep the changes; faults are told on their field and change nothing."""
    group, _ = await group_of(ask, services)
    faults: dict[str, str] = {}
    slots, zone = group.slots, group.zone
    try:
        slots = read_slots(ask.text("times"))
    except ValueError as error:
        faults["times"] = str(error)
    try:
        zone = known_zone(ask.text("zone"))
    except ValueError as error:
        faults["zone"] = str(error)
    questions = ask.text("questions")
    if not questions.isdecimal() or not 1 <= int(questions) <= 10:
        faults["questions"] = "Give a number from 1 to 10."
    if faults:
        return Reply("Nothing was changed.", faults=faults)
    group = await services.store.groups.change(
        group.id, at=ask.at, by=ask.person.name, slots=slots, zone=zone, items_per_slot=int(questions)
    )
    return say(f"Saved. The next post comes on {_next(group, ask)}.", tone="good")


def _organisers(name: str, en: str, de: str, handle: Handler, options: tuple[Option, ...] = ()) -> Command:
    return Command(f"group {name}", Words(en, de), handle, options, organiser=True)


cog = Cog(
    "group",
    Words("For organisers", "Für die Leitung"),
    commands=(
        _organisers(
            "setup",
            "Set this channel up: course, time zone, weekly times",
            "Richte diesen Kanal ein: Kurs, Zeitzone, Wochentermine",
            set_up,
            (
                Option(
                    "course",
                    Words("Which course pack", "Welches Kurspaket"),
                    suggest=suggest_courses,
                    max_length=80,
                ),
                Option(
                    "zone",
                    Words("Time zone, such as Europe/Berlin", "Zeitzone, etwa Europe/Berlin"),
                    suggest=suggest_zones,
                    max_length=60,
                ),
                Option(
                    "times",
                    Words("Weekly times, such as Mon 18:00, Thu 19:30", "Wochentermine, etwa Mo 18:00, Do 19:30"),
                    max_length=200,
                ),
                Option(
                    "questions",
                    Words("Questions each time, 1 to 10 (default 3)", "Fragen je Termin, 1 bis 10 (Vorgabe 3)"),
                    "number",
                    required=False,
                ),
                Option(
                    "pace",
                    Words("What a course week follows", "Wonach sich eine Kurswoche richtet"),
                    "choice",
                    required=False,
                    choices=pace.choices(pace.PACES),
                ),
                Option(
                    "name",
                    Words("What the group is called", "Wie die Gruppe heißt"),
                    required=False,
                    max_length=80,
                ),
            ),
        ),
        _organisers(
            "join",
            "Bring the group to a second channel, on another platform too",
            "Hole die Gruppe in einen zweiten Kanal, auch anderswo",
            join,
            (
                Option(
                    "code",
                    Words(
                        "The code from the first channel; leave it out to get one",
                        "Der Code von dort; ohne Code gibt es einen",
                    ),
                    required=False,
                    max_length=20,
                ),
            ),
        ),
        _organisers(
            "move",
            "Let the group read in this channel from now on",
            "Lass die Gruppe ab jetzt in diesem Kanal lesen",
            move,
            (
                Option(
                    "group",
                    Words("Which group, if there are several", "Welche Gruppe, wenn es mehrere gibt"),
                    required=False,
                    suggest=suggest_groups,
                    max_length=80,
                ),
            ),
        ),
        _organisers("pause", "Stop posting for a while", "Eine Weile nichts posten", pause),
        _organisers("resume", "Post again", "Wieder posten", resume),
        _organisers("skip", "Skip the next weekly post", "Den nächsten Wochenpost auslassen", skip),
        _organisers("now", "Post the next questions at once", "Die nächsten Fragen sofort posten", now),
        pace.command,
        _organisers("status", "Group status", "Stand der Gruppe", status),
        _organisers("disputes", "Answers that need your review", "Antworten, die auf dich warten", appeals.disputes),
        _organisers("questions", "How each question fares", "Wie es den Fragen ergeht", analysis.questions),
        _organisers("marks", "What your rulings taught the grading", "Was deine Urteile lehrten", appeals.marks),
        _organisers(
            "messages",
            "Messages that may not have arrived",
            "Nachrichten, die vielleicht nicht ankamen",
            oversight.messages,
        ),
        _organisers(
            "rules",
            "Settings of delivery, kept data and practice",
            "Einstellungen zu Zustellung, Daten und Übung",
            oversight.rules,
            (
                Option(
                    "doubt",
                    Words("A post with unknown delivery", "Ein Post, dessen Zustellung ungewiss ist"),
                    "choice",
                    required=False,
                    choices=oversight.DOUBT_CHOICES,
                ),
                Option(
                    "counts",
                    Words("Counts of people who deleted their data", "Zahlen derer, die ihre Daten löschten"),
                    "choice",
                    required=False,
                    choices=oversight.COUNT_CHOICES,
                ),
                Option(
                    "ahead",
                    Words("Answers of questions not asked yet", "Antworten noch nicht gestellter Fragen"),
                    "choice",
                    required=False,
                    choices=oversight.AHEAD_CHOICES,
                ),
                Option(
                    "nudges",
                    Words("Reminders of open questions, in private", "Erinnerungen an offene Fragen, privat"),
                    "choice",
                    required=False,
                    choices=oversight.NUDGE_CHOICES,
                ),
                Option(
                    "talk",
                    Words("Threads under closed questions", "Threads unter geschlossenen Fragen"),
                    "choice",
                    required=False,
                    choices=oversight.TALK_CHOICES,
                ),
            ),
        ),
        _organisers("history", "What organisers changed", "Was die Leitung geändert hat", oversight.history),
    ),
    actions=(
        Action("group.now", now, organiser=True),
        Action("group.status", status, organiser=True),
        Action("group.disputes", appeals.disputes, organiser=True),
        Action("group.settle", appeals.settle, organiser=True, takes=("dispute", "word")),
        Action("group.questions", analysis.questions, organiser=True, replaces=True, takes=("word",)),
        Action("group.unmark", appeals.unmark, organiser=True, takes=("mark",)),
        Action("group.messages", oversight.messages, organiser=True),
        Action("group.message", oversight.message, organiser=True, takes=("delivery", "word")),
        Action("group.rule", oversight.rule, organiser=True, replaces=True, takes=("word", "word")),
        Action("group.change", change, organiser=True, opens_form=True),
        Action("group.changed", changed, organiser=True),
    ),
)
