"""The Open Inference Protocol, version 2, over the same models: for clients that speak to Triton or KServe.

A picture goes in as a BYTES element (base64 in JSON, raw with the binary extension); labels and probabilities come out.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from models.inference.predictor import Answer, Predictor

if TYPE_CHECKING:
    from models.server.service import Service

_JSON_SIZE: Final = "Inference-Header-Content-Length"
_MOST_PICTURES: Final = 32


def routes(service: Service) -> list[web.RouteDef]:
    """The protocol's addresses."""
    from models.server.service import Fault

    async def server(_request: web.Request) -> web.Response:
        return web.json_response({"name": "studybot-models", "version": "1", "extensions": ["binary_tensor_data"]})

    async def live(_request: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def ready(_request: web.Request) -> web.Response:
        service.check_ready()
        return web.json_response({"ready": True})

    async def model(request: web.Request) -> web.Response:
        predictor = await service.predictor(request)
        return web.json_response(
            metadata(predictor, list(service.registry.known[predictor.manifest.name].shelf.versions))
        )

    async def model_ready(request: web.Request) -> web.Response:
        predictor = await service.predictor(request)
        return web.json_response({"name": predictor.manifest.name, "ready": True})

    async def infer(request: web.Request) -> web.Response:
        deadline = service.deadline(request)
        with service.admitted(request):
            predictor = await service.predictor(request)
            try:
                asked = read_request(request.headers.get(_JSON_SIZE), await service.body(request, deadline))
            except (ValueError, KeyError, TypeError, struct.error, RecursionError) as fault:
                said = str(fault) if type(fault) is ValueError else "it is not of the protocol's form"
                raise Fault(400, f"The inference request cannot be read: {said}.") from None
            found = await asyncio.gather(*(service.look(predictor, one, deadline) for one in asked.pictures))
        return write_response(predictor, asked, [answer for answer, _ in found])

    made = [web.get("/v2", server), web.get("/v2/health/live", live), web.get("/v2/health/ready", ready)]
    for base in ("/v2/models/{name}", "/v2/models/{name}/versions/{version}"):
        made += [web.get(base, model), web.get(f"{base}/ready", model_ready), web.post(f"{base}/infer", infer)]
    return made


@dataclass(frozen=True, slots=True)
class Asked:
    """An inference request: its id, its pictures, and whether each output is wanted as raw bytes."""

    id: str
    pictures: list[bytes]
    binary: dict[str, bool]


def metadata(predictor: Predictor, versions: list[str]) -> dict[str, Any]:
    """A model's tensors in the protocol's words."""
    count = len(predictor.manifest.labels)
    return {
        "name": predictor.manifest.name,
        "versions": versions,
        "platform": "pytorch",
        "inputs": [{"name": "picture", "datatype": "BYTES", "shape": [-1]}],
        "outputs": [
            {"name": "labels", "datatype": "BYTES", "shape": [-1, count]},
            {"name": "probabilities", "datatype": "FP32", "shape": [-1, count]},
        ],
    }


def read_request(json_size: str | None, body: bytes) -> Asked:
    """The request. Raises ValueError with what is wrong."""
    if json_size is None:
        said, raw = json.loads(body), b""
    else:
        if not (json_size.isascii() and json_size.isdigit()) or int(json_size) > len(body):
            raise ValueError(f"{_JSON_SIZE} does not fit the body")
        said, raw = json.loads(body[: int(json_size)]), body[int(json_size) :]
    if not isinstance(said, dict) or not isinstance(said.get("inputs"), list) or len(said["inputs"]) != 1:
        raise ValueError("exactly one input, called picture, is needed")
    tensor = said["inputs"][0]
    if tensor["name"] != "picture" or tensor["datatype"] != "BYTES":
        raise ValueError("the input must be called picture and be of BYTES")
    size = (tensor.get("parameters") or {}).get("binary_data_size")
    if size is None:
        pictures = [_base64(one) for one in _flat(tensor["data"])]
    else:
        if type(size) is not int or size != len(raw):
            raise ValueError("binary_data_size does not fit the body")
        pictures = _elements(raw)
    if not 1 <= len(pictures) <= _MOST_PICTURES:
        raise ValueError(f"between 1 and {_MOST_PICTURES} pictures can be asked about at once")
    count = 1
    for side in tensor["shape"]:
        if type(side) is not int:
            raise ValueError("the shape must be whole numbers")
        count *= side
    if count != len(pictures):
        raise ValueError("the shape does not fit the number of pictures")
    everything = bool((said.get("parameters") or {}).get("binary_data_output", False))
    binary = {"labels": everything, "probabilities": everything}
    for output in said.get("outputs") or []:
        if output["name"] not in binary:
            raise ValueError("the outputs are labels and probabilities")
        binary[output["name"]] = bool((output.get("parameters") or {}).get("binary_data", everything))
    return Asked(str(said.get("id", "")), pictures, binary)


def _base64(text: object) -> bytes:
    if not isinstance(text, str):
        raise ValueError("each picture must be a base64 string")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("each picture must be a base64 string") from None


def _flat(data: object) -> list[object]:
    if not isinstance(data, list):
        raise ValueError("the data must be a list")
    return [leaf for one in data for leaf in (one if isinstance(one, list) else [one])]


def _elements(raw: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(raw):
        (size,) = struct.unpack_from("<I", raw, at)
        if at + 4 + size > len(raw):
            raise ValueError("a BYTES element is longer than the body")
        found.append(raw[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def write_response(predictor: Predictor, asked: Asked, answers: list[Answer]) -> web.Response:
    """The answers, in JSON or with raw tensors after it."""
    manifest = predictor.manifest
    shape = [len(answers), len(manifest.labels)]
    labels = [one.label for answer in answers for one in answer.predictions]
    values = [one.probability if one.value is None else one.value for answer in answers for one in answer.predictions]
    raw, outputs = b"", []
    for name, datatype, data in (("labels", "BYTES", labels), ("probabilities", "FP32", values)):
        output: dict[str, Any] = {"name": name, "datatype": datatype, "shape": shape}
        if asked.binary[name]:
            made = (
                b"".join(struct.pack("<I", len(one.encode())) + one.encode() for one in labels)
                if name == "labels"
                else struct.pack(f"<{len(values)}f", *values)
            )
            output["parameters"] = {"binary_data_size": len(made)}
            raw += made
        else:
            output["data"] = data
        outputs.append(output)
    said: dict[str, Any] = {"model_name": manifest.name, "model_version": manifest.version, "outputs": outputs}
    if asked.id:
        said["id"] = asked.id
    if not raw:
        return web.json_response(said)
    head = json.dumps(said).encode()
    return web.Response(body=head + raw, content_type="application/octet-stream", headers={_JSON_SIZE: str(len(head))})
