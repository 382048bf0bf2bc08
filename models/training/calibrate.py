"""Honest certainty, measured on pictures not learned from: temperature, the "not sure" mark, what is usual."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from models.inference.predictor import feature_distance


def fit_temperature(outputs: Tensor, targets: Tensor, *, multi: bool = False) -> float:
    """The temperature under which the true labels are likeliest; between 0.5 and 20, for few pictures prove little."""
    outputs, low, high = outputs.double(), math.log(0.5), math.log(20.0)

    def loss(log_temperature: float) -> float:
        cooled = outputs / math.exp(log_temperature)
        if multi:
            return float(functional.binary_cross_entropy_with_logits(cooled, targets.double()))
        return float(functional.cross_entropy(cooled, targets))

    golden = (math.sqrt(5) - 1) / 2
    for _ in range(60):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) <= loss(right):
            high = right
        else:
            low = left
    return round(math.exp((low + high) / 2), 4)


def sure_from(chances: Tensor, right: Tensor, *, wrong_at_most: float = 0.02) -> float:
    """The lowest probability from which answers were wrong at most so often; between 0.5 and 0.95."""
    order = chances.argsort(descending=True)
    wrong = torch.cumsum((~right[order]).double(), 0) / torch.arange(1, len(order) + 1)
    good = (wrong <= wrong_at_most).nonzero()
    if not len(good):
        return 0.95
    if int(good[-1]) == len(order) - 1:
        return 0.5
    return round(min(0.95, max(0.5, float(chances[order][int(good[-1])]))), 3)


def feature_norms(features: Tensor, targets: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    """Each class's mean feature, and each feature's spread around its class's mean."""
    flat = features.flatten(1).float()
    means = torch.stack(
        [flat[targets == at].mean(0) if (targets == at).any() else flat.mean(0) for at in range(classes)]
    )
    scale = (flat - means[targets]).square().mean(0).sqrt()
    return means, scale.clamp(min=float(scale.median()) * 0.3 + 1e-6)


def unusual_edge(features: Tensor, means: Tensor, scale: Tensor) -> float:
    """The distance that hardly a picture of the same origin exceeds, with a little room above the farthest."""
    far = feature_distance(features.float(), means, scale)
    return round(float(torch.quantile(far, 0.99)) * 1.15, 4)


def wilson(right: int, seen: int) -> tuple[float, float]:
    """The 95% interval of a share."""
    if not seen:
        return 0.0, 1.0
    z, share = 1.959964, right / seen
    middle = share + z * z / (2 * seen)
    spread = z * math.sqrt(share * (1 - share) / seen + z * z / (4 * seen * seen))
    below = 1 + z * z / seen
    return max(0.0, (middle - spread) / below), min(1.0, (middle + spread) / below)


def expected_calibration_error(chances: Tensor, right: Tensor, bins: int = 10) -> float:
    """How far, on average, stated probability and share of right answers lie apart."""
    total = 0.0
    for at in range(bins):
        inside = (chances > at / bins) & (chances <= (at + 1) / bins)
        if inside.any():
            total += float(inside.float().mean() * (chances[inside].mean() - right[inside].float().mean()).abs())
    return total
