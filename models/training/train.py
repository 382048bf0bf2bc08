"""Training as the first lesson teaches it, with fastai: a DataBlock, a learning rate found, a fine-tuned network."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch import nn

from models.bundles.manifest import Kind, Manifest
from models.bundles.network_spec import UnetSpec
from models.errors import DataError
from models.inference.fastai_import import import_fastai
from models.inference.loading import outlined
from models.inference.networks import build_unet, build_vision, torchvision_arch
from models.training import learning
from models.training.config import TrainingConfig
from models.training.folder import Data, Example
from models.training.learning import Say
from models.training.measure import Trained, network_spec, write_trained
from models.training.step import Progress, Step

_FEWEST: Final = 4  # pictures at a time: batch normalisation knows little from fewer
_STEPS: Final = 8  # in an epoch at least, so that few pictures are learned from too


def check(kind: Kind, config: TrainingConfig) -> None:
    """Refuse what cannot be trained here whatever the pictures are. Raises DataError."""
    try:
        torch.zeros(1, device=learning.device_of(config.device))
    except (RuntimeError, AssertionError):  # torch's words for an unknown device, and for one that is not there
        raise DataError(f"There is no device {config.device} here: leave --device out, or name another.") from None
    if config.weights is not None and not config.weights.is_file():
        raise DataError(f"There is no file {config.weights}.")
    if torchvision_arch(config.arch) is None:
        import timm

        if not timm.is_model(config.arch):
            raise DataError(f"There is no architecture called {config.arch}, neither in torchvision nor in timm.")
        if kind == "segmentation":
            raise DataError("Segmentation needs one of torchvision's architectures, such as resnet18.")
    _check_trainable(kind, config)


def _check_trainable(kind: Kind, config: TrainingConfig) -> None:
    """Refuse an architecture that cannot be cut into a body and a head, or takes no pictures of this size."""

    def build() -> nn.Module:
        spec = network_spec(kind, config)
        return build_unet(spec, 2, config.size) if isinstance(spec, UnetSpec) else build_vision(spec, 2)

    try:
        outlined(build, (config.size, config.size, 3))
    except Exception as error:  # architectures raise what they like for what they were not made for
        raise DataError(
            f"{config.arch} cannot be trained here on pictures of {config.size} pixels ({type(error).__name__}):"
            " try another --size, or an architecture such as resnet34 or convnext_tiny."
        ) from None


def train(data: Data, config: TrainingConfig, into: Path, *, progress: Progress, say: Say) -> Manifest:
    """Train, measure and write the bundle to `into`. Raises DataError where it cannot be done."""
    check(data.kind, config)
    import_fastai()
    began = time.perf_counter()
    trained = _Training(data, config, *data.split(config.valid, config.seed), progress, say).run()
    progress(Step("measuring"))
    return write_trained(data, config, into, trained, began)


@dataclass(frozen=True, slots=True)
class _Training:
    """One training: what is learned from, what is held back, and whom to report to."""

    data: Data
    config: TrainingConfig
    learned: list[Example]
    held_back: list[Example]
    progress: Progress
    say: Say

    def run(self) -> Trained:
        """Learn, in smaller batches where memory runs out."""
        batch = min(self.config.batch, max(_FEWEST, len(self.learned) // _STEPS))
        while True:
            try:
                return self._learn(batch)
            except (torch.OutOfMemoryError, RuntimeError) as error:
                if not isinstance(error, torch.OutOfMemoryError) and "out of memory" not in str(error).lower():
                    raise
            if batch <= _FEWEST:
                sentence = f"Even {_FEWEST} pictures at a time do not fit in memory: take a smaller --size."
                raise DataError(sentence, "no-memory")
            batch = max(_FEWEST, batch // 2)
            self.say(f"Out of memory: going on with {batch} pictures at a time.")
            if torch.cuda.is_available():
                torch.cuda.empty_cache()

    def _learn(self, batch: int) -> Trained:
        from fastai.vision.all import set_seed

        config = self.config
        set_seed(config.seed, reproducible=True)
        loaders = learning.data_loaders(self.data, config, self.learned, self.held_back, batch)
        learner, weights = learning.make_learner(self.data, config, loaders, self.say)
        learner.add_cb(learning.reporting(self.progress, self.say))
        found = learning.FoundRate(config.rate) if config.rate else None
        found = found or learning.found_rate(learner, len(self.learned), self.say)
        rate = found.rate
        with learner.no_bar(), learner.no_logging():
            set_seed(config.seed, reproducible=True)
            if weights == "from scratch":
                learner.fit_one_cycle(config.epochs, rate)
                if len(self.learned) >= learning.ENOUGH:
                    learning.settle_batch_norm(learner.model, learner.dls.train)
            else:
                learner.fine_tune(config.epochs, rate)
        return Trained(learner, self.learned, self.held_back, batch, found, weights)
