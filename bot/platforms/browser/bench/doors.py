"""Who may come to the bench: the page's organisers, and those of other platforms by a private link."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from aiohttp import web

from bot.channel_events import Author
from bot.platforms.browser import uploads
from bot.platforms.browser.auth import EXPIRED, SIGNED_OUT, Auth
from bot.platforms.browser.middleware import wants_json
from bot.platforms.host import OneTimeCodes
from cogs.evidence import Evidence
from store.codes import SITTING
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
        author: Callable[[int, int], Awaitable[Author | None]],
        elsewhere: Elsewhere,
        evidence: Evidenced,
    ) -> None:
        self._auth, self._codes, self._author = auth, codes, author
        self._elsewhere, self._evidence = elsewhere, evidence
        self._cookie = f"{auth.cookies.session}-bench"

    async def enter(self, request: web.Request, code: str) -> web.HTTPSeeOther:
        """The way in for the bearer of a link, which is used up. Raises HTTPGone."""
        now = datetime.now(UTC)
        subject = await self._codes.redeem("bench", code[:100], now)
        if subject is None or subject.group_id is None or subject.member_id is None:
            raise web.HTTPGone(text=_(NOT_A_LINK))
        author = await self._author(subject.group_id, subject.member_id)
        if author is None:
            raise web.HTTPGone(text=_(NOT_A_LINK))
        secret = await self._codes.issue("sitting", now, subject)
        inside = web.HTTPSeeOther(f"/bench/{author.course}")
        life = int(SITTING.total_seconds())
        self._auth.cookies.set(request, inside, self._cookie, secret, life, path="/bench")
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
        sent = await uploads.read(request)
        if not hmac.compare_digest(sitting.token.encode(), sent.get("token").encode()):
            raise web.HTTPForbidden(text=_(EXPIRED))
        return sitting, sent

    async def _by_link(self, request: web.Request) -> Sitting | None:
        secret = request.cookies.get(self._cookie, "")[:100]
        subject = await self._codes.holder("sitting", secret, datetime.now(UTC)) if secret else None
        if subject is None or subject.group_id is None or subject.member_id is None:
            return None
        author = await self._author(subject.group_id, subject.member_id)
        if author is None:
            return None

        async def others(course: str) -> Sequence[str]:
            return author.others

        token = hmac.new(secret.encode(), b"bench", hashlib.sha256).hexdigest()
        ref = f"member {subject.group_id} {subject.member_id}"
        evidence = partial(self._evidence, subject.group_id)
        return Sitting(author.name, token, others, evidence, ref, author.course, subject.group_id)

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
