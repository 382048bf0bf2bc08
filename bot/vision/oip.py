"""Models of any server that speaks the Open Inference Protocol (Triton, KServe, OVMS …), by a mapping file.

The protocol says how tensors travel and not what they mean: which model is which, how a picture is fed to it and what
its numbers stand for is written down by whoever runs the server, in a file of YAML.
"""

from __future__ import annotations

import json
import logging
import math
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.settings import SettingsError
from bot.telemetry import metrics
from bot.vision.preparing import TensorInput
from bot.vision.tensors import tensor_of
from bot.vision.transport import SECONDS, Sent, Transport, check, read
from cogs.messages import Picture
from cogs.services import ClassifierError, Model, RowResult, VisionResult
from study.texts import _, percent_text

log = logging.getLogger(__name__)
SCHEME = "oip+"
"""Before an address that is to be spoken to in the protocol: `oip+http://…`."""
_JSON_SIZE = "Inference-Header-Content-Length"
_TOP = 10


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BytesInput(_Written):
    """The picture as it was sent: the server opens it itself."""

    form: Literal["bytes"]
    name: str = "picture"


class Output(_Written):
    """The numbers for each label: probabilities, or what softmax makes probabilities of."""

    name: str = "probabilities"
    form: Literal["probabilities", "logits"] = "probabilities"


class Mapped(_Written):
    """One model of the server. `labels` are in its outputs' order; an output of names may say them instead."""

    name: str = ""
    version: str = ""
    summary: str = ""
    input: Annotated[BytesInput | TensorInput, Field(discriminator="form")]
    output: Output = Output()
    labels: list[str] = []
    labels_output: str = ""
    confident_from: float = Field(0.5, ge=0, le=1)

    @model_validator(mode="after")
    def _named(self) -> Mapped:
        if bool(self.labels) == bool(self.labels_output):
            raise ValueError("give labels, or the name of the output that says them in labels_output")
        return self


class _Map(_Written):
    models: dict[str, Mapped] = Field(min_length=1)


def read_map(path: Path) -> dict[str, Mapped]:
    """The models that a file maps, by what they are called in chat. Raises SettingsError."""
    try:
        return _Map.model_validate(yaml.safe_load(path.read_bytes())).models
    except FileNotFoundError:
        raise SettingsError(
            f"MODELS_URL names a server of the Open Inference Protocol, and {path}, which must say how its models are"
            " fed, is not there. docs/models.md shows one; MODELS_MAP names another place."
        ) from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{path} is no YAML: {' '.join(str(error).split())[:200]}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise SettingsError(f"{path}: {where}: {first['msg']}.") from None


class _Tensor(Sent):
    name: str
    shape: list[int]
    data: list[Any]


class _Answer(Sent):
    outputs: list[_Tensor] = Field(min_length=1)


class OipClassifier:
    """A `cogs.services.Classifier` over the Open Inference Protocol: mapped models look at pictures, and no more."""

    def __init__(
        self, address: str, mapped: Mapping[str, Mapped], *, token: str = "", seconds: float = SECONDS
    ) -> None:
        self._transport = Transport(address.removeprefix(SCHEME), token=token)
        self._mapped, self._seconds = mapped, seconds

    async def close(self) -> None:
        """Let the connections go."""
        await self._transport.close()

    async def loaded(self) -> None:
        """A server elsewhere says of no model how long it loads, so nobody waits."""

    async def models(self) -> Sequence[Model]:
        """The models that are mapped."""
        return self.known()

    async def model(self, name: str) -> Model:
        """One of them. Raises ClassifierError."""
        return next(one for one in self.known() if one.name == self._of(name)[0])

    async def unready(self) -> Sequence[str]:
        """The mapped models that the server does not have, or not ready. Raises ClassifierError where none answers."""
        found = []
        for name, one in self._mapped.items():
            status, _ = await self._transport.ask("GET", f"/v2/models/{quote(one.name or name, safe='')}/ready", 5.0)
            if status != 200:
                found.append(name)
        return found

    def known(self) -> Sequence[Model]:
        """The models that are mapped."""
        return tuple(
            Model(name, one.version, one.summary, tuple(one.labels), learns=False) for name, one in self._mapped.items()
        )

    def _of(self, name: str) -> tuple[str, Mapped]:
        if name not in self._mapped:
            raise ClassifierError(
                _("There is no model {model}; there are: {models}.", model=name, models=", ".join(self._mapped))
            )
        return name, self._mapped[name]

    async def predict(self, model: str, cells: Mapping[str, str]) -> RowResult:
        """Never: a mapped model looks at pictures."""
        raise ClassifierError(_("{model} looks at pictures and reads no table.", model=model))

    async def recommend(self, model: str, who: str, leave_out: Sequence[str], count: int) -> RowResult:
        """Never: a mapped model looks at pictures."""
        raise ClassifierError(_("{model} looks at pictures and recommends nothing.", model=model))

    async def correct(self, model: str, picture: Picture, label: str, giver: str = "") -> None:
        """Never: what another server's models learn from is kept there."""
        raise ClassifierError(_("{model} is served by somebody else, who takes no corrections from here.", model=model))

    async def classify(self, model: str, picture: Picture, *, explain: bool = False) -> VisionResult:
        """What the model sees in the picture; it cannot show where it looked. Raises ClassifierError."""
        check(picture)
        name, mapped = self._of(model)
        version = f"/versions/{quote(mapped.version, safe='')}" if mapped.version else ""
        path = f"/v2/models/{quote(mapped.name or name, safe='')}{version}/infer"
        body, size = await _request(mapped, picture.data)
        headers = {_JSON_SIZE: str(size), "Content-Type": "application/octet-stream"}
        with metrics.timed(metrics.PICTURE_SECONDS, "picture"):
            status, said = await self._transport.ask("POST", path, self._seconds, body, None, headers)
        if status != 200:
            log.warning("The model server answered %s to %s: %s", status, path, said[:300].decode("utf-8", "replace"))
            raise ClassifierError(_refused(status, name))
        predictions = _predictions(name, mapped, read(_Answer, said))
        confident = predictions[0][1] >= mapped.confident_from
        notes = (
            ()
            if confident
            else (_("The model is not sure: no label reaches {share}.", share=percent_text(mapped.confident_from)),)
        )
        return VisionResult(name, mapped.version, predictions[:_TOP], confident, notes)


