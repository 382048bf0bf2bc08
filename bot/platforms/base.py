"""What every platform must be able to do, and the only ways in which it may fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cogs.messages import Ask, Choice, Form, Reply
from study.group import Place


class SendRefused(Exception):
    """The platform will never take this: the channel is gone or the bot may not write there. Nothing was posted.

    The message is a sentence for the organiser. `channel_lost` is False where only this one message is at fault.
    """

    def __init__(self, reason: str, *, channel_lost: bool = True) -> None:
        super().__init__(reason)
        self.channel_lost = channel_lost


class SendLater(Exception):
    """The platform took nothing this time (rate limit, outage before the request). Try again after `seconds`."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class SendUnknown(Exception):
    """The line broke after the request left: it may or may not have been posted."""


class CannotTell(Exception):
    """The platform cannot say whether the key was posted (no history permission, window passed)."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message to deliver. `key` is the same at every attempt and for ever this message's own."""

    key: str
    place: Place
    message: Reply


class Platform(Protocol):
    """A way for the world to reach the features. Only platforms speak; each renders the same replies."""

    name: str

    async def start(self) -> None:
        """Connect and serve; returns once people can reach the bot."""

    async def stop(self) -> None:
        """Finish what is in hand and let go, within seconds."""

    async def send(self, outgoing: OutgoingMessage) -> str:
        """Post and return the platform's message id. Raises SendRefused, SendLater or SendUnknown."""

    async def edit(self, outgoing: OutgoingMessage, message_id: str) -> None:
        """Replace a posted message; twice is as once. Raises as `send`; a message that is gone is SendRefused."""

    async def find(self, outgoing: OutgoingMessage, since: datetime) -> str | None:
        """The message id under which the outgoing was posted, None if it certainly was not. Raises CannotTell."""

    async def tell_organiser(self, place: Place, message: Reply) -> bool:
        """Tell whoever runs the group, privately where that can be; False if nobody could be told."""


class Desk(Protocol):
    """What platforms hand people's wishes to: it finds the feature, checks rights, turns every failure into words."""

    async def command(self, name: str, ask: Ask) -> Reply:
        """Run a command."""

    async def press(self, press_id: str, ask: Ask) -> Reply | Form:
        """A button was pressed, or a form sent (its fields are the ask's options)."""

    async def suggest(self, command: str, option: str, typed: str, ask: Ask) -> Sequence[Choice]:
        """Complete what is being typed; never raises."""
