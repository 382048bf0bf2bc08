"""A bundle in memory, ready to answer: arrays in, calibrated answers out, with what ought to be said beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from models.bundle import BundleFault, Manifest, verified
from models.inference import fusing, networks
from models.inference.pictures import open_picture
from models.inference.prepare import Array, InkInput, PhotoInput, prepare
from models.inference.zoo_networks import PixelSimilarity

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
        self._answering = self.network
        self._dtype = torch.float32
        self._means = extra.get("feature_means")
        self._scale = extra.get("feature_scale")
        self._normalisation = _normalisation(self.manifest.input, self.device)
        self.fast = False
        tolerance = PARITY_EXACT if self.device.type == "cpu" else PARITY_FAST
        self._check(self.answer([self.golden_array()])[0], torch.tensor(self.manifest.golden.outputs), tolerance)
        if not exact:
            self._try_fast()

    # --- speed ---------------------------------------------------------------------------------------------------

    def _try_fast(self) -> None:
        """The network's quick form where it answers alike; explanations keep one with gradients.

        Alike on the golden picture upside down too: a network that remembers its last picture would pass with one.
        """
        exact, golden = self.network, self.golden_array()
        pictures = [golden, golden[::-1]]
        expected = [torch.tensor(answer.outputs) for answer in self.answer(pictures)]
        try:
            self.network = fusing.folded(exact)
            self._dtype, self.fast = self._quick_dtype(), True
            self.network = self.network.to(self._dtype).to(memory_format=torch.channels_last)
            self._answering = fusing.fused(self.network) if self.device.type == "cpu" else self.network
            for answer, outputs in zip(self.answer(pictures), expected, strict=True):
                self._check(answer, outputs, PARITY_FAST)
        except (BundleFault, RuntimeError):
            self.network = self._answering = exact
            self._dtype, self.fast = torch.float32, False

    def _quick_dtype(self) -> torch.dtype:
        """bfloat16 where this device computes in it, unless the network is tiny or its numbers are the answer."""
        if isinstance(self.manifest.input, InkInput) or self.manifest.kind in {"regression", "segmentation"}:
            return torch.float32
        if self.device.type == "cuda":
            able = torch.cuda.is_bf16_supported(including_emulation=False)
        else:
            able = any(torch.cpu.get_capabilities().get(name) for name in ("amx_bf16", "avx512_bf16", "bf16"))
        return torch.bfloat16 if able else torch.float32

    def golden_array(self) -> Array:
        """The bundle's own picture, prepared."""
        data = (self.folder / self.manifest.golden.picture).read_bytes()
        return prepare(open_picture(data), self.manifest.input)[0]

    def _check(self, answer: Answer, expected: Tensor, tolerance: float) -> None:
        apart = _apart(self.manifest, torch.tensor(answer.outputs), expected)
        if apart > tolerance:
            raise BundleFault(
                f"{self.manifest.name} {self.manifest.version} does not answer its own golden picture as it did"
                f" when it was made (difference {apart:.2g}); publish it again."
            )

    # --- answering -----------------------------------------------------------------------------------------------

    def tensor(self, arrays: Sequence[Array]) -> Tensor:
        """The batch as the network takes it."""
        batch = torch.from_numpy(np.stack(arrays)).to(self.device).permute(0, 3, 1, 2).float()
        if self._normalisation is not None:
            gain, shift = self._normalisation
            batch.mul_(gain).add_(shift)
        if self.fast:
            return batch.to(self._dtype, memory_format=torch.channels_last)
        return batch.contiguous()

    def answer(self, arrays: Sequence[Array], notes: Sequence[Sequence[str]] | None = None) -> list[Answer]:
        """One answer for each prepared array, computed as one batch."""
        with networks.ALONE, torch.inference_mode():
            features, outputs = networks.features_and_outputs(self._answering, self.tensor(arrays))
            outputs = outputs.float().cpu()
            unusual = self._unusual(features, outputs)
            return read_outputs(self.manifest, outputs, unusual, notes or [()] * len(arrays))

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


def _normalisation(spec: InkInput | PhotoInput, device: torch.device) -> tuple[Tensor, Tensor] | None:
    """What each channel's levels, 0 to 255, are multiplied by, and what is then added; None for ink, taken as it is."""
    if isinstance(spec, InkInput):
        return None
    given = (spec.mean, spec.std) if spec.mean is not None and spec.std is not None else ((0.0,) * 3, (1.0,) * 3)
    mean, std = (torch.tensor(channels, device=device).view(1, 3, 1, 1) for channels in given)
    return 1 / (255 * std), -mean / std


