"""Meetings: arranged by an organiser, announced an hour before with an agenda that writes itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cogs import sharing
from cogs.asked import course_called, group_of, language_of, organises, who
from cogs.calendar_file import calendar_file
from cogs.declare import Action, Cog, Command, Option
from cogs.digest import misconception
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
    Event,
    Name,
    Reply,
    Said,
    Span,
    Text,
    rich,
    say,
    spans,
    strong,
)
from cogs.questions import name_in
from cogs.services import Services
from cogs.slots import TimesUnreadable, read_slots
from cogs.times import moment, time_text
from store import EVENTS, Arranged, Delivery, PostResult
from study.calendar import next_turn
from study.course import Course
from study.discussion.meeting import LOOKS_BACK, NOTICE, Meeting, divided, farthest_apart
from study.discussion.showcase import Candidate
from study.group import Group
from study.texts import _, noop, use_language

SPLIT, WAITING = 2, 3
"""So many questions that split the group, and of those that members asked, stand on an agenda."""
OFF = {
    "moved": noop("The meeting was moved."),
    "cancelled": noop("The meeting is called off."),
    "resting": noop("The meeting is called off: the group pauses."),
}
REPEATS = (Choice(noop("Once"), "once"), Choice(noop("Every week"), "weekly"))


# --- what an organiser does -------------------------------------------------------------------------------------


async def arrange(ask: Ask, services: Services) -> Reply:
    """`/group meeting`: with a time, the meeting is planned or moved; without, the one to come is shown."""
    group, _course = await group_of(ask, services)
    now = await services.store.meetings.coming(group.id)
    if not ask.text("when").strip():
        return await _shown(now, group, services) if now else _none()
    if group.paused:
        return say(
            _("The group pauses."),
            *spans(_("First {resume}, then plan the meeting."), resume=CommandRef("group resume")),
            tone="notice",
        )
    try:
        slots = read_slots(ask.text("when"))
    except TimesUnreadable as error:
        return say(str(error), tone="notice")
    turn = next_turn(slots[:1], group.zone, ask.at)
    if len(slots) != 1 or turn is None:
        return say(_("A group has one meeting at a time. Write one time, like: Thu 19:00."), tone="notice")
    repeat = ask.text("repeat")
    weekly = repeat == "weekly" if repeat else bool(now and now.weekly)
    where = ask.text("where").strip() or (now.where if now else "")
    made = await services.store.meetings.arrange(group.id, Arranged(turn, weekly, where), ask.at, ask.person.name)
    return await _shown(made, group, services, _("The meeting is moved.") if now else _("The meeting is planned."))


def _none() -> Reply:
    plans = CommandRef("group meeting", "when: Thu 19:00")
    return say(_("No meeting is planned."), *spans(_("{command} plans one."), command=plans))


async def _shown(meeting: Meeting, group: Group, services: Services, done: str = "") -> Reply:
    """The meeting to come, as the organiser sees it."""
    lines = [Entry(Text(strong(_("When: ")), *_when(meeting, group)))]
    if meeting.where:
        lines.append(Entry(Text(strong(_("Where: ")), meeting.where)))
    if leader := await _leader(meeting, services):
        lines.append(Entry(Text(strong(_("Whose turn it is to lead: ")), leader)))
    lines.append(Entry(Text(_("The agenda is posted an hour before."))))
    subject = (str(meeting.id),)
    buttons = [
        Button(_("Call this one off"), ActionId("meeting.cancel", (*subject, "once")), "danger"),
        Button(_("Somebody else leads"), ActionId("meeting.lead", subject)),
        Button(_("Add to calendar"), ActionId("meeting.file", subject)),
    ]
    if meeting.weekly:
        buttons.insert(1, Button(_("No more meetings"), ActionId("meeting.cancel", (*subject, "all")), "danger"))
    told = done or _("The next meeting: {when}.", when=time_text(meeting.at, group.zone))
    card = Card(
        _("The next meeting"), (Text(told), BulletList(tuple(lines))), tuple(buttons), "good" if done else "plain"
    )
    return Reply(told, (card,))


async def cancel(ask: Ask, services: Services) -> Reply:
    """An organiser calls a meeting off, or all that would follow."""
    group, _course = await group_of(ask, services)
    for_good = ask.args[1] == "all"
    coming = await services.store.meetings.cancel(ask.subject, ask.at, ask.person.name, for_good=for_good)
    if coming is None:
        return say(_("The meeting is called off."), tone="good")
    return await _shown(coming, group, services, _("That meeting is called off. This is the next one."))


async def lead(ask: Ask, services: Services) -> Reply:
    """Whose turn it is passes it on, or an organiser does."""
    asked = await who(ask, services)
    meeting = await services.store.meetings.get(ask.subject)
    if not meeting.coming:
        return _over()
    if meeting.leader != asked.member.id and not await organises(ask, asked.group, services):
        return say(_("Only whose turn it is passes it on, or an organiser."), tone="notice")
    meeting = await services.store.meetings.pass_on(meeting.id, ask.key, ask.at)
    leader = await _leader(meeting, services)
    if leader is None:
        return say(_("Nobody is left whose turn it could be. Settle it among yourselves."), tone="notice")
    return say(_("Passed on."), *spans(_("Now it is the turn of {name}."), name=leader), tone="good")


# --- what members do --------------------------------------------------------------------------------------------


async def come(ask: Ask, services: Services) -> Reply:
    """I'm in."""
    return await _attend(ask, services, comes=True)


