"""The shipped colour model: eight kinds of shapes and textures, learned from pictures that a script draws."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from models.bundle import Calibration, Manifest
from models.bundle_writer import made_with, write_bundle
from models.inference.networks import features_and_outputs
from models.inference.networks_spec import SmallCNNSpec
from models.inference.prepare import PhotoInput, prepare
from models.inference.zoo_networks import SmallCNN
from models.recipes import shapes
from models.recipes.card import shapes_card
from models.training import calibrate

INPUT = PhotoInput(size=48, resize="crop", mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25))
WIDTHS = (16, 32, 64)
_DRAWN = 64


def tensor(pictures: list[Image.Image]) -> Tensor:
    """The pictures as the network takes them."""
    stacked = np.stack([prepare(picture, INPUT)[0] for picture in pictures])
    return (torch.from_numpy(stacked).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.25


def make_shapes(
    folder: Path, *, tell: Callable[[str, float], None], each: int = 500, epochs: int = 8, seed: int = 42
) -> Manifest:
    """Draw, train, measure on pictures drawn with another seed, and write the bundle."""
    from models.recipes.zoo import fit

    began = time.perf_counter()
    torch.manual_seed(seed)
    drawn = []
    for part, (count, part_seed) in enumerate(((each, seed), (60, seed + 1), (60, seed + 2))):
        tell("drawing shapes and textures", part / 3)
        drawn.append(shapes.many(count, _DRAWN, part_seed))
    (learned, classes), (check, check_classes), (held_out, held_classes) = [
        (tensor(pictures), torch.from_numpy(labels)) for pictures, labels in drawn
    ]
    network = SmallCNN(3, WIDTHS, len(shapes.KINDS))
    fit(network, learned, classes, check, check_classes, epochs, tell)

    features, outputs = features_and_outputs(network.eval(), check)
    seen, _ = features_and_outputs(network, learned[: 8 * 200])
    assert features is not None and seen is not None
    means, scale = calibrate.feature_norms(seen, classes[: 8 * 200], len(shapes.KINDS))
    temperature = calibrate.fit_temperature(outputs, check_classes)
    chances, chosen = (outputs / temperature).softmax(1).max(1)
    calibration = Calibration(
        temperature=temperature,
        sure_from=calibrate.sure_from(chances, chosen == check_classes),
        unusual_from=calibrate.unusual_edge(features, means, scale),
    )
    with torch.inference_mode():
        found = (network(held_out) / temperature).softmax(1)
    right = found.argmax(1) == held_classes
    golden = drawn[2][0][4]
    return write_bundle(
        folder,
        network,
        golden,
        shapes_card(found, held_classes, list(shapes.KINDS), each, calibration),
        network_spec=SmallCNNSpec(channels=3, widths=list(WIDTHS)),
        extra={"feature_means": means, "feature_scale": scale},
        name=folder.parent.name,
        version=folder.name,
        summary="A shape or a texture: checks, circle, dots, square, star, stripes, triangle or waves, in any colours.",
        labels=list(shapes.KINDS),
        input=INPUT,
        calibration=calibration,
        measured={
            "held_out": len(right),
            "right": int(right.sum()),
            "accuracy": round(float(right.float().mean()), 4),
        },
        made_with={
            **made_with(),
            "pictures_learned_from": len(classes),
            "epochs": epochs,
            "seed": seed,
            "seconds": round(time.perf_counter() - began, 1),
        },
    )
