"""The addresses under which pictures are collected, and models trained from them, published and taken back."""

from __future__ import annotations

import asyncio

from aiohttp import web

from models.errors import RequestError
from models.inference.answers import Answer
from models.inference.pictures import open_picture
from models.inference.predictor import Predictor
from models.inference.prepare import prepare
from models.server.base import BaseService
from models.server.http import asker_of, body, deadline_of, giver_of, number
from models.server.learning.trainings import Training, Trainings
from models.server.v1 import as_json


def routes(service: BaseService) -> list[web.RouteDef]:
    """Every address of a training."""
    addresses = _Addresses(service)
    return [
        web.get("/v1/trainings/{name}", addresses.show),
        web.post("/v1/trainings/{name}", addresses.start),
        web.delete("/v1/trainings/{name}", addresses.stop),
        web.post("/v1/trainings/{name}/pictures", addresses.collect),
        web.get("/v1/trainings/{name}/pictures/{file}", addresses.picture),
        web.post("/v1/trainings/{name}/pictures/{file}", addresses.settle),
        web.delete("/v1/trainings/{name}/pictures/{file}", addresses.remove),
        web.post("/v1/trainings/{name}/predict", addresses.predict),
        web.post("/v1/trainings/{name}/publish", addresses.publish),
        web.post("/v1/trainings/{name}/rollback", addresses.roll_back),
        web.delete("/v1/givers/{giver}", addresses.forget),
    ]


class _Addresses:
    """One handler for each address."""

    def __init__(self, service: BaseService) -> None:
        self.service = service

    def _trainings(self) -> Trainings:
        if self.service.trainings is None:
            raise RequestError(404, "Nothing is trained here.")
        return self.service.trainings

    async def collect(self, request: web.Request) -> web.Response:
        """Keep a picture that somebody gave to be learned from: the pixels, the label, and whose it is as a hash."""
        service, trainings = self.service, self._trainings()
        giver = giver_of(request.query.get("giver", ""))
        deadline = deadline_of(request, service.settings.deadline_seconds)
        service.check_ready()
        data = await body(request, service, deadline)
        with service.admitted():
            picture = await service.pixels_only(data, deadline, asker_of(request))
        name = request.match_info["name"]
        try:
            await asyncio.to_thread(trainings.collect, name, picture, request.query.get("label", ""), giver)
        except OSError as error:
            raise RequestError(507, f"The picture cannot be kept: {error.strerror}.") from None
        return await self._answered(trainings.training(name))

    async def picture(self, request: web.Request) -> web.Response:
        """A picture that was given."""
        name, file = request.match_info["name"], request.match_info["file"]
        data = await asyncio.to_thread(self._trainings().picture, name, file)
        return web.Response(body=data, content_type="image/png")

    async def settle(self, request: web.Request) -> web.Response:
        """Say what a picture shows after all; the same again where it keeps its label."""
        return await self._settled(request, request.query.get("label", ""))

    async def remove(self, request: web.Request) -> web.Response:
        """Remove a picture."""
        return await self._settled(request, None)

    async def _settled(self, request: web.Request, label: str | None) -> web.Response:
        name, file = request.match_info["name"], request.match_info["file"]
        return await self._answered(await asyncio.to_thread(self._trainings().settle, name, file, label))

    async def predict(self, request: web.Request) -> web.Response:
        """What the model says that was trained and may wait to be published; it is no model of the registry yet."""
        service = self.service
        top_k = number(request, "top_k", 1, 10_000)
        service.check_ready()
        predictor = await self._trainings().trained(request.match_info["name"])
        deadline = deadline_of(request, service.settings.deadline_seconds)  # from when it is loaded
        data = await body(request, service, deadline)
        with service.admitted():
            pixels = await service.pixels_only(data, deadline, asker_of(request))
            answer = await asyncio.to_thread(_asked, predictor, pixels)
        return web.json_response(as_json(predictor, answer, top_k, None))

    async def show(self, request: web.Request) -> web.Response:
        """How far it is, what was collected, and what it came to."""
        return await self._answered(self._trainings().training(request.match_info["name"]))

    async def start(self, request: web.Request) -> web.Response:
        """Begin to train."""
        return await self._answered(self._trainings().start(request.match_info["name"]))

    async def stop(self, request: web.Request) -> web.Response:
        """Call it off."""
        return await self._answered(await self._trainings().stop(request.match_info["name"]))

    async def publish(self, request: web.Request) -> web.Response:
        """Let it answer, from this answer on."""
        training = await self._trainings().publish(request.match_info["name"])
        await self.service.refresh()
        return await self._answered(training)

    async def roll_back(self, request: web.Request) -> web.Response:
        """Let the version before answer."""
        name = request.match_info["name"]
        version = await self._trainings().roll_back(name)
        await self.service.refresh()
        return web.json_response({"model": name, "version": version})

    async def forget(self, request: web.Request) -> web.Response:
        """Remove all that somebody gave."""
        giver = giver_of(request.match_info["giver"])
        if not giver:
            raise RequestError(400, "Say whose pictures are meant.")
        return web.json_response({"removed": await asyncio.to_thread(self._trainings().forget, giver)})

    async def _answered(self, training: Training) -> web.Response:
        return web.json_response(await asyncio.to_thread(self._trainings().as_json, training))


def _asked(predictor: Predictor, pixels: bytes) -> Answer:
    array, notes = prepare(open_picture(pixels), predictor.manifest.pictures)
    return predictor.answer([array], [notes])[0]
