"""Says who a request comes from and whether it may: the session, the member this tab speaks as, the form's token."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.platforms.browser import uploads
from bot.platforms.browser.conversation import Gesture
from bot.platforms.browser.log import Member, MessageLog
from bot.platforms.browser.members import Session, Sessions
from bot.platforms.browser.middleware import wants_json
from bot.platforms.browser.view import Viewer

SIGNED_OUT = "You are not signed in any more; reload the page and choose a name."


class Auth:
    """Knows the members and the channels."""

    def __init__(
        self,
        log: MessageLog,
        sessions: Sessions,
        channels: Sequence[str],
        zone: Callable[[str], Awaitable[str]],
    ) -> None:
        self._log, self._sessions, self._channels, self._zone_name = log, sessions, channels, zone

    async def session(self, request: web.Request) -> Session | None:
        """The browser's session, as far as its members still exist."""
        session = self._sessions.read(request)
        if session is None:
            return None
        known = {member.id for member in await self._log.members()}
        kept = tuple(member for member in session.members if member in known)
        return Session(session.id, kept) if kept else None

    async def viewer(self, request: web.Request, member_id: int | None = None) -> Viewer:
        """Who looks. Raises HTTPSeeOther to the way in, HTTPForbidden, HTTPNotFound."""
        channel = request.match_info["channel"]
        if channel not in self._channels:
            raise web.HTTPNotFound(text="There is no such channel here.")
        session = await self.session(request)
        if session is None:
            if request.method == "GET" and not wants_json(request):
                raise web.HTTPSeeOther("/join")
            raise web.HTTPForbidden(text=SIGNED_OUT)
        wanted = member_id if member_id is not None else number(request.query.get("as"))
        if wanted is not None and wanted not in session.members:
            raise web.HTTPForbidden(text="This browser cannot speak as that person; open the first page again.")
        member = await self._member(wanted if wanted is not None else session.members[0])
        zone = await self._zone(channel)
        return Viewer(member, channel, zone, self._sessions.token(session), len(session.members) > 1)

    async def _member(self, member_id: int) -> Member:
        member = await self._log.member(member_id)
        if member is None:
            raise web.HTTPForbidden(text="You are not a member any more; reload the page and choose a name.")
        return member

    async def _zone(self, channel: str) -> ZoneInfo:
        try:
            return ZoneInfo(await self._zone_name(channel))
        except (ValueError, OSError, LookupError):
            return ZoneInfo("UTC")

    async def sent(self, request: web.Request) -> tuple[Viewer, uploads.Sent]:
        """A form of ours, from a member: a stranger's is not even read. Raises HTTPForbidden."""
        uploads.refuse_large(request)
        session = await self.session(request)
        if session is None:
            raise web.HTTPForbidden(text=SIGNED_OUT)
        sent = await uploads.read(request)
        viewer = await self.viewer(request, number(sent.get("as")))
        if not self._sessions.genuine(session, sent.get("token")):
            raise web.HTTPForbidden(text="This page has expired; reload it and try again.")
        return viewer, sent

    def gesture(self, viewer: Viewer, sent: uploads.Sent) -> Gesture:
        """What a form asks for; without a key of its own it is an event of its own."""
        key = sent.get("key")[:80] or secrets.token_urlsafe(12)
        return Gesture(viewer.member, viewer.channel, key, number(sent.get("message")), sent.get("opener")[:200])


def number(text: str | None) -> int | None:
    """A whole number from outside, or nothing."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
