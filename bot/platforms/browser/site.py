"""The addresses of the page: what may be fetched and sent, by whom, and in which form the answer goes back."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, urlsplit

from aiohttp import WSMsgType, web

from bot.channel_events import Author
from bot.clock import ClockStops
from bot.packs.bench import Bench
from bot.platforms.browser import uploads
from bot.platforms.browser.auth import Auth, Known, number
from bot.platforms.browser.bench.doors import BenchDoors, Elsewhere, Evidenced
from bot.platforms.browser.bench.pages import BenchPages, Settle
from bot.platforms.browser.conversation import Conversation, Gesture, Outcome
from bot.platforms.browser.joining import Joining
from bot.platforms.browser.limits import TOO_FAST, TOO_MANY_PAGES, Buckets, Held, Proxies
from bot.platforms.browser.live import Hub
from bot.platforms.browser.members import from_here
from bot.platforms.browser.middleware import LOOPBACK, html, protect, wants_json
from bot.platforms.browser.overview import At, Of, OverviewPages
from bot.platforms.browser.own_page import OwnPages
from bot.platforms.browser.private_links import PrivateLinks
from bot.platforms.browser.signin.ways import Ways
from bot.platforms.browser.view import HERE, View, Viewer
from bot.platforms.host import Host, OneTimeCodes
from bot.vision import pictures
from cogs.messages import Value
from store import SINCE, Message, Page, SignInTable
from study.texts import _, use_language

PAGE = 40
FIELD = "field."
DEEDS, DEEDS_A_SECOND = 120, 2
"""What one person may write and press at once, and from then on."""
LINES = 100
"""So many pages one person may have open."""
SESSION_ENDED = 4401
"""The code with which an open page is told to let go and ask who it is."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the page is made of."""

    host: Host
    conversation: Conversation
    page: Page
    signing_in: SignInTable
    view: View
    hub: Hub
    clock: Callable[[], datetime]
    zone: Callable[[str], Awaitable[str]]
    channels: Sequence[str]
    demo: bool
    advance: Callable[[float], Awaitable[None]]
    loopback: bool
    ways: Ways
    proxies: Proxies
    page_url: str
    url: Callable[[], str]
    bench: Bench | None
    elsewhere: Elsewhere
    codes: OneTimeCodes
    author: Callable[[int, int], Awaitable[Author | None]]
    overview: At
    overview_of: Of
    evidence: Evidenced
    settle: Settle


