"""The two kinds of network the shipped models are: a small convolutional one, and the lesson's pixel similarity."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn


def _layer(into: int, out: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(into, out, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU())


class SmallCNN(nn.Sequential):
    """A few convolutions, pooled, and one linear layer: enough for signs and shapes, small enough to commit."""

    def __init__(self, channels: int, widths: tuple[int, ...], outputs: int, dropout: float = 0.2) -> None:
        layers: list[nn.Module] = [_layer(channels, widths[0], 1)]
        for into, out in pairwise(widths):
            layers += [_layer(into, out, 2), _layer(out, out, 1)]
        body = nn.Sequential(*layers)
        grid = nn.AdaptiveAvgPool2d(2)
        head = nn.Sequential(nn.Flatten(), nn.Dropout(dropout), nn.Linear(widths[-1] * 4, outputs))
        super().__init__(body, grid, head)


class PixelSimilarity(nn.Module):
    """The lesson's baseline: how far a picture lies from each class's mean picture, by L1 or L2 distance.

    It answers with negative distances times a fitted sharpness, so that softmax makes probabilities of them.
    """

    means: Tensor
    sharpness: Tensor

    def __init__(self, distance: Literal["l1", "l2"], size: int, outputs: int) -> None:
        super().__init__()
        self.distance = distance
        self.register_buffer("means", torch.zeros(outputs, 1, size, size))
        self.register_buffer("sharpness", torch.ones(()))

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits, one for each class."""
        apart = pictures[:, None] - self.means[None]
        far = apart.abs() if self.distance == "l1" else apart.square()
        far = far.mean((-1, -2, -3))
        far = far if self.distance == "l1" else far.sqrt()
        return -far * self.sharpness
