"""A network from a bundle: laid out without memory, judged, and only then given its weights.

No manifest can ask for more memory than its weights have on disk and a picture may need, nor for more time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from models.bundles.manifest import WEIGHTS, Manifest
from models.bundles.weights import TensorForm, read_forms
from models.errors import BundleError
from models.inference.networks import EXTRA, FEATURE_MEANS, FEATURE_SCALE, build, last_linear, load_weights

MAX_PICTURE_BYTES: Final = 1 << 30  # what one step of the network may hold for one picture
MAX_OPERATIONS: Final = 4_000_000_000_000  # for one picture; the largest network of timm's usual ones needs half of it
_DTYPES: Final = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
    torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """What one picture costs a network: bytes held by its largest step, operations, and the sizes of what comes out."""

    step_bytes: int
    operations: int
    output: tuple[int, ...]


def load(folder: Path, manifest: Manifest) -> tuple[nn.Module, dict[str, Tensor], Cost]:
    """The network with its weights, ready to answer, the extra tensors, and its cost.

    `manifest` must have been verified. Raises BundleError, and whatever an architecture raises that cannot be built.
    """
    outline, cost = outlined(lambda: build(manifest), manifest.input.shape)
    _check_forms(manifest, outline, read_forms(folder / WEIGHTS))
    _check_cost(manifest, cost)
    weights, extra = load_weights(folder / WEIGHTS, manifest.hashes[WEIGHTS])
    network = build(manifest)
    network.load_state_dict(weights, strict=True)
    network.eval()
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    return network, extra, cost


def outlined(builder: Callable[[], nn.Module], shape: tuple[int, int, int]) -> tuple[nn.Module, Cost]:
    """The network without memory for its weights, and what a picture (rows, columns, channels) costs it.

    Raises whatever an architecture raises that cannot be built or cannot take such pictures.
    """
    rows, columns, channels = shape
    with torch.device("meta"), torch.inference_mode():
        network = builder().eval()
        with _Steps() as steps, FlopCounterMode(display=False) as counter:
            output = network(torch.empty(1, channels, rows, columns))
    return network, Cost(steps.largest, counter.get_total_flops(), tuple(output.shape))


class _Steps(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Watches a network and remembers how many bytes its largest step took in and gave out."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.largest = 0

    def __torch_dispatch__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:  # noqa: ANN401
        result = func(*args, **(kwargs or {}))
        tensors = [one for one in (*args, result) if isinstance(one, Tensor)]
        self.largest = max(self.largest, sum(one.numel() * one.element_size() for one in tensors))
        return result


def _check_cost(manifest: Manifest, cost: Cost) -> None:
    count = len(manifest.labels)
    fits: tuple[int, ...] = (1, count)
    if manifest.kind == "segmentation":
        fits = (1, count, manifest.pictures.size, manifest.pictures.size)
    if cost.output != fits:
        raise BundleError(
            f"{manifest.name} {manifest.version}: its network answers with {list(cost.output[1:])} numbers, where a"
            f" {manifest.kind} model of {count} labels has {list(fits[1:])}."
        )
    if cost.step_bytes > MAX_PICTURE_BYTES or cost.operations > MAX_OPERATIONS:
        raise BundleError(f"{manifest.name} {manifest.version}: its network needs too much memory or time a picture.")


def _check_forms(manifest: Manifest, outline: nn.Module, forms: Mapping[str, TensorForm]) -> None:
    """Hold the tensors that the file has against those that the network needs. Raises BundleError."""
    needed = {name: TensorForm(_DTYPES[one.dtype], tuple(one.shape)) for name, one in outline.state_dict().items()}
    layer = last_linear(outline)
    if layer is not None:
        count, features = len(manifest.labels), layer.in_features
        usual = {FEATURE_MEANS: (count, features), FEATURE_SCALE: (features,)}
        needed |= {EXTRA + name: TensorForm("F32", shape) for name, shape in usual.items() if EXTRA + name in forms}
    for name in sorted(needed.keys() | forms.keys()):
        if needed.get(name) != forms.get(name):
            raise BundleError(
                f"{manifest.name} {manifest.version}: the weights do not fit the network it describes"
                f" ({name[:100]} {_difference(needed.get(name), forms.get(name))})."
            )


def _difference(needed: TensorForm | None, found: TensorForm | None) -> str:
    if found is None:
        return "is missing"
    if needed is None:
        return "has no place in it"
    return f"is {found.dtype} {list(found.shape)} in place of {needed.dtype} {list(needed.shape)}"