async def stay_away(ask: Ask, services: Services) -> Reply:
    """Not this time."""
    return await _attend(ask, services, comes=False)


async def _attend(ask: Ask, services: Services, *, comes: bool) -> Reply:
    asked = await who(ask, services)
    if not (await services.store.meetings.get(ask.subject)).coming:
        return _over()
    meeting = await services.store.meetings.attend(ask.subject, asked.member.id, comes, ask.key, ask.at)
    count = await _count(meeting, services)
    told = _("You are in.") if comes else _("Not this time, then.")
    return say(told, count, tone="good")


def _over() -> Reply:
    return say(_("This meeting is not to come any more."), tone="notice")


async def file(ask: Ask, services: Services) -> Reply:
    """The meeting as a file for one's own calendar."""
    group, _course = await group_of(ask, services)
    meeting = await services.store.meetings.get(ask.subject)
    following = None if meeting.coming else await services.store.meetings.coming(group.id)
    if following is not None and following.series == meeting.series:
        meeting = following
    made = calendar_file(meeting, _event(meeting, group), group.zone, services.store.installation, ask.at)
    told = _("Open this file with your calendar.")
    if not meeting.coming:
        told = _("This meeting is not to come any more. Opened with your calendar, the file takes it out.")
    return Reply(told, (Card(_("For your calendar"), (Text(told),)),), files=(made,))


# --- what everybody reads ---------------------------------------------------------------------------------------


async def announcement(meeting: Meeting, services: Services) -> Reply:
    """The agenda as it should stand now: with its buttons, called off, or over. Raises StoreError, NoCourse."""
    group = await services.store.groups.get(meeting.group_id)
    course = course_called(group.course, services)
    when = Text(strong(_("When: ")), *_when(meeting, group), *((" · ", meeting.where) if meeting.where else ()))
    if meeting.state in OFF:
        return await _called_off(meeting, group, when, services)
    blocks: list[Block] = [when]
    if meeting.coming:
        leader = await _leader(meeting, services)
        blocks.append(Text(await _count(meeting, services)))
        if leader:
            blocks.append(Text(strong(_("Whose turn it is to lead: ")), leader, "."))
    blocks += await _agenda(meeting, group, course, services)
    if not meeting.coming:
        told = _("The meeting is over.")
        found = spans(
            _("What did you find out? With {add} an organiser keeps it for everybody."), add=CommandRef("ask add")
        )
        return Reply(
            told, (Card(_("Meeting · {group}", group=group.name), (Text(strong(told)), *blocks, Text(*found))),)
        )
    subject = (str(meeting.id),)
    buttons = (
        Button(_("I'm in"), ActionId("meeting.in", subject), "primary"),
        Button(_("Not this time"), ActionId("meeting.out", subject)),
        Button(_("Add to calendar"), ActionId("meeting.file", subject)),
        Button(_("Somebody else leads"), ActionId("meeting.lead", subject)),
    )
    summary = _("Meeting of {group}: {when}.", group=group.name, when=time_text(meeting.at, group.zone))
    return Reply(summary, (Card(_("Meeting · {group}", group=group.name), tuple(blocks), buttons),))


async def compose(delivery: Delivery, services: Services, now: datetime) -> Reply | None:
    """What is told of a meeting now, in a channel or in a platform's calendar; None where it was not told yet, and
    need not be any more. Raises StoreError, NoCourse.
    """
    meeting = await services.store.meetings.get(delivery.meeting_id)
    new = delivery.kind in ("meeting", "event") and not delivery.doubt
    if new and (meeting.state in OFF or (delivery.kind == "event" and meeting.at <= now)):
        return None
    group = await services.store.groups.get(meeting.group_id)
    use_language(language_of(group, services))
    if delivery.kind in EVENTS:
        event = _event(meeting, group)
        return Reply(event.title, event=event)
    return await announcement(meeting, services)


async def _called_off(meeting: Meeting, group: Group, when: Text, services: Services) -> Reply:
    told = _(OFF[meeting.state])
    blocks = [Text(strong(told)), when]
    following = await services.store.meetings.coming(group.id)
    if following is not None:
        blocks.append(Text(strong(_("The next one: ")), *_when(following, group), "."))
    return Reply(told, (Card(_("Meeting · {group}", group=group.name), tuple(blocks), tone="notice"),))


def _event(meeting: Meeting, group: Group) -> Event:
    about = _("{group} meets. The agenda is posted in the channel an hour before.", group=group.name)
    title, where = _("{group}: meeting", group=group.name), meeting.where or group.name
    return Event(
        title, about, meeting.at, meeting.ends, where, cancelled=not meeting.coming and meeting.state != "over"
    )


