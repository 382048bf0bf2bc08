"""The Open Inference Protocol (v2) as bytes: requests read, answers written, JSON with or without raw tensors after it.

A picture goes in as a BYTES element (base64 in JSON, raw with the binary extension); labels and probabilities come out.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.bundles.manifest import Manifest
from models.inference.answers import Answer

JSON_SIZE: Final = "Inference-Header-Content-Length"
MAX_PICTURES: Final = 32
_MOST_PARTS: Final = 2_000
_OUTPUTS: Final = ("labels", "probabilities")


@dataclass(frozen=True, slots=True)
class InferenceRequest:
    """An inference request: its id, its pictures, and whether each output is wanted as raw bytes."""

    id: str
    pictures: list[bytes]
    binary: dict[str, bool]


def metadata(manifest: Manifest, versions: list[str]) -> dict[str, Any]:
    """A model's tensors in the protocol's words."""
    count = len(manifest.labels)
    return {
        "name": manifest.name,
        "versions": versions,
        "platform": "pytorch",
        "inputs": [{"name": "picture", "datatype": "BYTES", "shape": [-1]}],
        "outputs": [
            {"name": "labels", "datatype": "BYTES", "shape": [-1, count]},
            {"name": "probabilities", "datatype": "FP32", "shape": [-1, count]},
        ],
    }


# --- reading -----------------------------------------------------------------------------------------------------


def read_request(json_size: str | None, body: bytes) -> InferenceRequest:
    """The request. Raises ValueError with what is wrong."""
    header, raw = _parts(json_size, body)
    inputs = header.get("inputs")
    if not isinstance(inputs, list) or len(inputs) != 1:
        raise ValueError("exactly one input, called picture, is needed")
    return InferenceRequest(str(header.get("id", "")), _pictures(_mapping(inputs[0]), raw), _binary(header))


def _parts(json_size: str | None, body: bytes) -> tuple[dict[str, Any], bytes]:
    """The JSON and the raw bytes after it."""
    if json_size is None:
        return _json(body), b""
    if not (json_size.isascii() and json_size.isdigit()) or int(json_size[:12]) > len(body):
        raise ValueError(f"{JSON_SIZE} does not fit the body")
    size = int(json_size)
    return _json(body[:size]), body[size:]


def _json(text: bytes) -> dict[str, Any]:
    """The header. One of more parts than a request can have is refused uncounted: reading it would hold everyone up."""
    if text.count(b",") + text.count(b"[") + text.count(b"{") > _MOST_PARTS:
        raise ValueError("it has more parts than a request can have")
    return _mapping(json.loads(text))


def _mapping(content: object) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise TypeError
    return content


def _parameters(content: dict[str, Any]) -> dict[str, Any]:
    return _mapping(content.get("parameters") or {})


def _pictures(tensor: dict[str, Any], raw: bytes) -> list[bytes]:
    if tensor["name"] != "picture" or tensor["datatype"] != "BYTES":
        raise ValueError("the input must be called picture and be of BYTES")
    size = _parameters(tensor).get("binary_data_size")
    if size is None:
        pictures = [_base64(one) for one in _flat(tensor["data"])]
    elif type(size) is int and size == len(raw):
        pictures = _elements(raw)
    else:
        raise ValueError("binary_data_size does not fit the body")
    if not 1 <= len(pictures) <= MAX_PICTURES:
        raise ValueError(f"between 1 and {MAX_PICTURES} pictures can be asked about at once")
    if any(type(side) is not int for side in tensor["shape"]):
        raise ValueError("the shape must be whole numbers")
    if math.prod(tensor["shape"]) != len(pictures):
        raise ValueError("the shape does not fit the number of pictures")
    return pictures


def _binary(header: dict[str, Any]) -> dict[str, bool]:
    """Which outputs are wanted as raw bytes."""
    everything = bool(_parameters(header).get("binary_data_output", False))
    binary = dict.fromkeys(_OUTPUTS, everything)
    for output in header.get("outputs") or []:
        if output["name"] not in binary:
            raise ValueError("the outputs are labels and probabilities")
        binary[output["name"]] = bool(_parameters(output).get("binary_data", everything))
    return binary


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
    elements, at = [], 0
    while at < len(raw):
        (size,) = struct.unpack_from("<I", raw, at)
        if at + 4 + size > len(raw):
            raise ValueError("a BYTES element is longer than the body")
        elements.append(raw[at + 4 : at + 4 + size])
        at += 4 + size
    return elements


# --- writing -----------------------------------------------------------------------------------------------------


def write_response(manifest: Manifest, asked: InferenceRequest, answers: Sequence[Answer]) -> tuple[bytes, bytes]:
    """The answers as JSON, and the raw tensors that belong after it (nothing where none were asked for)."""
    predictions = [one for answer in answers for one in answer.predictions]
    labels = [one.label for one in predictions]
    values = [one.probability if one.value is None else one.value for one in predictions]
    raw, outputs = b"", []
    tensors: tuple[tuple[str, str, Sequence[str | float], bytes], ...] = (
        ("labels", "BYTES", labels, b"".join(struct.pack("<I", len(one.encode())) + one.encode() for one in labels)),
        ("probabilities", "FP32", values, struct.pack(f"<{len(values)}f", *values)),
    )
    for name, datatype, data, packed in tensors:
        output = {"name": name, "datatype": datatype, "shape": [len(answers), len(manifest.labels)]}
        if asked.binary[name]:
            raw += packed
            outputs.append({**output, "parameters": {"binary_data_size": len(packed)}})
        else:
            outputs.append({**output, "data": data})
    content: dict[str, Any] = {"model_name": manifest.name, "model_version": manifest.version, "outputs": outputs}
    if asked.id:
        content["id"] = asked.id
    return json.dumps(content).encode(), raw
