"""The model service: pictures' bytes in over HTTP, calibrated answers out. It keeps no picture and calls nobody."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import io
import logging
import math
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from models.bundle import BundleFault
from models.inference.explain import heat_picture
from models.inference.pictures import MAX_BYTES, PictureFault, check_bytes
from models.inference.predictor import Answer, Predictor, mask_picture
from models.library import Library
from models.server import openapi, protocol_v2
from models.server.batcher import WARMED, Batcher, TooLate
from models.server.decode_pool import DecodePool
from models.server.feedback import FeedbackFault, FeedbackSet
from models.server.metrics import Metrics
from models.server.registry import Known, Registry, UnknownModel

DEADLINE_HEADER: Final = "X-Deadline-Ms"
log = logging.getLogger(__name__)
_OPEN: Final = frozenset({"/livez", "/readyz"})
_RETRY_SECONDS: Final = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service runs."""

    roots: tuple[Path, ...]
    device: str = "auto"
    exact: bool = False
    token: str = field(default="", repr=False)
    queue: int = 64
    decoders: int = 2
    deadline_seconds: float = 10.0
    cap_bytes: int = 2 << 30
    watch_seconds: float = 1.0
    max_bytes: int = MAX_BYTES
    feedback: Path | None = None


class Fault(Exception):
    """An answer other than 200, with a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Service:
    """All the service holds; `app` is what aiohttp serves."""

    def __init__(self, settings: Settings) -> None:
        import torch

        self.settings = settings
        wanted = settings.device
        self.device = ("cuda" if torch.cuda.is_available() else "cpu") if wanted == "auto" else wanted
        on_gpu = self.device.startswith("cuda")
        self.batcher = Batcher(pad=on_gpu)
        self.pool = DecodePool(settings.decoders)
        self.registry = Registry(
            Library(settings.roots),
            device=self.device,
            exact=settings.exact,
            cap_bytes=settings.cap_bytes,
            warm=WARMED if on_gpu else (1, 2),
        )
        self.metrics = Metrics(self.batcher)
        self.ready = False
        self.inside = 0
        self._warming: asyncio.Task[None] | None = None
        self.app = web.Application(client_max_size=settings.max_bytes, middlewares=[self._guard])
        self.app.add_routes(
            [
                web.get("/livez", self.livez),
                web.get("/readyz", self.readyz),
                web.get("/metrics", self.show_metrics),
                web.get("/openapi.json", self.openapi),
                web.get("/v1/models", self.list_models),
                web.get("/v1/models/{name}", self.show_model),
                web.post("/v1/models/{name}/predict", self.predict),
                web.post("/v1/models/{name}/versions/{version}/predict", self.predict),
                web.post("/v1/models/{name}/feedback", self.keep),
                *protocol_v2.routes(self),
            ]
        )
        self.app.cleanup_ctx.append(self._running)

    async def _running(self, _app: web.Application) -> AsyncIterator[None]:
        self.batcher.start()
        self._warming = asyncio.create_task(self._warm())
        yield
        self._warming.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await self._warming
        await self.pool.stop()
        await asyncio.to_thread(self.batcher.stop)

    async def _warm(self) -> None:
        await self.pool.start()
        await self.registry.refresh()
        self.ready = True
        while True:
            await asyncio.sleep(self.settings.watch_seconds)
            try:
                await self.registry.refresh()
            except OSError as fault:
                log.warning("The folders of models cannot be read just now: %s", fault)

    def check(self) -> None:
        """Raise whatever kept the service from getting ready."""
        if self._warming is not None and self._warming.done():
            self._warming.result()

    # --- every request -------------------------------------------------------------------------------------------

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401 - aiohttp's type
        began = time.perf_counter()
        answer: web.StreamResponse
        try:
            if request.path not in _OPEN:
                self._check_token(request)
            answer = await handler(request)
        except Fault as fault:
            answer = error(fault.status, str(fault))
        except PictureFault as fault:
            answer = error(fault.status, str(fault))
        except UnknownModel as fault:
            answer = error(404, str(fault))
        except BundleFault as fault:
            answer = error(503, str(fault))
        except TooLate:
            answer = error(504, "The answer would have come too late, so the picture was not looked at.")
        except web.HTTPRequestEntityTooLarge:
            most = self.settings.max_bytes // (1 << 20)
            answer = error(413, f"The picture is larger than {most} MB: send a smaller one.")
        except web.HTTPException as fault:
            sentence = {404: "There is nothing at this address.", 405: "This address does not take that method."}
            answer = error(fault.status, sentence.get(fault.status, fault.reason))
            if "Allow" in fault.headers:
                answer.headers["Allow"] = fault.headers["Allow"]
        self.metrics.seen(request, answer.status, time.perf_counter() - began)
        return answer

    def _check_token(self, request: web.Request) -> None:
        if not self.settings.token:
            return
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, f"Bearer {self.settings.token}".encode()):
            raise Fault(401, "A bearer token is needed here, and the one given (if any) is not right.")

    # --- looking at pictures -------------------------------------------------------------------------------------

    async def predict(self, request: web.Request) -> web.Response:
        """The body's picture through the model."""
        deadline = self.deadline(request)
        top_k, explain = _number(request, "top_k", 1, 10_000), _flag(request, "explain")
        with self.admitted(request):
            predictor = await self.predictor(request)
            data = await self.body(request, deadline)
            answer, heat = await self.look(predictor, data, deadline, explain=explain)
        return web.json_response(as_json(predictor, answer, top_k, heat))

    async def keep(self, request: web.Request) -> web.Response:
        """Keep a correction that a member gave with consent: the pixels and the label, nothing else."""
        deadline, label = self.deadline(request), request.query.get("label", "")
        if self.settings.feedback is None:
            raise Fault(404, "Corrections are not kept here.")
        with self.admitted(request):
            manifest = (await self.predictor(request)).manifest
            picture = await self.pool.harmless(await self.body(request, deadline))
        kept = FeedbackSet(self.settings.feedback, manifest.name)
        try:
            entry = await asyncio.to_thread(kept.add, picture, label, manifest.version)
        except FeedbackFault as fault:
            raise Fault(400, str(fault)) from None
        return web.json_response({"model": manifest.name, "label": entry.label, "kept": entry.file})

    async def look(
        self, predictor: Predictor, data: bytes, deadline: float, *, explain: bool = False
    ) -> tuple[Answer, bytes | None]:
        """What the model says of this picture, and where it looked."""
        check_bytes(data, self.settings.max_bytes)
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                with self.batcher.coming(predictor):
                    decoded = await self.pool.decode(data, predictor.manifest.input)
                answer = await self.batcher.ask(predictor, decoded.array, decoded.notes, deadline)
                heat = None
                if explain:
                    heat = await self.batcher.call(lambda: heat_picture(predictor, decoded.array))
        except TimeoutError:
            raise TooLate from None
        return answer, heat

    async def predictor(self, request: web.Request) -> Predictor:
        """The model this address names."""
        return await self.registry.get(request.match_info["name"], request.match_info.get("version"))

    def check_ready(self) -> None:
        """Refuse while the models are being loaded."""
        if not self.ready:
            raise Fault(503, "The models are still being loaded: try again in a few seconds.")

    @contextlib.contextmanager
    def admitted(self, request: web.Request) -> Iterator[None]:
        """A place in the bounded queue for as long as the request is worked on; refused at once where there is none."""
        self.check_ready()
        if self.inside >= self.settings.queue:
            raise Fault(429, "Too many pictures are waiting: try again in a moment.")
        if request.content_length is not None and request.content_length > self.settings.max_bytes:
            most = self.settings.max_bytes // (1 << 20)
            raise Fault(413, f"The picture is larger than {most} MB: send a smaller one.")
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    async def body(self, request: web.Request, deadline: float) -> bytes:
        """What was sent, if it arrives in time."""
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                return await request.read()
        except TimeoutError:
            raise Fault(408, "The picture did not arrive in time.") from None

    def deadline(self, request: web.Request) -> float:
        """Until when an answer is of use, on the monotonic clock."""
        given = request.headers.get(DEADLINE_HEADER)
        seconds = self.settings.deadline_seconds
        if given is not None:
            try:
                seconds = min(seconds, float(given) / 1000)
            except ValueError:
                seconds = math.nan
            if not math.isfinite(seconds):
                raise Fault(400, f"{DEADLINE_HEADER} must be a number of milliseconds.")
        return time.monotonic() + seconds

    # --- what there is -------------------------------------------------------------------------------------------

    async def list_models(self, _request: web.Request) -> web.Response:
        """The models on offer."""
        self.check_ready()
        return web.json_response({"models": [described(known) for known in self.registry.known.values()]})

    async def show_model(self, request: web.Request) -> web.Response:
        """One model."""
        self.check_ready()
        known = self.registry.known.get(request.match_info["name"])
        if known is None:
            names = ", ".join(self.registry.known) or "none"
            raise UnknownModel(f"There is no model called {request.match_info['name']!r}; there are: {names}.")
        return web.json_response(described(known))

    async def livez(self, _request: web.Request) -> web.Response:
        """Whether the process answers at all."""
        return web.json_response({"status": "alive"})

    async def readyz(self, _request: web.Request) -> web.Response:
        """Whether a picture would be answered: each model's golden picture goes the whole way."""
        self.check_ready()
        checked = []
        for name, known in list(self.registry.known.items()):
            predictor = await self.registry.get(name)
            data = (known.shelf.folder / known.manifest.golden.picture).read_bytes()
            answer, _ = await self.look(predictor, data, time.monotonic() + self.settings.deadline_seconds)
            checked.append(name)
            assert answer.predictions
        if not checked:
            raise Fault(503, "There is no model to answer with: publish one.")
        return web.json_response({"status": "ready", "models": checked, "faults": self.registry.faults})

    async def show_metrics(self, _request: web.Request) -> web.Response:
        """Counts and times for Prometheus."""
        body, content_type = self.metrics.text()
        return web.Response(body=body, headers={"Content-Type": content_type})

    async def openapi(self, _request: web.Request) -> web.Response:
        """The OpenAPI document."""
        return web.json_response(openapi.document())


