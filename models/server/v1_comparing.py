"""The addresses under which two models are compared."""

from __future__ import annotations

import asyncio

from aiohttp import web

from models.server.base import BaseService


def routes(service: BaseService) -> list[web.RouteDef]:
    """Which can be, and how two do."""
    comparisons = service.comparisons

    async def offered(_request: web.Request) -> web.Response:
        return web.json_response({"offered": await asyncio.to_thread(comparisons.offered)})

    async def compare(request: web.Request) -> web.Response:
        found = await comparisons.compare(request.match_info["name"], request.match_info["other"])
        return web.json_response(found.model_dump())

    return [web.get("/v1/comparisons", offered), web.post("/v1/comparisons/{name}/{other}", compare)]
