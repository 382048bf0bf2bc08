"""Discord keeps the contract of every platform."""

from __future__ import annotations

from tests.platforms.contract import PlatformContract
from tests.platforms.weeks import FourWeeks


class TestDiscord(PlatformContract):
    pass


class TestDiscordWeeks(FourWeeks):
    pass
