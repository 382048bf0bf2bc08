"""The way to a provider and back, and the word of a proxy: whoever is vouched for is signed in, as one and the same."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import available_timezones

import aiohttp
from aiohttp import web

from bot.platforms.browser.auth import Auth
from bot.platforms.browser.limits import TOO_MANY_JOIN, Buckets
from bot.platforms.browser.live import Hub
from bot.platforms.browser.members import NAME_LENGTH, new_secret, tidy_name
from bot.platforms.browser.signin.client import Attempt, ProviderClient, SignInFailed
from bot.platforms.browser.signin.ways import Ways
from bot.platforms.host import OneTimeCodes
from store import SignInTable, Voucher
from store.errors import Removed
from study.texts import _, noop

log = logging.getLogger(__name__)

MINUTES = 10
"""For so long a provider may take to ask somebody who they are; as long as its one-time code is good."""
BEGUN_ELSEWHERE = noop(
    "This sign-in was begun in another browser, or too long ago, or is over. Nobody was signed in; begin again."
)
SAID_NO = noop(
    "{title} was not allowed to say who you are, so nobody was signed in. You can begin again whenever you like."
)
STRANGER = noop(
    "{title} says that you are {name}, whom nobody here knows yet. This page takes people by invitation: open the "
    "link that an organiser gave you, and sign in there."
)
NO_WORD = noop(
    "The login before this page did not say who you are. Open the page by its public address, or tell whoever runs it."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A provider as the first page shows it."""

    title: str
    address: str


class SignInPages:
    """Where people go to sign in, and come back."""

    def __init__(
        self,
        ways: Ways,
        signing_in: SignInTable,
        auth: Auth,
        codes: OneTimeCodes,
        hub: Hub,
        arrivals: Buckets,
        url: Callable[[], str],
    ) -> None:
        self._ways, self._signing_in, self._auth = ways, signing_in, auth
        self._codes, self._hub = codes, hub
        self._arrivals, self._url = arrivals, url
        self._cookie = f"{auth.cookies.session}-signin"
        self._clients = {one.name: ProviderClient(one, self._session) for one in ways.providers}
        self._http: aiohttp.ClientSession | None = None

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        if not self._clients:
            return []
        return [web.get("/sign-in/{provider}", self.leave), web.get("/sign-in/{provider}/back", self.come_back)]

    def shown(self, invitation: str = "") -> list[Shown]:
        """The providers to choose from."""
        with_it = f"?invitation={quote(invitation)}" if invitation else ""
        return [Shown(one.profile.title, f"/sign-in/{one.name}{with_it}") for one in self._ways.providers]

    async def close(self, app: web.Application) -> None:
        """Let go of the lines to the providers."""
        if self._http is not None:
            await self._http.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession()
        return self._http

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """To the provider, with all that shows on the way back that it was this browser that left."""
        client = self._client(request)
        if not self._arrivals.take(self._auth.proxies.address(request)):
            raise web.HTTPTooManyRequests(text=TOO_MANY_JOIN)
        state = await self._codes.issue("sign-in", datetime.now(UTC))
        attempt = Attempt(new_secret(), state, self._back(client))
        try:
            away = web.HTTPSeeOther(await client.address(attempt))
        except SignInFailed as failed:
            raise self._refused(client, failed) from failed
        invitation = request.query.get("invitation", "")[:100]
        kept = ".".join((state, attempt.secret, client.provider.name, invitation))
        self._auth.cookies.set(request, away, self._cookie, kept, MINUTES * 60, path="/sign-in")
        raise away

    async def come_back(self, request: web.Request) -> web.StreamResponse:
        """From the provider: only from the one that this browser left for, only once, only with what it was given."""
        client = self._client(request)
        attempt, invitation = await self._begun(request, client)
        profile = client.provider.profile
        if request.query.get("iss", profile.issuer) != profile.issuer:  # RFC 9207: another provider's answer
            raise web.HTTPForbidden(text=_(BEGUN_ELSEWHERE))
        if request.query.get("error") == "access_denied":
            raise web.HTTPForbidden(text=_(SAID_NO, title=profile.title))
        try:
            if "error" in request.query or not request.query.get("code"):
                raise client.unproven(f"it sent back {request.query.get('error', 'no code')[:100]!r}")
            voucher = await client.voucher(attempt, request.query["code"])
        except SignInFailed as failed:
            raise self._refused(client, failed) from failed
        response = await self.vouched(request, voucher, profile.title, invitation)
        response.del_cookie(self._cookie, path="/sign-in")
        return response

    async def by_proxy(self, request: web.Request, invitation: str = "") -> web.Response:
        """In by the word of the proxy. Raises HTTPForbidden where it says nothing."""
        told = self._auth.told_by_proxy(request)
        if not told:
            raise web.HTTPForbidden(text=_(NO_WORD))
        voucher = Voucher(self._auth.proxied(told), told.partition("@")[0])
        return await self.vouched(request, voucher, _("The login before this page"), invitation)

    async def vouched(self, request: web.Request, voucher: Voucher, title: str, invitation: str) -> web.Response:
        """Signed in as whom the voucher names, in a session of its own. Raises HTTPForbidden where they may not."""
        name, _fault = tidy_name(voucher.name[:NAME_LENGTH])
        zone = voucher.zone if voucher.zone in available_timezones() else ""
        called = name or _("Somebody of {title}", title=title)[:NAME_LENGTH]
        named = replace(voucher, name=called, zone=zone, leads=self._ways.leads(voucher))
        try:
            person = await self._signing_in.come_in(
                named, datetime.now(UTC), newcomers=self._ways.newcomers or named.leads, invitation=invitation
            )
        except Removed as removed:
            raise web.HTTPForbidden(text=str(removed)) from removed
        if person is None:
            raise web.HTTPForbidden(text=_(STRANGER, title=title, name=named.name))
        response = web.Response(status=303, headers={"Location": "/"})
        await self._auth.sign_in(request, response, person)
        self._hub.wake()
        return response

    async def _begun(self, request: web.Request, client: ProviderClient) -> tuple[Attempt, str]:
        """What was begun in this browser, which ends it. Raises HTTPForbidden."""
        state, secret, name, invitation = (request.cookies.get(self._cookie, "").split(".") + [""] * 4)[:4]
        told = request.query.get("state", "")
        ours = bool(state) and name == client.provider.name and hmac.compare_digest(state.encode(), told.encode())
        if not ours or await self._codes.redeem("sign-in", state, datetime.now(UTC)) is None:
            raise web.HTTPForbidden(text=_(BEGUN_ELSEWHERE))
        return Attempt(secret, state, self._back(client)), invitation

    def _back(self, client: ProviderClient) -> str:
        return f"{self._url().rstrip('/')}/sign-in/{client.provider.name}/back"

    def _client(self, request: web.Request) -> ProviderClient:
        client = self._clients.get(request.match_info["provider"])
        if client is None:
            raise web.HTTPNotFound(text=_("Nobody signs in here that way; go back to the first page."))
        return client

    def _refused(self, client: ProviderClient, failed: SignInFailed) -> web.HTTPException:
        log.warning("Nobody was signed in by %s: %s.", client.provider.name, failed.cause or failed)
        return web.HTTPForbidden(text=str(failed))
