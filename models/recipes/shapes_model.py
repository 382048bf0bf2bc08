"""The shipped colour model: eight kinds of shapes and textures, learned from pictures that a script draws."""

from __future__ import annotations

import time
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from models.bundles.input_spec import PhotoInput
from models.bundles.manifest import Manifest
from models.bundles.network_spec import SmallCNNSpec
from models.inference.batch import Batching
from models.inference.prepare import prepare
from models.inference.zoo_networks import SmallCNN
from models.recipes import shapes
from models.recipes.card import shapes_card
from models.recipes.fitting import SEED, WIDTHS, Sample, calibrated, fit
from models.training.bundle_writer import made_with, write_bundle
from models.training.step import Progress, Step

INPUT = PhotoInput(size=48, resize="crop", mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25))
_DRAWN = 64
_KINDS = len(shapes.KINDS)


def make_shapes(folder: Path, *, progress: Progress, each: int = 500, epochs: int = 8) -> Manifest:
    """Draw, train, measure on pictures drawn with another seed, and write the bundle."""
    began = time.perf_counter()
    torch.manual_seed(SEED)
    progress(Step("drawing"))
    learned, check = _sample(each, SEED), _sample(60, SEED + 1)
    pictures, _ = shapes.many(60, _DRAWN, SEED + 2)
    network = SmallCNN(3, WIDTHS, _KINDS)
    fit(network, learned, check, epochs, progress)
    calibration, extra = calibrated(network, learned.first(_KINDS * 200), check)
    found, right = _held_out(network, calibration.temperature)
    return write_bundle(
        folder,
        network,
        pictures[4],
        shapes_card(found, right, each, calibration),
        network_spec=SmallCNNSpec(channels=3, widths=list(WIDTHS)),
        extra=extra,
        name=folder.parent.name,
        version=folder.name,
        summary="A shape or a texture: checks, circle, dots, square, star, stripes, triangle or waves, in any colours.",
        labels=list(shapes.KINDS),
        input=INPUT,
        calibration=calibration,
        measured={
            "held_out": len(right),
            "right": int((found.argmax(1) == right).sum()),
            "accuracy": round(float((found.argmax(1) == right).float().mean()), 4),
        },
        made_with={
            **made_with(),
            "pictures_learned_from": len(learned.classes),
            "epochs": epochs,
            "seed": SEED,
            "seconds": round(time.perf_counter() - began, 1),
        },
    )


def _sample(each: int, seed: int) -> Sample:
    pictures, labels = shapes.many(each, _DRAWN, seed)
    return Sample(_tensor(pictures), torch.from_numpy(labels))


def _tensor(pictures: list[Image.Image]) -> Tensor:
    return Batching(INPUT)([prepare(picture, INPUT)[0] for picture in pictures])


def _held_out(network: nn.Module, temperature: float) -> tuple[Tensor, Tensor]:
    """Probabilities on pictures drawn with a seed of their own, and the true classes."""
    sample = _sample(60, SEED + 2)
    with torch.inference_mode():
        return (network(sample.pictures) / temperature).softmax(1), sample.classes
