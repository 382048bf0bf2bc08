"""What every platform must be able to do, and the only ways in which it may fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.errors import BotError
from cogs.messages import Event, Reply
from study.group import Place
from study.texts import LazyText


class DeliveryError(BotError):
    """A message was not delivered, or nobody knows whether it was. `reason` is a sentence for the organiser."""

    def __init__(self, reason: LazyText | str) -> None:
        self.reason = reason if isinstance(reason, LazyText) else LazyText(reason)
        super().__init__(self.reason)


class SendRefused(DeliveryError):
    """The platform will never take this: the channel is gone or the bot may not write there. Nothing was posted.

    `channel_lost` is False where only this one message is at fault.
    """

    def __init__(self, reason: LazyText | str, *, channel_lost: bool = True) -> None:
        super().__init__(reason)
        self.channel_lost = channel_lost


class Unreachable(SendRefused):
    """The person takes no messages from the bot there. That is their right and nobody's fault; nobody is told."""


class SendLater(DeliveryError):
    """The platform took nothing this time (rate limit, outage before the request). Try again after `seconds`."""

    def __init__(self, reason: LazyText | str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class SendUnknown(DeliveryError):
    """The line broke after the request left: it may or may not have been posted."""


class CannotTell(DeliveryError):
    """The platform cannot say whether the key was posted (no history permission, window passed)."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message to deliver. `key` is the same at every attempt and for ever this message's own.

    `under` is the id of the message in whose thread it is said; empty, it stands in the channel itself. A thread that
    is not there yet is opened, under the name that the message's `thread` says. `ping` is the id of the one role that
    it mentions, as an organiser chose; a platform without roles leaves it out, and an edit mentions nobody.
    """

    key: str
    place: Place
    message: Reply
    under: str = ""
    ping: str = ""


@dataclass(frozen=True, slots=True)
class PrivateMessage:
    """One message for one person alone. `person` is what the platform calls them, `place` where their group reads.

    `key` is the same at every attempt and for ever this message's own. A button in it is pressed as in that place.
    """

    key: str
    place: Place
    person: str
    message: Reply


Worded = Callable[[], Reply]
"""A message that gets its words when its reader is known: in the language that is spoken where it is called."""


class Messenger(Protocol):
    """A way to post in channels. This is all that the outbox knows of a platform."""

    name: str

    async def send(self, outgoing: OutgoingMessage) -> str:
        """Post and return the platform's message id. Raises SendRefused, SendLater or SendUnknown.

        A thread that may not be opened loses no channel.
        """

    async def edit(self, outgoing: OutgoingMessage, message_id: str) -> None:
        """Replace a posted message; twice is as once. Raises as `send`; a message that is gone is SendRefused."""

    async def find(self, outgoing: OutgoingMessage, since: datetime) -> str | None:
        """The message id under which the outgoing was posted, None if it certainly was not.

        Raises CannotTell, SendLater, or SendRefused where the channel is lost.
        """

    async def tell_member(self, private: PrivateMessage) -> str:
        """Write to one person; the platform's message id. Raises as `send`, and Unreachable for good."""

    async def find_private(self, private: PrivateMessage, since: datetime) -> str | None:
        """The message id under which the person has it, None if they certainly do not. Raises CannotTell."""

    async def tell_organiser(self, place: Place, message: Worded) -> bool:
        """Tell whoever runs the group, privately where that can be; False if nobody could be told.

        Each in their own language, where that is known; else in the one that is spoken now.
        """


@runtime_checkable
class Pinboard(Protocol):
    """What a messenger is besides, where its platform can pin a message for everybody who reads there.

    Twice is as once, and a message that is gone is no fault. Raises as `Messenger.edit`; a missing right to pin loses
    no channel.
    """

    async def pin(self, place: Place, message_id: str) -> None:
        """Pin a message."""

    async def unpin(self, place: Place, message_id: str) -> None:
        """Let a pinned message go."""


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """One event for a platform's calendar. `key` is the same at every attempt and for ever this event's own.

    `place` is where the group reads.
    """

    key: str
    place: Place
    event: Event


@runtime_checkable
class Calendar(Protocol):
    """What a messenger is besides, where its platform has a calendar for everybody who reads there."""

    async def add_event(self, outgoing: OutgoingEvent) -> str:
        """Put an event into the calendar; the platform's id of it. Raises as `Messenger.send`; no channel is lost."""

    async def change_event(self, outgoing: OutgoingEvent, event_id: str) -> None:
        """Put it right, or call it off; twice is as once. Raises as `add_event`; one that is gone is SendRefused."""

    async def find_event(self, outgoing: OutgoingEvent) -> str | None:
        """The id under which the event stands in the calendar, None if it certainly does not. Raises CannotTell."""


class Platform(Messenger, Protocol):
    """A way for the world to reach the features. Only platforms speak; each renders the same replies."""

    @property
    def first_place(self) -> Place | None:
        """Where a newcomer shall find a group to look at; None where people set up their own."""

    @property
    def announcement(self) -> str:
        """What whoever started the bot reads once it is served."""

    async def start(self) -> None:
        """Connect and serve; returns once people can reach the bot."""

    async def check(self) -> None:
        """Raises PlatformError, with a sentence that says what to do, while nobody can reach the bot here."""

    async def stop(self) -> None:
        """Finish what is in hand and let go, within seconds."""
