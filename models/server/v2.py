"""The addresses of the Open Inference Protocol (v2), so that other clients work here as with Triton or KServe."""

from __future__ import annotations

import struct

from aiohttp import web

from models.errors import RequestError, UnknownModelError
from models.inference.predictor import Predictor
from models.server.http import asker_of, body, deadline_of
from models.server.protocol_v2 import JSON_SIZE, metadata, read_request, write_response
from models.server.service import Service


def routes(service: Service) -> list[web.RouteDef]:
    """The protocol's addresses."""
    addresses = _Addresses(service)
    found = [
        web.get("/v2", addresses.server),
        web.get("/v2/health/ready", addresses.ready),
    ]
    for base in ("/v2/models/{name}", "/v2/models/{name}/versions/{version}"):
        found += [
            web.get(base, addresses.model),
            web.get(f"{base}/ready", addresses.model_ready),
            web.post(f"{base}/infer", addresses.infer),
        ]
    return found


class _Addresses:
    """One handler for each address."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def server(self, _request: web.Request) -> web.Response:
        """What this server is."""
        return web.json_response({"name": "studybot-models", "version": "1", "extensions": ["binary_tensor_data"]})

    async def ready(self, _request: web.Request) -> web.Response:
        """Whether the models are loaded."""
        self.service.check_ready()
        return web.json_response({"ready": True})

    async def model(self, request: web.Request) -> web.Response:
        """A model's tensors."""
        predictor = await self._predictor(request)
        versions = list(self.service.registry.model(predictor.manifest.name).entry.versions)
        return web.json_response(metadata(predictor.manifest, versions))

    async def model_ready(self, request: web.Request) -> web.Response:
        """Whether one model is loaded."""
        predictor = await self._predictor(request)
        return web.json_response({"name": predictor.manifest.name, "ready": True})

    async def infer(self, request: web.Request) -> web.Response:
        """The request's pictures through the model."""
        service = self.service
        deadline = deadline_of(request, service.settings.deadline_seconds)
        service.check_ready()
        predictor = await self._predictor(request)
        data, asker = await body(request, service, deadline), asker_of(request)
        try:
            asked = read_request(request.headers.get(JSON_SIZE), data)
        except (ValueError, KeyError, TypeError, struct.error, RecursionError) as error:
            reason = str(error) if type(error) is ValueError else "it is not of the protocol's form"
            raise RequestError(400, f"The inference request cannot be read: {reason}.") from None
        with service.admitted(len(asked.pictures)):
            answers = await service.classify_all(predictor, asked.pictures, deadline, asker)
        content, raw = write_response(predictor.manifest, asked, answers)
        if not raw:
            return web.Response(body=content, content_type="application/json")
        size = {JSON_SIZE: str(len(content))}
        return web.Response(body=content + raw, content_type="application/octet-stream", headers=size)

    async def _predictor(self, request: web.Request) -> Predictor:
        predictor = await self.service.registry.get(request.match_info["name"], request.match_info.get("version"))
        if predictor.reader is not None:
            raise UnknownModelError(f"{predictor.manifest.name} reads rows of a table: it answers under /v1 only.")
        return predictor
