"""What the bot gives to every platform that it serves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.channel_events import ChannelEvents
from bot.clock import Clock
from bot.dispatcher import Dispatcher
from bot.packs.bench import Bench
from bot.vision.intake import PictureIntake
from cogs.declare import Cog
from cogs.evidence import Evidence
from cogs.messages import Ask
from cogs.overview import Overview, Trail
from cogs.own_page import OwnPage
from store import Page, SignInTable, Subject
from store.codes import Purpose
from study.group import Place


class KeyValueStore(Protocol):
    """The small facts a platform remembers between starts. The store has one; tests have one of ten lines."""

    async def get(self, key: str) -> str | None:
        """The fact kept under this key."""

    async def set(self, key: str, value: str) -> None:
        """Keep a fact, in place of what was kept."""

    async def under(self, prefix: str) -> Mapping[str, str]:
        """The facts whose keys begin so, by the rest of their keys."""


class OneTimeCodes(Protocol):
    """Codes that are good once, and not for long."""

    async def issue(self, purpose: Purpose, at: datetime, subject: Subject | None = None) -> str:
        """A new code, good for a subject if there is one."""

    async def redeem(self, purpose: Purpose, code: str, at: datetime) -> Subject | None:
        """What it is good for, and it cannot be used again; None where it is unknown, used or too old."""

    async def holder(self, purpose: Purpose, code: str, at: datetime) -> Subject | None:
        """What it is good for, which it stays."""

    async def end(self, purpose: Purpose, code: str) -> None:
        """It is good for nothing any more."""


@dataclass(frozen=True, slots=True)
class Host:
    """The bot as its platforms see it: whom to ask, what to offer, and where to keep things."""

    dispatcher: Dispatcher
    cogs: Sequence[Cog]
    clock: Clock
    facts: KeyValueStore
    codes: OneTimeCodes
    channels: ChannelEvents
    page: Page
    signing_in: SignInTable
    data: Path
    overview: Callable[[Place | int], Awaitable[Overview | None]]
    """A group at a glance, by its id or by a place where it reads; None where there is none."""
    trail: Callable[[Place | int, int | None], Awaitable[Trail | None]]
    """A page of what was done in a group, or all of it; None where there is no such group."""
    own_page: Callable[[Ask, int], Awaitable[OwnPage]]
    """The own page of whoever asks, with so many pages of answers left out. Raises CogsError."""
    evidence: Callable[[Sequence[Place | int], str, str], Awaitable[Evidence]]
    """What answers say of a course, or of an item of it alone, in the groups of these ids or at these places."""
    settle: Callable[[int, str, str, str], Awaitable[bool]]
    """Settle a proposed question by its id: the item that it became or, without one, why it became none; by whom."""
    bench: Bench | None = None
    """Where organisers change courses; None where there are none to change."""
    intake: PictureIntake = field(default_factory=PictureIntake)
    """The places for pictures in hand; one for all platforms, so that their memory is bounded together."""
