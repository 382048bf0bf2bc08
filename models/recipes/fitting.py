"""What all recipes of the shipped models share: the seed, one training run by fastai, and one calibration."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from models.bundles.manifest import Calibration
from models.inference.fastai_import import import_fastai
from models.inference.networks import FEATURE_MEANS, FEATURE_SCALE, features_and_outputs
from models.training import calibrate
from models.training.step import Progress, Step

SEED: Final = 42
WIDTHS: Final = (16, 32, 64)


@dataclass(frozen=True, slots=True)
class Sample:
    """Prepared pictures (N x channels x rows x columns) and the class of each (N)."""

    pictures: Tensor
    classes: Tensor

    def first(self, count: int) -> Sample:
        """The first so many."""
        return Sample(self.pictures[:count], self.classes[:count])


def fit(
    network: nn.Module, learned: Sample, check: Sample, epochs: int, progress: Progress, *, rate: float = 5e-3
) -> None:
    """Train with fastai's one-cycle policy, reporting how far it is."""
    import_fastai()
    from fastai.callback.core import Callback
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader
    from fastai.learner import Learner
    from fastai.losses import LabelSmoothingCrossEntropy
    from fastai.metrics import accuracy

    class Reporting(Callback):  # type: ignore[misc]
        def after_batch(self) -> None:
            if self.training:
                progress(Step.of_epoch("learning", self.epoch, self.n_epoch, (self.iter + 1) / self.n_iter))

    random.seed(SEED)  # fastai's loaders shuffle by it
    size = min(128, len(learned.pictures))
    own, other = TensorDataset(learned.pictures, learned.classes), TensorDataset(check.pictures, check.classes)
    loaders = DataLoaders(
        DataLoader(own, bs=size, shuffle=True, drop_last=True, num_workers=0),
        DataLoader(other, bs=512, num_workers=0),
    )
    loss = LabelSmoothingCrossEntropy(eps=0.05)
    learner = Learner(loaders, network, loss_func=loss, metrics=accuracy, cbs=Reporting())
    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(epochs, rate)


def calibrated(network: nn.Module, learned: Sample, check: Sample) -> tuple[Calibration, dict[str, Tensor]]:
    """Temperature and thresholds measured on `check`, and what the pictures learned from look like as features."""
    features, outputs = _evaluated(network, check.pictures)
    seen, _ = _evaluated(network, learned.pictures)
    means, scale = calibrate.feature_statistics(seen, learned.classes, outputs.shape[1])
    threshold = calibrate.ood_threshold(features, means, scale)
    extra = {FEATURE_MEANS: means, FEATURE_SCALE: scale}
    return calibration_of(outputs, check.classes, threshold), extra


def calibration_of(outputs: Tensor, classes: Tensor, ood_from: float) -> Calibration:
    """The temperature for these outputs, and from which probability on they are worth believing."""
    temperature = calibrate.fit_temperature(outputs, classes)
    probabilities, chosen = (outputs / temperature).softmax(1).max(1)
    confident_from = calibrate.confidence_threshold(probabilities, chosen == classes)
    return Calibration(temperature=temperature, confident_from=confident_from, ood_from=ood_from)


def _evaluated(network: nn.Module, pictures: Tensor) -> tuple[Tensor, Tensor]:
    pairs = [features_and_outputs(network.eval(), part) for part in torch.split(pictures, 512)]
    return torch.cat([features for features, _ in pairs if features is not None]), torch.cat([out for _, out in pairs])
