"""Private links: one lets a member of any platform in, once and within ten minutes, to stay for some hours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from bot.platforms.browser.auth import Auth
from bot.platforms.browser.members import Session
from bot.platforms.host import OneTimeCodes
from store import Subject
from store.codes import SITTING, Purpose


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody who came by a link: the member that it is about, and what their forms must bring back."""

    group_id: int
    member_id: int
    session: Session


There = Callable[[int, int], Awaitable[bool]]
"""Whether a member, of a group by its id, is still where it reads, as far as their platform says so."""


class PrivateLinks:
    """The links of one purpose, and the stays that they begin: each in a cookie that its own addresses alone see.

    A stay ends for whoever is `there` no more.
    """

    def __init__(self, auth: Auth, codes: OneTimeCodes, there: There, link: Purpose, stay: Purpose, path: str) -> None:
        self._auth, self._codes, self._there = auth, codes, there
        self._link, self._stay, self._path = link, stay, path
        self._cookie = f"{auth.cookies.session}{path.replace('/', '-')}"

    async def redeem(self, code: str) -> tuple[int, int] | None:
        """Whose group and which member a link is about, which uses it up; None where it is not good."""
        subject = await self._codes.redeem(self._link, code[:100], datetime.now(UTC))
        if subject is None or subject.group_id is None or subject.member_id is None:
            return None
        return subject.group_id, subject.member_id

    async def let_in(self, request: web.Request, response: web.StreamResponse, group_id: int, member_id: int) -> None:
        """Begin their stay."""
        secret = await self._codes.issue(self._stay, datetime.now(UTC), Subject(group_id, member_id))
        life = int(SITTING.total_seconds())
        self._auth.cookies.set(request, response, self._cookie, secret, life, path=self._path)

    async def bearer(self, request: web.Request) -> Bearer | None:
        """Who stays here by a link."""
        secret = request.cookies.get(self._cookie, "")[:100]
        subject = await self._codes.holder(self._stay, secret, datetime.now(UTC)) if secret else None
        if subject is None or subject.group_id is None or subject.member_id is None:
            return None
        if not await self._there(subject.group_id, subject.member_id):
            await self._codes.end(self._stay, secret)
            return None
        return Bearer(subject.group_id, subject.member_id, Session(secret, ()))

    async def leave(self, bearer: Bearer, response: web.StreamResponse) -> None:
        """End a stay."""
        await self._codes.end(self._stay, bearer.session.secret)
        response.del_cookie(self._cookie, path=self._path)
