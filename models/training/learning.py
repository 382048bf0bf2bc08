"""fastai's parts of a training: the loaders, the learner, its learning rate, and batch normalisation settled."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, assert_never

import torch
from torch import Tensor, nn

from models.inference.networks import torchvision_arch
from models.training.config import TrainingConfig
from models.training.folder import VOID, Data, Example, open_file, open_mask
from models.training.pretrained import with_local_weights, with_published_weights
from models.training.step import Progress, Stage, Step

Say = Callable[[str], None]
FINDER_STEPS: Final = 60
ENOUGH: Final = 128  # pictures to find a learning rate on, or batch normalisation's means


def settle_batch_norm(network: nn.Module, batches: Iterable[tuple[Tensor, object]]) -> None:
    """Take batch normalisation's means and spreads anew over all that was learned from.

    Their running form is far behind after the few steps of a short training from scratch, and the network then answers
    much worse than it has learned to.
    """
    norms = [one for one in network.modules() if isinstance(one, nn.BatchNorm1d | nn.BatchNorm2d)]
    usual = [one.momentum for one in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain mean over all batches
    network.train()
    with torch.no_grad():
        for pictures, _ in batches:
            network(pictures)
    for norm, momentum in zip(norms, usual, strict=True):
        norm.momentum = momentum


def data_loaders(
    data: Data, config: TrainingConfig, learned: list[Example], held_back: list[Example], batch: int
) -> Any:  # noqa: ANN401
    """fastai's loaders: what is learned from is varied, what is held back is only resized."""
    from fastai.vision import all as fv

    class Upright(fv.PILImage):  # type: ignore[misc]
        @classmethod
        def create(cls, source: object, **_how: object) -> Any:  # noqa: ANN401
            return cls(open_file(source)) if isinstance(source, Path) else cls(source)

    class Mask(fv.PILMask):  # type: ignore[misc]
        @classmethod
        def create(cls, source: object, **_how: object) -> Any:  # noqa: ANN401
            return cls(open_mask(source)) if isinstance(source, Path) else cls(source)

    def answer() -> Any:  # noqa: ANN401
        match data.kind:
            case "single-label":
                return fv.CategoryBlock(vocab=list(data.labels), sort=False)
            case "multi-label":
                return fv.MultiCategoryBlock(vocab=list(data.labels))
            case "regression":
                return fv.RegressionBlock(n_out=len(data.labels))
            case "segmentation":
                return fv.TransformBlock(type_tfms=Mask.create, item_tfms=None)
            case _:
                assert_never(data.kind)

    how = {"crop": fv.ResizeMethod.Crop, "squish": fv.ResizeMethod.Squish, "pad": fv.ResizeMethod.Pad}[config.resize]
    if data.kind == "segmentation":
        how = fv.ResizeMethod.Squish
    kept_apart = {example.path for example in held_back}
    block = fv.DataBlock(
        blocks=(fv.TransformBlock(type_tfms=Upright.create, batch_tfms=fv.IntToFloatTensor), answer()),
        get_items=lambda _source: [*learned, *held_back],
        get_x=lambda example: example.path,
        get_y=lambda example: _target(data, example),
        splitter=fv.FuncSplitter(lambda example: example.path in kept_apart),
        item_tfms=fv.Resize(config.size, method=how),
        batch_tfms=fv.aug_transforms(size=None) if data.kind != "segmentation" else fv.aug_transforms(max_warp=0),
    )
    device = device_of(config.device)
    loaders = block.dataloaders(Path(), bs=batch, num_workers=0, device=device, drop_last=len(learned) > batch)
    if data.kind == "segmentation":
        loaders.vocab = list(data.labels)
    return loaders


def device_of(wanted: str) -> torch.device:
    """Where it is trained."""
    return torch.device(("cuda" if torch.cuda.is_available() else "cpu") if wanted == "auto" else wanted)


def _target(data: Data, example: Example) -> Any:  # noqa: ANN401 - as many types as kinds
    if data.kind == "multi-label":
        return list(example.answer)
    if data.kind == "regression":
        return [float(example.answer[label]) for label in data.labels]
    return example.answer


