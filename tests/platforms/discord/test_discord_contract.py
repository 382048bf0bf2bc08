"""Discord keeps the contract of every platform."""

from __future__ import annotations

from tests.platforms.contract import PlatformContract


class TestDiscord(PlatformContract):
    pass
