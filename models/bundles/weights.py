"""The header of a bundle's weights: what tensors there are, read and judged before a byte of them is."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.errors import BundleError, UnreadableError

MAX_HEADER_BYTES: Final = 4 << 20
MAX_TENSORS: Final = 10_000
_MAX_DIMENSIONS: Final = 8
_BYTES: Final = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}


@dataclass(frozen=True, slots=True)
class TensorForm:
    """A tensor's type, as safetensors calls it, and its sizes."""

    dtype: str
    shape: tuple[int, ...]

    @property
    def bytes(self) -> int:
        """What it takes."""
        return _BYTES[self.dtype] * math.prod(self.shape)


def read_forms(path: Path) -> dict[str, TensorForm]:
    """Every tensor's form. Raises BundleError where the header is not one, or promises more than the file holds."""
    try:
        with path.open("rb") as opened:
            (size,) = struct.unpack("<Q", opened.read(8))
            if size > MAX_HEADER_BYTES:
                raise ValueError("its header is larger than a model's can be")
            header = json.loads(opened.read(size), object_pairs_hook=without_duplicates)
        forms = _forms(header)
    except OSError as error:
        raise UnreadableError(path, error) from None
    except (struct.error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BundleError(f"{path.name} cannot be read as safetensors: {error or type(error).__name__}.") from None
    if sum(form.bytes for form in forms.values()) != path.stat().st_size - 8 - size:
        raise BundleError(f"{path.name} cannot be read as safetensors: its tensors do not fill it.")
    return forms


def _forms(header: dict[str, Any]) -> dict[str, TensorForm]:
    header.pop("__metadata__", None)
    if len(header) > MAX_TENSORS:
        raise ValueError(f"it holds {len(header)} tensors, more than a model can have")
    forms = {name: TensorForm(tensor["dtype"], tuple(tensor["shape"])) for name, tensor in header.items()}
    for name, form in forms.items():
        sizes = form.shape
        if form.dtype not in _BYTES or len(sizes) > _MAX_DIMENSIONS:
            raise ValueError(f"{name[:100]} is no tensor of a known form")
        if any(type(one) is not int or one < 0 for one in sizes):
            raise ValueError(f"{name[:100]} has no sensible shape")
    return forms


def without_duplicates(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object as a dict. Raises ValueError where a key stands twice: readers would not agree which holds."""
    content: dict[str, Any] = {}
    for key, value in pairs:
        if key in content:
            raise ValueError(f"{key[:100]!r} stands there twice")
        content[key] = value
    return content
