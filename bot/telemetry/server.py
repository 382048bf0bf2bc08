"""Where programs look at a running bot: its counts, whether it answers, whether it is ready. No page for people."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.listening import Listener
from bot.settings import SettingsError, host_and_port
from bot.telemetry import metrics as m
from bot.telemetry.health import Check
from bot.telemetry.readiness import Readiness
from store import Store, StoreError

log = logging.getLogger(__name__)


class TelemetryServer:
    """`/metrics`, `/livez` and `/readyz` on an address of their own, whatever platforms are served."""

    def __init__(self, address: str, readiness: Readiness, store: Store, now: Callable[[], datetime]) -> None:
        self._host, self._port = host_and_port(address)
        self._readiness, self._store, self._now = readiness, store, now
        app = web.Application()
        app.add_routes(
            [web.get("/metrics", self._metrics), web.get("/livez", self._livez), web.get("/readyz", self._readyz)]
        )
        self._listener = Listener(app, self._host, self._port, seconds=1)

    @property
    def port(self) -> int:
        """The port listened on."""
        return self._listener.port

    async def start(self) -> None:
        """Listen. Raises SettingsError where the address cannot be used."""
        try:
            await self._listener.start()
        except OSError as error:
            raise SettingsError(
                f"{self._host}:{self._port} cannot be listened on ({error.strerror}): set STUDYBOT_METRICS."
            ) from error

    async def stop(self) -> None:
        """Stop listening."""
        await self._listener.stop()

    async def _livez(self, request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def _readyz(self, request: web.Request) -> web.Response:
        checks = await self._readiness.checks()
        ready = all(check.well for check in checks)
        told = {
            "ready": ready,
            "checks": [{key: value for key, value in asdict(check).items() if key != "platform"} for check in checks],
        }
        return web.json_response(told, status=200 if ready else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        body, content_type = await _exposition(self._store, await self._readiness.checks(), self._now())
        return web.Response(body=body, headers={"Content-Type": content_type})


async def _exposition(store: Store, checks: Iterable[Check], now: datetime) -> tuple[bytes, str]:
    """Everything in Prometheus' text format, and its content type. What the database cannot tell now is left out."""
    for gauge in (m.DUE, m.OLDEST_DUE, m.UNSETTLED, m.LINE_UP, m.READY):
        gauge.clear()
    for check in checks:
        m.READY.labels(check.name).set(check.well)
        if check.platform:
            m.LINE_UP.labels(check.platform).set(check.well)
    try:
        queues, unsettled = await store.deliveries.queues(now), await store.deliveries.unsettled_states()
    except StoreError as error:
        log.debug("queues are not told: %s", error)
    else:
        for queue in queues:
            to = "member" if queue.private else "channel"
            m.DUE.labels(queue.platform, to).set(queue.count)
            m.OLDEST_DUE.labels(queue.platform, to).set(max((now - queue.oldest).total_seconds(), 0.0))
        for state in ("unknown", "dead"):
            m.UNSETTLED.labels(state).set(unsettled.get(state, 0))
    return generate_latest(m.REGISTRY), CONTENT_TYPE_LATEST
