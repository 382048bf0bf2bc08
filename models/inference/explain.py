"""Where a model looked: Grad-CAM over the prepared picture, or for the pixel baseline the pixels that decided."""

from __future__ import annotations

import io

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from models.inference.networks import TORCH_LOCK
from models.inference.predictor import Predictor
from models.inference.prepare import Array
from models.inference.zoo_networks import PixelSimilarity

_SHOWN = 256


def saliency_picture(predictor: Predictor, array: Array) -> bytes:
    """A PNG of the picture as the model saw it, warm where the likeliest label's evidence was."""
    shown = _as_seen(array)
    saliency = grad_cam(predictor, array)
    warm = np.asarray(Image.fromarray(saliency).resize((_SHOWN, _SHOWN), Image.Resampling.BICUBIC), np.float32)
    warm = np.clip(warm, 0, 1)[:, :, None]
    colour = np.concatenate([np.ones_like(warm), 1 - np.abs(warm - 0.5), 1 - warm], axis=2) * 255
    mixed = shown * (1 - 0.65 * warm) + colour * 0.65 * warm
    kept = io.BytesIO()
    Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8)).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def grad_cam(predictor: Predictor, array: Array) -> NDArray[np.float32]:
    """How much each place spoke for the likeliest label, 0 to 1, on the network's own last grid."""
    network = predictor.network
    with TORCH_LOCK, torch.enable_grad():
        batch = predictor.tensor([array]).detach().clone().requires_grad_(True)
        if isinstance(network, PixelSimilarity):
            return _pixels_that_decided(network, batch.detach())
        kept: list[Tensor] = []
        handles = [
            module.register_forward_hook(lambda _module, _given, made: kept.append(made))
            for module in network.modules()
            if isinstance(module, nn.Conv2d)
        ]
        try:
            outputs = network(batch)
        finally:
            for handle in handles:
                handle.remove()
        grids = [made for made in kept if made.dim() == 4 and made.shape[-1] > 1 and made.requires_grad]
        score = outputs.flatten(1).max() if outputs.dim() == 2 else outputs.amax(1).mean()
        if not grids:
            (slope,) = torch.autograd.grad(score, batch)
            return _scaled((slope * batch).abs().sum(1)[0])
        grid = functional.relu(grids[-1])
        (slope,) = torch.autograd.grad(score, grids[-1])
        return _scaled(functional.relu((slope.mean((2, 3), keepdim=True) * grid).sum(1))[0])


def _pixels_that_decided(network: PixelSimilarity, batch: Tensor) -> NDArray[np.float32]:
    apart = (batch - network.means).abs().mean(1)
    near = int(network(batch).argmax())
    others = torch.cat([apart[:near], apart[near + 1 :]]).min(0).values
    return _scaled(functional.relu(others - apart[near]))


def _scaled(saliency: Tensor) -> NDArray[np.float32]:
    saliency = saliency.detach().float().cpu()
    top = float(saliency.max())
    return np.asarray((saliency / top if top > 0 else saliency).numpy(), np.float32)


def _as_seen(array: Array) -> NDArray[np.float32]:
    levels = array * 255 if array.dtype == np.float32 else array
    channels = np.repeat(levels, 3, axis=2) if levels.shape[2] == 1 else levels
    image = Image.fromarray(np.clip(channels, 0, 255).astype(np.uint8))
    return np.asarray(image.resize((_SHOWN, _SHOWN), Image.Resampling.BILINEAR), np.float32)