def make_learner(data: Data, config: TrainingConfig, loaders: Any, say: Say) -> tuple[Any, str]:  # noqa: ANN401
    """fastai's learner with the weights it starts from, and where those came from, in words."""
    from fastai.vision import all as fv

    torchvision = torchvision_arch(config.arch)
    metrics: dict[str, Any] = {
        "single-label": [fv.accuracy],
        "multi-label": [fv.accuracy_multi],
        "regression": [fv.mae],
        "segmentation": [pixel_accuracy],
    }
    options: dict[str, Any] = {"metrics": metrics[data.kind], "n_out": len(data.labels), "normalize": True}
    if data.kind == "regression":
        options |= {"y_range": config.y_range, "loss_func": fv.MSELossFlat()}
    if data.kind == "segmentation":
        options["loss_func"] = fv.CrossEntropyLossFlat(axis=1, ignore_index=VOID)
    make = fv.unet_learner if data.kind == "segmentation" else fv.vision_learner

    def build(pretrained: bool) -> Any:  # noqa: ANN401
        return make(loaders, torchvision or config.arch, pretrained=pretrained, **options)

    if config.weights is not None:
        return with_local_weights(build(False), config.weights, say), f"from {config.weights.name}"
    if not config.from_scratch:
        learner = with_published_weights(lambda: build(True), say)
        if learner is not None:
            return learner, "pretrained, as published"
    return build(False), "from scratch"


def pixel_accuracy(outputs: Tensor, masks: Tensor) -> Tensor:
    """The share of the pixels that are right, of those that are not void: outputs (N, labels, high, wide)."""
    known = masks != VOID
    return ((outputs.argmax(1) == masks) & known).sum() / known.sum().clamp(min=1)


@dataclass(frozen=True, slots=True)
class FoundRate:
    """A learning rate, and the losses by the rates that were tried for it; none where it was not looked for."""

    rate: float
    rates: tuple[float, ...] = ()
    losses: tuple[float, ...] = ()


def found_rate(learner: Any, pictures: int, say: Say) -> FoundRate:  # noqa: ANN401
    """The learning rate that fastai's finder suggests; the usual one where there is too little to find it on."""
    if pictures < ENOUGH:
        say("Too few pictures to find a learning rate on: 0.003 is taken.")
        return FoundRate(0.003)
    with learner.no_bar(), learner.no_logging(), tempfile.TemporaryDirectory() as aside:
        learner.path = Path(aside)  # the finder saves the network here, to go back to it
        try:
            rate = float(learner.lr_find(show_plot=False, num_it=FINDER_STEPS).valley)
        except (IndexError, ValueError, RuntimeError, TypeError) as error:
            if "out of memory" in str(error).lower():
                raise
            rate = 0.003
    rate = min(0.02, max(1e-5, rate))
    say(f"Learning rate: {rate:.2g}.")
    tried = learner.recorder
    return FoundRate(rate, tuple(map(float, tried.lrs)), tuple(map(float, tried.losses)))


def reporting(progress: Progress, say: Say) -> Any:  # noqa: ANN401
    """A callback that reports how far a training is, and each epoch's figures.

    The finder's steps and the epochs in which only the new head learns are counted apart.
    """
    from fastai.callback.core import Callback

    class Reporting(Callback):  # type: ignore[misc]
        def after_batch(self) -> None:
            if self.training and hasattr(self.learn, "lr_finder"):
                progress(Step("rate", min(1.0, (self.train_iter + 1) / FINDER_STEPS)))
            elif self.training:
                stage: Stage = "head" if getattr(self.opt, "frozen_idx", 0) else "learning"
                progress(Step.of_epoch(stage, self.epoch, self.n_epoch, (self.iter + 1) / self.n_iter))

        def after_epoch(self) -> None:
            values = getattr(self.recorder, "log", [])
            if len(values) >= 4 and not hasattr(self.learn, "lr_finder"):
                names = self.recorder.metric_names[1:-1]
                pairs = zip(names, values[1:], strict=False)
                figures = ", ".join(f"{name} {value:.4g}" for name, value in pairs if value is not None)
                say(f"epoch {self.epoch + 1}: {figures}")

    return Reporting()
