"""The browser platform: a page with channels, cards, forms and private replies, served from this machine."""

from __future__ import annotations

from bot.finding import Finding
from bot.platforms.base import Platform
from bot.platforms.browser.limits import Proxies, networks
from bot.platforms.browser.platform import OPEN, BrowserPlatform, opens_unasked
from bot.platforms.host import Host
from bot.settings import Settings

SETTINGS = None


def configured() -> bool:
    """It needs no settings, so none asks for it: it is served where no other platform is."""
    return False


def platform(host: Host, settings: Settings) -> Platform:
    """The page at the address of the settings. Raises BrowserError where others would reach it unasked."""
    return BrowserPlatform(
        host,
        address=settings.host,
        port=settings.port,
        demo=settings.demo,
        join=settings.join,
        proxies=Proxies(networks(settings.proxies)),
    )


async def doctor(settings: Settings) -> list[Finding]:
    """Whether the page may be served where the settings wish it."""
    if opens_unasked(settings.host, settings.join):
        return [Finding("browser page", "wrong", OPEN.format(address=settings.host))]
    return [Finding("browser page", "well", f"Listens on {settings.host}; STUDYBOT_JOIN is {settings.join}.")]
