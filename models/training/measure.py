"""What a training came to: measured on what was held back, as the service would see it, and written as a bundle."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from models.bundles.input_spec import PhotoInput
from models.bundles.manifest import Calibration, Kind, Manifest
from models.bundles.network_spec import UnetSpec, VisionSpec
from models.inference.batch import Batching
from models.inference.networks import FEATURE_MEANS, FEATURE_SCALE, features_and_outputs, torchvision_arch
from models.inference.prepare import prepare
from models.training import calibrate, report
from models.training.bundle_writer import drawn, made_with, write_bundle
from models.training.config import TrainingConfig
from models.training.folder import Data, Example, open_file, open_mask
from models.training.learning import FoundRate, pixel_accuracy
from models.training.report import Curve, Evaluation

_MOST_FEATURES = 400  # pictures learned from of which the features are kept as what is usual


@dataclass(frozen=True, slots=True)
class Trained:
    """A fastai learner after training, the pictures it learned from and those held back, and how it went."""

    learner: Any
    learned: list[Example]
    held_back: list[Example]
    batch: int
    found: FoundRate
    weights: str


def write_trained(data: Data, config: TrainingConfig, into: Path, trained: Trained, began: float) -> Manifest:
    """Measure the trained network on what was held back, and write its bundle to `into`."""
    spec = _input(config, data, trained.learner)
    network = trained.learner.model.cpu().eval()
    features, outputs = outputs_for(network, spec, [open_file(one.path) for one in trained.held_back])
    evaluation, calibration = _evaluated(data, config, trained.held_back, outputs)
    extra: dict[str, Tensor] = {}
    if data.kind == "single-label" and features is not None:
        extra, ood_from = _usual(data, config, trained, spec, features)
        calibration = calibration.model_copy(update={"ood_from": ood_from})
    figures = report.figures(data, evaluation, calibration.confident_from)
    facts = _facts(config, trained, began)
    return write_bundle(
        into,
        network,
        _golden(trained.held_back[0]) if config.shows_pictures else drawn(config.size, config.size),
        report.card(config, data, evaluation, calibration, facts, figures, trained.found),
        network_spec=network_spec(data.kind, config),
        extra=extra,
        files=report.plots(config, data, evaluation, _curve(trained.learner), trained.found),
        name=config.name,
        version=config.version,
        kind=data.kind,
        summary=_summary(data, config.arch, trained.weights),
        labels=list(data.labels),
        input=spec,
        calibration=calibration,
        measured=figures,
        made_with=facts,
    )


def outputs_for(network: nn.Module, spec: PhotoInput, pictures: Sequence[Image.Image]) -> tuple[Tensor | None, Tensor]:
    """Features and outputs for these pictures, fed as the service feeds them."""
    features, outputs, batching = [], [], Batching(spec)
    for at in range(0, len(pictures), 16):
        batch = batching([prepare(picture, spec)[0] for picture in pictures[at : at + 16]])
        some, out = features_and_outputs(network, batch.contiguous())
        outputs.append(out.detach().float())
        if some is not None:
            features.append(some.float())
    return (torch.cat(features) if features else None), torch.cat(outputs)


# --- measuring ---------------------------------------------------------------------------------------------------


def _evaluated(
    data: Data, config: TrainingConfig, held_back: list[Example], outputs: Tensor
) -> tuple[Evaluation, Calibration]:
    match data.kind:
        case "single-label":
            return _single_label(data, held_back, outputs)
        case "multi-label":
            targets = torch.tensor([[float(label in one.answer) for label in data.labels] for one in held_back])
            temperature = calibrate.fit_temperature(outputs, targets, multi=True)
            probabilities = (outputs / temperature).sigmoid()
            losses = (probabilities - targets).abs().mean(1)
            return Evaluation(held_back, targets, probabilities, losses), Calibration(temperature=temperature)
        case "regression":
            targets = torch.tensor([[float(one.answer[label]) for label in data.labels] for one in held_back])
            losses = (outputs - targets).abs().mean(1)
            return Evaluation(held_back, targets, outputs, losses), Calibration()
        case "segmentation":
            side = (config.size, config.size)
            masks = [np.asarray(open_mask(one.answer).resize(side, Image.Resampling.NEAREST)) for one in held_back]
            targets = torch.from_numpy(np.stack(masks)).long()
            right = [
                pixel_accuracy(output[None], target[None]) for output, target in zip(outputs, targets, strict=True)
            ]
            losses = 1 - torch.stack(right)
            return Evaluation(held_back, targets, outputs, losses), Calibration()
        case _:
            assert_never(data.kind)


def _single_label(data: Data, held_back: list[Example], outputs: Tensor) -> tuple[Evaluation, Calibration]:
    targets = torch.tensor([data.labels.index(one.answer) for one in held_back])
    temperature = calibrate.fit_temperature(outputs, targets)
    probabilities = (outputs / temperature).softmax(1)
    top, chosen = probabilities.max(1)
    confident_from = calibrate.confidence_threshold(top, chosen == targets)
    losses = functional.cross_entropy(outputs / temperature, targets, reduction="none")
    calibration = Calibration(temperature=temperature, confident_from=confident_from)
    return Evaluation(held_back, targets, probabilities, losses), calibration


def _usual(
    data: Data, config: TrainingConfig, trained: Trained, spec: PhotoInput, held_back: Tensor
) -> tuple[dict[str, Tensor], float]:
    """What the pictures learned from look like as features, and from which distance on a picture is unlike them."""
    count = min(_MOST_FEATURES, len(trained.learned))
    some = random.Random(config.seed).sample(trained.learned, count)  # noqa: S311 - a reproducible choice
    features, _ = outputs_for(trained.learner.model, spec, [open_file(one.path) for one in some])
    assert features is not None
    classes = torch.tensor([data.labels.index(one.answer) for one in some])
    means, scale = calibrate.feature_statistics(features, classes, len(data.labels))
    return {FEATURE_MEANS: means, FEATURE_SCALE: scale}, calibrate.ood_threshold(held_back, means, scale)


# --- what the bundle says ----------------------------------------------------------------------------------------


def _input(config: TrainingConfig, data: Data, learner: Any) -> PhotoInput:  # noqa: ANN401
    """What the network is fed, read off fastai's own pipeline."""
    from fastai.vision.all import Normalize

    norms = [one for one in learner.dls.after_batch.fs if isinstance(one, Normalize)]
    resize = "squish" if data.kind == "segmentation" else config.resize
    if not norms:
        return PhotoInput(size=config.size, resize=resize)
    mean, std = ([float(value) for value in one.flatten().cpu()] for one in (norms[0].mean, norms[0].std))
    return PhotoInput(size=config.size, resize=resize, mean=(mean[0], mean[1], mean[2]), std=(std[0], std[1], std[2]))


