"""The two calls that a delivery may need of its platform: to send it, and to ask whether it is there already."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.platforms.base import Calendar, Messenger, OutgoingEvent, OutgoingMessage, Pinboard, PrivateMessage
from cogs.messages import Reply
from store import EDITS, EVENTS, PINS, Delivery


def possible(platform: Messenger, delivery: Delivery) -> bool:
    """Whether the platform has what the delivery is for: not every one has a calendar, or pins."""
    if delivery.kind in PINS:
        return isinstance(platform, Pinboard)
    return delivery.kind not in EVENTS or isinstance(platform, Calendar)


async def send(platform: Messenger, delivery: Delivery, message: Reply, ping: str = "") -> str:
    """Post (and mention a role), edit, pin, tell in private, put into the calendar; the id. Raises as the platform."""
    if delivery.recipient is not None:
        return await platform.tell_member(_private(delivery, message))
    if delivery.kind in EVENTS and isinstance(platform, Calendar):
        if delivery.kind not in EDITS:
            return await platform.add_event(_event(delivery, message))
        await platform.change_event(_event(delivery, message), delivery.message_id)
        return delivery.message_id
    if delivery.kind in PINS and isinstance(platform, Pinboard):
        change = platform.pin if delivery.kind == "pin" else platform.unpin
        await change(delivery.channel.place, delivery.message_id)
        return delivery.message_id
    if delivery.kind in EDITS:
        await platform.edit(_outgoing(delivery, message), delivery.message_id)
        return delivery.message_id
    return await platform.send(replace(_outgoing(delivery, message), ping=ping))


async def find(platform: Messenger, delivery: Delivery, message: Reply, since: datetime) -> str | None:
    """The id under which it arrived, None if it certainly did not. Raises as the platform does."""
    if delivery.recipient is not None:
        return await platform.find_private(_private(delivery, message), since)
    if delivery.kind in EVENTS and isinstance(platform, Calendar):
        return await platform.find_event(_event(delivery, message))
    return await platform.find(_outgoing(delivery, message), since)


def _outgoing(delivery: Delivery, message: Reply) -> OutgoingMessage:
    return OutgoingMessage(delivery.key, delivery.channel.place, message, delivery.under)


def _event(delivery: Delivery, message: Reply) -> OutgoingEvent:
    assert message.event is not None
    return OutgoingEvent(delivery.key, delivery.channel.place, message.event)


def _private(delivery: Delivery, message: Reply) -> PrivateMessage:
    assert delivery.recipient is not None
    return PrivateMessage(delivery.key, delivery.channel.place, delivery.recipient.person, message)
