"""The browser platform: a page with channels, cards, forms and private replies, served from this machine."""

from __future__ import annotations

from bot.finding import Finding
from bot.platforms.base import Platform
from bot.platforms.browser.platform import BrowserPlatform
from bot.platforms.host import Host
from bot.settings import Settings

SETTINGS = None


def configured() -> bool:
    """It needs no settings, so none asks for it: it is served where no other platform is."""
    return False


def platform(host: Host, settings: Settings) -> Platform:
    """The page at the address of the settings."""
    return BrowserPlatform(host, address=settings.host, port=settings.port, demo=settings.demo)


async def doctor(settings: Settings) -> list[Finding]:
    """The page needs the data folder alone, which is looked at anyway."""
    return []