def error(status: int, sentence: str) -> web.Response:
    """A refusal as JSON."""
    headers = {"Retry-After": str(_RETRY_SECONDS)} if status in {429, 503} else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return web.json_response({"error": sentence}, status=status, headers=headers)


def as_json(predictor: Predictor, answer: Answer, top_k: int | None, heat: bytes | None) -> dict[str, Any]:
    """An answer as the service sends it."""
    manifest = predictor.manifest
    said: dict[str, Any] = {
        "model": manifest.name,
        "version": manifest.version,
        "kind": manifest.kind,
        "predictions": [one.as_json() for one in answer.predictions[:top_k]],
        "sure": answer.sure,
        "notes": list(answer.notes),
    }
    if answer.unusual is not None:
        said["unusual"] = round(answer.unusual, 4)
    if heat is not None:
        said["heat"] = base64.b64encode(heat).decode()
    if answer.mask is not None:
        kept = io.BytesIO()
        mask_picture(answer.mask, manifest.input.size, len(manifest.labels)).save(kept, "PNG")
        said["mask"] = base64.b64encode(kept.getvalue()).decode()
    return said


def described(known: Known) -> dict[str, Any]:
    """A model as the service lists it."""
    manifest = known.manifest
    return {
        "name": manifest.name,
        "version": manifest.version,
        "versions": list(known.shelf.versions),
        "kind": manifest.kind,
        "summary": manifest.summary,
        "labels": manifest.labels,
        "measured": manifest.measured,
    }


def _number(request: web.Request, name: str, least: int, most: int) -> int | None:
    given = request.query.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and least <= int(given[:9]) <= most):
        raise Fault(400, f"{name} must be a whole number from {least} to {most}.")
    return int(given)


def _flag(request: web.Request, name: str) -> bool:
    given = request.query.get(name, "0")
    if given not in {"0", "1", "true", "false"}:
        raise Fault(400, f"{name} must be 1 or 0.")
    return given in {"1", "true"}
