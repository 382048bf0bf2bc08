"""The counterpart itself: Discord's REST API, gateway and CDN on a random loopback port, with faults to order."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.counterparts.discord.contract import HAVE_SCHEMAS, ContractBroken, contract
from tests.counterparts.discord.gateway import Gateway
from tests.counterparts.discord.interactions import Interactions
from tests.counterparts.discord.rest import Rest
from tests.counterparts.discord.world import ApiError, World


@dataclass
class Heard:
    """One request as it came in."""

    method: str
    path: str
    body: Any
    at: float
    status: int = 0


@dataclass
class Fault:
    """What goes wrong with the next requests that fit. `then` says how: a status, or a way of losing the line."""

    method: str
    path: str
    then: int | str
    times: int = 1
    retry_after: float = 0.2
    shared: bool = False
    call: Callable[[], Awaitable[None]] | None = None
    fits: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self.fits = re.compile(self.path)


class Counterpart:
    """Discord, on this machine. Point a client at `api_url` (or `gateway_url`) and people at `world`."""

    def __init__(self, *, checked: bool = True, clock: Callable[[], float] | None = None) -> None:
        self.world = World()
        if clock:
            self.world.clock = clock
        self.gateway = Gateway(self.world)
        self.interactions = Interactions(self.world, self._file_url)
        self.rest = Rest(self.world, self.gateway, self.interactions, self._file_url)
        self.heard: list[Heard] = []
        self.faults: list[Fault] = []
        self.broken: list[str] = []
        self.date_skew = 0.0
        self.away = False
        """Whether nobody reaches it: every request loses its line, and the gateway takes none."""
        self.checked = checked and HAVE_SCHEMAS
        self._runner: web.AppRunner | None = None
        self.origin = ""

    @property
    def api_url(self) -> str:
        """The base of the REST API."""
        return f"{self.origin}/api/v10"

    @property
    def gateway_url(self) -> str:
        """The gateway's address."""
        return self.origin.replace("http", "ws") + "/gateway/"

    def _file_url(self, channel: int, key: int, name: str) -> str:
        return f"{self.origin}/attachments/{channel}/{key}/{name}"

    def fail(self, method: str, path: str, then: int | str, **more: Any) -> Fault:
        """Order a fault: a status, "drop" (before), "commit-drop" (after), "hang"; "before" and "after" call back."""
        made = Fault(method, path, then, **more)
        self.faults.append(made)
        return made

    def requests(self, method: str, path: str) -> list[Heard]:
        """What came in to the paths that fit."""
        return [h for h in self.heard if h.method == method and re.search(path, h.path)]

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/attachments/{channel}/{key}/{name}", self._file)
        app.router.add_route("*", "/api/v10/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.origin = f"http://{host}:{port}"
        self.gateway.url = self.gateway_url

    async def outage(self, on: bool = True) -> None:
        """Be out of reach, gateway and all, or be back."""
        self.away = self.gateway.refusing = on
        if on:
            await self.gateway.cut()

    async def stop(self) -> None:
        """Close every line and stop listening."""
        await self.gateway.close()
        if self._runner:
            await self._runner.cleanup()

    async def _file(self, request: web.Request) -> web.Response:
        found = self.world.files.get(request.match_info["key"])
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found[1])

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        body, files = await _read(request)
        heard = Heard(request.method, path, body, self.world.clock())
        self.heard.append(heard)
        if self.away:
            return _drop(request)
        fault = next((f for f in self.faults if f.times and f.method == request.method and f.fits.search(path)), None)
        if fault:
            fault.times -= 1
            match fault.then:
                case "drop":
                    return _drop(request)
                case "hang":
                    await asyncio.sleep(fault.retry_after)
                    return _drop(request)
                case "before" | "before-drop":
                    assert fault.call
                    await fault.call()
                    if fault.then == "before-drop":
                        return _drop(request)
                case int(status):
                    heard.status = status
                    return self._refusal(status, fault)
        try:
            if self.checked:
                contract().request(request.method, path, body)
            self._authorised(request, path)
            status, answer = await self.rest.answer(request.method, path, request.query, body, files)
            if self.checked and answer is not None:
                contract().response(request.method, path, status, answer)
        except ContractBroken as broken:
            self.broken.append(str(broken))
            status, answer = 400, {"code": 50035, "message": f"Contract broken: {broken}"}
        except ApiError as error:
            status, answer = error.status, {"code": error.code, "message": error.message}
            if error.errors:
                answer["errors"] = error.errors
        heard.status = status
        if fault and fault.then == "commit-drop":
            return _drop(request)
        if fault and fault.then == "after":
            assert fault.call
            await fault.call()
        return self._json(status, answer)

    def _authorised(self, request: web.Request, path: str) -> None:
        if re.match(r"/(interactions|webhooks)/", path):
            return
        if request.headers.get("Authorization") != f"Bot {self.world.token}":
            raise ApiError(401, 0, "401: Unauthorized")

    def _json(self, status: int, answer: Any, headers: dict[str, str] | None = None) -> web.Response:
        from email.utils import formatdate

        sent = {
            "Date": formatdate(self.world.clock() + self.date_skew, usegmt=True),
            "X-RateLimit-Limit": "50",
            "X-RateLimit-Remaining": "49",
            "X-RateLimit-Reset": f"{self.world.clock() + 1:.3f}",
            "X-RateLimit-Reset-After": "1.000",
            "Via": "1.1 google",
        } | (headers or {})
        if answer is None:
            return web.Response(status=status, headers=sent)
        return web.Response(
            status=status, body=json.dumps(answer).encode(), content_type="application/json", headers=sent
        )

    def _refusal(self, status: int, fault: Fault) -> web.Response:
        if status == 429:
            body = {"message": "You are being rate limited.", "retry_after": fault.retry_after, "global": fault.shared}
            return self._json(
                429,
                body,
                {
                    "X-RateLimit-Remaining": "0",
                    "X-RateLimit-Reset-After": str(fault.retry_after),
                    "Retry-After": str(max(1, round(fault.retry_after))),
                    "X-RateLimit-Scope": "user",
                },
            )
        known = {403: (50013, "Missing Permissions"), 404: (10003, "Unknown Channel"), 401: (0, "401: Unauthorized")}
        code, message = known.get(status, (0, f"{status}"))
        return self._json(status, {"code": code, "message": message})


def _drop(request: web.Request) -> web.Response:
    """Lose the line without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _read(request: web.Request) -> tuple[Any, dict[int, bytes]]:
    files: dict[int, bytes] = {}
    if request.content_type == "multipart/form-data":
        body: Any = None
        async for part in await request.multipart():
            raw = await part.read()  # type: ignore[union-attr]
            name = part.name or ""  # type: ignore[union-attr]
            if name == "payload_json":
                body = json.loads(raw)
            elif match := re.fullmatch(r"files\[(\d+)\]", name):
                files[int(match[1])] = bytes(raw)
        return body, files
    raw = await request.read()
    return (json.loads(raw) if raw else None), files


@asynccontextmanager
async def counterpart(**options: Any) -> AsyncIterator[Counterpart]:
    """A running counterpart; on leaving, anything said against the schemas fails the test."""
    made = Counterpart(**options)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
    assert not made.broken, made.broken
