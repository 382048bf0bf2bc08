"""Says who a request comes from and whether it may: the session, the member this tab speaks as, the form's token."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.platforms.browser import uploads
from bot.platforms.browser.conversation import Gesture
from bot.platforms.browser.limits import Proxies
from bot.platforms.browser.members import Cookies, Session, language_wished, new_secret
from bot.platforms.browser.middleware import wants_json
from bot.platforms.browser.view import Viewer
from store import Page, PagePerson, SignInTable, session_hash
from study.texts import _, noop

LOOK_AGAIN = 30.0
"""Seconds after which an open page asks whether another process has ended its session."""
SIGNED_OUT = noop("You are not signed in any more; reload the page and choose a name.")
EXPIRED = noop("This page has expired; reload it and try again.")


class Auth:
    """Knows the members and the channels."""

    def __init__(
        self,
        page: Page,
        signing_in: SignInTable,
        channels: Sequence[str],
        zone: Callable[[str], Awaitable[str]],
        organises: Callable[[PagePerson, str], Awaitable[bool]],
        proxies: Proxies,
        *,
        page_url: str = "",
        proxy_user: str = "",
    ) -> None:
        self._page, self._signing_in = page, signing_in
        self._channels, self._zone_name, self._organises = channels, zone, organises
        self.cookies, self.proxies = Cookies(page.workspace, proxies, page_url=page_url), proxies
        self._proxy_user = proxy_user
        self._intake = uploads.Intake()

    async def session(self, request: web.Request) -> Session | None:
        """The browser's session, unless it has ended. Sessions live by the machine's clock, not a demonstrator's.

        Where a proxy says who somebody is, a session of anybody else is none.
        """
        secret = self.cookies.secret(request)
        people = await self._page.sessions.people(secret, datetime.now(UTC)) if secret else ()
        if people and self._proxy_user:
            person = await self._signing_in.person(self.proxied(self.told_by_proxy(request)))
            people = tuple(each for each in people if person is not None and each == person.id)
        return Session(secret, people) if people else None

    def told_by_proxy(self, request: web.Request) -> str:
        """Who a proxy of ours says that somebody is; nothing where none does."""
        return self.proxies.user(request, self._proxy_user) if self._proxy_user else ""

    def proxied(self, user: str) -> str:
        """What is kept of whom a proxy vouches for."""
        return f"proxy {user}"

    async def sign_in(self, request: web.Request, response: web.StreamResponse, person: PagePerson) -> None:
        """Let the browser speak as the person, by a new secret: whoever knew the one before knows nothing any more."""
        if before := self.cookies.secret(request):
            await self._page.sessions.end(before)
        await self._begin(request, response, new_secret(), person)

    async def sign_in_too(
        self, request: web.Request, response: web.StreamResponse, session: Session | None, person: PagePerson
    ) -> int:
        """In a demonstration, let the browser speak as one more person; as how many it may speak now."""
        if session is None:
            await self.sign_in(request, response, person)
            return 1
        if person.id not in session.members:
            await self._begin(request, response, session.secret, person)
        return len({*session.members, person.id})

    async def _begin(self, request: web.Request, response: web.StreamResponse, secret: str, person: PagePerson) -> None:
        browser = request.headers.get("User-Agent", "")[:200]
        await self._page.sessions.begin(secret, person.id, browser, datetime.now(UTC))
        self.cookies.write(request, response, secret)

    @property
    def ended(self) -> int:
        """A number that changes when sessions were ended here."""
        return self._page.sessions.ended

    async def still(self, request: web.Request, viewer: Viewer) -> bool:
        """Whether the browser may still speak as whom it spoke as."""
        session = await self.session(request)
        return session is not None and viewer.member.id in session.members

    async def person(self, person_id: str) -> PagePerson | None:
        """Somebody the browser may speak as, unless they are gone."""
        return await self._page.people.get(person_id)

    async def viewer(self, request: web.Request, member_id: str = "") -> Viewer:
        """Who looks. Raises HTTPSeeOther to the way in, HTTPForbidden, HTTPNotFound."""
        channel = request.match_info["channel"]
        if channel not in self._channels:
            raise web.HTTPNotFound(text=_("There is no such channel here."))
        session = await self.session(request)
        if session is None:
            if request.method == "GET" and not wants_json(request):
                raise web.HTTPSeeOther("/join")
            raise web.HTTPForbidden(text=_(SIGNED_OUT))
        wanted = member_id or request.query.get("as", "")
        if wanted and wanted not in session.members:
            raise web.HTTPForbidden(text=_("This browser cannot speak as that person; open the first page again."))
        member = await self._member(wanted or session.members[0])
        zone = await self.zone(channel)
        organises = member.organiser or await self._organises(member, channel)
        named, language = len(session.members) > 1, language_wished(request)
        return Viewer(member, channel, zone, session, named, language, organises=organises)

    async def _member(self, member_id: str) -> PagePerson:
        member = await self._page.people.get(member_id)
        if member is None:
            raise web.HTTPForbidden(text=_("You are not a member any more; reload the page and choose a name."))
        return member

    async def zone(self, channel: str) -> ZoneInfo:
        """The zone of a channel's group; UTC where it has none."""
        try:
            return ZoneInfo(await self._zone_name(channel))
        except (ValueError, OSError, LookupError):
            return ZoneInfo("UTC")

    async def sent(self, request: web.Request) -> tuple[Viewer, uploads.Sent]:
        """A form of ours, from a member: a stranger's is not even read. Raises HTTPForbidden."""
        uploads.refuse_large(request)
        session = await self.session(request)
        if session is None:
            raise web.HTTPForbidden(text=_(SIGNED_OUT))
        sent = await self.arrived(request, session.members[0])
        viewer = await self.viewer(request, sent.get("as"))
        if not session.genuine(sent.get("token")):
            raise web.HTTPForbidden(text=_(EXPIRED))
        return viewer, sent

    async def arrived(self, request: web.Request, person: str) -> uploads.Sent:
        """The form that somebody known sends, once there is room for it."""
        return await self._intake.read(request, self.proxies.address(request), person)

    def gesture(self, viewer: Viewer, sent: uploads.Sent) -> Gesture:
        """What a form asks for; without a key of its own it is an event of its own."""
        key = sent.get("key")[:80] or secrets.token_urlsafe(12)
        message, opener = number(sent.get("message")), sent.get("opener")[:200]
        session = session_hash(viewer.session.secret)
        return Gesture(viewer.member, viewer.channel, key, message, opener, session, viewer.language, viewer.organises)


class Known:
    """Whether an open page's session still holds: looked up when sessions end here, else once in a while."""

    def __init__(self, auth: Auth, request: web.Request, viewer: Viewer) -> None:
        self._auth, self._request, self._viewer = auth, request, viewer
        self._ended, self._looked = auth.ended, time.monotonic()

    async def still(self) -> bool:
        """Whether it holds, as far as anybody has looked."""
        if self._auth.ended == self._ended and time.monotonic() - self._looked < LOOK_AGAIN:
            return True
        self._ended, self._looked = self._auth.ended, time.monotonic()
        return await self._auth.still(self._request, self._viewer)


def number(text: str | None) -> int | None:
    """A whole number from outside, or nothing."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