class Site:
    """The web application."""

    def __init__(self, wiring: Wiring) -> None:
        self._w = w = wiring
        self._auth = Auth(
            *(w.page, w.signing_in, w.channels, w.zone, w.proxies), page_url=w.page_url, proxy_user=w.ways.proxy_user
        )
        self._deeds, self._lines = Buckets(DEEDS, DEEDS_A_SECOND), Held(LINES)
        self._joining = Joining(
            *(w.page, w.signing_in, self._auth, w.view, w.hub, w.clock),
            first_channel=w.channels[0],
            demo=w.demo,
            ways=w.ways,
            codes=w.codes,
            url=w.url,
        )

    def application(self) -> web.Application:
        """The routes and their guards."""
        app = web.Application(client_max_size=uploads.TEXT_BYTES)
        protect(app, self._w.view, names=self._names())
        app.add_routes(
            [
                web.get("/", self._joining.home),
                web.get("/livez", self.livez),
                web.get("/join", self._joining.page),
                web.post("/join", self._joining.join),
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
        app.add_routes(self._joining.signin.routes())
        app.on_cleanup.append(self._joining.signin.close)
        doors = BenchDoors(self._auth, self._w.codes, self._w.author, self._w.elsewhere, self._w.evidence)
        overviews = OverviewPages(self._auth, doors, self._w.view, self._w.overview, self._w.overview_of)
        app.add_routes(overviews.routes())
        links = PrivateLinks(self._auth, self._w.codes, "me", "visit", "/me")
        own = OwnPages(self._auth, links, self._w.view, self._w.host, self._w.conversation, self._deeds.take)
        app.add_routes(own.routes())
        if self._w.bench is not None:
            app.add_routes(BenchPages(self._w.bench, doors, self._w.view, self._w.settle).routes())
        return app

    def _names(self) -> frozenset[str]:
        """The names under which the page is asked for; none where it is reached under any."""
        known = urlsplit(self._w.page_url).hostname
        return frozenset({*LOOPBACK, *([known] if known else [])}) if self._w.loopback else frozenset()

    async def livez(self, request: web.Request) -> web.Response:
        """Whether the page answers."""
        return web.json_response({"ok": True})

    # --- the channel ------------------------------------------------------------------------------------------

    async def channel(self, request: web.Request) -> web.Response:
        """The page itself."""
        viewer = await self._auth.viewer(request)
        shown = await self._page(viewer, code=self._auth.cookies.code_to_show(request))
        self._auth.cookies.code_shown(shown)
        return shown

    async def earlier(self, request: web.Request) -> web.Response:
        """What was said before."""
        viewer = await self._auth.viewer(request)
        before = number(request.query.get("before"))
        found = await self._w.page.messages.page(viewer.channel, viewer.member.id, before, PAGE)
        return html(self._w.view.entries(found, viewer))

    async def complete(self, request: web.Request) -> web.Response:
        """Ways to go on from what stands in the composer."""
        viewer = await self._auth.viewer(request)
        line = request.query.get("line", "")[:2000]
        found = await self._w.conversation.complete(viewer.member, viewer.channel, line, viewer.language)
        completions = [{"label": c.label, "detail": c.detail, "insert": c.insert, "start": c.start} for c in found[:30]]
        return web.json_response(completions)

    async def blob(self, request: web.Request) -> web.Response:
        """A picture or a document, by the digest of its bytes: for who was shown it."""
        session = await self._auth.session(request)
        if session is None:
            raise web.HTTPForbidden(text=_("Join first to see pictures."))
        kept = await self._w.page.messages.blob(request.match_info["digest"], session.members)
        if kept is None:
            raise web.HTTPNotFound(text=_("That picture is gone."))
        kind = pictures.kind_of(kept.data)
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
            raise web.HTTPForbidden(text=_("That request came from another site."))
        viewer = await self._auth.viewer(request)
        with self._lines.one(viewer.member.id, _(TOO_MANY_PAGES)):
            return await self._line(request, viewer)

    async def _line(self, request: web.Request, viewer: Viewer) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=25, max_msg_size=4096)
        await socket.prepare(request)
        seen = number(request.query.get("rev")) or 0
        known = Known(self._auth, request, viewer)
        with self._w.hub.page(viewer.member.id) as changed:
            closed = asyncio.create_task(_until_closed(socket))
            try:
                while not (self._w.hub.closing or closed.done()):
                    changed.clear()
                    if not await known.still():
                        await socket.close(code=SESSION_ENDED)
                        break
                    news = await self._w.page.messages.since(viewer.channel, viewer.member.id, seen)
                    seen = max([seen, *(message.rev for message in news)])
                    with suppress(ConnectionError):
                        await socket.send_str(
                            json.dumps({**await self._around(viewer), "entries": self._entries(news, viewer)})
                        )
                    if len(news) == SINCE:
                        continue
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
        viewer, sent = await self._auth.sent(request)
        did = self._auth.gesture(viewer, sent)
        if not self._deeds.take(viewer.member.id):
            return await self._answer(request, viewer, did, Outcome(fault=_(TOO_FAST)), text=sent.get("text"))
        outcome = await self._w.conversation.write(did, sent.get("text"), sent.pictures.get("picture"))
        return await self._answer(request, viewer, did, outcome, text=sent.get("text"))

    async def press(self, request: web.Request) -> web.StreamResponse:
        """A button, or a form."""
        viewer, sent = await self._auth.sent(request)
        did = self._auth.gesture(viewer, sent)
        every: dict[str, Value] = {**sent.texts, **sent.pictures}
        fields = {name.removeprefix(FIELD): value for name, value in every.items() if name.startswith(FIELD)}
        if not self._deeds.take(viewer.member.id):
            faults = {"": _(TOO_FAST)} if did.opener else {}
            return await self._answer(request, viewer, did, Outcome(faults=faults, fault=_(TOO_FAST)), fields)
        outcome = await self._w.conversation.press(did, sent.get("press"), fields)
        return await self._answer(request, viewer, did, outcome, fields)

    async def move_clock(self, request: web.Request) -> web.StreamResponse:
        """The demonstrator's clock, forward."""
        viewer, sent = await self._auth.sent(request)
        if not self._w.demo:
            raise web.HTTPNotFound(text=_("The clock can be moved only in a demonstration."))
        if not viewer.member.organiser:
            raise web.HTTPForbidden(text=_("Only an organiser moves the clock: it is everybody's."))
        days = number(sent.get("days"))
        if days not in (1, 7):
            raise web.HTTPBadRequest(text=_("The clock moves by a day or a week."))
        try:
            await self._w.advance(days)
        except ClockStops as stopped:
            raise web.HTTPBadRequest(text=str(stopped)) from stopped
        self._w.hub.wake()
        if wants_json(request):
            return web.json_response(await self._around(viewer))
        raise web.HTTPSeeOther(f"/c/{quote(viewer.channel)}{viewer.query}")

    # --- shared by the above ----------------------------------------------------------------------------------

    async def _page(
        self, viewer: Viewer, *, fault: str = "", text: str = "", status: int = 200, code: str = ""
    ) -> web.Response:
        rev = await self._w.page.messages.rev()
        found = await self._w.page.messages.page(viewer.channel, viewer.member.id, None, PAGE)
        tops = [message for message in found if message.anchor is None]
        page = self._w.view.page(
            "channel.html",
            viewer=viewer,
            shown=self._w.view.entries(found, viewer),
            more=len(tops) == PAGE,
            rev=rev,
            channels=self._w.channels,
            members=await self._w.page.people.all(),
            here=self._w.hub.here() | {viewer.member.id},
            now=self._w.clock(),
            movable=self._w.demo and viewer.member.organiser,
            edits=self._w.bench is not None and viewer.member.organiser,
            demo=self._w.demo,
            helps="help" in {command.name for command in self._w.conversation.commands(viewer.member)},
            takes_picture=next((c.name for c in self._w.conversation.commands(viewer.member) if c.on_picture), ""),
            key=secrets.token_urlsafe(12),
            fault=fault,
            text=text,
            code=code,
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
        use_language(viewer.language)  # a public reply was made in the group's
        if outcome.left:
            return self._left(request, outcome.left)
        if outcome.entries:
            self._w.hub.wake()
        if wants_json(request):
            content: dict[str, object] = {"entries": self._entries(outcome.entries, viewer)}
            if outcome.form is not None:
                content |= {"form": self._form(viewer, did, outcome), "faults": dict(outcome.faults)}
            if outcome.fault:
                content |= {"fault": outcome.fault, "faults": dict(outcome.faults)}
            return web.json_response(content, status=422 if outcome.fault else 200)
        if outcome.faults and outcome.form is None:
            again = await self._w.conversation.press(
                replace(did, key=secrets.token_urlsafe(12), opener=""), did.opener, {}
            )
            outcome = Outcome(form=again.form, opener=did.opener, faults=outcome.faults, fault=outcome.fault)
        if outcome.form is not None:
            page = self._form(viewer, did, outcome, given)
            return html(self._w.view.page("form_page.html", form=page, viewer=viewer, title=outcome.form.title))
        if outcome.fault:
            return await self._page(viewer, fault=outcome.fault, text=text, status=422)
        raise web.HTTPSeeOther(f"/c/{quote(viewer.channel)}{viewer.query}#m{outcome.entries[0].id}")

    def _left(self, request: web.Request, sentence: str) -> web.Response:
        """Somebody who is not on the page any more is told so, and signed out."""
        self._w.hub.wake()
        if wants_json(request):
            response = web.json_response({"left": sentence})
        else:
            response = html(self._w.view.page("error.html", heading=_("Good-bye"), sentence=sentence))
        self._auth.cookies.forget(response)
        return response

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

    def _entries(self, messages: Sequence[Message], viewer: Viewer) -> list[dict[str, object]]:
        return [
            {
                "id": message.id,
                "rev": message.rev,
                "anchor": message.anchor,
                "private": message.reader is not None,
                "own": message.author == viewer.member.id,
                "edited": message.edited_at is not None,
                "who": message.author_name or "studybot",
                "summary": message.body.get("summary") or message.body.get("text") or _("a picture"),
                "html": self._w.view.entry(message, viewer),
            }
            for message in messages
        ]

    async def _around(self, viewer: Viewer) -> dict[str, object]:
        here = self._w.hub.here()
        return {
            "now": self._w.clock().isoformat(),
            "zone": str(viewer.zone),
            "people": self._w.view.people(await self._w.page.people.all(), here, viewer),
        }


async def _until_closed(socket: web.WebSocketResponse) -> None:
    while (await socket.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
        pass
