"""What waits for the organiser's eye: answers in dispute, messages nobody is sure of, the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, assert_never

from cogs.asked import group_of, posted_of
from cogs.messages import (
    ActionId,
    Ask,
    Button,
    Card,
    Choice,
    Fields,
    Reply,
    Text,
    say,
)
from cogs.questions import called
from cogs.services import Services
from cogs.times import time_text
from store import EVENTS, Delivery, GroupChanges
from study.grading import FEWEST, NEWEST
from study.group import Group, OnDoubt, PostKind
from study.texts import _, languages, n_, noop, own_name

AT_ONCE = 5
"""So many cards are shown at a time, oldest first."""

_UNASKED: dict[PostKind, str] = {"digest": noop("Digest of the week"), "end": noop("End of the course")}

DOUBTS: dict[OnDoubt, str] = {
    "at-most-once": noop("are not sent again: you are asked"),
    "at-least-once": noop("are sent again, perhaps twice"),
}
COUNTS = {"keep": noop("their anonymous counts stay"), "erase": noop("their counts are deleted as well")}
AHEAD = {"hide": noop("does not show the answer"), "show": noop("shows the answer")}
DOUBT_CHOICES = (Choice(noop("Ask me"), "at-most-once"), Choice(noop("Send again, perhaps twice"), "at-least-once"))
COUNT_CHOICES = (Choice(noop("Keep anonymous counts"), "keep"), Choice(noop("Delete counts too"), "erase"))
NUDGES = {"on": noop("who has open questions is told once a week, in private"), "off": noop("nobody is reminded")}
TALK = {"on": noop("closing opens a thread under each question and recap"), "off": noop("no threads are opened")}
TALK_CHOICES = (Choice(noop("Open threads"), "on"), Choice(noop("No threads"), "off"))
NUDGE_CHOICES = (Choice(noop("Remind members"), "on"), Choice(noop("Remind nobody"), "off"))
AHEAD_CHOICES = (Choice(noop("Hide answers until asked"), "hide"), Choice(noop("Show answers in practice"), "show"))
UNSURE = {
    "0": noop("those that the grader is not sure of"),
    "5": noop("those that the grader is not sure of, and the least sure 5% at least"),
    "10": noop("those that the grader is not sure of, and the least sure 10% at least"),
    "20": noop("those that the grader is not sure of, and the least sure 20% at least"),
}
UNSURE_CHOICES = (
    Choice(noop("Show me doubtful answers only"), "0"),
    Choice(noop("Show me the least sure 5%"), "5"),
    Choice(noop("Show me the least sure 10%"), "10"),
    Choice(noop("Show me the least sure 20%"), "20"),
)
SPAN = timedelta(days=28)
"""How far back a group's pace is counted."""

AS_COURSE = "course"
LANGUAGE_CHOICES = (
    Choice(noop("That of the course"), AS_COURSE),
    *(Choice(own_name(tag), tag) for tag in languages()),
)
RULES = {
    "doubt": DOUBT_CHOICES,
    "counts": COUNT_CHOICES,
    "ahead": AHEAD_CHOICES,
    "nudges": NUDGE_CHOICES,
    "talk": TALK_CHOICES,
    "language": LANGUAGE_CHOICES,
    "unsure": UNSURE_CHOICES,
}
"""What an organiser may choose of each rule, by its name."""
SHOWN: dict[str, tuple[str, Mapping[Any, str]]] = {
    "doubt": (noop("Posts with unknown delivery"), DOUBTS),
    "counts": (noop("When somebody deletes their data"), COUNTS),
    "ahead": (noop("Practice of questions not asked yet"), AHEAD),
    "nudges": (noop("Reminders"), NUDGES),
    "talk": (noop("Talk"), TALK),
    "language": (noop("Language of the posts"), {one.value: one.label for one in LANGUAGE_CHOICES}),
    "unsure": (noop("Answers shown to the organiser"), UNSURE),
}
"""What each rule is called, and how what was chosen of it is told."""


