"""What every address of the service shares: the token, refusals as JSON, counting, and what a request may say."""

from __future__ import annotations

import asyncio
import hmac
import logging
import math
import re
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Final

import torch
from aiohttp import web
from aiohttp.typedefs import Middleware

from models.errors import BundleError, PictureError, RequestError
from models.inference.pictures import too_large
from models.server.base import BaseService

log = logging.getLogger(__name__)
DEADLINE_HEADER: Final = "X-Deadline-Ms"
_WITHOUT_TOKEN: Final = frozenset({"/livez", "/readyz"})
_GIVER: Final = re.compile(r"[0-9a-f]{0,128}")
_RETRY_SECONDS: Final = 1
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def middleware(service: BaseService) -> Middleware:
    """The middleware around every request."""

    @web.middleware
    async def around(request: web.Request, handler: _Handler) -> web.StreamResponse:
        began = time.perf_counter()
        try:
            if request.path not in _WITHOUT_TOKEN:
                _check_token(request, service.settings.token)
            with service.answering():
                answer = await handler(request)
        except (RequestError, PictureError) as error:
            answer = refusal(error.status, str(error))
        except BundleError as error:
            answer = refusal(503, str(error))
        except (MemoryError, torch.OutOfMemoryError):
            log.warning("%s %s: there was not memory enough.", request.method, request.path)
            answer = refusal(503, "There is not memory enough for this just now: try again in a moment.")
        except web.HTTPException as error:
            answer = _in_json(error)
        except Exception:
            log.exception("%s %s could not be answered.", request.method, request.path)
            answer = refusal(500, "The model service had a fault of its own: try again, and tell who runs it.")
        service.metrics.seen(request, answer.status, time.perf_counter() - began)
        return answer

    return around


def refusal(status: int, sentence: str) -> web.Response:
    """A refusal as JSON."""
    headers = {"Retry-After": str(_RETRY_SECONDS)} if status in {429, 503} else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return web.json_response({"error": sentence}, status=status, headers=headers)


def _in_json(error: web.HTTPException) -> web.Response:
    sentence = {404: "There is nothing at this address.", 405: "This address does not take that method."}
    answer = refusal(error.status, sentence.get(error.status, error.reason))
    if "Allow" in error.headers:
        answer.headers["Allow"] = error.headers["Allow"]
    return answer


def _check_token(request: web.Request, token: str) -> None:
    given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
    if token and not hmac.compare_digest(given, f"Bearer {token}".encode()):
        raise RequestError(401, "A bearer token is needed here, and the one given (if any) is not right.")


# --- what a request says -----------------------------------------------------------------------------------------


async def body(request: web.Request, service: BaseService, deadline: float) -> bytes:
    """What was sent, if there is room for it, it is no larger than allowed, and it arrives in time."""
    service.check_room()
    most = service.settings.max_bytes
    if request.content_length is not None and request.content_length > most:
        raise RequestError(413, too_large(most))
    data = bytearray()
    try:
        async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
            with service.arriving() as count:
                async for chunk in request.content.iter_any():
                    count(len(chunk))
                    data += chunk
                    if len(data) > most:
                        raise RequestError(413, too_large(most))
        return bytes(data)
    except TimeoutError:
        raise RequestError(408, "The picture did not arrive in time.") from None
    except ConnectionError:
        raise RequestError(400, "The picture did not arrive whole.") from None  # nobody is left to read this


def asker_of(request: web.Request) -> Hashable:
    """Whom to count a request to where askers take turns: its connection."""
    return request.transport and request.transport.get_extra_info("peername")


def deadline_of(request: web.Request, seconds: float) -> float:
    """Until when an answer is of use, on the monotonic clock; never more than `seconds` from now."""
    given = request.headers.get(DEADLINE_HEADER)
    if given is not None:
        try:
            seconds = min(seconds, float(given) / 1000)
        except ValueError:
            seconds = math.nan
        if not math.isfinite(seconds):
            raise RequestError(400, f"{DEADLINE_HEADER} must be a number of milliseconds.")
    return time.monotonic() + seconds


def number(request: web.Request, name: str, least: int, most: int) -> int | None:
    """A whole number of the query; None where it is left out."""
    given = request.query.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and least <= int(given[:9]) <= most):
        raise RequestError(400, f"{name} must be a whole number from {least} to {most}.")
    return int(given)


def flag(request: web.Request, name: str) -> bool:
    """A yes or no of the query; no where it is left out."""
    given = request.query.get(name, "0")
    if given not in {"0", "1", "true", "false"}:
        raise RequestError(400, f"{name} must be 1 or 0.")
    return given in {"1", "true"}


def giver_of(text: str) -> str:
    """Whose a picture is, as a hash that only the chat side can tell; empty where nobody says. Raises RequestError."""
    if not _GIVER.fullmatch(text):
        raise RequestError(400, "giver must be a hash of a-f and 0-9.")
    return text
