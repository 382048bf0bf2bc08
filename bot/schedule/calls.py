"""The two calls that a delivery may need of its platform: to send it, and to ask whether it is there already."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.platforms.base import Messenger, OutgoingMessage, PrivateMessage
from cogs.messages import Reply
from store import EDITS, Delivery


async def send(platform: Messenger, delivery: Delivery, message: Reply, ping: str = "") -> str:
    """Post (and mention a role), edit or tell in private; the message id. Raises as the platform does."""
    if delivery.recipient is not None:
        return await platform.tell_member(_private(delivery, message))
    if delivery.kind in EDITS:
        await platform.edit(_outgoing(delivery, message), delivery.message_id)
        return delivery.message_id
    return await platform.send(replace(_outgoing(delivery, message), ping=ping))


async def find(platform: Messenger, delivery: Delivery, message: Reply, since: datetime) -> str | None:
    """The message id under which it arrived, None if it certainly did not. Raises as the platform does."""
    if delivery.recipient is not None:
        return await platform.find_private(_private(delivery, message), since)
    return await platform.find(_outgoing(delivery, message), since)


def _outgoing(delivery: Delivery, message: Reply) -> OutgoingMessage:
    return OutgoingMessage(delivery.key, delivery.channel.place, message, delivery.under)


def _private(delivery: Delivery, message: Reply) -> PrivateMessage:
    assert delivery.recipient is not None
    return PrivateMessage(delivery.key, delivery.channel.place, delivery.recipient.person, message)
