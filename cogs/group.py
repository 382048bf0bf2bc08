"""What an organiser does: set the group up, pause it, skip a week, post now, see how it stands, change it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from cogs import analysis, appeals, organisers, oversight, pace, setup
from cogs.asked import account_of, group_of, organises
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
from cogs.setup import graded_in, next_post
from cogs.slots import TimesUnreadable, read_slots, slots_text
from cogs.times import DAYS, time_text
from store import CodeInvalid, Subject
from study.calendar import UnknownZone
from study.group import Channel, Group, Round
from study.zones import read_zone

Handler = Callable[[Ask, Services], Awaitable[Reply]]

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
    found = [one for one in found if await organises(ask, one[0], services)]
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
    return say(f"{told} What is open is posted here. The next post comes on {next_post(group, ask)}.", tone="good")


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
    return say(f"Resumed. The next post comes on {next_post(group, ask)}.{tried}", tone="good")


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
                ("Answers are graded in", graded_in(course)),
                ("Every week", f"{slots_text(group.slots)} ({group.zone})"),
                ("Questions each time", str(group.items_per_slot)),
                ("Next post", next_post(group, ask)),
                ("Open rounds", str(len(open_now))),
                ("Answers to review", str(len(waiting))),
                ("Questions of members", str(len(questions))),
                ("Organisers", await organisers.names(group, services)),
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
    return Reply(f"{group.name}: {next_post(group, ask)}", (Card(group.name, tuple(blocks), tuple(buttons)),))


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
        group = await services.store.groups.join(
            code_given, ask.place, ask.at, by=ask.person.name, founder=account_of(ask)
        )
    except CodeInvalid as error:
        return say(f"{error} ", CommandRef("group join"), " makes a new one.", tone="notice")
    return say(
        f"This channel now belongs to {group.name}. The next post comes on {next_post(group, ask)}.", tone="good"
    )


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
    except TimesUnreadable as error:
        faults["times"] = str(error)
    try:
        zone = read_zone(ask.text("zone"), ask.at)
    except UnknownZone as error:
        faults["zone"] = str(error)
    questions = ask.text("questions")
    if not questions.isdecimal() or not 1 <= int(questions) <= 10:
        faults["questions"] = "Give a number from 1 to 10."
    if faults:
        return Reply("Nothing was changed.", faults=faults)
    group = await services.store.groups.change(
        group.id, at=ask.at, by=ask.person.name, slots=slots, zone=zone, items_per_slot=int(questions)
    )
    return say(f"Saved. The next post comes on {next_post(group, ask)}.", tone="good")


def _organisers(
    name: str, en: str, de: str, handle: Handler, options: tuple[Option, ...] = (), *, begins: bool = False
) -> Command:
    return Command(f"group {name}", Words(en, de), handle, options, organiser=True, begins=begins)


cog = Cog(
    "group",
    Words("For organisers", "Für die Leitung"),
    commands=(
        setup.command,
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
            begins=True,
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
            begins=True,
        ),
        _organisers("organisers", "Who organises the group", "Wer die Gruppe leitet", organisers.show),
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
        Action("group.written", setup.open_form, organiser=True, begins=True, opens_form=True),
        Action("group.set", setup.send_form, organiser=True, begins=True),
        Action("group.organisers", organisers.show, organiser=True),
        Action("group.naming", organisers.open_add, organiser=True, opens_form=True),
        Action("group.named", organisers.add, organiser=True),
        Action("group.unnaming", organisers.open_remove, organiser=True, opens_form=True),
        Action("group.unnamed", organisers.remove, organiser=True),
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
