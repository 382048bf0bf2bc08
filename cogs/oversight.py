"""What waits for the organiser's eye: answers in dispute, messages nobody is sure of, the rules, what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from cogs.asked import group_of, posted_of
from cogs.messages import (
    ActionId,
    Ask,
    BulletList,
    Button,
    Card,
    Choice,
    Entry,
    Fields,
    Name,
    Reply,
    Text,
    say,
    strong,
)
from cogs.questions import called
from cogs.services import Services
from cogs.times import time_text
from store import AuditEntry, Delivery, GroupChanges
from study.group import Group, OnDoubt, PostKind

AT_ONCE = 5
"""So many cards are shown at a time, oldest first."""

REMEMBERED = 15

_UNASKED: dict[PostKind, str] = {"digest": "Digest of the week", "end": "End of the course"}

DOUBTS: dict[OnDoubt, str] = {
    "at-most-once": "are not sent again: you are asked",
    "at-least-once": "are sent again, perhaps twice",
}
COUNTS = {"keep": "their anonymous counts stay", "erase": "their counts are deleted as well"}
AHEAD = {"hide": "does not show the answer", "show": "shows the answer"}
DOUBT_CHOICES = (Choice("Ask me", "at-most-once"), Choice("Send again, perhaps twice", "at-least-once"))
COUNT_CHOICES = (Choice("Keep anonymous counts", "keep"), Choice("Delete counts too", "erase"))
NUDGES = {"on": "who has open questions is told once a week, in private", "off": "nobody is reminded"}
TALK = {"on": "closing opens a thread under each question", "off": "no threads are opened"}
TALK_CHOICES = (Choice("Open threads", "on"), Choice("No threads", "off"))
NUDGE_CHOICES = (Choice("Remind members", "on"), Choice("Remind nobody", "off"))
AHEAD_CHOICES = (Choice("Hide answers until asked", "hide"), Choice("Show answers in practice", "show"))


# --- messages nobody is sure of ---------------------------------------------------------------------------------


async def messages(ask: Ask, services: Services) -> Reply:
    """`/group messages`: those that may not have arrived, and those given up, oldest first."""
    group, _ = await group_of(ask, services)
    waiting = await services.store.deliveries.unsettled(group.id)
    if not waiting:
        return say("No delivery problems.", tone="good")
    cards = [await _message(one, group, services) for one in waiting[:AT_ONCE]]
    return Reply(f"{len(waiting)} to look at", tuple(cards))


async def _message(delivery: Delivery, group: Group, services: Services) -> Card:
    pairs = (
        ("Channel", delivery.channel.name or delivery.channel.external_id),
        ("Due", time_text(delivery.created, group.zone)),
    )
    yes, no = ("It is there", "Send it again") if delivery.state == "unknown" else ("Leave it out", "Send it now")
    buttons = (
        Button(yes, ActionId("group.message", (str(delivery.id), "rest"))),
        Button(no, ActionId("group.message", (str(delivery.id), "again")), "primary"),
    )
    return Card(await _title(delivery, services), (Fields(pairs), Text(why(delivery))), buttons, "notice")


def why(delivery: Delivery) -> str:
    """Why a message was not sent, or may not have been, in a sentence."""
    where = delivery.channel.name or delivery.channel.external_id
    if delivery.problem is None:
        return f"The message to {where} is on its way."
    detail = delivery.problem.detail
    match delivery.problem.reason:
        case "waiting":
            return f"The message to {where} waits for the one before it."
        case "later":
            return f"{delivery.channel.platform} asked to send the message to {where} later: {detail}"
        case "no_answer":
            return f"It is looked up whether the message to {where} arrived: {detail or 'no answer came in time'}"
        case "cannot_tell":
            return (
                f"A message to {where} may or may not have been posted, and {delivery.channel.platform} cannot tell "
                f"({detail or 'it gave no reason'}). Look into the channel, then say here whether it is there."
            )
        case "not_composed":
            return f"The message to {where} could not be put into words: {detail}"
        case "nothing_to_edit" | "withdrawn":
            return "There is nothing to send any more."
        case "refused" | "channel_lost" | "unreachable":
            return detail
        case "too_late":
            return f"A message to {where} could not be sent in time: {detail or 'the platform could not be reached'}"
        case reason:
            assert_never(reason)


async def _title(delivery: Delivery, services: Services) -> str:
    here = await posted_of(delivery.post_id, services)
    title = _UNASKED.get(here.post.kind) or called(here.course, here.post.week, here.post.item)
    return f"Thread under {title}" if delivery.kind == "thread" else title


async def message(ask: Ask, services: Services) -> Reply:
    """What the organiser has seen in the channel: the message is there, or is to be sent."""
    group, _ = await group_of(ask, services)
    delivery_id, word = ask.subject, ask.args[1]
    if delivery_id not in {one.id for one in await services.store.deliveries.unsettled(group.id)}:
        return say("This one is settled already.", tone="notice")
    await services.store.deliveries.resolve(delivery_id, word == "again", ask.at, ask.person.name)
    sentence = "It is sent within seconds." if word == "again" else "It stays as it is."
    rest = len(await services.store.deliveries.unsettled(group.id))
    buttons = (Button("Next", ActionId("group.messages")),) if rest else ()
    return say(f"{sentence} {rest or 'None'} left to look at.", tone="good", buttons=buttons)


# --- rules and history ------------------------------------------------------------------------------------------


async def rules(ask: Ask, services: Services) -> Reply:
    """`/group rules`: posts nobody is sure of, counts of people who leave, answers of questions to come, reminders."""
    return await _ruled(
        ask, services, {name: ask.text(name) for name in ("doubt", "counts", "ahead", "nudges", "talk")}
    )


async def rule(ask: Ask, services: Services) -> Reply:
    """A button under the rules: one of them changes."""
    name, value, *_ = ask.args
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
    return changes


async def _ruled(ask: Ask, services: Services, wanted: Mapping[str, str]) -> Reply:
    group, _ = await group_of(ask, services)
    changes = _changes(wanted)
    if changes:
        group = await services.store.groups.change(group.id, at=ask.at, by=ask.person.name, **changes)
    kept = "keep" if group.keep_counts else "erase"
    ahead = "show" if group.answers_ahead else "hide"
    nudges = "on" if group.nudges else "off"
    talk = "on" if group.talk else "off"
    pairs = (
        ("Posts with unknown delivery", DOUBTS[group.on_doubt]),
        ("When somebody deletes their data", COUNTS[kept]),
        ("Practice of questions not asked yet", AHEAD[ahead]),
        ("Reminders", NUDGES[nudges]),
        ("Talk", TALK[talk]),
    )
    buttons = [
        *(Button(one.label, _rule("doubt", one.value)) for one in DOUBT_CHOICES if one.value != group.on_doubt),
        *(Button(one.label, _rule("counts", one.value)) for one in COUNT_CHOICES if one.value != kept),
        *(Button(one.label, _rule("ahead", one.value)) for one in AHEAD_CHOICES if one.value != ahead),
        *(Button(one.label, _rule("nudges", one.value)) for one in NUDGE_CHOICES if one.value != nudges),
        *(Button(one.label, _rule("talk", one.value)) for one in TALK_CHOICES if one.value != talk),
    ]
    title = "Changed" if changes else "The rules of this group"
    return Reply(f"{title}.", (Card(title, (Fields(pairs),), tuple(buttons), "good" if changes else "plain"),))


def _rule(name: str, value: str) -> ActionId:
    return ActionId("group.rule", (name, value))


async def history(ask: Ask, services: Services) -> Reply:
    """`/group history`: what organisers changed, newest first."""
    group, _ = await group_of(ask, services)
    deeds = await services.store.audit.entries(group.id, REMEMBERED + 1)
    if not deeds:
        return say("Nothing was changed here yet.")
    lines = [
        Entry(Text(strong(time_text(deed.at, group.zone)), " · ", Name(deed.by or "the bot"), f" · {deed_text(deed)}"))
        for deed in deeds[:REMEMBERED]
    ]
    older = "Only the newest are shown; studybot groups history lists all." if len(deeds) > REMEMBERED else ""
    return Reply("What was changed", (Card("What was changed", (BulletList(tuple(lines)),), footer=older),))


def deed_text(deed: AuditEntry) -> str:
    """A line of the audit trail in words, with all that was written down."""
    detail = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in deed.detail.items() if value is not None)
    return f"{deed.action}: {detail}" if detail else deed.action
