"""Whether fast mode keeps the answers: `python -m bench.models_agreement [ARCH...]`, on real handwriting.

Each architecture learns scikit-learn's handwritten digits from scratch, drawn as people send them, cropped, and fed as
photos. Then it is asked about those held out from all training, in seven renderings, once exactly and once in bfloat16.
A network that knows little proves little: under 95% right its agreement is printed but counts for nothing.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from models.bundles.input_spec import PhotoInput
from models.bundles.network_spec import VisionSpec
from models.inference.ink import find_ink
from models.inference.networks import build_vision, torchvision_arch
from models.inference.predictor import Predictor
from models.inference.prepare import prepare
from models.recipes.as_sent import as_somebody_sends_it
from models.recipes.fitting import SEED, Sample, fit
from models.recipes.handwriting_models import held_out_pictures
from models.training import handwriting
from models.training.bundle_writer import write_bundle
from models.training.step import no_progress

# A learning rate for each that trains it from scratch in few steps.
ARCHITECTURES = {"resnet18": 3e-3, "mobilenet_v3_small": 5e-3, "convnext_atto": 2e-3}
USUAL_RATE = 3e-3
WAYS, EPOCHS = 6, 8
INPUT = PhotoInput(size=32, resize="squish", mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25))
GOOD, ALIKE = 0.95, 0.995


def cropped(picture: Image.Image) -> Image.Image:
    """The digit alone, centred, as the photo that the networks are shown: so that they learn it in few steps."""
    ink, _ = find_ink(picture, size=INPUT.size, margin=2)
    return Image.fromarray((ink * 255).astype(np.uint8)).convert("RGB")


def tensor(pictures: list[Image.Image]) -> Tensor:
    """The pictures as the networks take them."""
    arrays = np.stack([prepare(picture, INPUT)[0] for picture in pictures])
    return (torch.from_numpy(arrays).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.25


def learned_from(digits: handwriting.Digits) -> tuple[Tensor, Tensor]:
    """Every digit that may be learned from, drawn so many ways, with what it is."""
    rng = np.random.default_rng(SEED)
    drawn = [as_somebody_sends_it(counts, rng) for _ in range(WAYS) for counts in digits.pictures]
    return tensor([cropped(picture) for picture in drawn]), torch.from_numpy(digits.labels).repeat(WAYS)


def trained(arch: str, pictures: Tensor, digits: Tensor, into: Path) -> None:
    """The architecture with fastai's head, trained from scratch and written as a bundle."""
    torch.manual_seed(SEED)
    spec = VisionSpec(family="fastai-vision" if torchvision_arch(arch) else "fastai-timm", arch=arch)
    network = build_vision(spec, 10)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.1  # mobilenet's own 0.01 needs thousands of steps to know the mean
    learned = Sample(pictures, digits)
    fit(network, learned, learned.first(512), EPOCHS, no_progress, rate=ARCHITECTURES.get(arch, USUAL_RATE))
    write_bundle(
        into,
        network,
        cropped(handwriting.plain(handwriting.load(7)[1].pictures[0], 64)),
        f"# {arch}\n\nFor measuring only.\n",
        network_spec=spec,
        name="agreement",
        version="1",
        labels=[str(digit) for digit in range(10)],
        input=INPUT,
    )


def chances(predictor: Predictor, pictures: list[Image.Image]) -> NDArray[np.float32]:
    """Every picture's probabilities, in the order of the labels."""
    rows = []
    for at in range(0, len(pictures), 16):
        for answer in predictor.answer([prepare(one, INPUT)[0] for one in pictures[at : at + 16]]):
            shares = {one.label: one.probability for one in answer.predictions}
            rows.append([shares[label] for label in predictor.manifest.labels])
    return np.array(rows, np.float32)


def told(
    arch: str, one: NDArray[np.float32], other: NDArray[np.float32], labels: NDArray[np.int64]
) -> tuple[str, bool]:
    """Both accuracies, the agreement and the difference in a line, and whether that proves the agreement."""
    right, fast_right = ((found.argmax(1) == labels).mean() for found in (one, other))
    alike, apart = (one.argmax(1) == other.argmax(1)).mean(), np.abs(one - other).max(1)
    line = (
        f"{arch}: {len(labels)} pictures, right on {right:.2%} exactly and {fast_right:.2%} in fast mode; the first"
        f" label is the same on {alike:.2%}, the probabilities differ by {apart.max():.3f} at most, {apart.mean():.4f}"
        " on average"
    )
    if right < GOOD:
        return f"{line}. Under {GOOD:.0%} right: this proves nothing.", False
    if alike < ALIKE:
        return f"{line}. Under {ALIKE:.1%} alike: fast mode does not keep the answers.", False
    return f"{line}.", True


def main(architectures: list[str]) -> None:
    """Measure each architecture; exit code 1 where one of them is no proof."""
    may_learn, held_out = handwriting.load()
    pictures, digits = learned_from(may_learn)
    renderings = held_out_pictures(held_out)
    asked = [cropped(picture) for some in renderings.values() for picture in some]
    labels, proven = np.tile(held_out.labels, len(renderings)), True
    with tempfile.TemporaryDirectory() as made_in:
        for arch in architectures:
            began, bundle = time.perf_counter(), Path(made_in) / arch / "1"
            trained(arch, pictures, digits, bundle)
            minutes = (time.perf_counter() - began) / 60
            exact, fast = Predictor(bundle), Predictor(bundle, exact=False)
            if fast.fast:
                line, sound = told(arch, chances(exact, asked), chances(fast, asked), labels)
            else:
                line, sound = f"{arch}: fast mode is not used, its golden picture is answered otherwise.", False
            print(f"{line} Trained in {minutes:.1f} minutes.", flush=True)
            proven = proven and sound
    sys.exit(0 if proven else 1)


if __name__ == "__main__":
    main(sys.argv[1:] or list(ARCHITECTURES))
