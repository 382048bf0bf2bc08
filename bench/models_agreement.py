"""Whether fast mode keeps the answers: `python -m bench.models_agreement [ARCH...]`, on real handwriting.

Each architecture is trained here from scratch on scikit-learn's handwritten digits as photos, then asked about those
held out from all training, in seven renderings, once exactly and once in bfloat16.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from models import handwriting
from models.predictor import Predictor
from models.prepare import Array, prepare
from models.training import train
from models.training_data import gather
from models.training_wish import Wish
from models.zoo import SEED, held_out_pictures, quiet

ARCHITECTURES = ("resnet18", "mobilenet_v3_small", "convnext_atto")
SIDE = 64


def drawn(folder: Path) -> Path:
    """The digits that may be learned from, in a folder for each."""
    digits, rng = handwriting.load()[0], np.random.default_rng(SEED)
    for at, (counts, label) in enumerate(zip(digits.pictures, digits.labels, strict=True)):
        place = folder / str(label)
        place.mkdir(parents=True, exist_ok=True)
        handwriting.as_somebody_sends_it(counts, rng).save(place / f"{at}.png")
    return folder


def agreement(arch: str, data: Path, held_out: list[Image.Image], labels: list[int], into: Path) -> str:
    """Train the architecture; how often and how far its fast answers depart from its exact ones, in one line."""
    wish = Wish(
        arch.replace("_", "-"), arch=arch, epochs=4, size=SIDE, batch=32, rate=0.004, from_scratch=True, resize="squish"
    )
    train(gather(data), wish, into, tell=quiet, say=lambda _line: None)
    exact, fast = Predictor(into), Predictor(into, exact=False)
    if not fast.fast:
        return f"{arch}: fast mode is not used, its golden picture is answered otherwise"
    arrays = [prepare(picture, exact.manifest.input)[0] for picture in held_out]
    one, other = (chances(predictor, arrays) for predictor in (exact, fast))
    right = [int(exact.manifest.labels[at]) == label for at, label in zip(one.argmax(1), labels, strict=True)]
    alike = one.argmax(1) == other.argmax(1)
    return (
        f"{arch}: {len(alike)} pictures, right on {np.mean(right):.1%}; fast mode's first label is the exact one's on"
        f" {np.mean(alike):.2%}, the probabilities differ by {np.abs(one - other).max():.3f} at most,"
        f" {np.abs(one - other).max(1).mean():.4f} on average"
    )


def chances(predictor: Predictor, arrays: list[Array]) -> Array:
    """Every picture's probabilities, in the order of the labels."""
    rows = []
    for at in range(0, len(arrays), 16):
        for answer in predictor.answer(arrays[at : at + 16]):
            shares = {one.label: one.probability for one in answer.predictions}
            rows.append([shares[label] for label in predictor.manifest.labels])
    return np.array(rows, np.float32)


def main(architectures: list[str]) -> None:
    """Measure each architecture."""
    digits = handwriting.load()[1]
    renderings = held_out_pictures(digits)
    held_out = [picture.convert("RGB") for pictures in renderings.values() for picture in pictures]
    labels = digits.labels.tolist() * len(renderings)
    with tempfile.TemporaryDirectory() as made_in:
        data = drawn(Path(made_in) / "data")
        for arch in architectures:
            print(agreement(arch, data, held_out, labels, Path(made_in) / "trained" / "1"), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or list(ARCHITECTURES))
