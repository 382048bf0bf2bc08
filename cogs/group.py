"""What an organiser does: set the group up, pause it, skip a week, post now, see how it stands, change it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from cogs import alternatives, analysis, appeals, deeds, meeting, organisers, oversight, pace, ping, rules, setup
from cogs.asked import account_of, group_of, organises
from cogs.declare import Action, Cog, Command, Option
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
    spans,
    strong,
)
from cogs.services import Services
from cogs.setup import graded_in, next_post
from cogs.slots import TimesUnreadable, read_slots, slots_text, slots_written
from cogs.times import time_text
from store import CodeInvalid, Subject
from study.calendar import UnknownZone
from study.group import Channel, Group, Round
from study.texts import _, noop
from study.zones import read_zone

Handler = Callable[[Ask, Services], Awaitable[Reply]]

# --- steering ---------------------------------------------------------------------------------------------------


async def suggest_groups(ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """The groups that read in this server or workspace."""
    names = {group.id: group.name for group, _channel in await _around(ask, services)}
    return [Choice(name, str(number)) for number, name in names.items() if typed.casefold() in name.casefold()]


async def _around(ask: Ask, services: Services) -> list[tuple[Group, Channel]]:
    """The groups that read in this server or workspace, those whose channel is lost first."""
    channels = await services.store.channels.in_workspace(ask.place.platform, ask.place.workspace)
    lost_first = sorted(channels, key=lambda channel: not channel.trouble)
    return [(await services.store.groups.get(one.group_id), one) for one in lost_first]


async def move(ask: Ask, services: Services) -> Reply:
    """`/group move`: the group reads in this channel from now on; members, points and history stay with it."""
    if here := await services.store.groups.at(ask.place):
        send = _("In the channel that it shall read in from now on, send {move}.")
        told = _("{group} reads here already.", group=here.name)
        return say(told, *spans(send, move=CommandRef("group move")), tone="notice")
    found, wanted = await _around(ask, services), ask.text("group").strip()
    found = [one for one in found if await organises(ask, one[0], services)]
    if wanted:
        found = [one for one in found if wanted.casefold() in (str(one[0].id), one[0].name.casefold())]
    lost = [one for one in found if one[1].trouble]
    if not found:
        starts = spans(_("{setup} starts one."), setup=CommandRef("group setup"))
        return say(_("There is no such group to move here."), *starts, tone="notice")
    if len(lost or found) > 1:
        names = ", ".join(dict.fromkeys(group.name for group, _channel in found))
        told = _("Which group shall read here: {names}?", names=names)
        name_it = spans(_("Name it: {move}"), move=CommandRef("group move", "group: …"))
        return say(told, *name_it, tone="notice")
    group, channel = (lost or found)[0]
    await services.store.channels.move(channel.id, ask.place, ask.at, ask.person.name)
    if ask.hindrance:
        await services.store.channels.mark_lost(channel.id, ask.hindrance)
        told = _("{group} reads here now, but I cannot post yet: {why}", group=group.name, why=ask.hindrance)
        return say(told, tone="notice")
    told = _("{group} reads here now, with its members, points and history.", group=group.name)
    comes = _("What is open is posted here. The next post comes on {day}.", day=next_post(group, ask))
    return say(f"{told} {comes}", tone="good")


async def pause(ask: Ask, services: Services) -> Reply:
    """`/group pause`: nothing is posted until the group resumes; open questions stay open."""
    group, _course = await group_of(ask, services)
    await services.store.groups.pause(group.id, ask.at, ask.person.name)
    until = spans(_("Nothing is posted until {resume}; paused weeks do not count."), resume=CommandRef("group resume"))
    return say(_("Paused."), *until, tone="good")


async def resume(ask: Ask, services: Services) -> Reply:
    """`/group resume`: posting goes on, also where it had been given up."""
    group, _course = await group_of(ask, services)
    lost = [one.name or one.external_id for one in await services.store.channels.of_group(group.id) if one.trouble]
    group = await services.store.groups.resume(group.id, ask.at, ask.person.name)
    told = _("Resumed. The next post comes on {day}.", day=next_post(group, ask))
    if lost:
        told += " " + _("I try {channels} again now; if that fails, you are told why.", channels=", ".join(lost))
    return say(told, tone="good")


async def skip(ask: Ask, services: Services) -> Reply:
    """`/group skip`: leave out the next weekly post."""
    group, _course = await group_of(ask, services)
    left_out = await services.store.groups.skip_next(group.id, ask.at, ask.person.name)
    if left_out is None:
        sets = spans(_("{setup} sets one."), setup=CommandRef("group setup"))
        return say(_("There is no weekly time to skip."), *sets, tone="notice")
    return say(_("The post of {day} is skipped.", day=time_text(left_out.at, group.zone)), tone="good")


async def now(ask: Ask, services: Services) -> Reply:
    """`/group now`: the next questions at once, beside the weekly times."""
    group, _course = await group_of(ask, services)
    opened = await services.post_now(group.id)
    if opened is None:
        return say(
            _("There is nothing to post: what was asked is still open, or a round was opened this very minute."),
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
    until = _("The round stays open until {day}.", day=time_text(opened.closes, group.zone))
    if refused:
        fine = [name for name, found in states.items() if "dead" not in found]
        told = _("Nothing could be posted.")
        if fine:
            told = _("Posted in {channels}, but not everywhere.", channels=", ".join(fine))
        return say(told, " ".join(sorted(refused)), tone="notice")
    if all(found <= {"sent"} for found in states.values()):
        posted = _("Posted.")
        return say(f"{posted} {until}", tone="good")
    told, fare = _("The posts are on their way."), _("{status} shows how they fare.")
    return say(f"{told} {until}", *spans(fare, status=CommandRef("group status")))


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
                (_("Course"), course.title),
                (_("Answers are graded in"), graded_in(course)),
                (_("Every week"), f"{slots_text(group.slots)} ({group.zone})"),
                (_("Questions each time"), str(group.items_per_slot)),
                (_("Next post"), next_post(group, ask)),
                (_("Open rounds"), str(len(open_now))),
                (_("Answers to review"), str(len(waiting))),
                (_("Questions of members"), str(len(questions))),
                (_("Organisers"), await organisers.names(group, services)),
            )
        )
    ]
    troubles = [
        Entry(Text(strong(channel.name or channel.external_id), f": {channel.trouble}"))
        for channel in channels
        if channel.trouble
    ]
    troubles += [Entry(Text(oversight.why(one)), "note") for one in await services.store.deliveries.troubled(group.id)]
    if troubles:
        blocks.append(BulletList(tuple(troubles)))
    buttons = [Button(_("Change"), ActionId("group.change"))]
    if waiting:
        buttons.append(Button(_("Review answers"), ActionId("group.disputes"), "primary"))
    if questions:
        buttons.append(Button(_("Answer questions"), ActionId("ask.open"), "primary"))
    if await services.store.deliveries.unsettled(group.id):
        buttons.append(Button(_("Look at messages"), ActionId("group.messages"), "primary"))
    return Reply(f"{group.name}: {next_post(group, ask)}", (Card(group.name, tuple(blocks), tuple(buttons)),))


async def join(ask: Ask, services: Services) -> Reply:
    """`/group join`: one group in two channels, on two platforms too, by a code that works once."""
    code_given = ask.text("code").strip()
    if not code_given:
        group, _course = await group_of(ask, services)
        made = await services.store.codes.issue("join", ask.at, Subject(group.id))
        card = Card(
            _("One group, two channels"),
            (
                Text(
                    *spans(
                        _("Within ten minutes, in the other channel, send {join}."), join=CommandRef("group join", made)
                    )
                ),
            ),
            footer=_("Both channels then get every post, and share one leaderboard."),
        )
        return Reply(_("Your code is {code}.", code=made), (card,))
    try:
        group = await services.store.groups.join(
            code_given, ask.place, ask.at, by=ask.person.name, founder=account_of(ask)
        )
    except CodeInvalid as error:
        return say(f"{error} ", *spans(_("{join} makes a new one."), join=CommandRef("group join")), tone="notice")
    comes = {"group": group.name, "day": next_post(group, ask)}
    return say(_("This channel now belongs to {group}. The next post comes on {day}.", **comes), tone="good")


async def change(ask: Ask, services: Services) -> Form:
    """A form to change the group, filled with how it is."""
    group, _course = await group_of(ask, services)
    return Form(
        _("Change the group"),
        ActionId("group.changed"),
        (
            FormField(
                "times",
                _("Weekly times"),
                value=slots_written(group.slots),
                max_length=200,
            ),
            FormField("zone", _("Time zone"), value=group.zone, max_length=60),
            FormField(
                "questions",
                _("Questions each time (1 to {most})", most=10),
                value=str(group.items_per_slot),
                max_length=2,
            ),
        ),
        submit=_("Save"),
    )


async def changed(ask: Ask, services: Services) -> Reply:
    """Keep the changes; faults are told on their field and change nothing."""
    group, _course = await group_of(ask, services)
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
        faults["questions"] = _("Give a number from 1 to {most}.", most=10)
    if faults:
        return Reply(_("Nothing was changed."), faults=faults)
    group = await services.store.groups.change(
        group.id, at=ask.at, by=ask.person.name, slots=slots, zone=zone, items_per_slot=int(questions)
    )
    return say(_("Saved. The next post comes on {day}.", day=next_post(group, ask)), tone="good")


def _organisers(
    name: str, summary: str, handle: Handler, options: tuple[Option, ...] = (), *, begins: bool = False
) -> Command:
    return Command(f"group {name}", summary, handle, options, organiser=True, begins=begins)


cog = Cog(
    "group",
    noop("For organisers"),
    commands=(
        setup.command,
        _organisers(
            "join",
            noop("Bring the group to a second channel, on another platform too"),
            join,
            (
                Option(
                    "code",
                    noop("The code from the first channel; leave it out to get one"),
                    required=False,
                    max_length=20,
                ),
            ),
            begins=True,
        ),
        _organisers(
            "move",
            noop("Let the group read in this channel from now on"),
            move,
            (
                Option(
                    "group",
                    noop("Which group, if there are several"),
                    required=False,
                    suggest=suggest_groups,
                    max_length=100,
                ),
            ),
            begins=True,
        ),
        _organisers("organisers", noop("Who organises the group"), organisers.show),
        _organisers("ping", noop("Mention a role at the weekly post"), ping.show),
        _organisers("pause", noop("Stop posting for a while"), pause),
        _organisers("resume", noop("Post again"), resume),
        _organisers("skip", noop("Skip the next weekly post"), skip),
        _organisers("now", noop("Post the next questions at once"), now),
        pace.command,
        meeting.command,
        _organisers("status", noop("Group status"), status),
        _organisers("disputes", noop("Answers that need your review"), appeals.disputes),
        _organisers("questions", noop("How each question fares"), analysis.questions),
        _organisers("marks", noop("What your rulings taught the grading"), appeals.marks),
        _organisers(
            "messages",
            noop("Messages that may not have arrived"),
            oversight.messages,
        ),
        _organisers(
            "rules",
            noop("Settings of delivery, kept data and practice"),
            rules.show,
            tuple(rule.option() for rule in rules.RULES),
        ),
        _organisers("history", noop("What organisers changed"), deeds.history),
    ),
    actions=(
        Action("group.written", setup.open_form, organiser=True, begins=True, opens_form=True),
        Action("group.set", setup.send_form, organiser=True, begins=True),
        Action("group.pinging", ping.choose, organiser=True, opens_form=True),
        Action("group.ping", ping.chosen, organiser=True),
        Action("group.unping", ping.nobody, organiser=True),
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
        Action("group.take", alternatives.take, organiser=True, takes=("dispute", "word")),
        Action("group.unmark", appeals.unmark, organiser=True, takes=("mark",)),
        Action("group.messages", oversight.messages, organiser=True),
        Action("group.message", oversight.message, organiser=True, takes=("delivery", "word")),
        Action("group.rule", rules.choose, organiser=True, replaces=True, takes=("word", "word")),
        Action("group.pace", pace.pace, organiser=True),
        Action("group.paced", pace.choose, organiser=True, replaces=True, takes=("word", "word")),
        Action("group.change", change, organiser=True, opens_form=True),
        Action("group.changed", changed, organiser=True),
    ),
)
