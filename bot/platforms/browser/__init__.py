"""The browser platform: a page with channels, cards, forms and private replies, served from this machine."""

from __future__ import annotations

import aiohttp

from bot.finding import Finding
from bot.platforms.base import Platform
from bot.platforms.browser.limits import Proxies, networks
from bot.platforms.browser.platform import BrowserPlatform
from bot.platforms.browser.signin.client import ProviderClient, SignInFailed
from bot.platforms.browser.signin.providers import ProviderSettings, providers, with_mail
from bot.platforms.browser.signin.ways import Ways
from bot.platforms.host import Host
from bot.settings import Settings, listed

SETTINGS = ProviderSettings


def configured() -> bool:
    """It needs no settings, so none asks for it: it is served where no other platform is."""
    return False


def create(host: Host, settings: Settings) -> Platform:
    """The page at the address of the settings. Raises BrowserError where others would reach it unasked."""
    return BrowserPlatform(
        host,
        address=settings.host,
        port=settings.port,
        demo=settings.demo,
        ways=_ways(settings),
        page_url=settings.page_url,
        proxies=Proxies(networks(settings.proxies)),
        push=tuple(filter(None, map(str.strip, settings.push.split(",")))),
        most_kept=int(settings.member_mb * (1 << 20)),
    )


async def examine(settings: Settings) -> list[Finding]:
    """Whether the page may be served where the settings wish it, in the way they wish it."""
    ways = _ways(settings)
    if fault := ways.fault(settings.host, settings.page_url, Proxies(networks(settings.proxies))):
        return [Finding("browser page", "wrong", fault)]
    page = Finding("browser page", "well", f"Listens on {settings.host}; STUDYBOT_JOIN is {settings.join}.")
    async with aiohttp.ClientSession() as http:
        return [page, *[await _met(ProviderClient(one, lambda: http)) for one in ways.providers]]


async def _met(client: ProviderClient) -> Finding:
    name = f"sign-in by {client.provider.profile.title}"
    try:
        await client.known()
    except SignInFailed as failed:
        return Finding(name, "wrong", f"{failed.cause or failed}: see docs/internet.md.")
    return Finding(name, "well", "Its addresses are known.")


def _ways(settings: Settings) -> Ways:
    """Raises SettingsError."""
    leaders = frozenset(listed(settings.organisers))
    by_mail = any(":" not in one for one in leaders)
    known = providers(settings.signin)
    return Ways(settings.join, with_mail(known) if by_mail else known, settings.proxy_user, leaders)
