"""Turns away what is not ours, sets the headers that keep the page to itself, and makes every refusal a sentence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.platforms.browser.members import from_here, language_wished
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

_KNOWN = {404: noop("There is nothing at this address."), 405: noop("That cannot be done at this address.")}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def protect(app: web.Application, view: View, *, names: frozenset[str]) -> None:
    """Put the guard before every handler of the application, and the headers on everything it answers.

    Where `names` are given, the page answers to them alone.
    """

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        use_language(language_wished(request))
        try:
            _admit(request, names)
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

    app.middlewares.append(around)
    app.on_response_prepare.append(_secure)


def wants_json(request: web.Request) -> bool:
    """Whether a script asked, rather than a person who follows a link or sends a plain form."""
    return "application/json" in request.headers.get("Accept", "")


def html(page: str, status: int = 200) -> web.Response:
    """A page."""
    return web.Response(text=page, content_type="text/html", status=status)


def _admit(request: web.Request, names: frozenset[str]) -> None:
    # On loopback a foreign Host is another site's name bent to this machine (DNS rebinding).
    host, colon, port = request.host.rpartition(":")
    name = host if colon and port.isdigit() else request.host
    if names and name.casefold() not in names:
        raise web.HTTPForbidden(text=_("This page is only for this machine; open it as 127.0.0.1."))
    if request.method not in ("GET", "HEAD") and not from_here(request):
        raise web.HTTPForbidden(text=_("That request came from another site."))


def _refused(request: web.Request, refused: web.HTTPException, view: View) -> web.Response:
    said = refused.text or ""
    sentence = _(_KNOWN.get(refused.status, refused.reason)) if said == f"{refused.status}: {refused.reason}" else said
    if wants_json(request):
        response = web.json_response({"fault": sentence}, status=refused.status)
    else:
        response = html(view.page("error.html", sentence=sentence), refused.status)
    if refused.headers.get("Connection") == "close":
        response.force_close()
    return response


async def _secure(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-cache" if request.path.startswith("/static/") else "no-store")