def network_spec(kind: Kind, config: TrainingConfig) -> UnetSpec | VisionSpec:
    """How the bundle describes the network that fastai trains."""
    if kind == "segmentation":
        return UnetSpec(arch=config.arch)
    family = "fastai-vision" if torchvision_arch(config.arch) else "fastai-timm"
    return VisionSpec.model_validate(
        {"family": family, "arch": config.arch, "y_range": config.y_range if kind == "regression" else None}
    )


def _facts(config: TrainingConfig, trained: Trained, began: float) -> dict[str, str | int | float]:
    """How it was made."""
    return {
        "architecture": config.arch,
        "weights": trained.weights,
        "epochs": config.epochs,
        "learning_rate": f"{trained.found.rate:.2g}",
        "pictures_at_a_time": trained.batch,
        "size": config.size,
        "seed": config.seed,
        **made_with(),
        "minutes": round((time.perf_counter() - began) / 60, 2),
    }


def _golden(example: Example) -> Image.Image:
    picture = open_file(example.path)
    picture.thumbnail((512, 512))
    return picture


def _curve(learner: Any) -> Curve:  # noqa: ANN401
    recorder = learner.recorder
    losses, checks, metric = ([float(row[at]) for row in recorder.values] for at in (0, 1, 2))
    return Curve(losses, checks, metric, recorder.metric_names[3])


def _summary(data: Data, arch: str, weights: str) -> str:
    labels = ", ".join(data.labels[:8]) + (" …" if len(data.labels) > 8 else "")
    return f"{labels[:200]} ({arch}, {weights})"
