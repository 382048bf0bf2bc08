"""Asks a provider who somebody is: the code flow of OpenID Connect and OAuth 2.0, with PKCE, state and nonce."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from pydantic import BaseModel, ValidationError

from bot.errors import BotError
from bot.platforms.browser.signin.providers import Provider, trustworthy
from store import Voucher
from study.texts import _

PATIENCE = aiohttp.ClientTimeout(total=15)
LONGEST = 1 << 20
"""Bytes of the longest answer of a provider that is read."""
KNOWN_FOR = 3600.0
"""Seconds for which a provider's addresses and keys are taken to be as they were."""


class SignInFailed(BotError):
    """Nobody was signed in; the message is a sentence for the person. `cause` is for whoever runs the page."""

    def __init__(self, sentence: str, cause: str = "") -> None:
        super().__init__(sentence)
        self.cause = cause


class Metadata(BaseModel):
    """A provider's addresses, as it publishes them (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str = ""
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody's way to a provider and back. From the secret, which their browser keeps, all else is made."""

    secret: str
    state: str
    redirect: str

    @property
    def nonce(self) -> str:
        """What the token must bring back."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """What proves to the provider that whoever started also ends it (RFC 7636)."""
        return self._made("verifier")

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier."""
        return _base64(hashlib.sha256(self.verifier.encode()).digest())

    def _made(self, what: str) -> str:
        return _base64(hmac.new(self.secret.encode(), f"{what}\0{self.state}".encode(), hashlib.sha256).digest())


