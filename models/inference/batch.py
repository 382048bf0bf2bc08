"""Prepared arrays as the tensor a network takes: channels first, and normalised as the bundle declares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

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

    def __call__(self, arrays: Sequence[Array]) -> Tensor:
        """One batch of these arrays."""
        batch = torch.from_numpy(np.stack(arrays)).to(self._device).permute(0, 3, 1, 2).float()
        if self._scale is not None:
            gain, shift = self._scale
            batch.mul_(gain).add_(shift)
        return batch