def _when(meeting: Meeting, group: Group) -> tuple[Span | str, ...]:
    return (
        spans(_("{when}, every week"), when=moment(meeting.at, group.zone))
        if meeting.weekly
        else (moment(meeting.at, group.zone),)
    )


async def _leader(meeting: Meeting, services: Services) -> Name | None:
    return Name((await services.store.members.get(meeting.leader)).name) if meeting.leader else None


async def _count(meeting: Meeting, services: Services) -> str:
    said = [comes for _member, comes in await services.store.meetings.said(meeting.id)]
    return _("{come} in, {stay} not this time.", come=sum(said), stay=len(said) - sum(said))


# --- the agenda -------------------------------------------------------------------------------------------------


async def _agenda(meeting: Meeting, group: Group, course: Course, services: Services) -> Sequence[Block]:
    """What there is to talk about, from what closed since the group met last, and what waits."""
    until = meeting.at - NOTICE
    since = max(await services.store.meetings.held_before(meeting) or until - LOOKS_BACK, until - LOOKS_BACK)
    results = await services.store.participation.results(group.id, course.id, since, until)
    split = await _split(results, services)
    blocks: list[Block] = []
    listed = [_entry(course, one) for one in split[:SPLIT]]
    if listed:
        blocks += [Text(strong(_("What split the group"))), BulletList(tuple(filter(None, listed)))]
    shared = await misconception(course, services, results)
    if shared:
        blocks.append(Text(strong(_("Many of us stumbled here: ")), shared))
    blocks += await _to_argue_about(course, [*split, *(one for one in results if one not in split)], services)
    asked = [one for one in await services.store.questions.open(group.id) if one.course == course.id][:WAITING]
    if asked:
        lines = BulletList(tuple(Entry(Text(Said(one.text))) for one in asked))
        blocks += [Text(strong(_("Asked, and not answered yet"))), lines]
    if prompt := await _prompt(meeting, group, course, services):
        blocks.append(Text(strong(_("To talk about: ")), *rich(prompt)))
    return blocks or [Text(_("Nothing has closed lately: talk about what you read."))]


async def _split(results: Sequence[PostResult], services: Services) -> list[PostResult]:
    """The questions on which scores lie apart, farthest first."""
    spread: list[tuple[float, PostResult]] = []
    for one in results:
        scores = [answer.score for answer in await services.store.answers.best(one.post_id)]
        spread.append((divided(scores), one))
    return [one for how, one in sorted(spread, key=lambda pair: (-pair[0], pair[1].post_id)) if how]


def _entry(course: Course, one: PostResult) -> Entry | None:
    item = course.item(one.item)
    if item is None:
        return None
    right = one.answered - one.missed
    return Entry(
        Text(
            strong(name_in(course, item)),
            " ",
            *rich(item.ask),
            " ",
            _("{right} of {all} had it.", right=right, all=one.answered),
        )
    )


async def _to_argue_about(course: Course, results: Sequence[PostResult], services: Services) -> Sequence[Block]:
    """Two answers to one question that were accepted and share few words, of those whose writers allow it."""
    for one in results:
        item, pair = course.item(one.item), await _pair(one.post_id, services)
        if item is not None and pair:
            title = Text(strong(_("Two answers to argue about: ")), name_in(course, item))
            return (title, *sharing.shown(pair))
    return ()


async def _pair(post_id: int, services: Services) -> tuple[Candidate, ...]:
    return farthest_apart(await services.store.showcase.candidates(post_id))


async def _prompt(meeting: Meeting, group: Group, course: Course, services: Services) -> str:
    """A prompt of the week that the group is in: another one at each meeting."""
    rounds = [one for one in await services.store.rounds.of_group(group.id) if one.course == course.id]
    begun = [one for one in rounds if one.opens <= meeting.at and course.week(one.week)]
    week = course.week(begun[-1].week) if begun else None
    return week.prompts[meeting.id % len(week.prompts)] if week and week.prompts else ""


command = Command(
    "group meeting",
    noop("Plan a meeting, move it, or see the next one"),
    arrange,
    (
        Option(
            "when",
            noop("Weekday and time, such as Thu 19:00"),
            required=False,
            max_length=60,
        ),
        Option(
            "repeat",
            noop("Once, or every week"),
            "choice",
            required=False,
            choices=REPEATS,
        ),
        Option(
            "where",
            noop("Where you meet: a room, a voice channel, a link"),
            required=False,
            max_length=100,
        ),
    ),
    organiser=True,
)

cog = Cog(
    "meeting",
    noop("Meetings of the group"),
    actions=(
        Action("meeting.in", come, takes=("meeting",)),
        Action("meeting.out", stay_away, takes=("meeting",)),
        Action("meeting.lead", lead, takes=("meeting",)),
        Action("meeting.file", file, takes=("meeting",)),
        Action("meeting.cancel", cancel, organiser=True, takes=("meeting", "word")),
    ),
)
