"""A member's own page: for people of the page in its channels, for members of other platforms by a private link."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.channel_events import Seat
from bot.platforms.browser import uploads
from bot.platforms.browser.auth import Auth, number
from bot.platforms.browser.conversation import Conversation, Gesture
from bot.platforms.browser.limits import TOO_FAST
from bot.platforms.browser.members import language_wished
from bot.platforms.browser.middleware import html
from bot.platforms.browser.overview import BarOfWeek, Plot, bars_of
from bot.platforms.browser.private_links import Bearer, PrivateLinks
from bot.platforms.browser.push.pages import DevicePages
from bot.platforms.browser.serialisation import shown, written
from bot.platforms.browser.view import View, Viewer
from bot.platforms.host import Host
from cogs.errors import CogsError
from cogs.messages import ActionId, Ask, Form, Person, Reply, Value
from cogs.own_page import OwnPage, OwnWeek
from store import PagePerson, session_hash
from study.texts import _, day_text, has_language, n_, noop, number_text, use_language

NOT_A_LINK = noop("This link is not good any more: it works once, within ten minutes. /me gives a new one.")
NOT_A_BUTTON = noop("That button is not one of this page; reload the page and try again.")


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at their own page: how they ask for things, what their forms carry, and where the page is.

    `back` leads to the channel, for whoever has one on the page; `bearer` came by a link.
    """

    viewer: Viewer
    ask: Callable[[str, Mapping[str, Value]], Ask]
    base: str
    back: str = ""
    bearer: Bearer | None = None

    @property
    def home(self) -> str:
        """The address of the page itself."""
        return f"{self.base}{self.viewer.query}"


Find = Callable[[web.Request, str], Awaitable[Visit]]


