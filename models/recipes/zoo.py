"""Making the models that come with the project, by one command and with the same result each time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from models.bundle import Calibration, Manifest
from models.bundle_writer import made_with, write_bundle
from models.inference.fastai_quietly import bring_in_fastai
from models.inference.ink import find_ink
from models.inference.networks import features_and_outputs
from models.inference.networks_spec import PixelSimilaritySpec, SmallCNNSpec
from models.inference.prepare import InkInput
from models.inference.zoo_networks import PixelSimilarity, SmallCNN
from models.recipes import handwriting
from models.recipes.card import handwriting_card
from models.training import calibrate

ZOO = Path(__file__).parents[1] / "zoo"
NAMES = ("digits", "three-or-seven", "pixel-similarity-l1", "pixel-similarity-l2", "shapes")
SEED = 42
_INPUT = InkInput(size=20, margin=1)
_BASELINE_INPUT = InkInput(size=20, margin=2)
_KEPT_BACK = 0.85  # of the trained part, the rest sets temperature and thresholds

Tell = Callable[[str, float], None]


def quiet(_what: str, _share: float) -> None:
    """Tell nobody."""


def make(name: str, into: Path = ZOO, *, variants: int = 20, epochs: int = 6, tell: Tell = quiet) -> Manifest:
    """Train one of the zoo's models and write its bundle to `into/name/1`."""
    folder = into / name / "1"
    match name:
        case "digits":
            return _network(folder, tuple(range(10)), variants, epochs, tell)
        case "three-or-seven":
            return _network(folder, (3, 7), variants, epochs, tell)
        case "pixel-similarity-l1":
            return _similarity(folder, "l1", tell)
        case "pixel-similarity-l2":
            return _similarity(folder, "l2", tell)
        case "shapes":
            from models.recipes.zoo_shapes import make_shapes

            return make_shapes(folder, tell=tell)
        case _:
            raise ValueError(f"The zoo has no model called {name}; it has {', '.join(NAMES)}.")


# --- the pictures ------------------------------------------------------------------------------------------------


def _arrays(pictures: list[Image.Image], spec: InkInput = _INPUT) -> Tensor:
    found = [find_ink(picture, size=spec.size, margin=spec.margin)[0] for picture in pictures]
    return torch.from_numpy(np.stack(found))[:, None]


def _sent(
    digits: handwriting.Digits, variants: int, rng: np.random.Generator, tell: Tell, spec: InkInput = _INPUT
) -> tuple[Tensor, Tensor]:
    """Every digit in so many ways it might arrive, prepared, with its class."""
    rounds = []
    for turn in range(variants):
        tell("drawing the digits as people send them", turn / variants)
        sent = [handwriting.as_somebody_sends_it(counts, rng) for counts in digits.pictures]
        rounds.append(_arrays(sent, spec))
    return torch.cat(rounds), torch.from_numpy(_classes(digits)).repeat(variants)


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
        "as people send them": [handwriting.as_somebody_sends_it(one, rng) for one in digits.pictures],
    }


# --- the networks ------------------------------------------------------------------------------------------------


