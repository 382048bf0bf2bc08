"""What a training came to: measured on what was held back, as the service would see it, and written as a bundle."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from models.bundle import Calibration, Manifest
from models.bundle_writer import made_with, write_bundle
from models.inference.networks import features_and_outputs, torchvision_arch
from models.inference.networks_spec import UnetSpec, VisionSpec
from models.inference.prepare import PhotoInput, prepare
from models.training import calibrate
from models.training import report as training_report
from models.training.config import Wish
from models.training.data import Data, Example, open_file, open_mask
from models.training.report import Measured


def _input(wish: Wish, data: Data, loaders: Any) -> PhotoInput:  # noqa: ANN401
    """What the network is fed, read off fastai's own pipeline."""
    from fastai.vision.all import Normalize

    norms = [one for one in loaders.after_batch.fs if isinstance(one, Normalize)]
    resize = "squish" if data.kind == "segmentation" else wish.resize
    if not norms:
        return PhotoInput(size=wish.size, resize=cast("Any", resize))
    mean, std = ([float(value) for value in one.flatten().cpu()] for one in (norms[0].mean, norms[0].std))
    return PhotoInput(
        size=wish.size, resize=cast("Any", resize), mean=(mean[0], mean[1], mean[2]), std=(std[0], std[1], std[2])
    )


def outputs_for(network: nn.Module, spec: PhotoInput, pictures: Sequence[Image.Image]) -> tuple[Tensor | None, Tensor]:
    """Features and outputs for these pictures, fed as the service feeds them."""
    features, outputs = [], []
    for at in range(0, len(pictures), 16):
        arrays = np.stack([prepare(picture, spec)[0] for picture in pictures[at : at + 16]])
        batch = torch.from_numpy(arrays).permute(0, 3, 1, 2).float() / 255.0
        if spec.mean is not None and spec.std is not None:
            batch = (batch - torch.tensor(spec.mean).view(1, 3, 1, 1)) / torch.tensor(spec.std).view(1, 3, 1, 1)
        some, out = features_and_outputs(network, batch.contiguous())
        outputs.append(out.detach().float())
        if some is not None:
            features.append(some.float())
    return (torch.cat(features) if features else None), torch.cat(outputs)


def written(
    data: Data, wish: Wish, into: Path, learner: Any, learned: list[Example], kept: list[Example],  # noqa: ANN401
    facts: dict[str, Any], began: float,
) -> Manifest:  # fmt: skip
    """Measure the trained network on what was held back, and write its bundle to `into`."""
    spec = _input(wish, data, learner.dls)
    network = learner.model.cpu().eval()
    features, outputs = outputs_for(network, spec, [open_file(one.path) for one in kept])
    extra: dict[str, Tensor] = {}
    edge = None
    some = random.Random(wish.seed).sample(learned, min(400, len(learned)))  # noqa: S311 - a reproducible choice
    if data.kind == "single-label" and features is not None:
        seen, _ = outputs_for(network, spec, [open_file(one.path) for one in some])
        assert seen is not None
        at = torch.tensor([data.labels.index(one.answer) for one in some])
        means, scale = calibrate.feature_norms(seen, at, len(data.labels))
        extra = {"feature_means": means, "feature_scale": scale}
        edge = calibrate.unusual_edge(features, means, scale)
    found, calibration = _measured(data, kept, outputs, edge, wish)
    figures = training_report.numbers(data, found, calibration.sure_from)
    facts = {**facts, **made_with(), "minutes": round((time.perf_counter() - began) / 60, 2)}
    recorder = learner.recorder
    losses, checks, metric = ([float(row[at]) for row in recorder.values] for at in (0, 1, 2))
    curve = training_report.Curve(losses, checks, metric, recorder.metric_names[3])
    golden = open_file(kept[0].path)
    golden.thumbnail((512, 512))
    network_spec = (
        UnetSpec(arch=wish.arch)
        if data.kind == "segmentation"
        else VisionSpec(
            family="fastai-vision" if torchvision_arch(wish.arch) else "fastai-timm",
            arch=wish.arch,
            y_range=wish.y_range if data.kind == "regression" else None,
        )
    )
    return write_bundle(
        into,
        network,
        golden,
        training_report.card(wish.name, data, found, calibration, facts, figures),
        network_spec=network_spec,
        extra=extra,
        files=training_report.plots(data, found, curve),
        name=wish.name,
        version=wish.version,
        kind=data.kind,
        summary=_summary(data, wish.arch, str(facts["weights"])),
        labels=list(data.labels),
        input=spec,
        calibration=calibration,
        measured=figures,
        made_with={key: value if isinstance(value, int | float) else str(value) for key, value in facts.items()},
    )


def _measured(
    data: Data, kept: list[Example], outputs: Tensor, edge: float | None, wish: Wish
) -> tuple[Measured, Calibration]:
    if data.kind == "single-label":
        targets = torch.tensor([data.labels.index(one.answer) for one in kept])
        temperature = calibrate.fit_temperature(outputs, targets)
        chances = (outputs / temperature).softmax(1)
        top, chosen = chances.max(1)
        sure = calibrate.sure_from(top, chosen == targets)
        losses = functional.cross_entropy(outputs / temperature, targets, reduction="none")
        return (
            Measured(kept, targets, chances, losses),
            Calibration(temperature=temperature, sure_from=sure, unusual_from=edge),
        )
    if data.kind == "multi-label":
        targets = torch.tensor([[float(label in one.answer) for label in data.labels] for one in kept])
        temperature = calibrate.fit_temperature(outputs, targets, multi=True)
        chances = (outputs / temperature).sigmoid()
        losses = (chances - targets).abs().mean(1)
        return Measured(kept, targets, chances, losses), Calibration(temperature=temperature)
    if data.kind == "regression":
        targets = torch.tensor([[float(one.answer[label]) for label in data.labels] for one in kept])
        return Measured(kept, targets, outputs, (outputs - targets).abs().mean(1)), Calibration()
    side = (wish.size, wish.size)
    masks = [np.asarray(open_mask(one.answer).resize(side, Image.Resampling.NEAREST)) for one in kept]
    targets = torch.from_numpy(np.stack(masks)).long()
    wrong = (outputs.argmax(1) != targets).float().mean((1, 2))
    return Measured(kept, targets, outputs, wrong), Calibration()


def _summary(data: Data, arch: str, weights: str) -> str:
    labels = ", ".join(data.labels[:8]) + (" …" if len(data.labels) > 8 else "")
    return f"{labels[:200]} ({arch}, {weights})"
