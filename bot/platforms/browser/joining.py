"""The way in: choose a name and become a member, or come back by a code or a link; a demonstration has many people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import available_timezones

from aiohttp import web

from bot.platforms.browser import uploads
from bot.platforms.browser.auth import Auth
from bot.platforms.browser.limits import TOO_MANY_JOIN, Buckets
from bot.platforms.browser.live import Hub
from bot.platforms.browser.members import Session, tidy_name
from bot.platforms.browser.middleware import html
from bot.platforms.browser.signin.pages import SignInPages
from bot.platforms.browser.signin.ways import Ways
from bot.platforms.browser.view import View
from bot.platforms.host import OneTimeCodes
from store import Page, PagePerson, SignInTable
from study.texts import _, noop

ARRIVALS = 100
"""So many may come in, or try a code, from one address at once, and again within ten minutes: a school has one."""
NOT_A_CODE = noop(
    "No one here has that code; look again, or ask whoever runs the bot for a link that lets you back in."
)
NOT_A_LINK = noop(
    "This link is not good any more: each works once, within a week. Ask whoever runs the bot for a new one."
)


@dataclass(frozen=True, slots=True)
class Way:
    """By what somebody comes in: a demonstration's second person, or an invitation's secret and whom it brings back.

    `closed` is what somebody new is told who has none, where nobody new comes in without.
    """

    another: bool = False
    invitation: str = ""
    back: PagePerson | None = None
    closed: str = ""


class Joining:
    """The first page and what it sends."""

    def __init__(
        self,
        page: Page,
        signing_in: SignInTable,
        auth: Auth,
        view: View,
        hub: Hub,
        clock: Callable[[], datetime],
        *,
        first_channel: str,
        demo: bool,
        ways: Ways,
        codes: OneTimeCodes,
        url: Callable[[], str],
    ) -> None:
        self._ways, self._arrivals = ways, Buckets(ARRIVALS, ARRIVALS / 600)
        self.signin = SignInPages(ways, signing_in, auth, codes, hub, self._arrivals, url)
        self._page, self._auth, self._view, self._hub = page, auth, view, hub
        self._clock, self._demo = clock, demo
        self._inside = f"/c/{quote(first_channel)}"

    async def home(self, request: web.Request) -> web.Response:
        """The first channel, or the way in."""
        if await self._auth.session(request) is None:
            raise web.HTTPSeeOther("/join")
        raise web.HTTPSeeOther(self._inside)

    async def page(self, request: web.Request) -> web.Response:
        """Choose a name or who vouches for one, or give the code that one was told."""
        session = await self._auth.session(request)
        if self._ways.proxy_user and session is None:
            return await self.signin.by_proxy(request, request.query.get("invitation", ""))
        way = await self._way(self._demo and "another" in request.query, request.query.get("invitation", ""))
        if session is not None and not (way.another or way.invitation):
            raise web.HTTPSeeOther(self._inside)
        return await self._shown(way)

    async def join(self, request: web.Request) -> web.StreamResponse:
        """Become a member, or again the one that one was; the first of all is the organiser."""
        if not self._arrivals.take(self._auth.proxies.address(request)):
            raise web.HTTPTooManyRequests(text=_(TOO_MANY_JOIN))
        if self._ways.proxy_user:
            raise web.HTTPSeeOther("/join")
        sent = await uploads.small(request)
        session = await self._auth.session(request)
        way = await self._way(self._demo and bool(sent.get("another")), sent.get("invitation"))
        if sent.get("code"):
            person = await self._page.people.recovered(sent.get("code"))
            if person is None:
                return await self._shown(way, code=sent.get("code"), fault=_(NOT_A_CODE))
            return await self._inside_as(request, person)
        if session is not None and not (way.another or way.invitation):
            raise web.HTTPSeeOther(self._inside)
        if way.closed:
            raise web.HTTPForbidden(text=_(way.closed))
        return await self._joined(request, sent, way, beside=session if way.another else None)

    async def _joined(
        self, request: web.Request, sent: uploads.Sent, way: Way, beside: Session | None
    ) -> web.StreamResponse:
        """In by a name, or back by an invitation; the form again where the name cannot be had."""
        name, fault = (way.back.name, "") if way.back else tidy_name(sent.get("name"))
        if fault:
            return await self._shown(way, name=sent.get("name"), fault=fault)
        zone = sent.get("zone") if sent.get("zone") in available_timezones() else ""
        if way.invitation:
            person = await self._page.people.accept(way.invitation, name, zone, datetime.now(UTC))
        else:
            person = await self._page.people.join(name, zone, self._clock())
        if person is None:
            taken = _("Someone here is called {name} already; add a letter or two.", name=name)
            return await self._shown(way, name=name, fault=taken)
        return await self._inside_as(request, person, beside=beside)

    async def _way(self, another: bool, invitation: str) -> Way:
        if not invitation:
            return Way(another, closed="" if another else self._ways.closed)
        good, back = await self._page.people.invited(invitation, datetime.now(UTC))
        if not good:
            raise web.HTTPGone(text=_(NOT_A_LINK))
        return Way(another, invitation, back)

    async def _inside_as(
        self, request: web.Request, person: PagePerson, *, beside: Session | None = None
    ) -> web.Response:
        """Signed in, with a new code to come back by, which the next page shows once."""
        response = web.Response(status=303)
        speakers = await self._auth.sign_in_too(request, response, beside, person)
        code = await self._page.people.new_recovery_code(person.id)
        self._auth.cookies.show_code(request, response, code)
        self._hub.wake()
        response.headers["Location"] = self._inside + (f"?as={person.id}" if speakers > 1 else "")
        return response

    async def _shown(self, way: Way, *, name: str = "", code: str = "", fault: str = "") -> web.Response:
        first = not await self._page.people.all()
        page = self._view.page(
            "join.html",
            name=name,
            code=code,
            fault=fault,
            way=way,
            first=first,
            leads=first and (self._ways.first_leads or bool(way.invitation)),
            providers=() if way.another else self.signin.shown(way.invitation),
        )
        return html(page, 422 if fault else 200)