def feature_distance(features: Tensor, means: Tensor, scale: Tensor) -> Tensor:
    """The root mean squared distance to the nearest class's mean feature, each feature in its usual spread."""
    apart = (features.flatten(1)[:, None] - means[None]) / scale
    return apart.square().mean(-1).sqrt().min(dim=1).values


def probabilities(manifest: Manifest, outputs: Tensor) -> Tensor:
    """The network's outputs, with the labels last, as calibrated probabilities."""
    cooled = outputs / manifest.calibration.temperature
    return torch.sigmoid(cooled) if manifest.kind == "multi-label" else torch.softmax(cooled, dim=-1)


def _apart(manifest: Manifest, found: Tensor, expected: Tensor) -> float:
    if found.shape != expected.shape:
        return math.inf
    if manifest.kind in {"single-label", "multi-label"}:
        found, expected = probabilities(manifest, found), probabilities(manifest, expected)
    else:
        found, expected = found / (1 + expected.abs().max()), expected / (1 + expected.abs().max())
    apart = float((found - expected).abs().max())
    return math.inf if math.isnan(apart) else apart


def read_outputs(
    manifest: Manifest, outputs: Tensor, unusual: Tensor | None, notes: Sequence[Sequence[str]]
) -> list[Answer]:
    """What a batch of outputs means for this kind of model, picture by picture."""
    if not torch.isfinite(outputs).all():
        raise BundleFault(f"{manifest.name} {manifest.version} answered with numbers that are not finite.")
    apart = [None] * len(outputs) if unusual is None else unusual.tolist()
    masks: list[bytes | None] = [None] * len(outputs)
    if manifest.kind == "segmentation":
        chosen = outputs.argmax(dim=1).to(torch.uint8)
        masks = [mask.numpy().tobytes() for mask in chosen]
        outputs = torch.stack([(chosen == at).float().mean((1, 2)) for at in range(len(manifest.labels))], dim=1)
    rows: list[list[float]] = outputs.tolist()
    if manifest.kind == "regression":
        predicted = [_values(manifest, row) for row in rows]
    else:
        shares = outputs if manifest.kind == "segmentation" else probabilities(manifest, outputs)
        orders: list[list[int]] = shares.argsort(dim=1, descending=True, stable=True).tolist()
        predicted = [
            tuple(Prediction(manifest.labels[at], share[at]) for at in order)
            for share, order in zip(shares.tolist(), orders, strict=True)
        ]
    said = zip(predicted, apart, map(tuple, notes), rows, masks, strict=True)
    return [_answer(manifest, *one) for one in said]


def _values(manifest: Manifest, row: list[float]) -> tuple[Prediction, ...]:
    return tuple(Prediction(label, 1.0, value) for label, value in zip(manifest.labels, row, strict=True))


def _answer(
    manifest: Manifest,
    predictions: tuple[Prediction, ...],
    unusual: float | None,
    notes: tuple[str, ...],
    outputs: list[float],
    mask: bytes | None,
) -> Answer:
    if manifest.kind == "regression":
        return Answer(predictions, not notes, unusual, notes, tuple(outputs))
    threshold = manifest.calibration.sure_from
    sure = predictions[0].probability >= threshold and not notes
    if manifest.kind == "multi-label" and predictions[0].probability < threshold:
        sure, notes = not notes, (*notes, "None of these labels is likely for this picture.")
    elif manifest.kind == "single-label" and not sure and not notes:
        notes = (*notes, f"The model is not sure: no label reaches {threshold:.0%}.")
    if unusual is not None and unusual > 1:
        sure, notes = False, (*notes, "This picture is unlike those the model learned from.")
    return Answer(predictions, sure, unusual, notes, tuple(outputs), mask)


def mask_picture(mask: bytes, side: int, labels: int) -> Image.Image:
    """A segmentation's classes as a picture of distinct colours."""
    shown = Image.frombytes("P", (side, side), mask)
    palette = [0, 0, 0, *(channel for at in range(1, labels) for channel in _colour(at))]
    shown.putpalette(palette[: 256 * 3])
    return shown.convert("RGBA")


def _colour(at: int) -> tuple[int, int, int]:
    turn = (at * 0.618034) % 1.0
    return tuple(int(127 + 127 * math.cos(2 * math.pi * (turn + third / 3))) for third in range(3))  # type: ignore[return-value]
