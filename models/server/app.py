"""The service with its addresses, as aiohttp serves it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from aiohttp import web

from models.server import v1, v1_training, v2
from models.server.http import middleware
from models.server.service import Service

HEADER_SECONDS: Final = (
    30.0  # for the first bytes of a request, and between two; longer than our clients keep a connection
)
_END_SECONDS: Final = 3.0


def runner(service: Service) -> web.AppRunner:
    """What serves the application: whoever hangs up is worked for no longer, whoever says nothing is hung up on."""
    return web.AppRunner(
        application(service),
        access_log=None,
        handle_signals=False,
        handler_cancellation=True,
        keepalive_timeout=HEADER_SECONDS,
        shutdown_timeout=_END_SECONDS,
    )


def application(service: Service) -> web.Application:
    """The application; the service starts and stops with it."""

    async def running(_app: web.Application) -> AsyncIterator[None]:
        await service.start()
        yield
        await service.stop()

    app = web.Application(client_max_size=service.settings.max_bytes, middlewares=[middleware(service)])
    app.add_routes([*v1.routes(service), *v2.routes(service), *v1_training.routes(service)])
    app.cleanup_ctx.append(running)
    return app
