"""The way to the model service: pictures and rows out, verdicts back, and one honest sentence per failure."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal
from urllib.parse import quote

from pydantic import Field, ValidationError

from bot.telemetry import metrics
from bot.vision import pictures
from bot.vision.transport import SECONDS, Sent, Transport, check, read
from cogs.messages import Picture
from cogs.recent import ModelKind
from cogs.services import ClassifierError, Column, Model, RowResult, VisionResult
from study.texts import _

BYTES, JSON = "application/octet-stream", "application/json"
LIST_SECONDS = 3.0
_REMEMBERED_SECONDS = 2.0


class _Prediction(Sent):
    label: str = Field(max_length=200)
    probability: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)
    value: float | None = Field(default=None, allow_inf_nan=False)


class _Answer(Sent):
    model: str
    version: str
    kind: ModelKind = "single-label"
    predictions: list[_Prediction] = Field(min_length=1)
    confident: bool = True
    notes: tuple[str, ...] = ()
    saliency: str | None = None
    mask: str | None = None


class _Column(Sent):
    name: str = Field(max_length=200)
    usual: str | float
    values: tuple[str, ...] = ()
    count: int = 0
    least: float = 0.0
    most: float = 0.0


class _Model(Sent):
    name: str
    version: str = ""
    summary: str = ""
    labels: tuple[str, ...] = ()
    takes: Literal["picture", "row", "pair"] = "picture"
    columns: tuple[_Column, ...] = ()


class _RowAnswer(Sent):
    predictions: list[_Prediction] = Field(min_length=1)
    confident: bool = True
    notes: tuple[str, ...] = ()


class _RowAnswers(Sent):
    model: str
    version: str
    rows: list[_RowAnswer] = Field(min_length=1, max_length=1)


class _Recommendation(Sent):
    model: str
    version: str
    predictions: list[_Prediction]
    notes: tuple[str, ...] = ()


class _Models(Sent):
    models: list[_Model]


class HttpClassifier:
    """A `cogs.services.Classifier` over HTTP. `where` is the address, or says it when asked, or why there is none."""

    def __init__(
        self,
        where: str | Callable[[], str],
        *,
        token: str = "",
        seconds: float = SECONDS,
        at_once: int = 8,
        loaded: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._loaded = loaded
        self._transport, self._seconds = Transport(where, token=token, at_once=at_once), seconds
        self._remembered: tuple[float, str, tuple[Model, ...]] | None = None

    async def close(self) -> None:
        """Let the connections go."""
        await self._transport.close()

    async def loaded(self) -> None:
        """Wait while the models are being loaded, where this is known."""
        if self._loaded is not None:
            await self._loaded()

    async def models(self) -> Sequence[Model]:
        """The models on offer, remembered for a moment. Raises ClassifierError."""
        address = self._transport.address()
        kept = self._remembered
        if kept is not None and kept[1] == address and time.monotonic() - kept[0] < _REMEMBERED_SECONDS:
            return kept[2]
        body = await self._ask("GET", "/v1/models", LIST_SECONDS)
        found = tuple(map(_model, read(_Models, body).models))
        self._remembered = (time.monotonic(), address, found)
        return found

    async def model(self, name: str) -> Model:
        """One model, with every value of its columns. Raises ClassifierError."""
        return _model(read(_Model, await self._ask("GET", self._of(name), LIST_SECONDS)))

    def known(self) -> Sequence[Model]:
        """The models that were on offer when they were last asked for; none before that."""
        return self._remembered[2] if self._remembered is not None else ()

    async def predict(self, model: str, cells: Mapping[str, str]) -> RowResult:
        """What the model tells of a row. Raises ClassifierError."""
        asked = json.dumps({"rows": [dict(cells)]}).encode()
        body = await self._ask("POST", f"{self._of(model)}/predict", self._seconds, asked, {"top_k": "10"}, JSON)
        answers = read(_RowAnswers, body)
        (answer,) = answers.rows
        return RowResult(
            answers.model,
            answers.version,
            tuple((one.label, one.probability) for one in answer.predictions if one.probability is not None),
            tuple((one.label, one.value) for one in answer.predictions if one.value is not None),
            answer.confident,
            tuple(answer.notes),
        )

    async def recommend(self, model: str, who: str, leave_out: Sequence[str], count: int) -> RowResult:
        """What somebody would rate highest, as `values` of (what, rating), highest first. Raises ClassifierError."""
        asked = json.dumps({"who": who, "leave_out": list(leave_out), "top_k": count}).encode()
        body = await self._ask("POST", f"{self._of(model)}/recommend", self._seconds, asked, None, JSON)
        answer = read(_Recommendation, body)
        rated = tuple((one.label, one.value) for one in answer.predictions if one.value is not None)
        return RowResult(answer.model, answer.version, values=rated, notes=tuple(answer.notes))

    async def classify(self, model: str, picture: Picture, *, explain: bool = False) -> VisionResult:
        """What the model sees in the picture; with `explain`, where it looked. Raises ClassifierError."""
        check(picture)
        query = {"top_k": "10", **({"explain": "1"} if explain else {})}
        with metrics.timed(metrics.PICTURE_SECONDS, "picture"):
            body = await self._ask("POST", f"{self._of(model)}/predict", self._seconds, picture.data, query)
        return seen(body)

    async def correct(self, model: str, picture: Picture, label: str, giver: str = "") -> None:
        """Keep the picture with what it really shows, for the organiser to review. Raises ClassifierError.

        Only to be called for a member who agreed to it.
        """
        check(picture)
        query = {"label": label, "giver": giver, "none": "0" if label else "1"}
        await self._ask("POST", f"{self._of(model)}/feedback", self._seconds, picture.data, query)

    async def _ask(
        self,
        method: str,
        path: str,
        seconds: float,
        data: bytes = b"",
        query: dict[str, str] | None = None,
        kind: str = BYTES,
    ) -> bytes:
        status, said = await self._transport.ask(
            method, path, seconds, data, query, {"Content-Type": kind} if data else {}
        )
        if status == 200:
            return said
        raise ClassifierError(refused(status, said))

    def _of(self, model: str) -> str:
        return f"/v1/models/{quote(model, safe='')}"


def seen(body: bytes) -> VisionResult:
    """What the service says of a picture. Raises ClassifierError."""
    answer = read(_Answer, body)
    return VisionResult(
        answer.model,
        answer.version,
        tuple((one.label, one.probability) for one in answer.predictions if one.probability is not None),
        answer.confident,
        tuple(answer.notes),
        drawn(
            answer.saliency,
            "where-it-looked",
            _("Where the model {model} looked, warm colours most.", model=answer.model),
        ),
        answer.kind,
        tuple((one.label, one.value) for one in answer.predictions if one.value is not None),
        drawn(
            answer.mask,
            "mask",
            _("Where the model {model} sees each label, in a colour of its own.", model=answer.model),
        ),
    )


def _model(sent: _Model) -> Model:
    columns = tuple(
        Column(
            one.name,
            one.usual if isinstance(one.usual, str) else f"{one.usual:.6g}",
            tuple(one.values),
            one.count,
            one.least,
            one.most,
        )
        for one in sent.columns
    )
    return Model(sent.name, sent.version, sent.summary, tuple(sent.labels), sent.takes, columns)


def refused(status: int, said: bytes) -> str:
    """The service's own sentence where it is one for the person who asked, else ours."""
    match status:
        case 401 | 403:
            return _("The model service refuses this bot's token: an organiser must set MODELS_TOKEN alike for both.")
        case 429:
            return _("The models are busy: too many pictures are waiting. Try again in a moment.")
        case 503:
            return _("The models are not ready yet: try again in a minute.")
        case 504:
            return _("The models are too busy to answer in time: try again in a moment.")
        case 400 | 404 | 408 | 413 | 415 | 422:
            return _sentence(said) or _("The model service could not use this picture: try another one.")
        case _:
            return _("The model service had a fault of its own: try again, and tell an organiser if it lasts.")


class _Error(Sent):
    error: str = Field(min_length=1, max_length=500)


def _sentence(said: bytes) -> str:
    try:
        return _Error.model_validate_json(said).error
    except ValidationError:
        return ""


def drawn(encoded: str | None, name: str, alt: str) -> Picture | None:
    """A picture that the service sent as base64 PNG; None where it sent none that can be used."""
    if encoded is None:
        return None
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    if pictures.kind_of(data) != "image/png":
        return None
    return Picture(data, f"{name}.png", "image/png", alt)
