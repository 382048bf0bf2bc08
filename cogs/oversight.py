"""What waits for the organiser's eye: messages nobody is sure of."""

from __future__ import annotations

from typing import assert_never

from cogs.asked import group_of, posted_of
from cogs.messages import (
    ActionId,
    Ask,
    Button,
    Card,
    Fields,
    Reply,
    Text,
    say,
)
from cogs.questions import called
from cogs.services import Services
from cogs.times import time_text
from store import EVENTS, Delivery
from study.group import Group, PostKind
from study.texts import _, noop

AT_ONCE = 5
"""So many cards are shown at a time, oldest first."""

_UNASKED: dict[PostKind, str] = {"digest": noop("Digest of the week"), "end": noop("End of the course")}


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
            why = str(detail) or _("no answer came in time")
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
            return str(detail)
        case "too_late":
            why = str(detail) or _("the platform could not be reached")
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
