"""Training as the first lesson teaches it, with fastai: a DataBlock, a learning rate found, a fine-tuned network."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from models.bundle import Kind, Manifest
from models.inference.fastai_quietly import bring_in_fastai
from models.inference.networks import torchvision_arch
from models.training.config import Wish
from models.training.data import Data, DataFault, Example, open_file, open_mask
from models.training.measure import written
from models.training.pretrained import with_local_weights, with_published_weights

Tell = Callable[[str, float], None]
Say = Callable[[str], None]
_FEWEST = 4  # pictures at a time: batch normalisation knows little from fewer
_STEPS = 8  # in an epoch at least, so that few pictures are learned from too
_ENOUGH = 128  # pictures to find a learning rate on, or batch normalisation's means


def check(kind: Kind, wish: Wish) -> None:
    """Refuse what cannot be trained here whatever the pictures are. Raises DataFault."""
    try:
        torch.zeros(1, device=_device(wish))
    except (RuntimeError, AssertionError):  # torch's words for an unknown device, and for one that is not there
        raise DataFault(f"There is no device {wish.device} here: leave --device out, or name another.") from None
    if wish.weights is not None and not wish.weights.is_file():
        raise DataFault(f"There is no file {wish.weights}.")
    if torchvision_arch(wish.arch) is not None:
        return
    import timm

    if not timm.is_model(wish.arch):
        raise DataFault(f"There is no architecture called {wish.arch}, neither in torchvision nor in timm.")
    if kind == "segmentation":
        raise DataFault("Segmentation needs one of torchvision's architectures, such as resnet18.")


def train(data: Data, wish: Wish, into: Path, *, tell: Tell, say: Say) -> Manifest:
    """Train, measure and write the bundle to `into`. Raises DataFault where it cannot be done."""
    check(data.kind, wish)
    bring_in_fastai()
    began = time.perf_counter()
    learned, kept = data.split(wish.valid, wish.seed)
    batch = min(wish.batch, max(_FEWEST, len(learned) // _STEPS))
    while True:
        try:
            learner, rate, origin = _learn(data, wish, learned, kept, batch, tell, say)
            break
        except (torch.OutOfMemoryError, RuntimeError) as fault:
            if not isinstance(fault, torch.OutOfMemoryError) and "out of memory" not in str(fault).lower():
                raise
            if batch <= _FEWEST:
                raise DataFault(
                    f"Even {_FEWEST} pictures at a time do not fit in memory: take a smaller --size."
                ) from None
            batch = max(_FEWEST, batch // 2)
            say(f"Out of memory: going on with {batch} pictures at a time.")
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
    tell("measuring it on the pictures held back", 0.0)
    return written(data, wish, into, learner, learned, kept, {
        "architecture": wish.arch,
        "weights": origin,
        "epochs": wish.epochs,
        "learning_rate": f"{rate:.2g}",
        "pictures_at_a_time": batch,
        "size": wish.size,
        "seed": wish.seed,
    }, began)  # fmt: skip


# --- fastai ------------------------------------------------------------------------------------------------------


def _learn(
    data: Data,
    wish: Wish,
    learned: list[Example],
    kept: list[Example],
    batch: int,
    tell: Tell,
    say: Say,
) -> tuple[Any, float, str]:
    from fastai.vision.all import set_seed

    set_seed(wish.seed, reproducible=True)
    loaders = data_loaders(data, wish, learned, kept, batch)
    learner, origin = _learner(data, wish, loaders, say)
    learner.add_cb(_telling(tell, say))
    rate = wish.rate or _rate(learner, len(learned), say)
    with learner.no_bar(), learner.no_logging():
        set_seed(wish.seed, reproducible=True)
        if origin == "from scratch":
            learner.fit_one_cycle(wish.epochs, rate)
            if len(learned) >= _ENOUGH:
                settle_batch_norm(learner.model, learner.dls.train)
        else:
            learner.fine_tune(wish.epochs, rate)
    return learner, rate, origin


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


def data_loaders(data: Data, wish: Wish, learned: list[Example], kept: list[Example], batch: int) -> Any:  # noqa: ANN401
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

    answer = {
        "single-label": lambda: fv.CategoryBlock(vocab=list(data.labels), sort=False),
        "multi-label": lambda: fv.MultiCategoryBlock(vocab=list(data.labels)),
        "regression": lambda: fv.RegressionBlock(n_out=len(data.labels)),
        "segmentation": lambda: fv.TransformBlock(type_tfms=Mask.create, item_tfms=None),
    }[data.kind]()
    how = {"crop": fv.ResizeMethod.Crop, "squish": fv.ResizeMethod.Squish, "pad": fv.ResizeMethod.Pad}[wish.resize]
    if data.kind == "segmentation":
        how = fv.ResizeMethod.Squish
    held_back = {example.path for example in kept}
    block = fv.DataBlock(
        blocks=(fv.TransformBlock(type_tfms=Upright.create, batch_tfms=fv.IntToFloatTensor), answer),
        get_items=lambda _source: [*learned, *kept],
        get_x=lambda example: example.path,
        get_y=lambda example: _target(data, example),
        splitter=fv.FuncSplitter(lambda example: example.path in held_back),
        item_tfms=fv.Resize(wish.size, method=how),
        batch_tfms=fv.aug_transforms(size=None) if data.kind != "segmentation" else fv.aug_transforms(max_warp=0),
    )
    device = _device(wish)
    loaders = block.dataloaders(Path(), bs=batch, num_workers=0, device=device, drop_last=len(learned) > batch)
    if data.kind == "segmentation":
        loaders.vocab = list(data.labels)
    return loaders


def _device(wish: Wish) -> torch.device:
    wanted = wish.device
    return torch.device(("cuda" if torch.cuda.is_available() else "cpu") if wanted == "auto" else wanted)


def _target(data: Data, example: Example) -> Any:  # noqa: ANN401 - as many types as kinds
    if data.kind == "multi-label":
        return list(example.answer)
    if data.kind == "regression":
        return [float(example.answer[label]) for label in data.labels]
    return example.answer


def _learner(data: Data, wish: Wish, loaders: Any, say: Say) -> tuple[Any, str]:  # noqa: ANN401
    from fastai.vision import all as fv

    torchvision = torchvision_arch(wish.arch)
    metrics: dict[str, Any] = {
        "single-label": [fv.accuracy],
        "multi-label": [fv.accuracy_multi],
        "regression": [fv.mae],
        "segmentation": [fv.foreground_acc],
    }
    told: dict[str, Any] = {"metrics": metrics[data.kind], "n_out": len(data.labels), "normalize": True}
    if data.kind == "regression":
        told |= {"y_range": wish.y_range, "loss_func": fv.MSELossFlat()}
    if data.kind == "segmentation":
        told["loss_func"] = fv.CrossEntropyLossFlat(axis=1)
    make = fv.unet_learner if data.kind == "segmentation" else fv.vision_learner

    def build(pretrained: bool) -> Any:  # noqa: ANN401
        return make(loaders, torchvision or wish.arch, pretrained=pretrained, **told)

    if wish.weights is not None:
        return with_local_weights(build(False), wish.weights, say), f"from {wish.weights.name}"
    if not wish.from_scratch:
        learner = with_published_weights(lambda: build(True), say)
        if learner is not None:
            return learner, "pretrained, as published"
    return build(False), "from scratch"


def _rate(learner: Any, pictures: int, say: Say) -> float:  # noqa: ANN401
    """The learning rate that fastai's finder suggests; the usual one where there is too little to find it on."""
    if pictures < _ENOUGH:
        say("Too few pictures to find a learning rate on: 0.003 is taken.")
        return 0.003
    with learner.no_bar(), learner.no_logging(), tempfile.TemporaryDirectory() as aside:
        learner.path = Path(aside)  # the finder saves the network here, to go back to it
        try:
            found = float(learner.lr_find(show_plot=False, num_it=60).valley)
        except (IndexError, ValueError, RuntimeError, TypeError) as fault:
            if "out of memory" in str(fault).lower():
                raise
            found = 0.003
    rate = min(0.02, max(1e-5, found))
    say(f"Learning rate: {rate:.2g}.")
    return rate


def _telling(tell: Tell, say: Say) -> Any:  # noqa: ANN401
    from fastai.callback.core import Callback

    class Telling(Callback):  # type: ignore[misc]
        def after_batch(self) -> None:
            if self.training:
                share = (self.epoch + (self.iter + 1) / self.n_iter) / self.n_epoch
                tell(f"training, epoch {self.epoch + 1} of {self.n_epoch}", share)

        def after_epoch(self) -> None:
            values = getattr(self.recorder, "log", [])
            if len(values) >= 4 and not hasattr(self.learn, "lr_finder"):
                names = self.recorder.metric_names[1:-1]
                told = ", ".join(f"{n} {v:.4g}" for n, v in zip(names, values[1:], strict=False) if v is not None)
                say(f"epoch {self.epoch + 1}: {told}")

    return Telling()
