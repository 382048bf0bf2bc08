"""The addresses of the page: what may be fetched and sent, by whom, and in which form the answer goes back."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from urllib.parse import quote

from aiohttp import web

from bot.channel_events import Author
from bot.clock import ClockStops
from bot.packs.bench import Bench
from bot.platforms.browser import uploads
from bot.platforms.browser.auth import Auth, number
from bot.platforms.browser.bench.doors import BenchDoors, Elsewhere, Evidenced
from bot.platforms.browser.bench.pages import BenchPages, Settle
from bot.platforms.browser.conversation import Conversation, Gesture, Outcome
from bot.platforms.browser.folders.pages import FolderPages
from bot.platforms.browser.joining import Joining
from bot.platforms.browser.limits import TOO_FAST, Buckets, Proxies, Room
from bot.platforms.browser.line import PAGE, Lines, more, people_version
from bot.platforms.browser.live import Hub
from bot.platforms.browser.middleware import html, protect, wants_json
from bot.platforms.browser.overview import OverviewPages
from bot.platforms.browser.own_page import OwnPages
from bot.platforms.browser.private_links import PrivateLinks
from bot.platforms.browser.push.devices import Devices
from bot.platforms.browser.push.pages import DevicePages
from bot.platforms.browser.signin.ways import Ways
from bot.platforms.browser.uploads import HELD, own
from bot.platforms.browser.view import HERE, View, Viewer
from bot.platforms.host import Host, OneTimeCodes
from bot.vision import pictures
from cogs.messages import Value
from store import UNDER, Message, Page, PagePerson, SignInTable
from study.group import Place
from study.texts import _, use_language

DEEDS, DEEDS_A_SECOND = 120, 2
"""What one person may write and press at once, and from then on."""
PART = 1 << 20
"""So many bytes of a picture are in hand at a time, for whoever is slow to read it."""


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
    organises: Callable[[PagePerson, str], Awaitable[bool]]
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
    place: Callable[[str], Place]
    evidence: Evidenced
    settle: Settle
    devices: Devices


class Site:
    """The web application."""

    def __init__(self, wiring: Wiring) -> None:
        self._w = w = wiring
        self._auth = Auth(
            *(w.page, w.signing_in, w.channels, w.zone, w.organises, w.proxies),
            page_url=w.page_url,
            proxy_user=w.ways.proxy_user,
        )
        self._deeds = Buckets(DEEDS, DEEDS_A_SECOND)
        self._lines = Lines(self._auth, w.page, w.view, w.hub, w.clock)
        self._leaving = Room(everybody=256 * PART, address=128 * PART, person=32 * PART)
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
        w = self._w
        protect(app, w.view, proxies=w.proxies, page_url=w.page_url, loopback=w.loopback)
        app.add_routes(
            [
                web.get("/", self._joining.home),
                web.get("/livez", self.livez),
                web.get("/join", self._joining.page),
                web.post("/join", self._joining.join),
                web.get("/c/{channel}", self.channel),
                web.get("/c/{channel}/earlier", self.earlier),
                web.get("/c/{channel}/complete", self.complete),
                web.get("/c/{channel}/live", self._lines.serve),
                web.post("/c/{channel}/write", self.write),
                web.post("/c/{channel}/press", self.press),
                web.post("/c/{channel}/clock", self.move_clock),
                web.post("/c/{channel}/read", self.read),
                web.get("/blob/{digest:[0-9a-f]{64}}", self.blob),
                web.static("/static", HERE / "static"),
            ]
        )
        app.add_routes(self._joining.signin.routes())
        app.on_cleanup.append(self._joining.signin.close)
        doors = BenchDoors(self._auth, self._w.codes, self._there, self._w.author, self._w.elsewhere, self._w.evidence)
        overviews = OverviewPages(self._auth, doors, self._w.view, self._w.host, self._w.place)
        app.add_routes(overviews.routes())
        links = PrivateLinks(self._auth, self._w.codes, self._there, "me", "visit", "/me")
        devices = DevicePages(self._auth, self._w.devices, self._w.page.sessions)
        app.add_routes(devices.routes())
        own = OwnPages(self._auth, links, self._w.view, self._w.host, self._w.conversation, self._deeds.take, devices)
        app.add_routes(own.routes())
        app.add_routes(FolderPages(self._auth, self._w.view, self._w.host, self._w.conversation).routes())
        if self._w.bench is not None:
            app.add_routes(BenchPages(self._w.bench, doors, self._w.view, self._w.settle).routes())
        return app

    async def _there(self, group_id: int, member_id: int) -> bool:
        """Whether the platform on which a member last took part has them still where their group reads."""
        seat = await self._w.host.channels.seat(group_id, member_id)
        return seat is None or await self._w.host.dispatcher.still_in(seat.place, seat.account.id)

    async def livez(self, request: web.Request) -> web.Response:
        """Whether the page answers."""
        return web.json_response({"ok": True})

    # --- the channel ------------------------------------------------------------------------------------------

    async def channel(self, request: web.Request) -> web.Response:
        """The page itself."""
        viewer = await self._auth.viewer(request)
        shown = await self._page(
            viewer, await self._wanted(request, viewer), code=self._auth.cookies.code_to_show(request)
        )
        self._auth.cookies.code_shown(shown)
        return shown

    async def earlier(self, request: web.Request) -> web.Response:
        """What was said before a message, in the channel or under another message."""
        viewer = await self._auth.viewer(request)
        return html(self._w.view.entries(await self._wanted(request, viewer), viewer))

    async def _wanted(self, request: web.Request, viewer: Viewer) -> Sequence[Message]:
        before, under = number(request.query.get("before")), number(request.query.get("under"))
        messages = self._w.page.messages
        if before and under:
            return await messages.under(under, viewer.member.id, before, UNDER)
        return await messages.page(viewer.channel, viewer.member.id, before, PAGE)

    async def complete(self, request: web.Request) -> web.Response:
        """Ways to go on from what stands in the composer."""
        viewer = await self._auth.viewer(request)
        line = request.query.get("line", "")[:2000]
        found = await self._w.conversation.complete(viewer.member, viewer.channel, line, viewer.language)
        completions = [{"label": c.label, "detail": c.detail, "insert": c.insert, "start": c.start} for c in found[:30]]
        return web.json_response(completions)

    async def blob(self, request: web.Request) -> web.StreamResponse:
        """A picture or a document, by the digest of its bytes: for who was shown it."""
        session = await self._auth.session(request)
        if session is None:
            raise web.HTTPForbidden(text=_("Join first to see pictures."))
        await request[HELD].enter_async_context(
            self._leaving.hold(PART, self._w.proxies.address(request), session.members[0])
        )
        messages, digest = self._w.page.messages, request.match_info["digest"]
        part, organises = partial(messages.part, digest, session.members), False
        found = await part(0, PART)
        if found is None and await self._organised_by(session.members):
            organises, found = True, await part(0, PART, organises=True)
        if found is None:
            raise web.HTTPNotFound(text=_("That picture is gone."))
        (kept, size), sent = found, PART
        kind = pictures.kind_of(kept.data)
        headers = {
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, max-age=31536000, immutable",
        }
        if not kind:
            headers["Content-Disposition"] = "attachment"
        response = web.StreamResponse(headers=headers)
        response.content_type, response.content_length = kind or "application/octet-stream", size
        await response.prepare(request)
        if request.method == "HEAD":
            return response
        await response.write(kept.data)
        while sent < size and (found := await part(sent, PART, organises=organises)):
            await response.write(found[0].data)
            sent += PART
        await response.write_eof()
        return response

    async def _organised_by(self, people: Sequence[str]) -> bool:
        """Whether one of these people organises a group of the page."""
        for person in [await self._w.page.people.get(each) for each in people]:
            if person and (person.organiser or any([await self._w.organises(person, one) for one in self._w.channels])):
                return True
        return False

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
        fields = own(every)
        if not self._deeds.take(viewer.member.id):
            faults = {"": _(TOO_FAST)} if did.opener else {}
            return await self._answer(request, viewer, did, Outcome(faults=faults, fault=_(TOO_FAST)), fields)
        outcome = await self._w.conversation.press(did, sent.get("press"), fields)
        return await self._answer(request, viewer, did, outcome, fields)

    async def read(self, request: web.Request) -> web.StreamResponse:
        """What came to this person alone was seen, up to one message."""
        viewer, sent = await self._auth.sent(request)
        up_to = number(sent.get("up_to"))
        if up_to and await self._w.page.messages.read_letters(viewer.member.id, up_to):
            self._w.hub.letters_read[viewer.member.id] += 1
        return web.json_response(await self._inbox(viewer))

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
            return web.json_response({"now": self._w.clock().isoformat(), "zone": str(viewer.zone)})
        raise web.HTTPSeeOther(f"/c/{quote(viewer.channel)}{viewer.query}")

    # --- shared by the above ----------------------------------------------------------------------------------

    async def _page(
        self,
        viewer: Viewer,
        found: Sequence[Message] | None = None,
        *,
        fault: str = "",
        text: str = "",
        status: int = 200,
        code: str = "",
    ) -> web.Response:
        """The page, with the latest messages or those that were `found`."""
        rev = await self._w.page.messages.rev()
        if found is None:
            found = await self._w.page.messages.page(viewer.channel, viewer.member.id, None, PAGE)
        people = await self._w.page.people.all()
        page = self._w.view.page(
            "channel.html",
            viewer=viewer,
            shown=self._w.view.entries(found, viewer),
            first=found[0].id if more(found) else None,
            rev=rev,
            version=people_version(people),
            page_size=PAGE,
            letters=await self._w.page.messages.letters(viewer.channel, viewer.member.id),
            channels=self._w.channels,
            members=people,
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
            content: dict[str, object] = {"entries": self._w.view.as_json(outcome.entries, viewer)}
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

    async def _inbox(self, viewer: Viewer) -> dict[str, object]:
        return asdict(await self._w.page.messages.letters(viewer.channel, viewer.member.id))
