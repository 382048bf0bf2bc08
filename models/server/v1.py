"""The service's own addresses: predict, feedback, what models there are, whether it is ready."""

from __future__ import annotations

import asyncio
import base64
import io
from typing import Any

from aiohttp import web

from models.bundles.input_spec import TableInput
from models.bundles.network_spec import CollaborativeSpec
from models.errors import FeedbackError, RequestError
from models.inference.answers import Answer, mask_picture
from models.inference.predictor import Predictor
from models.server import rows
from models.server.http import asker_of, body, deadline_of, flag, giver_of, number
from models.server.learning.answers import checked
from models.server.learning.feedback import FeedbackSet
from models.server.registry import ServedModel
from models.server.rows import RecommendationAsked, RowsAsked, read_body
from models.server.service import Service


def routes(service: Service) -> list[web.RouteDef]:
    """What is asked of models, and which there are."""
    addresses = _Addresses(service)
    return [
        web.get("/readyz", addresses.readyz),
        web.get("/v1/models", addresses.list_models),
        web.get("/v1/models/{name}", addresses.show_model),
        web.post("/v1/models/{name}/predict", addresses.predict),
        web.post("/v1/models/{name}/versions/{version}/predict", addresses.predict),
        web.post("/v1/models/{name}/recommend", addresses.recommend),
        web.post("/v1/models/{name}/feedback", addresses.feedback),
    ]


class _Addresses:
    """One handler for each address."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def predict(self, request: web.Request) -> web.Response:
        """The body's picture, or its rows as JSON, through the model."""
        service = self.service
        deadline = deadline_of(request, service.settings.deadline_seconds)
        top_k, explain = number(request, "top_k", 1, 10_000), flag(request, "explain")
        service.check_ready()
        predictor = await service.registry.get(request.match_info["name"], request.match_info.get("version"))
        data, asker = await body(request, service, deadline), asker_of(request)
        with service.admitted():
            if request.content_type == "application/json":
                answers = await service.predict_rows(predictor, read_body(RowsAsked, data).rows, deadline)
                return web.json_response(rows_as_json(predictor, answers, top_k))
            answer, saliency = await service.classify(predictor, data, deadline, asker=asker, explain=explain)
        return web.json_response(as_json(predictor, answer, top_k, saliency))

    async def recommend(self, request: web.Request) -> web.Response:
        """What somebody would rate highest."""
        service = self.service
        deadline = deadline_of(request, service.settings.deadline_seconds)
        service.check_ready()
        predictor = await service.registry.get(request.match_info["name"])
        asked = read_body(RecommendationAsked, await body(request, service, deadline))
        with service.admitted():
            rated, notes = await service.recommend(predictor, asked, deadline)
        manifest = predictor.manifest
        predictions = [{"label": value, "value": rating} for value, rating in rated]
        return web.json_response(
            {"model": manifest.name, "version": manifest.version, "predictions": predictions, "notes": notes}
        )

    async def feedback(self, request: web.Request) -> web.Response:
        """Keep a correction that a member gave with consent: the pixels and the label, nothing else."""
        service, label = self.service, request.query.get("label", "")
        giver, nothing = giver_of(request.query.get("giver", "")), flag(request, "none")
        deadline = deadline_of(request, service.settings.deadline_seconds)
        if service.settings.feedback is None:
            raise RequestError(404, "Corrections are not kept here.")
        service.check_ready()
        manifest = service.registry.model(request.match_info["name"]).manifest
        if manifest.golden.picture is None:
            raise RequestError(400, f"{manifest.name} looks at no pictures, so none is kept for it.")
        data = await body(request, service, deadline)
        with service.admitted():
            picture = await service.pixels_only(data, deadline, asker_of(request))
        corrections = FeedbackSet(service.settings.feedback, manifest.name)
        try:
            if not label.strip() and not nothing:
                raise FeedbackError("Say what the picture shows, or none=1 where it shows none of the labels.")
            shows = checked(manifest.kind, label, manifest.labels)
            kind = manifest.kind
            correction = await asyncio.to_thread(corrections.correct, picture, shows, manifest.version, giver, kind)
        except FeedbackError as error:
            raise RequestError(400, str(error)) from None
        except OSError as error:
            raise RequestError(507, f"The correction cannot be kept: {error.strerror}.") from None
        return web.json_response({"model": manifest.name, "label": correction.label, "kept": correction.file})

    async def list_models(self, _request: web.Request) -> web.Response:
        """The models on offer."""
        self.service.check_ready()
        registry = self.service.registry
        models = [described(model, registry.loaded(name), whole=False) for name, model in registry.served.items()]
        return web.json_response({"models": models, "faults": registry.faults})

    async def show_model(self, request: web.Request) -> web.Response:
        """One model."""
        self.service.check_ready()
        registry, name = self.service.registry, request.match_info["name"]
        return web.json_response(described(registry.model(name), registry.loaded(name), whole=True))

    async def readyz(self, _request: web.Request) -> web.Response:
        """Whether a picture would be answered: each model's golden picture goes the whole way."""
        self.service.check_ready()
        names, registry = await self.service.ask_golden_pictures(), self.service.registry
        if not names:
            raise RequestError(503, "There is no model to answer with: publish one.")
        found = {"status": "ready", "models": names, "faults": registry.faults}
        if not self.service.warm.is_set():
            found["warming"] = [name for name in registry.served if name not in names]
        return web.json_response(found)


def as_json(predictor: Predictor, answer: Answer, top_k: int | None, saliency: bytes | None) -> dict[str, Any]:
    """An answer as the service sends it."""
    manifest = predictor.manifest
    content: dict[str, Any] = {
        "model": manifest.name,
        "version": manifest.version,
        "kind": manifest.kind,
        "predictions": [one.as_json() for one in answer.predictions[:top_k]],
        "confident": answer.confident,
        "notes": list(answer.notes),
    }
    if answer.ood_score is not None:
        content["ood_score"] = round(answer.ood_score, 4)
    if saliency is not None:
        content["saliency"] = base64.b64encode(saliency).decode()
    if answer.mask is not None:
        png = io.BytesIO()
        mask_picture(answer.mask, manifest.pictures.size, len(manifest.labels)).save(png, "PNG")
        content["mask"] = base64.b64encode(png.getvalue()).decode()
    return content


def rows_as_json(predictor: Predictor, answers: list[Answer], top_k: int | None) -> dict[str, Any]:
    """The answers to rows as the service sends them, in the rows' order."""
    manifest = predictor.manifest
    each = [
        {
            "predictions": [one.as_json() for one in answer.predictions[:top_k]],
            "confident": answer.confident,
            "notes": list(answer.notes),
        }
        for answer in answers
    ]
    return {"model": manifest.name, "version": manifest.version, "kind": manifest.kind, "rows": each}


def described(model: ServedModel, predictor: Predictor | None, *, whole: bool) -> dict[str, Any]:
    """A model as the service lists it, and how it is run where it is loaded; `whole` has every value of its columns."""
    manifest = model.manifest
    takes: dict[str, Any] = {"takes": "picture"}
    if isinstance(manifest.input, TableInput):
        pairs = isinstance(manifest.network, CollaborativeSpec)
        takes = {"takes": "pair" if pairs else "row", "columns": rows.described(manifest.input, whole=whole)}
    return {
        **takes,
        "name": manifest.name,
        "version": manifest.version,
        "versions": list(model.entry.versions),
        "kind": manifest.kind,
        "summary": manifest.summary,
        "labels": manifest.labels,
        "measured": manifest.measured,
        **({"tuning": predictor.tuning.as_json()} if predictor is not None and predictor.reader is None else {}),
    }