class OwnPages:
    """The pages. What is pressed on them is done as in the group's channel, and answered here."""

    def __init__(
        self,
        auth: Auth,
        links: PrivateLinks,
        view: View,
        host: Host,
        conversation: Conversation,
        take: Callable[[str], bool],
        devices: DevicePages,
    ) -> None:
        self._auth, self._links, self._view, self._host = auth, links, view, host
        self._conversation, self._take, self._devices = conversation, take, devices

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        pages = [("/c/{channel}/me", self._here), ("/me", self._by_link)]
        return [
            *(web.get(base, partial(self.page, find=find)) for base, find in pages),
            *(web.post(base, partial(self.press, find=find)) for base, find in pages),
            *(web.get(f"{base}/archive", partial(self.archive, find=find)) for base, find in pages),
            web.get("/me/enter", self.entrance),
            web.post("/me/enter", self.enter),
            web.post("/me/leave", self.leave),
        ]

    async def entrance(self, request: web.Request) -> web.Response:
        """Where a private link leads: a press goes on, for programs that look at links must not use them up."""
        return html(self._view.page("own_enter.html", code=request.query.get("code", "")[:100]))

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Begin a visit."""
        redeemed = await self._links.redeem((await uploads.small(request)).get("code"))
        if redeemed is None:
            raise web.HTTPGone(text=_(NOT_A_LINK))
        inside = web.HTTPSeeOther("/me")
        await self._links.let_in(request, inside, *redeemed)
        raise inside

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """End a visit."""
        visit, _sent = await self._sent(request, self._by_link)
        assert visit.bearer is not None
        gone = self._good_bye(_("You left your page. /me gives a new link to it."))
        await self._links.leave(visit.bearer, gone)
        return gone

    async def page(self, request: web.Request, find: Find) -> web.Response:
        """The page."""
        visit = await find(request, "")
        wanted = number(request.query.get("page")) or 1
        try:
            own = await self._host.own_page(visit.ask("own page", {}), max(0, min(wanted, 10_000) - 1))
        except CogsError as error:
            raise web.HTTPNotFound(text=str(error)) from error
        return html(
            self._view.page(
                "own_page.html",
                own=shown(own),
                weeks=own.weeks,
                plot=Plot(_bars(own), _("The points of each week; the table below says the same.")),
                lead=_lead(own),
                viewer=visit.viewer,
                visit=visit,
                device=None if visit.bearer else await self._devices.switch(visit.viewer),
            )
        )

    async def archive(self, request: web.Request, find: Find) -> web.Response:
        """Every question so far, to page and to search; what is pressed there is answered as on the page itself."""
        visit, words = await find(request, ""), request.query.get("words", "")
        reply = await self._host.dispatcher.command("archive", visit.ask("archive", {"words": words}))
        use_language(visit.viewer.language)
        body, _blobs = written(reply)
        return html(
            self._view.page("own_archive.html", reply=body, words=words, viewer=visit.viewer, visit=visit),
        )

    async def press(self, request: web.Request, find: Find) -> web.StreamResponse:
        """A button of the page, or a form: answered on a page of its own."""
        visit, sent = await self._sent(request, find)
        if not self._take(visit.viewer.member.id or visit.viewer.session.secret):
            raise web.HTTPTooManyRequests(text=_(TOO_FAST))
        every: dict[str, Value] = {**sent.texts, **sent.pictures}
        fields = uploads.own(every)
        answer = await self._asked(visit, sent.get("press"), sent.get("key"), fields)
        opener = sent.get("opener")[:200]
        if isinstance(answer, Reply) and opener and (answer.faults or answer.failed):
            again = await self._asked(visit, opener, "", {})
            if isinstance(again, Form):
                faults = answer.faults or {"": answer.summary}
                return html(self._form(visit, again, opener, faults, fields), 422)
        if isinstance(answer, Form):
            return html(self._form(visit, answer, sent.get("press"), {}, {}))
        return await self._answered(visit, answer)

    async def _answered(self, visit: Visit, reply: Reply) -> web.Response:
        if not await self._still(visit):
            gone = self._good_bye(reply.summary)
            self._auth.cookies.forget(gone)
            return gone
        for file in reply.files:
            named = f"attachment; filename*=UTF-8''{quote(file.name)}"
            return web.Response(body=file.data, content_type=file.content_type, headers={"Content-Disposition": named})
        body, _blobs = written(reply)
        return html(self._view.page("own_reply.html", reply=body, viewer=visit.viewer, visit=visit))

    async def _asked(self, visit: Visit, press: str, key: str, fields: Mapping[str, Value]) -> Reply | Form:
        try:
            assert ActionId.parse(press[:200]).id
        except (ValueError, AssertionError):
            raise web.HTTPBadRequest(text=_(NOT_A_BUTTON)) from None
        answer = await self._host.dispatcher.press(press, visit.ask(key[:80] or secrets.token_urlsafe(12), fields))
        use_language(visit.viewer.language)
        return answer

    def _form(
        self, visit: Visit, form: Form, opener: str, faults: Mapping[str, str], given: Mapping[str, Value]
    ) -> str:
        kept = {name: value for name, value in given.items() if isinstance(value, str)}
        key = secrets.token_urlsafe(12)
        filled = self._view.form(form, visit.viewer, message="", opener=opener, key=key, faults=faults, given=kept)
        return self._view.page("own_form.html", form=filled, title=form.title, visit=visit)

    def _good_bye(self, sentence: str) -> web.Response:
        return html(self._view.page("error.html", heading=_("Good-bye"), sentence=sentence))

    async def _still(self, visit: Visit) -> bool:
        """Whether they are there any more: whoever was forgotten is not."""
        if visit.bearer is None:
            return await self._auth.person(visit.viewer.member.id) is not None
        return await self._seat(visit.bearer) is not None

    async def _sent(self, request: web.Request, find: Find) -> tuple[Visit, uploads.Sent]:
        """A form of this page, from whom it was made for. Raises HTTPForbidden."""
        uploads.refuse_large(request, uploads.TEXT_BYTES)
        known = await find(request, "")  # a stranger's form is not even read
        sent = await self._auth.arrived(request, known.viewer.member.id)
        visit = await find(request, sent.get("as"))
        if not visit.viewer.session.genuine(sent.get("token")):
            raise web.HTTPForbidden(text=_("This page has expired; reload it and try again."))
        return visit, sent

    async def _here(self, request: web.Request, person_id: str) -> Visit:
        viewer = await self._auth.viewer(request, person_id)
        channel = f"/c/{quote(viewer.channel)}"
        base = f"{channel}/me"
        session = session_hash(viewer.session.secret)

        def ask(key: str, fields: Mapping[str, Value]) -> Ask:
            did = Gesture(viewer.member, viewer.channel, f"own:{key}", session=session, language=viewer.language)
            return self._conversation.ask(did, fields)

        return Visit(replace(viewer, elsewhere=base), ask, base, f"{channel}{viewer.query}")

    async def _by_link(self, request: web.Request, person_id: str) -> Visit:
        bearer = await self._links.bearer(request)
        seat = await self._seat(bearer) if bearer else None
        if bearer is None or seat is None:
            raise web.HTTPForbidden(text=_(NOT_A_LINK))
        language = seat.language if has_language(seat.language) else language_wished(request)
        use_language(language)
        account, place = seat.account, seat.place
        person = Person(account.platform, account.id, seat.name, False, seat.zone, language)

        def ask(key: str, fields: Mapping[str, Value]) -> Ask:
            unique = f"own:{account.platform}:{account.id}:{key}"
            return Ask(person, place, self._host.clock.now(), unique, fields)

        nobody = PagePerson("", seat.name, False, seat.zone)
        viewer = Viewer(nobody, "", ZoneInfo("UTC"), bearer.session, False, language, "/me")
        return Visit(viewer, ask, "/me", bearer=bearer)

    async def _seat(self, bearer: Bearer) -> Seat | None:
        return await self._host.channels.seat(bearer.group_id, bearer.member_id)


def _bars(own: OwnPage) -> list[BarOfWeek]:
    return bars_of([(week.points, _label(week)) for week in own.weeks])


def _label(week: OwnWeek) -> str:
    told = n_("{count} answer", "{count} answers", week.answers)
    return _(
        "Week of {day}: {points} points, {answers}",
        day=day_text(week.monday),
        points=number_text(week.points),
        answers=told,
    )


def _lead(own: OwnPage) -> str:
    """The plot in a sentence."""
    if not own.weeks:
        return ""
    best = max(own.weeks, key=lambda week: week.points)
    total = number_text(round(sum(week.points for week in own.weeks), 2))
    told = n_("{points} points in {count} week.", "{points} points in {count} weeks.", len(own.weeks), points=total)
    most = _("Most in the week of {day}: {points}.", day=day_text(best.monday), points=number_text(best.points))
    return f"{told} {most}" if best.points else told
