"""The shipped models of handwriting: two small networks, and the lesson's pixel similarity beside them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from models.bundles.input_spec import InkInput
from models.bundles.manifest import Calibration, Manifest
from models.bundles.network_spec import PixelSimilaritySpec, SmallCNNSpec
from models.inference.ink import find_ink
from models.inference.zoo_networks import PixelSimilarity, SmallCNN
from models.recipes.as_sent import as_somebody_sends_it
from models.recipes.card import handwriting_card
from models.recipes.fitting import SEED, WIDTHS, Sample, calibrated, calibration_of, fit
from models.training import calibrate, handwriting
from models.training.bundle_writer import made_with, write_bundle
from models.training.step import Progress, Step

_INPUT: Final = InkInput(size=20, margin=1)
_BASELINE_INPUT: Final = InkInput(size=20, margin=2)
_KEPT_BACK: Final = 0.85  # of the trained part, the rest sets temperature and thresholds
_SUMMARIES: Final = {
    "digits": "Which digit, 0 to 9, somebody wrote by hand.",
    "three-or-seven": "Whether a handwritten digit is a 3 or a 7: the lesson's first question, answered by a network.",
    "pixel-similarity-l1": "3 or 7 by mean absolute distance to the mean 3 and the mean 7: the lesson's baseline.",
    "pixel-similarity-l2": "3 or 7 by root mean squared distance to the mean 3 and the mean 7: the lesson's baseline.",
}


def make_network(folder: Path, digits: tuple[int, ...], variants: int, epochs: int, progress: Progress) -> Manifest:
    """Train a small network on these digits and write its bundle."""
    began = time.perf_counter()
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    trained, held_out = handwriting.load(*digits)
    learned_from, kept_back = _parts(trained)
    learned = _as_sent(learned_from, variants, rng, progress)
    check = _as_sent(kept_back, max(2, variants // 4), rng, progress)
    network = SmallCNN(1, WIDTHS, len(digits))
    fit(network, learned, check, epochs, progress)
    calibration, extra = calibrated(network, learned.first(len(learned_from.labels) * 4), check)
    spec = SmallCNNSpec(channels=1, widths=list(WIDTHS))
    facts = {"epochs": epochs, "pictures_learned_from": len(learned_from.labels), "ways_each": variants}
    return _Finished(network, spec, _INPUT, calibration, extra, facts).write(folder, held_out, began)


def make_similarity(folder: Path, distance: Literal["l1", "l2"], progress: Progress) -> Manifest:
    """Take the mean 3 and the mean 7 and write the bundle of the nearer one."""
    began = time.perf_counter()
    rng = np.random.default_rng(SEED)
    trained, held_out = handwriting.load(3, 7)
    learned_from, kept_back = _parts(trained)
    progress(Step("averaging"))
    pictures = _arrays([handwriting.plain(one) for one in learned_from.pictures], _BASELINE_INPUT)
    classes = torch.from_numpy(_classes(learned_from))
    network = PixelSimilarity(distance, _INPUT.size, 2)
    network.means = torch.stack([pictures[classes == at].mean(0) for at in range(2)])
    network.sharpness = torch.tensor(100.0)
    check = _as_sent(kept_back, 8, rng, progress, _BASELINE_INPUT)
    with torch.no_grad():
        outputs = network.eval()(check.pictures)
    edge = float(torch.quantile(-outputs.max(1).values / 100.0, 0.99)) * 1.15
    calibration = calibration_of(outputs, check.classes, round(edge, 4))
    facts = {"pictures_learned_from": len(learned_from.labels)}
    spec = PixelSimilaritySpec(distance=distance)
    return _Finished(network, spec, _BASELINE_INPUT, calibration, {}, facts).write(folder, held_out, began)


# --- the pictures ------------------------------------------------------------------------------------------------


def _arrays(pictures: list[Image.Image], spec: InkInput) -> Tensor:
    arrays = [find_ink(picture, size=spec.size, margin=spec.margin)[0] for picture in pictures]
    return torch.from_numpy(np.stack(arrays))[:, None]


def _as_sent(
    digits: handwriting.Digits, variants: int, rng: np.random.Generator, progress: Progress, spec: InkInput = _INPUT
) -> Sample:
    """Every digit in so many ways it might arrive, prepared, with its class."""
    rounds = []
    for turn in range(variants):
        progress(Step("drawing", turn / variants))
        sent = [as_somebody_sends_it(counts, rng) for counts in digits.pictures]
        rounds.append(_arrays(sent, spec))
    return Sample(torch.cat(rounds), torch.from_numpy(_classes(digits)).repeat(variants))


def _classes(digits: handwriting.Digits) -> NDArray[np.int64]:
    return np.searchsorted(np.unique(digits.labels), digits.labels).astype(np.int64)


def _parts(digits: handwriting.Digits) -> tuple[handwriting.Digits, handwriting.Digits]:
    cut = int(len(digits.labels) * _KEPT_BACK)
    return (
        handwriting.Digits(digits.pictures[:cut], digits.labels[:cut]),
        handwriting.Digits(digits.pictures[cut:], digits.labels[cut:]),
    )


def held_out_pictures(digits: handwriting.Digits) -> dict[str, list[Image.Image]]:
    """The held-out digits in the ways the card reports: as scanned, larger, framed, and as people send them."""
    rng = np.random.default_rng(SEED + 1)
    framed = [np.pad(np.asarray(handwriting.plain(one, 28)), 14) for one in digits.pictures]
    return {
        "8 by 8, light on black": [handwriting.plain(one) for one in digits.pictures],
        "8 by 8, dark on white": [handwriting.plain(one, dark=True) for one in digits.pictures],
        "enlarged to 28": [handwriting.plain(one, 28) for one in digits.pictures],
        "enlarged to 64, dark on white": [handwriting.plain(one, 64, dark=True) for one in digits.pictures],
        "enlarged in hard squares to 64": [
            handwriting.plain(one).resize((64, 64), Image.Resampling.NEAREST) for one in digits.pictures
        ],
        "28 in a frame of 56": [Image.fromarray(one) for one in framed],
        "as people send them": [as_somebody_sends_it(one, rng) for one in digits.pictures],
    }


# --- the bundle --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Finished:
    """A network that has learned, with all that its bundle says of it. `facts` are how it was made."""

    network: nn.Module
    spec: SmallCNNSpec | PixelSimilaritySpec
    input: InkInput
    calibration: Calibration
    extra: dict[str, Tensor]
    facts: dict[str, int]

    def write(self, folder: Path, held_out: handwriting.Digits, began: float) -> Manifest:
        """Measure it on the held-out digits and write its bundle."""
        classes = torch.from_numpy(_classes(held_out))
        found = self._probabilities(held_out)
        name, labels = folder.parent.name, [str(digit) for digit in np.unique(held_out.labels)]
        seconds = round(time.perf_counter() - began, 1)
        return write_bundle(
            folder,
            self.network,
            handwriting.plain(held_out.pictures[int((held_out.labels == 7).argmax())], 64, dark=True),
            handwriting_card(name, labels, self.spec, found, classes, self.calibration, self.facts),
            extra=self.extra,
            name=name,
            version=folder.name,
            summary=_SUMMARIES[name],
            network_spec=self.spec,
            labels=labels,
            input=self.input,
            calibration=self.calibration,
            measured=_measured(next(iter(found.values())), classes),
            made_with={**made_with(), **self.facts, "seed": SEED, "seconds": seconds},
        )

    def _probabilities(self, held_out: handwriting.Digits) -> dict[str, Tensor]:
        with torch.inference_mode():
            return {
                way: (self.network.eval()(_arrays(pictures, self.input)) / self.calibration.temperature).softmax(1)
                for way, pictures in held_out_pictures(held_out).items()
            }


def _measured(probabilities: Tensor, classes: Tensor) -> dict[str, Any]:
    right = probabilities.argmax(1) == classes
    return {
        "held_out": len(classes),
        "right": int(right.sum()),
        "accuracy": round(float(right.float().mean()), 4),
        "calibration_error": round(calibrate.expected_calibration_error(probabilities.max(1).values, right), 4),
    }
