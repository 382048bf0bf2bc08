"""Where a model looked: Grad-CAM of the network's last stage, or for the pixel baseline the pixels that decided."""

from __future__ import annotations

import io
from typing import Final
from weakref import WeakKeyDictionary

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

SHOWN: Final = 256  # pixels a side of each of the two panels
_BAR: Final = 16
_GAP: Final = 8
_MIX: Final = 0.6  # of colour over the grey picture
# Viridis (Smith and van der Walt, CC0) at five places: it rises in lightness, and colour-blind people can read it.
_COLOURS: Final = np.array([(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)], np.float32)
_POOLING: Final = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.AvgPool2d, nn.MaxPool2d)
_stages: WeakKeyDictionary[nn.Module, nn.Module | None] = WeakKeyDictionary()


def saliency_picture(array: Array, saliency: NDArray[np.float32]) -> bytes:
    """A PNG of two panels: the picture as the model saw it, and in grey under a colour scale, which stands beside it.

    The brighter, the more that place spoke for the likeliest label.
    """
    levels = array * 255 if array.dtype == np.float32 else array
    channels = np.repeat(levels, 3, axis=2) if levels.shape[2] == 1 else levels
    image = Image.fromarray(np.clip(channels, 0, 255).astype(np.uint8)).resize(
        (SHOWN, SHOWN), Image.Resampling.BILINEAR
    )
    grey = np.asarray(image.convert("L"), np.float32)[:, :, None]
    wide = np.asarray(Image.fromarray(saliency).resize((SHOWN, SHOWN), Image.Resampling.BICUBIC), np.float32)
    canvas = np.full((SHOWN, 2 * SHOWN + 2 * _GAP + _BAR, 3), 255, np.float32)
    canvas[:, :SHOWN] = np.asarray(image)
    canvas[:, SHOWN + _GAP : 2 * SHOWN + _GAP] = (1 - _MIX) * grey + _MIX * _coloured(wide)
    canvas[:, -_BAR:] = _coloured(np.linspace(1, 0, SHOWN, dtype=np.float32)[:, None])
    png = io.BytesIO()
    Image.fromarray(canvas.astype(np.uint8)).save(png, "PNG", compress_level=1)
    return png.getvalue()


def _coloured(values: NDArray[np.float32]) -> NDArray[np.float32]:
    places = np.linspace(0, 1, len(_COLOURS))
    channels = [np.interp(np.clip(values, 0, 1), places, _COLOURS[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=2).astype(np.float32)


def grad_cam(predictor: Predictor, array: Array) -> NDArray[np.float32]:
    """How much each place spoke for the likeliest label, 0 to 1, on the grid of the network's last stage.

    As in the paper (Selvaraju et al., 2017): the stage's channels, weighted by the mean gradient of the label's score,
    added up, and what speaks against the label left out. It costs one forward pass: gradients flow to the stage only.
    """
    network = predictor.network
    with TORCH_LOCK, torch.enable_grad():
        batch = predictor.tensor([array]).detach().clone()
        if isinstance(network, PixelSimilarity):
            return _pixels_that_decided(network, batch)
        if network not in _stages:
            _stages[network] = _last_stage(network, batch)
        stage = _stages[network]
        if stage is None:
            return _input_gradient(network, batch)
        grids: list[Tensor] = []

        def cut(_module: nn.Module, _given: object, grid: Tensor) -> Tensor:
            grids.append(grid.detach().clone().requires_grad_(True))
            return grids[-1].clone()  # what follows may change it in place

        handle = stage.register_forward_hook(cut)
        try:
            score = _score(network(batch))
        finally:
            handle.remove()
        (slope,) = torch.autograd.grad(score, grids[-1])
        grid, slope = grids[-1].float(), slope.float()
        return _scaled(functional.relu((slope.mean((2, 3), keepdim=True) * grid).sum(1))[0])


def _last_stage(network: nn.Module, batch: Tensor) -> nn.Module | None:
    """The module that gives the last grid of the coarsest kind before all is pooled; None where there is no grid."""
    coarsest: tuple[int, nn.Module] | None = None

    def look(module: nn.Module, _given: object, output: object) -> None:
        nonlocal coarsest
        if isinstance(output, Tensor) and output.dim() == 4 and output.shape[-1] > 1:
            size = output.shape[-1] * output.shape[-2]
            if not isinstance(module, _POOLING) and (coarsest is None or size <= coarsest[0]):
                coarsest = (size, module)

    handles = [module.register_forward_hook(look) for module in network.modules() if module is not network]
    try:
        with torch.no_grad():
            network(batch)
    finally:
        for handle in handles:
            handle.remove()
    return coarsest[1] if coarsest else None


def _score(outputs: Tensor) -> Tensor:
    return outputs.flatten(1).max() if outputs.dim() == 2 else outputs.amax(1).mean()


def _input_gradient(network: nn.Module, batch: Tensor) -> NDArray[np.float32]:
    """For a network without grids, such as a vision transformer: the gradient at the picture, times the picture."""
    batch = batch.requires_grad_(True)
    (slope,) = torch.autograd.grad(_score(network(batch)), batch)
    return _scaled((slope * batch).abs().sum(1)[0])


def _pixels_that_decided(network: PixelSimilarity, batch: Tensor) -> NDArray[np.float32]:
    apart = (batch - network.means).abs().mean(1)
    near = int(network(batch).argmax())
    others = torch.cat([apart[:near], apart[near + 1 :]]).min(0).values
    return _scaled(functional.relu(others - apart[near]))


def _scaled(saliency: Tensor) -> NDArray[np.float32]:
    saliency = saliency.detach().float().cpu()
    top = float(saliency.max())
    return np.asarray((saliency / top if top > 0 else saliency).numpy(), np.float32)
