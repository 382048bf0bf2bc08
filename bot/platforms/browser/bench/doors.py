"""Who may come to the bench: the page's organisers, and those of other platforms by a private link."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from bot.channel_events import Author
from bot.platforms.browser import uploads
from bot.platforms.browser.auth import EXPIRED, SIGNED_OUT, Auth
from bot.platforms.browser.middleware import wants_json
from bot.platforms.browser.private_links import PrivateLinks, There
from bot.platforms.host import OneTimeCodes
from cogs.evidence import Evidence
from study.texts import _, noop

Elsewhere = Callable[[str], Awaitable[Sequence[str]]]
"""The names of groups that follow a course and are not of this page."""
Evidenced = Callable[[int | None, str, str], Awaitable[Evidence]]
"""What answers say of a course, or of an item of it alone, in a group or, without one, in those of this page."""

NOT_A_LINK = noop("This link is not good any more: it works once, within ten minutes. /group edit gives a new one.")
NOT_YOURS = noop("This link is for another course; /group edit in its group gives one for it.")


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody at the bench: their name, what their forms must bring back, and their one course and group, if they
    came by a link from one.

    `others` tells the groups for which they cannot speak, of a course, and `evidence` what answers in their own say of
    it. `ref` is what is kept beside what they change:
    it leads to their name for as long as they are here, and to nobody once they are forgotten.
    """

    name: str
    token: str
    others: Elsewhere
    evidence: Callable[[str, str], Awaitable[Evidence]]
    ref: str
    course: str | None = None
    group: int | None = None


class BenchDoors:
    """Lets people in."""

    def __init__(
        self,
        auth: Auth,
        codes: OneTimeCodes,
        there: There,
        author: Callable[[int, int], Awaitable[Author | None]],
        elsewhere: Elsewhere,
        evidence: Evidenced,
    ) -> None:
        self._auth, self._author = auth, author
        self._elsewhere, self._evidence = elsewhere, evidence
        self._links = PrivateLinks(auth, codes, there, "bench", "sitting", "/bench")

    async def enter(self, request: web.Request, code: str) -> web.HTTPSeeOther:
        """The way in for the bearer of a link, which is used up. Raises HTTPGone."""
        redeemed = await self._links.redeem(code)
        author = await self._author(*redeemed) if redeemed else None
        if redeemed is None or author is None:
            raise web.HTTPGone(text=_(NOT_A_LINK))
        inside = web.HTTPSeeOther(f"/bench/{author.course}")
        await self._links.let_in(request, inside, *redeemed)
        return inside

    async def sitting(self, request: web.Request) -> Sitting:
        """Who asks. Raises HTTPSeeOther to the way in, HTTPForbidden."""
        by_link = await self._by_link(request)
        if by_link is not None and request.match_info.get("course", by_link.course) == by_link.course:
            return by_link
        try:
            return await self._by_session(request)
        except (web.HTTPSeeOther, web.HTTPForbidden):
            if by_link is None:
                raise
            raise web.HTTPForbidden(text=_(NOT_YOURS)) from None

    async def name(self, ref: str) -> str:
        """Whose `ref` it is, as they are called now."""
        kind, *ids = ref.split()
        found = await self._auth.person(ids[0]) if kind == "page" else await self._author(*map(int, ids))
        return _("somebody who left") if found is None else found.name

    async def sent(self, request: web.Request) -> tuple[Sitting, uploads.Sent]:
        """Who sends a form of ours, and what it brings. Raises HTTPForbidden."""
        uploads.refuse_large(request)
        sitting = await self.sitting(request)
        sent = await self._auth.arrived(request, sitting.ref)
        if not hmac.compare_digest(sitting.token.encode(), sent.get("token").encode()):
            raise web.HTTPForbidden(text=_(EXPIRED))
        return sitting, sent

    async def _by_link(self, request: web.Request) -> Sitting | None:
        bearer = await self._links.bearer(request)
        author = await self._author(bearer.group_id, bearer.member_id) if bearer else None
        if bearer is None or author is None:
            return None

        async def others(course: str) -> Sequence[str]:
            return author.others

        ref = f"member {bearer.group_id} {bearer.member_id}"
        evidence = partial(self._evidence, bearer.group_id)
        return Sitting(author.name, bearer.session.token, others, evidence, ref, author.course, bearer.group_id)

    async def _by_session(self, request: web.Request) -> Sitting:
        session = await self._auth.session(request)
        if session is None:
            if request.method == "GET" and not wants_json(request):
                raise web.HTTPSeeOther("/join")
            raise web.HTTPForbidden(text=_(SIGNED_OUT))
        people = [await self._auth.person(each) for each in session.members]
        organiser = next((each for each in people if each is not None and each.organiser), None)
        if organiser is None:
            raise web.HTTPForbidden(text=_("The bench is for organisers; ask one of yours."))
        evidence = partial(self._evidence, None)
        return Sitting(organiser.name, session.token, self._elsewhere, evidence, f"page {organiser.id}")
