"""Honest certainty, measured on pictures not learned from: temperature, the "not sure" mark, what is usual."""

from __future__ import annotations

import math

import torch
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest
from torch import Tensor
from torch.nn import functional

from models.inference.predictor import feature_distance


def fit_temperature(outputs: Tensor, targets: Tensor, *, multi: bool = False) -> float:
    """The temperature under which the true labels are likeliest; between 0.5 and 20, for few pictures prove little."""
    outputs = outputs.double()

    def loss(log_temperature: float) -> float:
        cooled = outputs / math.exp(log_temperature)
        if multi:
            return float(functional.binary_cross_entropy_with_logits(cooled, targets.double()))
        return float(functional.cross_entropy(cooled, targets))

    found = minimize_scalar(loss, bounds=(math.log(0.5), math.log(20.0)), method="bounded", options={"xatol": 1e-8})
    return round(math.exp(found.x), 4)


def confidence_threshold(probabilities: Tensor, right: Tensor, *, wrong_at_most: float = 0.02) -> float:
    """The lowest probability from which answers were wrong at most so often; between 0.5 and 0.95."""
    order = probabilities.argsort(descending=True)
    wrong = torch.cumsum((~right[order]).double(), 0) / torch.arange(1, len(order) + 1)
    good = (wrong <= wrong_at_most).nonzero()
    if not len(good):
        return 0.95
    if int(good[-1]) == len(order) - 1:
        return 0.5
    return round(min(0.95, max(0.5, float(probabilities[order][int(good[-1])]))), 3)


def feature_statistics(features: Tensor, targets: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    """Each class's mean feature, and each feature's spread around its class's mean."""
    flat = features.flatten(1).float()
    means = torch.stack(
        [flat[targets == at].mean(0) if (targets == at).any() else flat.mean(0) for at in range(classes)]
    )
    scale = (flat - means[targets]).square().mean(0).sqrt()
    return means, scale.clamp(min=float(scale.median()) * 0.3 + 1e-6)


def ood_threshold(features: Tensor, means: Tensor, scale: Tensor) -> float:
    """The distance that hardly a picture of the same origin exceeds, with a little room above the farthest."""
    far = feature_distance(features.float(), means, scale)
    return round(float(torch.quantile(far, 0.99)) * 1.15, 4)


def wilson(right: int, seen: int) -> tuple[float, float]:
    """The 95% interval of a share."""
    if not seen:
        return 0.0, 1.0
    interval = binomtest(right, seen).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def expected_calibration_error(probabilities: Tensor, right: Tensor, bins: int = 10) -> float:
    """How far, on average, stated probability and share of right answers lie apart."""
    total = 0.0
    for at in range(bins):
        inside = (probabilities > at / bins) & (probabilities <= (at + 1) / bins)
        if inside.any():
            total += float(inside.float().mean() * (probabilities[inside].mean() - right[inside].float().mean()).abs())
    return total