def _network(folder: Path, digits: tuple[int, ...], variants: int, epochs: int, tell: Tell) -> Manifest:
    began = time.perf_counter()
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    trained, held_out = handwriting.load(*digits)
    learned, kept_back = _parts(trained)
    pictures, classes = _sent(learned, variants, rng, tell)
    check, check_classes = _sent(kept_back, max(2, variants // 4), rng, tell)
    network = SmallCNN(1, (16, 32, 64), len(digits))
    fit(network, pictures, classes, check, check_classes, epochs, tell)

    features, outputs = _evaluated(network, check)
    some = len(learned.labels) * 4
    seen, _ = _evaluated(network, pictures[:some])
    means, scale = calibrate.feature_norms(seen, classes[:some], len(digits))
    calibration = _calibration(outputs, check_classes, calibrate.unusual_edge(features, means, scale))
    return _write(
        folder,
        network,
        SmallCNNSpec(channels=1, widths=[16, 32, 64]),
        held_out,
        calibration,
        {"feature_means": means, "feature_scale": scale},
        {"epochs": epochs, "pictures_learned_from": len(learned.labels), "ways_each": variants},
        time.perf_counter() - began,
    )


def fit(
    network: nn.Module,
    pictures: Tensor,
    classes: Tensor,
    check: Tensor,
    check_classes: Tensor,
    epochs: int,
    tell: Tell,
    rate: float = 5e-3,
) -> None:
    """Train with fastai's one-cycle policy, telling how far it is."""
    bring_in_fastai()
    from fastai.callback.core import Callback
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader
    from fastai.learner import Learner
    from fastai.losses import LabelSmoothingCrossEntropy
    from fastai.metrics import accuracy

    class Telling(Callback):  # type: ignore[misc]
        def after_batch(self) -> None:
            if self.training:
                done = self.epoch + (self.iter + 1) / self.n_iter
                tell(f"training, epoch {self.epoch + 1} of {self.n_epoch}", done / self.n_epoch)

    random.seed(SEED)  # fastai's loaders shuffle by it
    size = min(128, len(pictures))
    loaders = DataLoaders(
        DataLoader(TensorDataset(pictures, classes), bs=size, shuffle=True, drop_last=True, num_workers=0),
        DataLoader(TensorDataset(check, check_classes), bs=512, num_workers=0),
    )
    learner = Learner(loaders, network, loss_func=LabelSmoothingCrossEntropy(eps=0.05), metrics=accuracy, cbs=Telling())
    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(epochs, rate)


def _similarity(folder: Path, distance: Literal["l1", "l2"], tell: Tell) -> Manifest:
    began = time.perf_counter()
    rng = np.random.default_rng(SEED)
    trained, held_out = handwriting.load(3, 7)
    learned, kept_back = _parts(trained)
    tell("taking the mean 3 and the mean 7", 0.1)
    pictures = _arrays([handwriting.plain(one) for one in learned.pictures], _BASELINE_INPUT)
    classes = torch.from_numpy(_classes(learned))
    network = PixelSimilarity(distance, _INPUT.size, 2)
    network.means = torch.stack([pictures[classes == at].mean(0) for at in range(2)])
    network.sharpness = torch.tensor(100.0)
    check, check_classes = _sent(kept_back, 8, rng, tell, _BASELINE_INPUT)
    with torch.no_grad():
        outputs = network.eval()(check)
    edge = float(torch.quantile(-outputs.max(1).values / 100.0, 0.99)) * 1.15
    calibration = _calibration(outputs, check_classes, round(edge, 4))
    return _write(
        folder,
        network,
        PixelSimilaritySpec(distance=distance),
        held_out,
        calibration,
        {},
        {"pictures_learned_from": len(learned.labels)},
        time.perf_counter() - began,
    )


def _evaluated(network: nn.Module, pictures: Tensor) -> tuple[Tensor, Tensor]:
    pairs = [features_and_outputs(network.eval(), part) for part in torch.split(pictures, 512)]
    return torch.cat([one for one, _ in pairs if one is not None]), torch.cat([out for _, out in pairs])


def _calibration(outputs: Tensor, classes: Tensor, edge: float) -> Calibration:
    temperature = calibrate.fit_temperature(outputs, classes)
    chances, chosen = (outputs / temperature).softmax(1).max(1)
    return Calibration(
        temperature=temperature, sure_from=calibrate.sure_from(chances, chosen == classes), unusual_from=edge
    )


def _write(
    folder: Path,
    network: nn.Module,
    spec: SmallCNNSpec | PixelSimilaritySpec,
    held_out: handwriting.Digits,
    calibration: Calibration,
    extra: dict[str, Tensor],
    told: dict[str, int],
    seconds: float,
) -> Manifest:
    classes = torch.from_numpy(_classes(held_out))
    prepared = _INPUT if isinstance(spec, SmallCNNSpec) else _BASELINE_INPUT
    found: dict[str, Tensor] = {}
    with torch.inference_mode():
        for way, pictures in held_out_pictures(held_out).items():
            found[way] = (network.eval()(_arrays(pictures, prepared)) / calibration.temperature).softmax(1)
    first = next(iter(found.values()))
    right = first.argmax(1) == classes
    measured: dict[str, Any] = {
        "held_out": len(classes),
        "right": int(right.sum()),
        "accuracy": round(float(right.float().mean()), 4),
        "calibration_error": round(calibrate.expected_calibration_error(first.max(1).values, right), 4),
    }
    labels = [str(digit) for digit in np.unique(held_out.labels)]
    golden = handwriting.plain(held_out.pictures[int((held_out.labels == 7).argmax())], 64, dark=True)
    name = folder.parent.name
    return write_bundle(
        folder,
        network,
        golden,
        handwriting_card(name, labels, spec, found, classes, calibration, told),
        extra=extra,
        name=name,
        version=folder.name,
        summary=SUMMARIES[name],
        network_spec=spec,
        labels=labels,
        input=prepared,
        calibration=calibration,
        measured=measured,
        made_with={**made_with(), **told, "seed": SEED, "seconds": round(seconds, 1)},
    )


SUMMARIES = {
    "digits": "Which digit, 0 to 9, somebody wrote by hand.",
    "three-or-seven": "Whether a handwritten digit is a 3 or a 7: the lesson's first question, answered by a network.",
    "pixel-similarity-l1": "3 or 7 by mean absolute distance to the mean 3 and the mean 7: the lesson's baseline.",
    "pixel-similarity-l2": "3 or 7 by root mean squared distance to the mean 3 and the mean 7: the lesson's baseline.",
}