class ProviderClient:
    """The line to one provider."""

    def __init__(self, provider: Provider, http: Callable[[], aiohttp.ClientSession]) -> None:
        self.provider = provider
        self._profile, self._http = provider.profile, http
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, Mapping[str, Any]] | None = None

    async def known(self) -> None:
        """Look for its addresses. Raises SignInFailed where they are not found."""
        await self._found()

    async def address(self, attempt: Attempt) -> str:
        """Where the person is sent. Raises SignInFailed."""
        at = (await self._found()).authorization_endpoint
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": attempt.redirect,
            "scope": self._profile.scope,
            "state": attempt.state,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        if self._profile.discovers:
            asked["nonce"] = attempt.nonce
        return f"{at}{'&' if '?' in at else '?'}{urlencode(asked)}"

    async def voucher(self, attempt: Attempt, code: str) -> Voucher:
        """Who came back with the code. Raises SignInFailed."""
        found = await self._found()
        granted = await self._granted(found, attempt, code)
        if self._profile.discovers:
            claims = await self._identified(found, attempt, granted)
        else:
            claims = await self._userinfo(found.userinfo_endpoint, granted)
        return self._vouched(claims)

    async def _found(self) -> Metadata:
        profile = self._profile
        if not profile.discovers:
            return Metadata(
                issuer=profile.issuer,
                authorization_endpoint=profile.authorize,
                token_endpoint=profile.token,
                userinfo_endpoint=profile.userinfo,
                token_endpoint_auth_methods_supported=["client_secret_post"],
            )
        if self._metadata is None or time.monotonic() - self._metadata[0] > KNOWN_FOR:
            told = await self._asked("GET", f"{profile.issuer.rstrip('/')}/.well-known/openid-configuration")
            self._metadata = time.monotonic(), self._checked(told)
        return self._metadata[1]

    def _checked(self, published: object) -> Metadata:
        try:
            found = Metadata.model_validate(published)
        except ValidationError as error:
            raise self.unproven(f"its configuration cannot be read: {error.error_count()} faults") from error
        if found.issuer != self._profile.issuer:
            raise self.unproven(f"its configuration is that of {found.issuer}")
        addresses = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
        if not all(map(trustworthy, addresses)):
            raise self.unproven("its configuration names addresses that are not encrypted")
        return found

    async def _granted(self, found: Metadata, attempt: Attempt, code: str) -> Mapping[str, Any]:
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": attempt.redirect,
            "code_verifier": attempt.verifier,
        }
        ours, auth = self.provider, None
        if "client_secret_basic" in found.token_endpoint_auth_methods_supported:
            auth = aiohttp.encode_basic_auth(quote(ours.client_id, safe=""), quote(ours.client_secret, safe=""))
        else:
            sent |= {"client_id": ours.client_id, "client_secret": ours.client_secret}
        headers = {"Authorization": auth} if auth else {}
        granted = await self._asked("POST", found.token_endpoint, headers, sent)
        if not isinstance(granted, dict) or "error" in granted:
            why = granted.get("error") if isinstance(granted, dict) else "no object"
            raise self.unproven(f"it gave no token: {str(why)[:100]}")
        return granted

    async def _identified(self, found: Metadata, attempt: Attempt, granted: Mapping[str, Any]) -> Mapping[str, Any]:
        """The claims of the ID token; where it has no name, what the provider tells of the same person besides."""
        claims = await self._verified(found, attempt, granted.get("id_token"))
        if found.userinfo_endpoint and not self._name(claims):
            more = await self._userinfo(found.userinfo_endpoint, granted)
            if more.get("sub") != claims["sub"]:
                raise self.unproven("it told of somebody else than its token names")
            claims = {**more, **claims}
        return claims

    async def _verified(self, found: Metadata, attempt: Attempt, token: object) -> dict[str, Any]:
        # The library waits until somebody signs in: a page without providers does not pay for it.
        from bot.platforms.browser.signin.tokens import BadToken, UnknownKey, verified

        if not isinstance(token, str):
            raise self.unproven("it gave no ID token")
        for fresh in (False, True):
            keys = await self._keys_of(found, fresh=fresh)
            try:
                return verified(
                    token,
                    keys,
                    issuer=found.issuer,
                    client_id=self.provider.client_id,
                    nonce=attempt.nonce,
                    now=int(time.time()),
                )
            except UnknownKey as error:
                cause = error
            except BadToken as error:
                raise self.unproven(f"of its token: {error}") from error
        raise self.unproven("its token is signed with a key that it does not publish") from cause

    async def _keys_of(self, found: Metadata, *, fresh: bool) -> Mapping[str, Any]:
        if fresh or self._keys is None or time.monotonic() - self._keys[0] > KNOWN_FOR:
            told = await self._asked("GET", found.jwks_uri)
            if not isinstance(told, dict):
                raise self.unproven("its keys cannot be read")
            self._keys = time.monotonic(), told
        return self._keys[1]

    async def _userinfo(self, address: str, granted: Mapping[str, Any]) -> Mapping[str, Any]:
        told = await self._asked("GET", address, {"Authorization": f"Bearer {granted.get('access_token')}"})
        if not isinstance(told, dict):
            raise self.unproven("it told nothing of the person")
        return told

    def _vouched(self, claims: Mapping[str, Any]) -> Voucher:
        profile, (claim, wanted) = self._profile, self.provider.only
        if claim and str(claims.get(claim)) != wanted:
            raise SignInFailed(
                _(
                    "This page takes some people of {title}, and you are not among them. Ask whoever runs it.",
                    title=profile.title,
                )
            )
        ids = [claims.get(each) for each in profile.ids]
        if not all(isinstance(each, str | int) and str(each) for each in ids):
            raise self.unproven(f"it did not say {' and '.join(profile.ids)}")
        workspace = str(claims[profile.workspace]) if profile.workspace else ""
        zone = claims.get("zoneinfo")
        return Voucher(
            subject=" ".join([profile.issuer, *map(str, ids)]),
            name=self._name(claims),
            zone=zone if isinstance(zone, str) else "",
            platform=profile.platform,
            workspace=workspace,
            account=str(ids[-1]) if profile.platform else "",
            email=str(claims.get("email", "")) if claims.get("email_verified") is True else "",
        )

    def _name(self, claims: Mapping[str, Any]) -> str:
        """What they are called; never their e-mail address, which others would read."""
        names = (claims.get(each) for each in self._profile.names)
        return next((name for name in names if isinstance(name, str) and name.strip() and "@" not in name), "")

    async def _asked(
        self, method: str, address: str, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None
    ) -> object:
        given = {"Accept": "application/json", "User-Agent": "studybot", **(headers or {})}
        try:
            async with self._http().request(
                method, address, headers=given, data=form, timeout=PATIENCE, allow_redirects=False
            ) as answer:
                body = await _read(answer)
                if answer.status >= 500:
                    raise self._away(f"{address} answers {answer.status}")
                if answer.status not in (200, 400, 401):
                    raise self.unproven(f"{address} answers {answer.status}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._away(f"{address}: {error or type(error).__name__}") from error
        try:
            told: object = json.loads(body)
        except ValueError as error:
            raise self.unproven(f"{address} answers no JSON") from error
        return told

    def _away(self, cause: str) -> SignInFailed:
        return SignInFailed(
            _("{title} does not answer just now. Nothing happened; try again in a moment.", title=self._profile.title),
            cause,
        )

    def unproven(self, cause: str) -> SignInFailed:
        """What is said where the provider's word does not hold."""
        return SignInFailed(
            _(
                "What {title} said does not prove who you are, so nobody was signed in. "
                "Try again; if it stays so, tell "
                "whoever runs this page.",
                title=self._profile.title,
            ),
            cause,
        )


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    while len(body) < LONGEST and (chunk := await answer.content.read(LONGEST)):
        body += chunk
    return bytes(body)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
