"""Prepared arrays as the tensor a network takes, channels first and normalised; and how a model is run here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from models.bundles.input_spec import PhotoInput, PictureInput, TableInput
from models.inference.prepare import Array


class Batching:
    """From arrays (rows x columns x channels) to batches (N x channels x rows x columns) in float32 on a device.

    A photo's levels, 0 to 255, become (level / 255 - mean) / std; ink, 0 to 1, and rows are taken as they are.
    """

    def __init__(self, spec: PictureInput | TableInput, device: torch.device | str = "cpu") -> None:
        self._device = torch.device(device)
        self._scale: tuple[Tensor, Tensor] | None = None
        if isinstance(spec, PhotoInput):
            mean, std = (spec.mean or (0.0,) * 3, spec.std or (1.0,) * 3)
            means, stds = (torch.tensor(one, device=self._device).view(1, 3, 1, 1) for one in (mean, std))
            self._scale = (1 / (255 * stds), -means / stds)
        self._presized = spec if isinstance(spec, PhotoInput) and spec.presize else None

    def __call__(self, arrays: Sequence[Array]) -> Tensor:
        """One batch of these arrays."""
        batch = torch.from_numpy(np.stack(arrays)).to(self._device).permute(0, 3, 1, 2).float()
        if self._scale is not None:
            gain, shift = self._scale
            batch.mul_(gain).add_(shift)
        return batch if self._presized is None else _brought_to(batch, self._presized.size)


def _brought_to(batch: Tensor, size: int) -> Tensor:
    """Square pictures at another size, as fastai's `affine_coord` brings batches to it where nothing is turned.

    What is more than twice as large becomes twice as large first, by the means of areas.
    """
    if batch.shape[-1] > 2 * size:
        shrinks = batch.shape[-1] / size / 2
        batch = functional.interpolate(batch, scale_factor=1 / shrinks, mode="area", recompute_scale_factor=True)
    return functional.interpolate(batch, size=(size, size), mode="bilinear", align_corners=True)


@dataclass(frozen=True, slots=True)
class Tuning:
    """Processor threads for the network, processes that open its pictures, and how its pictures are put together."""

    threads: int
    decoders: int = 2
    batch: int = 8
    gather: bool = True  # whether a batch is worth waiting for
    tried: bool = False  # whether this machine was asked
    rate: float | None = None  # pictures a second, where it could be measured

    def as_json(self) -> dict[str, Any]:
        """As the service lists it."""
        found = asdict(self)
        rate = found.pop("rate")
        return found if rate is None else {**found, "rate": round(rate, 1)}

    def __str__(self) -> str:
        """For the log."""
        said = f"{self.threads} threads, {self.decoders} decoders, up to {self.batch} pictures at a time"
        return said if self.rate is None else f"{said}: {self.rate:.0f} pictures a second"
