"""A bundle in memory, ready to answer: arrays in, calibrated answers out, with what ought to be said beside them."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from models import networks
from models.bundle import BundleFault, Manifest, verified
from models.pictures import open_picture
from models.prepare import Array, InkInput, prepare
from models.zoo_networks import PixelSimilarity

PARITY_EXACT = 1e-4
PARITY_FAST = 0.03


@dataclass(frozen=True, slots=True)
class Prediction:
    """One label with its calibrated probability, or for regression its value."""

    label: str
    probability: float
    value: float | None = None

    def as_json(self) -> dict[str, Any]:
        """As the service sends it."""
        if self.value is not None:
            return {"label": self.label, "value": self.value}
        return {"label": self.label, "probability": self.probability}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says of one picture: predictions, most likely first, and the network's own numbers."""

    predictions: tuple[Prediction, ...]
    sure: bool
    unusual: float | None
    notes: tuple[str, ...]
    outputs: tuple[float, ...] = ()
    mask: bytes | None = field(default=None, repr=False)


class Predictor:
    """One bundle on one device. Not for several threads at once: the worker that owns it calls it."""

    def __init__(self, folder: Path, *, device: str = "cpu", exact: bool = True) -> None:
        self.manifest: Manifest = verified(folder)
        self.folder = folder
        self.device = torch.device(device)
        network, extra = networks.load(folder, self.manifest)
        self.network: nn.Module = network.to(self.device)
        self._means = extra.get("feature_means")
        self._scale = extra.get("feature_scale")
        self.fast = False
        self._check_golden(PARITY_EXACT if self.device.type == "cpu" else PARITY_FAST)
        if not exact:
            self._try_fast()

    # --- speed ---------------------------------------------------------------------------------------------------

    def _try_fast(self) -> None:
        """bfloat16 and channels-last, kept only where the golden picture is answered alike and it pays."""
        if isinstance(self.manifest.input, InkInput) or self.manifest.kind in {"regression", "segmentation"}:
            return  # too small to gain, or numbers that bfloat16 would coarsen
        exact = self.network
        try:
            quick = _folded(copy.deepcopy(exact)).to(torch.bfloat16).to(memory_format=torch.channels_last)
            self.network, self.fast = quick, True
            self._check_golden(PARITY_FAST)
        except (BundleFault, RuntimeError):
            self.network, self.fast = exact, False

    def golden_array(self) -> Array:
        """The bundle's own picture, prepared."""
        data = (self.folder / self.manifest.golden.picture).read_bytes()
        return prepare(open_picture(data), self.manifest.input)[0]

    def _check_golden(self, tolerance: float) -> None:
        answer = self.answer([self.golden_array()])[0]
        expected = torch.tensor(self.manifest.golden.outputs)
        apart = _apart(self.manifest, torch.tensor(answer.outputs), expected)
        if apart > tolerance:
            raise BundleFault(
                f"{self.manifest.name} {self.manifest.version} does not answer its own golden picture as it did"
                f" when it was made (difference {apart:.2g}); publish it again."
            )

    # --- answering -----------------------------------------------------------------------------------------------

    def tensor(self, arrays: Sequence[Array]) -> Tensor:
        """The batch as the network takes it."""
        stacked = torch.from_numpy(np.stack(arrays)).to(self.device)
        batch = stacked.permute(0, 3, 1, 2)
        spec = self.manifest.input
        if isinstance(spec, InkInput):
            return batch.float().contiguous()
        batch = batch.float().div_(255.0)
        if spec.mean is not None and spec.std is not None:
            mean = torch.tensor(spec.mean, device=self.device).view(1, 3, 1, 1)
            std = torch.tensor(spec.std, device=self.device).view(1, 3, 1, 1)
            batch = (batch - mean) / std
        if self.fast:
            return batch.to(torch.bfloat16, memory_format=torch.channels_last)
        return batch.contiguous()

    def answer(self, arrays: Sequence[Array], notes: Sequence[Sequence[str]] | None = None) -> list[Answer]:
        """One answer for each prepared array, computed as one batch."""
        with networks.ALONE, torch.inference_mode():
            features, outputs = networks.features_and_outputs(self.network, self.tensor(arrays))
            outputs = outputs.float().cpu()
            unusual = self._unusual(features, outputs)
        said = notes if notes is not None else [()] * len(arrays)
        return [
            read_outputs(self.manifest, row, None if unusual is None else float(unusual[at]), tuple(said[at]))
            for at, row in enumerate(outputs)
        ]

    def _unusual(self, features: Tensor | None, outputs: Tensor) -> Tensor | None:
        """How far each picture lies from what the training pictures looked like, 1 being the edge of the usual."""
        edge = self.manifest.calibration.unusual_from
        if edge is None:
            return None
        if isinstance(self.network, PixelSimilarity):
            return -outputs.max(dim=1).values / float(self.network.sharpness) / edge
        if features is None or self._means is None or self._scale is None:
            return None
        return feature_distance(features.float().cpu(), self._means, self._scale) / edge


