"""The way in: choose a name and become a member, or, in a demonstration, one person more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote
from zoneinfo import available_timezones

from aiohttp import web

from bot.platforms.browser import uploads
from bot.platforms.browser.auth import Auth
from bot.platforms.browser.live import Hub
from bot.platforms.browser.log import MessageLog
from bot.platforms.browser.members import Sessions, tidy_name
from bot.platforms.browser.middleware import html
from bot.platforms.browser.view import View


class Joining:
    """The first page and what it sends."""

    def __init__(
        self,
        log: MessageLog,
        sessions: Sessions,
        door: Auth,
        view: View,
        hub: Hub,
        clock: Callable[[], datetime],
        *,
        first_channel: str,
        demo: bool,
    ) -> None:
        self._log, self._sessions, self._auth, self._view, self._hub = log, sessions, door, view, hub
        self._clock, self._demo = clock, demo
        self._inside = f"/c/{quote(first_channel)}"

    async def home(self, request: web.Request) -> web.Response:
        """The first channel, or the way in."""
        if await self._auth.session(request) is None:
            raise web.HTTPSeeOther("/join")
        raise web.HTTPSeeOther(self._inside)

    async def page(self, request: web.Request) -> web.Response:
        """Choose a name."""
        session = await self._auth.session(request)
        another = self._demo and "another" in request.query
        if session is not None and not another:
            raise web.HTTPSeeOther(self._inside)
        return await self._page("", "", another=another)

    async def join(self, request: web.Request) -> web.StreamResponse:
        """Become a member; the first of all is the organiser."""
        uploads.refuse_large(request, uploads.TEXT_BYTES)
        sent = await uploads.read(request)
        session, another = await self._auth.session(request), bool(sent.get("another")) and self._demo
        if session is not None and not another:
            raise web.HTTPSeeOther(self._inside)
        name, fault = tidy_name(sent.get("name"))
        if fault:
            return await self._page(sent.get("name"), fault, another=another)
        zone = sent.get("zone") if sent.get("zone") in available_timezones() else ""
        member = await self._log.join(name, zone, self._clock())
        if member is None:
            return await self._page(
                name, f"Someone here is called {name} already; add a letter or two.", another=another
            )
        self._hub.wake()
        made = self._sessions.joined(session, member.id)
        query = f"?as={member.id}" if len(made.members) > 1 else ""
        response = web.Response(status=303, headers={"Location": f"{self._inside}{query}"})
        self._sessions.write(response, made, secure=request.headers.get("X-Forwarded-Proto") == "https")
        return response

    async def _page(self, name: str, fault: str, *, another: bool) -> web.Response:
        first = not await self._log.members()
        page = self._view.page("join.html", name=name, fault=fault, another=another, first=first)
        return html(page, 422 if fault else 200)
