"""The addresses of the page: what may be fetched and sent, by whom, and in which form the answer goes back."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo, available_timezones

from aiohttp import WSMsgType, web

from bot.platforms.browser import uploads
from bot.platforms.browser.conversation import Conversation, Gesture, Outcome
from bot.platforms.browser.guard import html, protect, wants_json
from bot.platforms.browser.live import Hub
from bot.platforms.browser.log import Member, Message, MessageLog
from bot.platforms.browser.members import Session, Sessions, from_here, tidy_name
from bot.platforms.browser.view import HERE, View, Viewer
from cogs.kit import Value

PAGE = 40
FIELD = "field."


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the page is made of. `advance` is there only where a demonstrator may move the clock."""

    conversation: Conversation
    log: MessageLog
    sessions: Sessions
    view: View
    hub: Hub
    clock: Callable[[], datetime]
    zone: Callable[[str], Awaitable[str]]
    channels: Sequence[str]
    demo: bool
    advance: Callable[[int], Awaitable[None]] | None
    loopback: bool


class Site:
    """The web application."""

    def __init__(self, wiring: Wiring) -> None:
        self._w = wiring

    def application(self) -> web.Application:
        """The routes and their guards."""
        app = web.Application(client_max_size=uploads.TEXT_BYTES)
        protect(app, self._w.view, loopback=self._w.loopback)
        app.add_routes(
            [
                web.get("/", self.home),
                web.get("/livez", self.alive),
                web.get("/join", self.join_page),
                web.post("/join", self.join),
                web.get("/c/{channel}", self.channel),
                web.get("/c/{channel}/earlier", self.earlier),
                web.get("/c/{channel}/complete", self.complete),
                web.get("/c/{channel}/live", self.live),
                web.post("/c/{channel}/write", self.write),
                web.post("/c/{channel}/press", self.press),
                web.post("/c/{channel}/clock", self.move_clock),
                web.get("/blob/{digest:[0-9a-f]{64}}", self.blob),
                web.static("/static", HERE / "static"),
            ]
        )
        return app

    # --- coming in --------------------------------------------------------------------------------------------

    async def alive(self, request: web.Request) -> web.Response:
        """Whether the page answers."""
        return web.json_response({"ok": True})

    async def home(self, request: web.Request) -> web.Response:
        """The first channel, or the way in."""
        if await self._session(request) is None:
            raise web.HTTPSeeOther("/join")
        raise web.HTTPSeeOther(f"/c/{quote(self._w.channels[0])}")

    async def join_page(self, request: web.Request) -> web.Response:
        """Choose a name."""
        session = await self._session(request)
        another = self._w.demo and "another" in request.query
        if session is not None and not another:
            raise web.HTTPSeeOther(f"/c/{quote(self._w.channels[0])}")
        return await self._joining("", "", another=another)

    async def join(self, request: web.Request) -> web.StreamResponse:
        """Become a member; the first of all is the organiser."""
        sent = await uploads.read(request)
        session, another = await self._session(request), bool(sent.get("another")) and self._w.demo
        if session is not None and not another:
            raise web.HTTPSeeOther(f"/c/{quote(self._w.channels[0])}")
        name, fault = tidy_name(sent.get("name"))
        if fault:
            return await self._joining(sent.get("name"), fault, another=another)
        zone = sent.get("zone") if sent.get("zone") in available_timezones() else ""
        member = await self._w.log.join(name, zone, self._w.clock())
        if member is None:
            return await self._joining(
                name, f"Someone here is called {name} already; add a letter or two.", another=another
            )
        self._w.hub.wake()
        made = self._w.sessions.joined(session, member.id)
        query = f"?as={member.id}" if len(made.members) > 1 else ""
        response = web.Response(status=303, headers={"Location": f"/c/{quote(self._w.channels[0])}{query}"})
        self._w.sessions.write(response, made, secure=request.headers.get("X-Forwarded-Proto") == "https")
        return response

    async def _joining(self, name: str, fault: str, *, another: bool) -> web.Response:
        first = not await self._w.log.members()
        page = self._w.view.page("join.html", name=name, fault=fault, another=another, first=first)
        return html(page, 422 if fault else 200)

    # --- the channel ------------------------------------------------------------------------------------------

    async def channel(self, request: web.Request) -> web.Response:
        """The page itself."""
        viewer = await self._viewer(request)
        return await self._page(viewer)

    async def earlier(self, request: web.Request) -> web.Response:
        """What was said before."""
        viewer = await self._viewer(request)
        before = _number(request.query.get("before"))
        found = await self._w.log.page(viewer.channel, viewer.member.id, before, PAGE)
        return html(self._w.view.entries(found, viewer))

    async def complete(self, request: web.Request) -> web.Response:
        """Ways to go on from what stands in the composer."""
        viewer = await self._viewer(request)
        line = request.query.get("line", "")[:2000]
        found = await self._w.conversation.complete(viewer.member, viewer.channel, line)
        told = [{"label": c.label, "detail": c.detail, "insert": c.insert, "start": c.start} for c in found[:30]]
        return web.json_response(told)

    async def blob(self, request: web.Request) -> web.Response:
        """A picture or a document, by the digest of its bytes: only who was shown it can name it."""
        if await self._session(request) is None:
            raise web.HTTPForbidden(text="Join first to see pictures.")
        kept = await self._w.log.blob(request.match_info["digest"])
        if kept is None:
            raise web.HTTPNotFound(text="That picture is gone.")
        kind = uploads.kind_of(kept.data)
        headers = {
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, max-age=31536000, immutable",
        }
        if not kind:
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=kept.data, content_type=kind or "application/octet-stream", headers=headers)

    async def live(self, request: web.Request) -> web.WebSocketResponse:
        """What changes, as it changes."""
        if not from_here(request):
            raise web.HTTPForbidden(text="That request came from another site.")
        viewer = await self._viewer(request)
        socket = web.WebSocketResponse(heartbeat=25, max_msg_size=4096)
        await socket.prepare(request)
        seen = _number(request.query.get("rev")) or 0
        with self._w.hub.page(viewer.member.id) as changed:
            closed = asyncio.create_task(_until_closed(socket))
            try:
                while not (self._w.hub.closing or closed.done()):
                    changed.clear()
                    news = await self._w.log.since(viewer.channel, viewer.member.id, seen)
                    seen = max([seen, *(message.rev for message in news)])
                    with suppress(ConnectionError):
                        await socket.send_str(
                            json.dumps({**await self._around(viewer), "entries": self._told(news, viewer)})
                        )
                    waiting = asyncio.create_task(changed.wait())
                    await asyncio.wait({waiting, closed}, return_when=asyncio.FIRST_COMPLETED)
                    waiting.cancel()
            finally:
                closed.cancel()
                await asyncio.wait({closed})
                with suppress(ConnectionError):
                    await socket.close()
        return socket

    # --- what people do ---------------------------------------------------------------------------------------

    async def write(self, request: web.Request) -> web.StreamResponse:
        """A line from the composer."""
        viewer, sent = await self._sent(request)
        did = self._gesture(viewer, sent)
        outcome = await self._w.conversation.write(did, sent.get("text"), sent.pictures.get("picture"))
        return await self._answer(request, viewer, did, outcome, text=sent.get("text"))

    async def press(self, request: web.Request) -> web.StreamResponse:
        """A button, or a form."""
        viewer, sent = await self._sent(request)
        did = self._gesture(viewer, sent)
        every: dict[str, Value] = {**sent.texts, **sent.pictures}
        fields = {name.removeprefix(FIELD): value for name, value in every.items() if name.startswith(FIELD)}
        outcome = await self._w.conversation.press(did, sent.get("press"), fields)
        return await self._answer(request, viewer, did, outcome, fields)

    async def move_clock(self, request: web.Request) -> web.StreamResponse:
        """The demonstrator's clock, forward."""
        viewer, sent = await self._sent(request)
        if self._w.advance is None or not self._w.demo:
            raise web.HTTPNotFound(text="The clock can be moved only in a demonstration.")
        days = _number(sent.get("days"))
        if days not in (1, 7):
            raise web.HTTPBadRequest(text="The clock moves by a day or a week.")
        await self._w.advance(days)
        self._w.hub.wake()
        if wants_json(request):
            return web.json_response(await self._around(viewer))
        raise web.HTTPSeeOther(f"/c/{quote(viewer.channel)}{viewer.query}")

    # --- shared by the above ----------------------------------------------------------------------------------

    async def _page(self, viewer: Viewer, *, fault: str = "", text: str = "", status: int = 200) -> web.Response:
        rev = await self._w.log.rev()
        found = await self._w.log.page(viewer.channel, viewer.member.id, None, PAGE)
        tops = [message for message in found if message.anchor is None]
        page = self._w.view.page(
            "channel.html",
            viewer=viewer,
            shown=self._w.view.entries(found, viewer),
            more=len(tops) == PAGE,
            rev=rev,
            channels=self._w.channels,
            members=await self._w.log.members(),
            here=self._w.hub.here() | {viewer.member.id},
            now=self._w.clock(),
            movable=self._w.demo and self._w.advance is not None,
            demo=self._w.demo,
            helps="help" in {command.name for command in self._w.conversation.commands(viewer.member)},
            takes_picture=next((c.name for c in self._w.conversation.commands(viewer.member) if c.on_picture), ""),
            key=secrets.token_urlsafe(12),
            fault=fault,
            text=text,
        )
        return html(page, status)

    async def _answer(
        self,
        request: web.Request,
        viewer: Viewer,
        did: Gesture,
        outcome: Outcome,
        given: dict[str, Value] | None = None,
        text: str = "",
    ) -> web.StreamResponse:
        """The outcome for a script as JSON; for a plain form as a page, or the way to one."""
        if outcome.entries:
            self._w.hub.wake()
        if wants_json(request):
            told: dict[str, object] = {"entries": self._told(outcome.entries, viewer)}
            if outcome.form is not None:
                told |= {"form": self._form(viewer, did, outcome), "faults": dict(outcome.faults)}
            if outcome.fault:
                told |= {"fault": outcome.fault, "faults": dict(outcome.faults)}
            return web.json_response(told, status=422 if outcome.fault else 200)
        if outcome.faults and outcome.form is None:
            again = await self._w.conversation.press(
                Gesture(did.member, did.channel, secrets.token_urlsafe(12), did.message), did.opener, {}
            )
            outcome = Outcome(form=again.form, opener=did.opener, faults=outcome.faults, fault=outcome.fault)
        if outcome.form is not None:
            page = self._form(viewer, did, outcome, given)
            return html(self._w.view.page("form_page.html", form=page, viewer=viewer, title=outcome.form.title))
        if outcome.fault:
            return await self._page(viewer, fault=outcome.fault, text=text, status=422)
        raise web.HTTPSeeOther(f"/c/{quote(viewer.channel)}{viewer.query}#m{outcome.entries[0].id}")

    def _form(self, viewer: Viewer, did: Gesture, outcome: Outcome, given: dict[str, Value] | None = None) -> str:
        assert outcome.form is not None
        return self._w.view.form(
            outcome.form,
            viewer,
            message=str(did.message or ""),
            opener=outcome.opener,
            key=secrets.token_urlsafe(12),
            faults=outcome.faults,
            given={name: value for name, value in (given or {}).items() if isinstance(value, str)},
        )

    def _told(self, messages: Sequence[Message], viewer: Viewer) -> list[dict[str, object]]:
        return [
            {
                "id": message.id,
                "rev": message.rev,
                "anchor": message.anchor,
                "private": message.reader is not None,
                "own": message.author == viewer.member.id,
                "edited": message.edited_at is not None,
                "who": message.author_name or "studybot",
                "summary": message.body.get("summary") or message.body.get("text") or "a picture",
                "html": self._w.view.entry(message, viewer),
            }
            for message in messages
        ]

    async def _around(self, viewer: Viewer) -> dict[str, object]:
        here = self._w.hub.here()
        return {
            "now": self._w.clock().isoformat(),
            "zone": str(viewer.zone),
            "people": self._w.view.people(await self._w.log.members(), here, viewer),
        }

    def _gesture(self, viewer: Viewer, sent: uploads.Sent) -> Gesture:
        key = sent.get("key")[:80] or secrets.token_urlsafe(12)
        return Gesture(viewer.member, viewer.channel, key, _number(sent.get("message")), sent.get("opener")[:200])

    async def _session(self, request: web.Request) -> Session | None:
        """The browser's session, as far as its members still exist."""
        session = self._w.sessions.read(request)
        if session is None:
            return None
        known = {member.id for member in await self._w.log.members()}
        kept = tuple(member for member in session.members if member in known)
        return Session(session.id, kept) if kept else None

    async def _viewer(self, request: web.Request, member_id: int | None = None) -> Viewer:
        """Who looks. Raises HTTPSeeOther to the way in, HTTPForbidden, HTTPNotFound."""
        channel = request.match_info["channel"]
        if channel not in self._w.channels:
            raise web.HTTPNotFound(text="There is no such channel here.")
        session = await self._session(request)
        if session is None:
            if request.method == "GET" and not wants_json(request):
                raise web.HTTPSeeOther("/join")
            raise web.HTTPForbidden(text="You are not signed in any more; reload the page and choose a name.")
        wanted = member_id if member_id is not None else _number(request.query.get("as"))
        if wanted is not None and wanted not in session.members:
            raise web.HTTPForbidden(text="This browser cannot speak as that person; open the first page again.")
        member = await self._member(wanted if wanted is not None else session.members[0])
        zone = await self._zone(channel)
        return Viewer(member, channel, zone, self._w.sessions.token(session), len(session.members) > 1)

    async def _member(self, member_id: int) -> Member:
        member = await self._w.log.member(member_id)
        if member is None:
            raise web.HTTPForbidden(text="You are not a member any more; reload the page and choose a name.")
        return member

    async def _zone(self, channel: str) -> ZoneInfo:
        try:
            return ZoneInfo(await self._w.zone(channel))
        except (ValueError, OSError, LookupError):
            return ZoneInfo("UTC")

    async def _sent(self, request: web.Request) -> tuple[Viewer, uploads.Sent]:
        """A form of ours, from a member. Raises HTTPForbidden."""
        sent = await uploads.read(request)
        viewer = await self._viewer(request, _number(sent.get("as")))
        session = self._w.sessions.read(request)
        if session is None or not self._w.sessions.genuine(session, sent.get("token")):
            raise web.HTTPForbidden(text="This page has grown old; reload it and try again.")
        return viewer, sent


async def _until_closed(socket: web.WebSocketResponse) -> None:
    while (await socket.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
        pass


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
