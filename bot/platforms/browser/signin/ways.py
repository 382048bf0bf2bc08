"""By which ways people come onto the page, and where it may be served with them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.platforms.browser.limits import Proxies, is_loopback
from bot.platforms.browser.signin.providers import Provider
from bot.settings import Join
from store import Voucher
from study.texts import noop

OPEN = (
    "The page would listen on {address}, where others reach it, and let in whoever chooses a name. Set STUDYBOT_JOIN "
    "to invitation, so that only who was given a link comes in; to sign-in, so that people sign in by a provider "
    "(STUDYBOT_SIGNIN) or by a proxy with a login (STUDYBOT_PROXY_USER); or to anyone, if you know that all who reach "
    "this address may join and read. Or let it listen on 127.0.0.1 (STUDYBOT_HOST) without STUDYBOT_PAGE_URL."
)
NO_VOUCHER = (
    "STUDYBOT_JOIN is sign-in, but nobody says who people are: name providers in STUDYBOT_SIGNIN, or the header of a "
    "proxy with a login in STUDYBOT_PROXY_USER."
)
NO_ADDRESS = (
    "Providers send people back to the page's own address: set STUDYBOT_PAGE_URL, such as https://study.example.org."
)
NO_PROXY = "STUDYBOT_PROXY_USER is believed from proxies of ours alone: name them in STUDYBOT_PROXIES."
TWO_WAYS = "STUDYBOT_SIGNIN and STUDYBOT_PROXY_USER cannot both say who people are; keep one of them."

BY_INVITATION = noop(
    "This page takes people by invitation: open the link that an organiser gave you, or ask one for it."
)
BY_SIGN_IN = noop("This page takes people who sign in.")


@dataclass(frozen=True, slots=True)
class Ways:
    """Who may join, who vouches for people, the proxy's header that says who somebody is, who organises the page."""

    join: Join = "name"
    providers: tuple[Provider, ...] = ()
    proxy_user: str = ""
    organisers: frozenset[str] = frozenset()

    def leads(self, voucher: Voucher) -> bool:
        """Whether whoever runs the bot named whom somebody vouches for an organiser."""
        kind, _, name = voucher.subject.partition(" ")
        names = {f"{voucher.platform}:{voucher.account}", voucher.email.casefold()}
        if kind == "proxy":
            names |= {f"proxy:{name}", name.casefold()}
        return any(one in names or one.casefold() in names for one in self.organisers)

    @property
    def by_name(self) -> bool:
        """Whether somebody new comes in by choosing a name."""
        return self.join in ("name", "anyone") and not self.proxy_user

    @property
    def newcomers(self) -> bool:
        """Whether somebody comes in whom nobody here knows, if another vouches for them."""
        return self.join != "invitation"

    @property
    def first_leads(self) -> bool:
        """Whether whoever comes first is the organiser; else whoever starts the bot is given a link for them."""
        return self.by_name and not self.providers

    @property
    def closed(self) -> str:
        """What somebody new without an invitation is told."""
        return "" if self.by_name else BY_SIGN_IN if self.newcomers else BY_INVITATION

    def fault(self, address: str, page_url: str, proxies: Proxies) -> str:
        """Why the page cannot be served at that address with these ways; empty where it can."""
        if self.join == "name" and not private(address, page_url):
            return OPEN.format(address=page_url or address)
        if self.join == "sign-in" and not (self.providers or self.proxy_user):
            return NO_VOUCHER
        if self.providers and self.proxy_user:
            return TWO_WAYS
        if self.providers and not (page_url or private(address, page_url)):
            return NO_ADDRESS
        return NO_PROXY if self.proxy_user and not proxies else ""


def private(address: str, page_url: str) -> bool:
    """Whether only this machine reaches the page: it listens on loopback, and no proxy gives it another address."""
    return is_loopback(address) and (not page_url or is_loopback(urlsplit(page_url).hostname or ""))