# --- messages nobody is sure of ---------------------------------------------------------------------------------


async def messages(ask: Ask, services: Services) -> Reply:
    """`/group messages`: those that may not have arrived, and those given up, oldest first."""
    group, _course = await group_of(ask, services)
    waiting = await services.store.deliveries.unsettled(group.id)
    if not waiting:
        return say(_("No delivery problems."), tone="good")
    cards = [await _message(one, group, services) for one in waiting[:AT_ONCE]]
    return Reply(_("{count} to look at", count=len(waiting)), tuple(cards))


async def _message(delivery: Delivery, group: Group, services: Services) -> Card:
    pairs = (
        (_("Channel"), delivery.channel.name or delivery.channel.external_id),
        (_("Due"), time_text(delivery.created, group.zone)),
    )
    yes, no = _("Leave it out"), _("Send it now")
    if delivery.state == "unknown":
        yes, no = _("It is there"), _("Send it again")
    buttons = (
        Button(yes, ActionId("group.message", (str(delivery.id), "rest"))),
        Button(no, ActionId("group.message", (str(delivery.id), "again")), "primary"),
    )
    return Card(await _title(delivery, services), (Fields(pairs), Text(why(delivery))), buttons, "notice")


def why(delivery: Delivery) -> str:
    """Why a message was not sent, or may not have been, in a sentence."""
    where = delivery.channel.name or delivery.channel.external_id
    if delivery.problem is None:
        return _("The message to {where} is on its way.", where=where)
    detail, platform = delivery.problem.detail, delivery.channel.platform
    match delivery.problem.reason:
        case "waiting":
            return _("The message to {where} waits for the one before it.", where=where)
        case "later":
            return _(
                "{platform} asked to send the message to {where} later: {why}",
                platform=platform,
                where=where,
                why=detail,
            )
        case "no_answer":
            why = detail or _("no answer came in time")
            return _("It is looked up whether the message to {where} arrived: {why}", where=where, why=why)
        case "cannot_tell":
            return _(
                "A message to {where} may or may not have been posted, and {platform} cannot tell ({why}). "
                "Look into the channel, then say here whether it is there.",
                where=where,
                platform=platform,
                why=detail or _("it gave no reason"),
            )
        case "not_composed":
            return _("The message to {where} could not be put into words: {why}", where=where, why=detail)
        case "nothing_to_edit" | "withdrawn":
            return _("There is nothing to send any more.")
        case "refused" | "channel_lost" | "unreachable":
            return detail
        case "too_late":
            why = detail or _("the platform could not be reached")
            return _("A message to {where} could not be sent in time: {why}", where=where, why=why)
        case reason:
            assert_never(reason)


async def _title(delivery: Delivery, services: Services) -> str:
    if delivery.meeting_id:
        return _("Event of a meeting") if delivery.kind in EVENTS else _("Agenda of a meeting")
    here = await posted_of(delivery.post_id, services)
    unasked = _UNASKED.get(here.post.kind)
    title = _(unasked) if unasked else called(here.course, here.post.week, here.post.item)
    return _("Thread under {title}", title=title) if delivery.kind == "thread" else title


async def message(ask: Ask, services: Services) -> Reply:
    """What the organiser has seen in the channel: the message is there, or is to be sent."""
    group, _course = await group_of(ask, services)
    delivery_id, word = ask.subject, ask.args[1]
    if delivery_id not in {one.id for one in await services.store.deliveries.unsettled(group.id)}:
        return say(_("This one is settled already."), tone="notice")
    await services.store.deliveries.resolve(delivery_id, word == "again", ask.at, ask.person.name)
    sentence = _("It is sent within seconds.") if word == "again" else _("It stays as it is.")
    rest = len(await services.store.deliveries.unsettled(group.id))
    buttons = (Button(_("Next"), ActionId("group.messages")),) if rest else ()
    left = _("{count} left to look at.", count=rest) if rest else _("None left to look at.")
    return say(f"{sentence} {left}", tone="good", buttons=buttons)


# --- rules and history ------------------------------------------------------------------------------------------


