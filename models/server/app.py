"""The service with its addresses, as aiohttp serves it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import web

from models.server import v1, v2
from models.server.http import guard
from models.server.service import Service


def application(service: Service) -> web.Application:
    """The application; the service starts and stops with it."""

    async def running(_app: web.Application) -> AsyncIterator[None]:
        await service.start()
        yield
        await service.stop()

    app = web.Application(client_max_size=service.settings.max_bytes, middlewares=[guard(service)])
    app.add_routes([*v1.routes(service), *v2.routes(service)])
    app.cleanup_ctx.append(running)
    return app