def feature_distance(features: Tensor, means: Tensor, scale: Tensor) -> Tensor:
    """The root mean squared distance to the nearest class's mean feature, each feature in its usual spread."""
    apart = (features.flatten(1)[:, None] - means[None]) / scale
    return apart.square().mean(-1).sqrt().min(dim=1).values


def probabilities(manifest: Manifest, outputs: Tensor) -> Tensor:
    """The network's outputs for one picture as calibrated probabilities."""
    cooled = outputs / manifest.calibration.temperature
    return torch.sigmoid(cooled) if manifest.kind == "multi-label" else torch.softmax(cooled, dim=0)


def _apart(manifest: Manifest, found: Tensor, expected: Tensor) -> float:
    if found.shape != expected.shape:
        return math.inf
    if manifest.kind in {"single-label", "multi-label"}:
        found, expected = probabilities(manifest, found), probabilities(manifest, expected)
    else:
        found, expected = found / (1 + expected.abs().max()), expected / (1 + expected.abs().max())
    apart = float((found - expected).abs().max())
    return math.inf if math.isnan(apart) else apart


def read_outputs(manifest: Manifest, outputs: Tensor, unusual: float | None, notes: tuple[str, ...] = ()) -> Answer:
    """What one row of outputs means for this kind of model."""
    if not torch.isfinite(outputs).all():
        raise BundleFault(f"{manifest.name} {manifest.version} answered with numbers that are not finite.")
    mask = None
    if manifest.kind == "segmentation":
        chosen = outputs.argmax(dim=0)
        values = torch.bincount(chosen.flatten(), minlength=len(manifest.labels)) / chosen.numel()
        mask = chosen.to(torch.uint8).numpy().tobytes()
        row = values
    elif manifest.kind == "regression":
        predictions = tuple(
            Prediction(label, 1.0, float(value)) for label, value in zip(manifest.labels, outputs, strict=True)
        )
        return Answer(predictions, sure=not notes, unusual=unusual, notes=notes, outputs=tuple(outputs.tolist()))
    else:
        values, row = probabilities(manifest, outputs), outputs
    order, shares = values.argsort(descending=True, stable=True).tolist(), values.tolist()
    predictions = tuple(Prediction(manifest.labels[at], shares[at]) for at in order)
    threshold = manifest.calibration.sure_from
    sure = predictions[0].probability >= threshold and not notes
    if manifest.kind == "multi-label" and predictions[0].probability < threshold:
        sure, notes = not notes, (*notes, "None of these labels is likely for this picture.")
    elif manifest.kind == "single-label" and not sure and not notes:
        notes = (*notes, f"The model is not sure: no label reaches {threshold:.0%}.")
    if unusual is not None and unusual > 1:
        sure, notes = False, (*notes, "This picture is unlike those the model learned from.")
    return Answer(predictions, sure, unusual, notes, tuple(row.tolist()), mask)


def _folded(network: nn.Module) -> nn.Module:
    """The same network with each batch normalisation folded into the convolution before it, where it can be traced."""
    from torch.fx.experimental.optimization import fuse

    try:
        with networks.ALONE:
            return fuse(network.eval())
    except Exception:  # a network that symbolic tracing cannot follow is used as it is
        return network


def mask_picture(mask: bytes, side: int, labels: int) -> Image.Image:
    """A segmentation's classes as a picture of distinct colours."""
    shown = Image.frombytes("P", (side, side), mask)
    palette = [0, 0, 0, *(channel for at in range(1, labels) for channel in _colour(at))]
    shown.putpalette(palette[: 256 * 3])
    return shown.convert("RGBA")


def _colour(at: int) -> tuple[int, int, int]:
    turn = (at * 0.618034) % 1.0
    return tuple(int(127 + 127 * math.cos(2 * math.pi * (turn + third / 3))) for third in range(3))  # type: ignore[return-value]