async def _request(mapped: Mapped, picture: bytes) -> tuple[bytes, int]:
    """The request's body, and how much of it is JSON; the tensor follows raw."""
    if isinstance(mapped.input, BytesInput):
        raw, tensor = struct.pack("<I", len(picture)) + picture, {"datatype": "BYTES", "shape": [1]}
    else:
        raw = await tensor_of(picture, mapped.input)
        tensor = {"datatype": "FP32", "shape": mapped.input.shape}
    wanted = [one for one in (mapped.output.name, mapped.labels_output) if one]
    header = {
        "inputs": [{"name": mapped.input.name, **tensor, "parameters": {"binary_data_size": len(raw)}}],
        "outputs": [{"name": name, "parameters": {"binary_data": False}} for name in wanted],
    }
    written = json.dumps(header).encode()
    return written + raw, len(written)


def _predictions(name: str, mapped: Mapped, answer: _Answer) -> tuple[tuple[str, float], ...]:
    """Labels with their probabilities, likeliest first. Raises ClassifierError where the answer is not as mapped."""
    outputs = {one.name: one.data for one in answer.outputs}
    numbers = _flat(outputs.get(mapped.output.name))
    labels = _flat(outputs.get(mapped.labels_output)) if mapped.labels_output else list(mapped.labels)
    sound = all(isinstance(one, int | float) and math.isfinite(one) for one in numbers)
    if not numbers or len(numbers) != len(labels) or not sound:
        raise ClassifierError(
            _(
                "{model} answered with {numbers} numbers for {labels} labels: whoever "
                "runs the bot must correct the file "
                "that maps it (MODELS_MAP).",
                model=name,
                numbers=len(numbers),
                labels=len(labels),
            )
        )
    if mapped.output.form == "logits":
        highest = max(numbers)
        powers = [math.exp(one - highest) for one in numbers]
        numbers = [one / sum(powers) for one in powers]
    return tuple(sorted(((str(label), float(one)) for label, one in zip(labels, numbers, strict=True)), key=_by_share))


def _by_share(one: tuple[str, float]) -> float:
    return -one[1]


def _flat(data: Any) -> list[Any]:  # noqa: ANN401 - nested lists, or none
    if not isinstance(data, list):
        return []
    return [leaf for one in data for leaf in (_flat(one) if isinstance(one, list) else [one])]


def _refused(status: int, name: str) -> str:
    """What an answer that is none means for whoever asked; the server's own words are for its operator, in the log."""
    match status:
        case 401 | 403:
            return _("The model server refuses this bot's token (MODELS_TOKEN).")
        case 429 | 503 | 504:
            return _("The model server is busy or not ready: try again in a minute.")
        case 400 | 404 | 413 | 415 | 422:
            return _(
                "The model server did not take what {model} was asked; whoever runs the bot finds why in the log.",
                model=name,
            )
        case _:
            return _("The model server had a fault of its own: try again, and tell an organiser if it lasts.")
