"""The terminal: the same replies as plain text, for trying things out."""

from __future__ import annotations

from bot.finding import Finding
from bot.platforms.base import Platform
from bot.platforms.host import Host
from bot.platforms.terminal.platform import TerminalPlatform
from bot.settings import Settings

SETTINGS = None


def configured() -> bool:
    """Only where it is named."""
    return False


def create(host: Host, settings: Settings) -> Platform:
    """The terminal this process was started from."""
    return TerminalPlatform(host)


async def examine(settings: Settings) -> list[Finding]:
    """Nothing can be wrong with a terminal."""
    return []
