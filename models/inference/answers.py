"""What a network's numbers mean: calibrated predictions, how confident, and what ought to be said beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

import torch
from PIL import Image
from torch import Tensor

from models.bundles.manifest import Manifest
from models.errors import BundleError


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
    confident: bool
    ood_score: float | None
    notes: tuple[str, ...]
    outputs: tuple[float, ...] = ()
    mask: bytes | None = field(default=None, repr=False)


def probabilities(manifest: Manifest, outputs: Tensor) -> Tensor:
    """The network's outputs, with the labels last, as calibrated probabilities."""
    cooled = outputs / manifest.calibration.temperature
    return torch.sigmoid(cooled) if manifest.kind == "multi-label" else torch.softmax(cooled, dim=-1)


def read_outputs(
    manifest: Manifest, outputs: Tensor, ood_score: Tensor | None, notes: Sequence[Sequence[str]]
) -> list[Answer]:
    """What a batch of outputs means for this kind of model, picture by picture."""
    if not torch.isfinite(outputs).all():
        raise BundleError(f"{manifest.name} {manifest.version} answered with numbers that are not finite.")
    apart = [None] * len(outputs) if ood_score is None else ood_score.tolist()
    masks: list[bytes | None] = [None] * len(outputs)
    if manifest.kind == "segmentation":
        chosen = outputs.argmax(dim=1).to(torch.uint8)
        masks = [mask.numpy().tobytes() for mask in chosen]
        outputs = torch.stack([(chosen == at).float().mean((1, 2)) for at in range(len(manifest.labels))], dim=1)
    rows: list[list[float]] = outputs.tolist()
    each = zip(_predictions(manifest, outputs), apart, map(tuple, notes), rows, masks, strict=True)
    return [_answer(manifest, *one) for one in each]


def _predictions(manifest: Manifest, outputs: Tensor) -> list[tuple[Prediction, ...]]:
    match manifest.kind:
        case "regression":
            return [
                tuple(Prediction(label, 1.0, value) for label, value in zip(manifest.labels, row, strict=True))
                for row in outputs.tolist()
            ]
        case "segmentation":
            shares = outputs
        case "single-label" | "multi-label":
            shares = probabilities(manifest, outputs)
        case _:
            assert_never(manifest.kind)
    orders: list[list[int]] = shares.argsort(dim=1, descending=True, stable=True).tolist()
    return [
        tuple(Prediction(manifest.labels[at], share[at]) for at in order)
        for share, order in zip(shares.tolist(), orders, strict=True)
    ]


def _answer(
    manifest: Manifest,
    predictions: tuple[Prediction, ...],
    ood_score: float | None,
    notes: tuple[str, ...],
    outputs: list[float],
    mask: bytes | None,
) -> Answer:
    if manifest.kind == "regression":
        return Answer(predictions, not notes, ood_score, notes, tuple(outputs))
    threshold = manifest.calibration.confident_from
    confident = predictions[0].probability >= threshold and not notes
    if manifest.kind == "multi-label" and predictions[0].probability < threshold:
        confident, notes = not notes, (*notes, "None of these labels is likely for this picture.")
    elif manifest.kind == "single-label" and not confident and not notes:
        notes = (*notes, f"The model is not sure: no label reaches {threshold:.0%}.")
    if ood_score is not None and ood_score > 1:
        confident, notes = False, (*notes, "This picture is unlike those the model learned from.")
    return Answer(predictions, confident, ood_score, notes, tuple(outputs), mask)


def mask_picture(mask: bytes, side: int, labels: int) -> Image.Image:
    """A segmentation's classes as a picture of distinct colours."""
    shown = Image.frombytes("P", (side, side), mask)
    palette = [0, 0, 0, *(channel for at in range(1, labels) for channel in _colour(at))]
    shown.putpalette(palette[: 256 * 3])
    return shown.convert("RGBA")


def _colour(at: int) -> tuple[int, int, int]:
    turn = (at * 0.618034) % 1.0
    return tuple(int(127 + 127 * math.cos(2 * math.pi * (turn + third / 3))) for third in range(3))  # type: ignore[return-value]
