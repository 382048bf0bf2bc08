"""The gateway: the service's addresses in front of replicas, so that nobody who asks can tell the two apart.

It lets in and refuses as the service does, trains and compares; whatever needs a model goes to a replica. A request
whose replica ends before it has answered is asked of another, once: nothing is kept otherwise for being asked twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from abc import abstractmethod
from collections.abc import Hashable
from typing import Final, Protocol

from aiohttp import web
from prometheus_client import Counter, Gauge

from models.bundles.library import Library
from models.errors import DeadlineError, LostError, RequestError, ServeError
from models.server import openapi
from models.server.app import application_of, own_routes
from models.server.base import BaseService, Settings
from models.server.distributed.replica import PIXELS, Reply
from models.server.http import DEADLINE_HEADER, asker_of, body, deadline_of
from models.server.metrics import Metrics

log = logging.getLogger(__name__)
NOT_PASSED_ON: Final = frozenset({
    "authorization", "connection", "content-length", "expect", "host", "keep-alive", "transfer-encoding",
    DEADLINE_HEADER.lower(),
})  # fmt: skip
_ATTEMPTS: Final = 2
_LOOK_SECONDS: Final = 1.0
_LOST = "What worked on this ended before it had answered, perhaps for want of memory: try again in a moment."
_NOBODY = "No replica of the models is running just now; one is started: try again in a minute."


class Replicas(Protocol):
    """Whatever runs the replicas and carries requests to them."""

    @abstractmethod
    async def ask(self, request: bytes, asker: str) -> Reply:
        """One replica's answer. Raises LostError; whoever stops waiting stops the work."""

    @abstractmethod
    async def running(self) -> int:
        """How many replicas can answer. Raises ServeError where none ever will."""

    @abstractmethod
    async def refresh(self) -> None:
        """Have each look at the folders of models at once. Raises LostError."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of them."""


class Gateway(BaseService):
    """A service whose answers replicas compute."""

    def __init__(self, settings: Settings, replicas: Replicas) -> None:
        super().__init__(settings, Library(settings.roots), Metrics())
        self._replicas, self._running = replicas, 0
        registry = self.metrics.registry
        Gauge("models_replicas", "Replicas that can answer", registry=registry).set_function(lambda: self._running)
        self._lost = Counter("models_replicas_lost", "Requests whose replica ended meanwhile", registry=registry)

    def __str__(self) -> str:
        return f"replicas: {self._running}"

    # --- its life ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to watch the replicas; `ready` turns true when the first is running."""
        if self.trainings is not None:
            self.trainings.resume()
        self._tasks = [asyncio.create_task(self._watch())]

    async def stop(self) -> None:
        """Let go of the replicas."""
        await self._end_trainings_and_tasks()
        await self._replicas.close()

    async def _watch(self) -> None:
        while True:
            try:
                self._running = await self._replicas.running()
            except ServeError as error:
                if not self.ready:
                    raise
                self._running = 0
                log.warning("%s", error)
            self.ready = self.ready or self._running > 0
            await asyncio.sleep(_LOOK_SECONDS)

    async def refresh(self) -> None:
        """Have every replica look; one that has just ended looks when it begins anew."""
        with contextlib.suppress(LostError):
            await self._replicas.refresh()

    # --- the way of a request ------------------------------------------------------------------------------------

    async def forward(self, request: web.Request) -> web.Response:
        """A replica's answer to this request."""
        deadline = deadline_of(request, self.settings.deadline_seconds)
        self.check_ready()
        data = await body(request, self, deadline)
        headers = [
            f"{name}: {value}\r\n" for name, value in request.headers.items() if name.lower() not in NOT_PASSED_ON
        ]
        with self.admitted():
            reply = await self._answer(
                f"{request.method} {request.raw_path}", "".join(headers), data, deadline, asker_of(request)
            )
        return web.Response(status=reply.status, headers=reply.headers, body=reply.body)

    async def pixels_only(self, data: bytes, deadline: float, asker: Hashable) -> bytes:
        """The picture's pixels alone, opened by a replica."""
        reply = await self._answer(f"POST {PIXELS}", "", data, deadline, asker)
        if reply.status != 200:
            raise RequestError(reply.status, json.loads(reply.body)["error"])
        return reply.body

    async def _answer(self, asked: str, headers: str, data: bytes, deadline: float, asker: Hashable) -> Reply:
        """A replica's answer, of another where the first is lost."""
        for _ in range(_ATTEMPTS):
            if not self._running:
                raise RequestError(503, _NOBODY)
            left = deadline - time.monotonic()
            head = (
                f"{asked} HTTP/1.1\r\nHost: replica\r\nConnection: close\r\n{headers}"
                f"{DEADLINE_HEADER}: {max(0.0, left) * 1000:.0f}\r\nContent-Length: {len(data)}\r\n\r\n"
            )
            try:
                async with asyncio.timeout(left):
                    return await self._replicas.ask(head.encode("latin-1", "surrogateescape") + data, str(asker))
            except TimeoutError:
                raise DeadlineError from None
            except LostError as lost:
                self._lost.inc()
                log.warning("A replica was lost with a request: %s", lost)
        raise RequestError(503, _LOST)


def application(gateway: Gateway) -> web.Application:
    """Every address of the service; what is not the gateway's own goes to a replica."""
    own = own_routes(gateway)
    here = {(route.path, route.method.lower()) for route in own}
    passed_on = [
        getattr(web, method)(path, gateway.forward)
        for path, methods in openapi.document()["paths"].items()
        for method in methods
        if (path, method) not in here
    ]
    return application_of(gateway, [*own, *passed_on])
