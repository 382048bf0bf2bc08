"""The service with its addresses, as aiohttp serves it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Final

from aiohttp import web

from models.server import openapi, v1, v1_comparing, v1_training, v2
from models.server.base import BaseService
from models.server.http import middleware
from models.server.service import Service

HEADER_SECONDS: Final = (
    30.0  # for the first bytes of a request, and between two; longer than our clients keep a connection
)
_END_SECONDS: Final = 3.0


def runner(app: web.Application) -> web.AppRunner:
    """What serves the application: whoever hangs up is worked for no longer, whoever says nothing is hung up on."""
    return web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        handler_cancellation=True,
        keepalive_timeout=HEADER_SECONDS,
        shutdown_timeout=_END_SECONDS,
    )


def application(service: Service) -> web.Application:
    """A service of its own, with every address."""
    return application_of(service, [*own_routes(service), *v1.routes(service), *v2.routes(service)])


def application_of(service: BaseService, routes: Iterable[web.RouteDef]) -> web.Application:
    """The application; the service starts and stops with it."""

    async def running(_app: web.Application) -> AsyncIterator[None]:
        await service.start()
        yield
        await service.stop()

    app = web.Application(client_max_size=service.settings.max_bytes, middlewares=[middleware(service)])
    app.add_routes(routes)
    app.cleanup_ctx.append(running)
    return app


def own_routes(service: BaseService) -> list[web.RouteDef]:
    """The addresses of what a service does itself, whoever computes the answers: it learns, compares, and says how it
    is.
    """
    return [*_process_routes(service), *v1_training.routes(service), *v1_comparing.routes(service)]


def _process_routes(service: BaseService) -> list[web.RouteDef]:
    """The addresses that tell of the process itself, whoever computes the answers."""

    async def livez(_request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def live(_request: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def metrics(_request: web.Request) -> web.Response:
        text, content_type = service.metrics.text()
        return web.Response(body=text, headers={"Content-Type": content_type})

    async def document(_request: web.Request) -> web.Response:
        return web.json_response(openapi.document())

    return [
        web.get("/livez", livez),
        web.get("/v2/health/live", live),
        web.get("/metrics", metrics),
        web.get("/openapi.json", document),
    ]
