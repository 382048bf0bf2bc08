"""A provider as OpenID Connect and OAuth 2.0 describe them: it asks a person, signs tokens, and can be made to err."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

CLIENT, SECRET = "the-page", "not: for everybody"
ASKS = (
    "<!doctype html><html lang=en><title>The school's login</title><h1>The school's login</h1>"
    "<a href='{yes}'>It is me</a> <a href='{no}'>No, thanks</a>"
)


class Issuer:
    """`person` is who uses the browser; `wrong` replaces claims of the next tokens (None leaves one out)."""

    def __init__(self):
        self.person = {"sub": "4711", "name": "Ana Ruiz", "email": "ana@example.org"}
        self.wrong, self.told = {}, None
        self.algorithm, self.asks, self.says_no, self.also = "ES256", False, False, {}
        self.methods = ["client_secret_basic"]
        self.granted, self.metadata, self.asked = {}, {}, []
        self.rotate()

    def rotate(self):
        """Sign with a new key from now on, and publish that one alone."""
        self.key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4)})
        self.published = self.key

    def application(self):
        app = web.Application()
        app.add_routes(
            [
                web.get("/.well-known/openid-configuration", self.configuration),
                web.get("/authorize", self.authorize),
                web.post("/token", self.token),
                web.get("/keys", self.keys),
                web.get("/userinfo", self.userinfo),
            ]
        )
        return app

    async def configuration(self, request):
        return web.json_response(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "token_endpoint_auth_methods_supported": self.methods,
                **self.metadata,
            }
        )

    async def authorize(self, request):
        asked = dict(request.query)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        self.asked.append(asked)
        code = secrets.token_urlsafe(8)
        self.granted[code] = asked
        back = {"state": asked["state"], **self.also}
        yes = f"{asked['redirect_uri']}?{urlencode({'code': code, **back})}"
        no = f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', **back})}"
        if self.asks:
            return web.Response(text=ASKS.format(yes=yes, no=no), content_type="text/html")
        raise web.HTTPFound(no if self.says_no else yes)

    async def token(self, request):
        sent = await request.post()
        if "client_secret_basic" in self.methods:
            known = request.headers.get("Authorization") == aiohttp.encode_basic_auth(
                CLIENT, "not%3A%20for%20everybody"
            )
        else:
            known = (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
        asked = self.granted.pop(sent.get("code"), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if (
            not known
            or asked is None
            or (proof, sent["redirect_uri"])
            != (
                asked["code_challenge"],
                asked["redirect_uri"],
            )
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        told = {"access_token": "let-me-ask", "token_type": "Bearer", "id_token": self.signed(asked.get("nonce"))}
        return web.json_response(told)

    def signed(self, nonce):
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.person}
        claims = {name: value for name, value in (claims | self.wrong).items() if value is not None}
        if self.algorithm == "none":
            parts = (b'{"alg":"none"}', json.dumps(claims).encode())
            part = [base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in parts]
            return ".".join([*part, ""])
        if self.algorithm == "HS256":  # the public key taken for a shared secret
            return jwt.encode({"alg": "HS256", "kid": self.key.kid}, claims, OctKey.import_key(self.key.as_pem()))
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, claims, self.key)

    async def keys(self, request):
        return web.json_response({"keys": [self.published.as_dict(private=False)]})

    async def userinfo(self, request):
        assert request.headers["Authorization"] == "Bearer let-me-ask"
        return web.json_response(self.told or self.person)


@asynccontextmanager
async def issuer():
    """A provider on this machine."""
    made = Issuer()
    server = TestServer(made.application())
    await server.start_server()
    made.server, made.url = server, str(server.make_url("")).rstrip("/")
    try:
        yield made
    finally:
        await server.close()
