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
from bot.platforms.browser.view import View
from store import Page, PagePerson

ARRIVALS = 100
"""So many may come in, or try a code, from one address at once, and again within ten minutes: a school has one."""
NOT_A_CODE = "No one here has that code; look again, or ask whoever runs the bot for a link that lets you back in."
INVITED_ONLY = "This page takes people by invitation: open the link that an organiser gave you, or ask one for it."
NOT_A_LINK = "This link is not good any more: each works once, within a week. Ask whoever runs the bot for a new one."


@dataclass(frozen=True, slots=True)
class Way:
    """By what somebody comes in: a demonstration's second person, or an invitation's secret and whom it brings back.

    `closed`: without an invitation nobody new does.
    """

    another: bool = False
    invitation: str = ""
    back: PagePerson | None = None
    closed: bool = False


class Joining:
    """The first page and what it sends."""

    def __init__(
        self,
        page: Page,
        auth: Auth,
        view: View,
        hub: Hub,
        clock: Callable[[], datetime],
        *,
        first_channel: str,
        demo: bool,
        invited_only: bool,
    ) -> None:
        self._invited_only, self._arrivals = invited_only, Buckets(ARRIVALS, ARRIVALS / 600)
        self._page, self._auth, self._view, self._hub = page, auth, view, hub
        self._clock, self._demo = clock, demo
        self._inside = f"/c/{quote(first_channel)}"

    async def home(self, request: web.Request) -> web.Response:
        """The first channel, or the way in."""
        if await self._auth.session(request) is None:
            raise web.HTTPSeeOther("/join")
        raise web.HTTPSeeOther(self._inside)

    async def page(self, request: web.Request) -> web.Response:
        """Choose a name, or give the code that one was told."""
        session = await self._auth.session(request)
        way = await self._way(self._demo and "another" in request.query, request.query.get("invitation", ""))
        if session is not None and not (way.another or way.invitation):
            raise web.HTTPSeeOther(self._inside)
        return await self._shown(way)

    async def join(self, request: web.Request) -> web.StreamResponse:
        """Become a member, or again the one that one was; the first of all is the organiser."""
        uploads.refuse_large(request, uploads.TEXT_BYTES)
        if not self._arrivals.take(self._auth.proxies.address(request)):
            raise web.HTTPTooManyRequests(text=TOO_MANY_JOIN)
        sent = await uploads.read(request)
        session = await self._auth.session(request)
        way = await self._way(self._demo and bool(sent.get("another")), sent.get("invitation"))
        if sent.get("code"):
            person = await self._page.people.recovered(sent.get("code"))
            if person is None:
                return await self._shown(way, code=sent.get("code"), fault=NOT_A_CODE)
            return await self._inside_as(request, session, person)
        if session is not None and not (way.another or way.invitation):
            raise web.HTTPSeeOther(self._inside)
        if way.closed:
            raise web.HTTPForbidden(text=INVITED_ONLY)
        name, fault = (way.back.name, "") if way.back else tidy_name(sent.get("name"))
        if fault:
            return await self._shown(way, name=sent.get("name"), fault=fault)
        zone = sent.get("zone") if sent.get("zone") in available_timezones() else ""
        if way.invitation:
            person = await self._page.people.accept(way.invitation, name, zone, datetime.now(UTC))
        else:
            person = await self._page.people.join(name, zone, self._clock())
        if person is None:
            return await self._shown(
                way, name=name, fault=f"Someone here is called {name} already; add a letter or two."
            )
        return await self._inside_as(request, session, person)

    async def _way(self, another: bool, invitation: str) -> Way:
        if not invitation:
            return Way(another, closed=self._invited_only and not another)
        good, back = await self._page.people.invited(invitation, datetime.now(UTC))
        if not good:
            raise web.HTTPGone(text=NOT_A_LINK)
        return Way(another, invitation, back)

    async def _inside_as(self, request: web.Request, session: Session | None, person: PagePerson) -> web.Response:
        """Signed in, with a new code to come back by, which the next page shows once."""
        response = web.Response(status=303)
        speakers = await self._auth.sign_in(request, response, session, person)
        code = await self._page.people.new_recovery_code(person.id)
        self._auth.cookies.show_code(request, response, code)
        self._hub.wake()
        response.headers["Location"] = self._inside + (f"?as={person.id}" if speakers > 1 else "")
        return response

    async def _shown(self, way: Way, *, name: str = "", code: str = "", fault: str = "") -> web.Response:
        first = not await self._page.people.all()
        page = self._view.page("join.html", name=name, code=code, fault=fault, way=way, first=first)
        return html(page, 422 if fault else 200)
