"""Turns away what is not ours, sets the headers that keep the page to itself, and makes every refusal a sentence."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from bot.platforms.browser.limits import TOO_MANY_ASKED, Buckets, Proxies
from bot.platforms.browser.members import from_here, language_wished
from bot.platforms.browser.uploads import HELD
from bot.platforms.browser.view import View
from bot.telemetry.events import event_id
from store.errors import DatabaseError
from study.texts import _, noop, use_language

log = logging.getLogger(__name__)

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_BY_TLS = {"Strict-Transport-Security": "max-age=31536000"}
"""Browsers never come without TLS again; they heed it where they came by TLS alone."""
_CLOSING = {"Connection": "close"}

REQUESTS, REQUESTS_A_SECOND = 2_000, 100
"""What one address may ask at once, and from then on; a school has one, and a page brings its pictures and scripts."""

_KNOWN = {404: noop("There is nothing at this address."), 405: noop("That cannot be done at this address.")}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def protect(app: web.Application, view: View, *, proxies: Proxies, page_url: str, loopback: bool) -> None:
    """Put the guard before every handler of the application, and the headers on everything it answers."""
    asked = Buckets(REQUESTS, REQUESTS_A_SECOND)
    headers = {**_HEADERS, **(_BY_TLS if page_url.startswith("https://") else {})}

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        use_language(language_wished(request))
        try:
            _admit(request, page_url, loopback)
            if not asked.take(proxies.address(request)):
                raise web.HTTPTooManyRequests(text=_(TOO_MANY_ASKED), headers={"Retry-After": "10"})
            async with AsyncExitStack() as request[HELD]:
                if request.method == "GET":  # a live line lasts for hours
                    return await handler(request)
                with event_id():
                    return await handler(request)
        except web.HTTPRedirection:
            raise
        except web.HTTPException as refused:
            return _refused(request, refused, view)
        except (ConnectionError, asyncio.CancelledError):
            raise
        except DatabaseError as error:
            # Said once, where the tick meets the same; here each person is told.
            return _refused(request, web.HTTPServiceUnavailable(text=str(error)), view)
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            broken = web.HTTPInternalServerError(text=_("Something broke on our side; try again in a moment."))
            return _refused(request, broken, view)

    async def secure(request: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-cache" if request.path.startswith("/static/") else "no-store")

    app.middlewares.append(around)
    app.on_response_prepare.append(secure)


def wants_json(request: web.Request) -> bool:
    """Whether a script asked, rather than a person who follows a link or sends a plain form."""
    return "application/json" in request.headers.get("Accept", "")


def html(page: str, status: int = 200) -> web.Response:
    """A page."""
    return web.Response(text=page, content_type="text/html", status=status)


def _admit(request: web.Request, page_url: str, loopback: bool) -> None:
    # A foreign Host is another site's name bent to this machine (DNS rebinding), or what a cache is to be poisoned by.
    host, colon, port = request.host.rpartition(":")
    name = (host if colon and port.isdigit() else request.host).casefold()
    if not (name in LOOPBACK or name == urlsplit(page_url).hostname or (not loopback and _is_address(name))):
        raise web.HTTPForbidden(text=_not_our_name(page_url, loopback))
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise web.HTTPUnsupportedMediaType(text=_("What is sent here must not be packed."), headers=_CLOSING)
    if request.method not in ("GET", "HEAD") and not from_here(request):
        raise web.HTTPForbidden(text=_("That request came from another site."))


def _is_address(name: str) -> bool:
    """Whether it is a number rather than a name, or this machine's own name: neither can be bent by another."""
    with suppress(ValueError):
        return bool(ip_address(name.strip("[]")))
    return name == socket.gethostname().casefold()


def _not_our_name(page_url: str, loopback: bool) -> str:
    if page_url:
        return _("This page goes by another name; open it as {address}.", address=page_url)
    if loopback:
        return _("This page is only for this machine; open it as 127.0.0.1.")
    return _("This page does not go by that name. Whoever runs the bot gives it one: STUDYBOT_PAGE_URL.")


def _before(request: web.Request) -> str:
    """The page from which a form was sent, where it is one of ours; else empty."""
    came = urlsplit(request.headers.get("Referer", ""))
    return came.path if request.method == "POST" and came.netloc == request.host and came.path != "/" else ""


def _refused(request: web.Request, refused: web.HTTPException, view: View) -> web.Response:
    said = refused.text or ""
    sentence = _(_KNOWN.get(refused.status, refused.reason)) if said == f"{refused.status}: {refused.reason}" else said
    if wants_json(request):
        response = web.json_response({"fault": sentence}, status=refused.status)
    else:
        response = html(view.page("error.html", sentence=sentence, back=_before(request)), refused.status)
    if after := refused.headers.get("Retry-After"):
        response.headers["Retry-After"] = after
    if refused.headers.get("Connection") == "close":
        response.force_close()
    return response
