"""The devices on which people of the page are told: whose they are, and the way to their push services."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase

import aiohttp
from cryptography.hazmat.primitives.asymmetric import ec
from yarl import URL

from bot.platforms.base import PrivateMessage
from bot.platforms.browser.push.sealing import CURVE, raw, sealed
from bot.platforms.host import KeyValueStore
from store import PageSessions, PushAddress

log = logging.getLogger(__name__)

KEY = "push.key"
"""The fact that holds the key by which push services know this bot: all subscriptions are made for it."""
GONE = (404, 410)
"""What a push service says of a subscription that is no more."""
SECONDS = 5.0
"""So long a push service may take: the message itself waits on the page."""
DAY = 24 * 3600
"""Seconds for which a device that is switched off finds a message, and for which our word to a service holds."""
LONGEST = 2000
"""Letters of an address."""
LETTERS = 300
"""Letters of a message that a device shows; the page has all of it."""


class Devices:
    """Tells people's devices. Only the `services` are ever called, for a browser says itself where it is to be told."""

    def __init__(self, facts: KeyValueStore, sessions: PageSessions, services: Sequence[str], page_url: str) -> None:
        self._facts, self._sessions = facts, sessions
        self._services, self._page_url = tuple(services), page_url

    async def key(self) -> str:
        """The public key for which a browser subscribes; empty where no service may be called."""
        return _text(raw((await self._private()).public_key())) if self._services else ""

    def address(self, endpoint: str, key: str, secret: str) -> PushAddress | None:
        """What a browser says of itself, if it can be told there."""
        try:
            url = URL(endpoint)
            origin = str(url.origin())
            sealed(b"", _bytes(key), _bytes(secret))
        except ValueError:
            return None
        known = any(fnmatchcase(origin, each) for each in self._services)
        return PushAddress(str(url), key, secret) if known and not url.user and len(endpoint) <= LONGEST else None

    async def tell(self, private: PrivateMessage, address: str) -> None:
        """Have each device of a person show the message, once; a press leads to the address on the page.

        Nothing of it undoes the message, and a device that is gone is forgotten.
        """
        devices = await self._sessions.devices(private.person, datetime.now(UTC)) if self._services else ()
        if not devices:
            return
        tag = hashlib.sha256(private.key.encode()).hexdigest()[:32]
        shown = {"title": f"#{private.place.channel}", "body": private.message.summary[:LETTERS]}
        message = json.dumps(shown | {"tag": tag, "url": address}).encode()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(SECONDS)) as http:
            await asyncio.gather(*(self._post(http, device, message, tag) for device in devices))

    async def _post(self, http: aiohttp.ClientSession, device: PushAddress, message: bytes, tag: str) -> None:
        service = URL(device.endpoint)
        try:
            body = sealed(message, _bytes(device.key), _bytes(device.secret))
            headers = {
                "Authorization": await self._word(str(service.origin())),
                "Content-Encoding": "aes128gcm",
                "TTL": str(DAY),
                "Topic": tag,
                "Urgency": "normal",
            }
            async with http.post(device.endpoint, data=body, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.info("a device at %s could not be told: %r", service.host, error)
            return
        if status in GONE:
            await self._sessions.forget_device(device.endpoint)
        elif status >= 300:
            log.warning("the push service %s answered %d", service.host, status)

    async def _word(self, audience: str) -> str:
        """Who we are, for one service: RFC 8292."""
        from joserfc import jwt
        from joserfc.jwk import ECKey

        private = await self._private()
        claims: dict[str, object] = {"aud": audience, "exp": int(time.time()) + DAY // 2}
        if self._page_url.startswith("https://"):
            claims["sub"] = self._page_url
        token = jwt.encode({"alg": "ES256", "typ": "JWT"}, claims, ECKey.import_key(private))
        return f"vapid t={token}, k={_text(raw(private.public_key()))}"

    async def _private(self) -> ec.EllipticCurvePrivateKey:
        """Our key, made once; looked up each time, for another process may have made it at the same moment."""
        known = await self._facts.get(KEY)
        if not known:
            made = ec.generate_private_key(CURVE).private_numbers().private_value
            await self._facts.set(KEY, _text(made.to_bytes(32, "big")))
            known = await self._facts.get(KEY)
            assert known is not None
        return ec.derive_private_key(int.from_bytes(_bytes(known), "big"), CURVE)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