async def rules(ask: Ask, services: Services) -> Reply:
    """`/group rules`: posts nobody is sure of, counts of people who leave, answers to look at, reminders and more."""
    return await _ruled(ask, services, {name: ask.text(name) for name in RULES})


async def rule(ask: Ask, services: Services) -> Reply:
    """A button under the rules: one of them changes."""
    name, value, *_more = ask.args
    return await _ruled(ask, services, {name: value})


def _changes(wanted: Mapping[str, str]) -> GroupChanges:
    """The rules that were named, as the group keeps them."""
    changes: GroupChanges = {}
    on_doubt = next((known for known in DOUBTS if known == wanted.get("doubt")), None)
    if on_doubt is not None:
        changes["on_doubt"] = on_doubt
    if (counts := wanted.get("counts")) in COUNTS:
        changes["keep_counts"] = counts == "keep"
    if (ahead := wanted.get("ahead")) in AHEAD:
        changes["answers_ahead"] = ahead == "show"
    if (nudges := wanted.get("nudges")) in NUDGES:
        changes["nudges"] = nudges == "on"
    if (talk := wanted.get("talk")) in TALK:
        changes["talk"] = talk == "on"
    if (speaks := wanted.get("language")) and any(one.value == speaks for one in LANGUAGE_CHOICES):
        changes["language"] = "" if speaks == AS_COURSE else speaks
    if (unsure := wanted.get("unsure")) in UNSURE:
        changes["unsure"] = int(unsure) / 100
    return changes


async def _ruled(ask: Ask, services: Services, wanted: Mapping[str, str]) -> Reply:
    group, _course = await group_of(ask, services)
    changes = _changes(wanted)
    if changes:
        group = await services.store.groups.change(group.id, at=ask.at, by=ask.person.name, **changes)
    now = _now(group)
    pairs = tuple((_(title), _(words[now[name]])) for name, (title, words) in SHOWN.items())
    costs = what_it_costs(await services.store.answers.sureness(group.id, NEWEST), ask.at)
    buttons = [
        Button(_(one.label), ActionId("group.rule", (name, one.value)))
        for name, choices in RULES.items()
        for one in choices
        if one.value != now[name]
    ]
    title = _("Changed") if changes else _("The rules of this group")
    blocks = (Fields(pairs), Text(costs))
    return Reply(f"{title}.", (Card(title, blocks, tuple(buttons), "good" if changes else "plain"),))


def _now(group: Group) -> dict[str, str]:
    """What a group has chosen of each rule."""
    return {
        "doubt": group.on_doubt,
        "counts": "keep" if group.keep_counts else "erase",
        "ahead": "show" if group.answers_ahead else "hide",
        "nudges": "on" if group.nudges else "off",
        "talk": "on" if group.talk else "off",
        "language": group.language or AS_COURSE,
        "unsure": per_cent(group.unsure),
    }


def per_cent(share: float) -> str:
    """The key in `UNSURE` of a share from 0 to 1."""
    return f"{round(share * 100)}"


def what_it_costs(newest: Sequence[tuple[float, datetime]], now: datetime) -> str:
    """How many answers a week each choice of `UNSURE` shows, at the pace of the last four weeks, in a sentence.

    `newest`: how sure the grader was of the group's newest answers, and when they came.
    """
    if len(newest) < FEWEST:
        return n_(
            "Which answers are the least sure can be told from {fewest} answers on; {count} is kept so far.",
            "Which answers are the least sure can be told from {fewest} answers on; {count} are kept so far.",
            len(newest),
            fewest=FEWEST,
        )
    lately = [at for _confidence, at in newest if now - at <= SPAN]
    weeks = max(1.0, (now - min(lately, default=now)) / timedelta(days=7))
    few, some, many = (round(share * len(lately) / weeks) for share in (0.05, 0.1, 0.2))
    return _(
        "At your pace, the least sure 5, 10 and 20% are about {few}, {some} and {many} answers a week.",
        few=few,
        some=some,
        many=many,
    )
