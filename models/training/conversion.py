"""Old exported learners as bundles. Opening one runs what it holds: in a process apart without tokens, when trusted.

That process only hands over tensors and plain facts; the bundle is built here and held to the learner's own answer.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from safetensors.torch import load as load_tensors
from safetensors.torch import save_file

from models.bundles.input_spec import PhotoInput
from models.bundles.manifest import Manifest
from models.bundles.network_spec import VisionSpec
from models.environment import bare_environment
from models.errors import ConversionError, PictureError
from models.inference.fastai_import import import_fastai
from models.inference.networks import build_vision
from models.inference.predictor import Predictor
from models.training.bundle_writer import GOLDEN, drawn, write_bundle
from models.training.folder import open_file

_SECONDS = 300
_DRAWN = (320, 240)  # pixels: wider than high, so that a crop and a squish are told apart
_INSTEAD = "train it anew from its pictures with studybot models train"


def convert_apart(old: Path, name: str, version: str, golden: Path | None, into: Path) -> Manifest:
    """The learner in `old` as a bundle in `into`, held to its answer for `golden` or else for a picture drawn here.

    Raises ConversionError.
    """
    for path in (old, golden):
        if path is not None and not path.is_file():
            raise ConversionError(f"There is no file {path}.")
    with tempfile.TemporaryDirectory() as made_in:
        given = Path(made_in)
        if golden is None:
            golden = given / GOLDEN
            drawn(*_DRAWN).save(golden)
        try:
            picture = open_file(golden)
        except PictureError as error:
            raise ConversionError(f"{golden}: {error}") from None
        command = [
            sys.executable,
            "-m",
            "models.training.conversion",
            str(old.resolve()),
            str(golden.resolve()),
            made_in,
        ]
        try:
            ended = subprocess.run(  # noqa: S603
                command, capture_output=True, text=True, timeout=_SECONDS, check=False, env=bare_environment()
            )
        except subprocess.TimeoutExpired:
            raise ConversionError(f"{old} took longer than {_SECONDS} s to open.") from None
        if ended.returncode or not (given / "facts.json").is_file():
            last = (ended.stderr.strip().splitlines() or ["it ended without a word"])[-1]
            raise ConversionError(f"{old} cannot be converted: {last}.")
        facts = json.loads((given / "facts.json").read_text(encoding="utf-8"))
        weights = load_tensors((given / "weights.safetensors").read_bytes())
    return _built(name, version, picture, into, facts, weights)


def _built(
    name: str, version: str, golden: Image.Image, into: Path, facts: dict[str, Any], weights: dict[str, Any]
) -> Manifest:
    spec = VisionSpec(family=facts["family"], arch=facts["arch"])
    network = build_vision(spec, len(facts["labels"]))
    try:
        network.load_state_dict(weights, strict=True)
    except RuntimeError:
        raise ConversionError(f"The learner's network is not fastai's {spec.arch} with its usual head.") from None
    norm = facts["normalize"]
    manifest = write_bundle(
        into,
        network,
        golden,
        f"# {name}\n\nConverted from a learner exported with fastai; what it was measured at is not known.\n",
        network_spec=spec,
        name=name,
        version=version,
        kind=facts["kind"],
        summary=f"Converted from a fastai learner ({spec.arch}).",
        labels=facts["labels"],
        input=PhotoInput(
            **facts["photo"],
            mean=tuple(norm[0]) if norm else None,
            std=tuple(norm[1]) if norm else None,
        ),
        made_with={"converted_from": "fastai learner"},
    )
    predictor = Predictor(into)
    answer = predictor.answer([predictor.golden_array()])[0]
    own = {one.label: one.probability for one in answer.predictions}
    pairs = zip(facts["labels"], facts["probabilities"], strict=True)
    apart = max(abs(own[label] - probability) for label, probability in pairs)
    if apart > 1e-3:
        shutil.rmtree(into)
        raise ConversionError(
            f"The bundle would answer otherwise than the learner (by {apart:.3f}): something that it does to pictures"
            " cannot be converted. Resize, RandomResizedCrop, aug_transforms and Normalize can."
        )
    return manifest


# --- in the process apart -----------------------------------------------------------------------------------------


def _hand_over(old: str, golden: str, into: str) -> None:
    """Open the learner, and write down its tensors and plain facts. Ends with a sentence where it is of no use here."""
    import_fastai()
    from fastai.vision import all as fv

    try:
        learner = fv.load_learner(old)
    except ImportError as error:
        raise SystemExit(f"it needs {error.name}, which is not installed here") from None
    except Exception as error:  # whatever the file's own code raises
        raise SystemExit(f"it is no learner that learn.export wrote ({type(error).__name__})") from None
    facts = _facts(learner)
    try:
        _, _, probabilities = learner.predict(fv.PILImage(open_file(Path(golden))))
    except Exception as error:  # whatever a transform of its own raises
        raise SystemExit(f"it answers no picture here ({type(error).__name__}); {_INSTEAD}") from None
    facts["probabilities"] = [float(one) for one in probabilities]
    state = {key: value.detach().cpu().contiguous() for key, value in learner.model.state_dict().items()}
    save_file(state, Path(into) / "weights.safetensors")
    (Path(into) / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


def _facts(learner: Any) -> dict[str, Any]:  # noqa: ANN401 - fastai's learner
    """What a manifest needs to know of it."""
    from fastai.vision import all as fv

    arch = getattr(learner, "arch", None)
    if isinstance(learner.model, fv.DynamicUnet):
        raise SystemExit(f"it was made with unet_learner, whose masks cannot be; {_INSTEAD} --kind segmentation")
    if arch is None:
        raise SystemExit("it was not made with vision_learner")
    if not getattr(learner.dls, "vocab", None):
        raise SystemExit(f"it answers with numbers, not with labels; {_INSTEAD} --kind regression")
    norms = [one for one in learner.dls.after_batch.fs if isinstance(one, fv.Normalize)]
    multi = isinstance(learner.dls.tfms[1][-1] if hasattr(learner.dls, "tfms") else None, fv.OneHotEncode)
    return {
        "family": "fastai-timm" if isinstance(arch, str) else "fastai-vision",
        "arch": arch if isinstance(arch, str) else arch.__name__,
        "labels": [str(one) for one in learner.dls.vocab],
        "kind": "multi-label" if multi else "single-label",
        "photo": _photo(learner.dls),
        "normalize": [[float(v) for v in t.flatten().cpu()] for t in (norms[0].mean, norms[0].std)] if norms else None,
    }


def _photo(dls: Any) -> dict[str, Any]:  # noqa: ANN401 - fastai's loaders
    """How its pictures are resized in validation: each one by an item's transform, then perhaps batches of them."""
    from fastai.vision import all as fv

    item = next((one for one in dls.after_item.fs if isinstance(one, fv.Resize | fv.RandomResizedCrop)), None)
    if item is None or item.size[0] != item.size[1]:
        raise SystemExit("its pictures were not resized to a square by Resize or RandomResizedCrop")
    side = int(item.size[0])
    if isinstance(item, fv.Resize):
        found: dict[str, Any] = {"resize": str(item.method), "pad": str(item.pad_mode)}
    else:
        found = {"resize": "squish", "extra": math.ceil(side * item.val_xtra / 8) * 8}
    sizes = [one.size for one in dls.after_batch.fs if isinstance(one, fv.AffineCoordTfm | fv.RandomResizedCropGPU)]
    brought = [size if isinstance(size, int) else min(size) for size in sizes if size is not None]
    if brought and brought[-1] != side:
        return {**found, "size": int(brought[-1]), "presize": side}
    return {**found, "size": side}


class _Absent:
    """Stands for what a notebook defined and did not export, such as the function that labels: asked for no answer."""


def _absent(name: str) -> type[_Absent]:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Absent


if __name__ == "__main__":
    vars(sys.modules["__main__"])["__getattr__"] = _absent  # where a pickle looks for what a notebook defined
    _hand_over(*sys.argv[1:4])
