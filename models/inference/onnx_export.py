"""A bundle's network in ONNX's form, for servers that are not this project's, with what they must be told of it.

Calibration goes along: what comes out are probabilities. The model is written only once ONNX Runtime answers alike.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from models.bundles.input_spec import PhotoInput
from models.bundles.manifest import Manifest
from models.errors import ExportError
from models.inference.answers import probabilities
from models.inference.networks import TORCH_LOCK
from models.inference.predictor import PARITY_EXACT, Predictor

NEEDED: Final = ("onnx", "onnxscript", "onnxruntime")
INPUT: Final = "picture"
OUTPUT: Final = "probabilities"
_MOST_AT_ONCE: Final = 16
_TRIED: Final = 3  # pictures at once, to see that batches of any size are answered


class _Calibrated(nn.Module):
    """Pictures in, probabilities out."""

    def __init__(self, network: nn.Module, manifest: Manifest) -> None:
        super().__init__()
        self.network, self.manifest = network, manifest

    def forward(self, pictures: Tensor) -> Tensor:
        """One row of probabilities for each picture."""
        return probabilities(self.manifest, self.network(pictures))


def export_onnx(folder: Path, into: Path) -> Path:
    """Write a bundle into a folder laid out as Triton's model repository, and how the bot is to feed it beside it.

    The file with the mapping is returned. Raises ExportError where the model cannot go there, and BundleError.
    """
    if lacking := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise ExportError(f"{', '.join(lacking)} must be installed for that: pip install 'studybot[onnx]'.")
    predictor = Predictor(folder)
    manifest, spec = predictor.manifest, _plain(predictor.manifest)
    place, mapping = into / manifest.name, into / f"{manifest.name}.yaml"
    if place.exists():
        raise ExportError(f"{place} is there already: name another folder, or remove it.")
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".making-") as temporary:
        making = Path(temporary) / manifest.name
        model = making / (manifest.version if manifest.version.isdigit() else "1") / "model.onnx"
        model.parent.mkdir(parents=True)
        _write(predictor, model)
        (making / "config.pbtxt").write_text(_for_triton(manifest, spec), encoding="utf-8")
        shutil.move(making, place)
    mapping.write_text(_for_the_bot(manifest, spec), encoding="utf-8")
    return mapping


def _plain(manifest: Manifest) -> PhotoInput:
    """How it is fed, which must be a way that any server's caller can follow."""
    spec = manifest.input
    if not isinstance(spec, PhotoInput) or spec.resize == "pad" or manifest.kind != "single-label":
        raise ExportError(
            f"{manifest.name} cannot be served elsewhere: only models that tell one label from a photo can, and their"
            " pictures must be cropped or squished."
        )
    if spec.presize or spec.extra:
        raise ExportError(
            f"{manifest.name} cannot be served elsewhere: its pictures are resized twice, which no mapping file says."
        )
    return spec


def _write(predictor: Predictor, model: Path) -> None:
    """Export, and hold what ONNX Runtime answers against the network itself."""
    import onnxruntime

    network = _Calibrated(predictor.network, predictor.manifest).eval()
    golden = predictor.tensor([predictor.golden_array()] * 2)
    with TORCH_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            program = torch.onnx.export(
                network,
                (golden,),
                dynamo=True,
                input_names=[INPUT],
                output_names=[OUTPUT],
                dynamic_shapes=({0: torch.export.Dim("pictures")},),
                verbose=False,
            )
            assert program is not None
            program.save(str(model))
        except Exception as error:  # an exporter raises what it likes for operators that it does not know
            reason = " ".join(str(error).split())[:200].rstrip(".")
            raise ExportError(f"ONNX cannot express {predictor.manifest.name}: {reason}.") from None
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    noise = torch.randn(_TRIED, *golden.shape[1:], generator=torch.Generator().manual_seed(0))
    for pictures in (golden[:1], noise):
        with torch.inference_mode():
            expected = network(pictures).numpy()
        (found,) = session.run([OUTPUT], {INPUT: pictures.numpy()})
        apart = float(np.abs(found - expected).max())
        if not apart <= PARITY_EXACT:
            raise ExportError(f"ONNX Runtime answers otherwise than {predictor.manifest.name} (by {apart:.2g}).")


def _for_triton(manifest: Manifest, spec: PhotoInput) -> str:
    """Triton's description of the model; other servers read the model's own."""
    tensors = (
        ("input", INPUT, [3, spec.size, spec.size]),
        ("output", OUTPUT, [len(manifest.labels)]),
    )
    lines = [f'name: "{manifest.name}"', 'platform: "onnxruntime_onnx"', f"max_batch_size: {_MOST_AT_ONCE}"]
    lines += [f'{what} [ {{ name: "{name}" data_type: TYPE_FP32 dims: {sizes} }} ]' for what, name, sizes in tensors]
    return "\n".join([*lines, "dynamic_batching { }", ""])


def _for_the_bot(manifest: Manifest, spec: PhotoInput) -> str:
    """The mapping file by which the bot feeds it."""
    fed: dict[str, Any] = {"form": "tensor", "name": INPUT, "size": spec.size, "resize": spec.resize}
    fed |= {name: list(values) for name, values in (("mean", spec.mean), ("std", spec.std)) if values is not None}
    lines = [
        "# How the bot feeds this model (MODELS_MAP), where MODELS_URL is oip+ and the server's address.",
        "models:",
        f"  {manifest.name}:",
        f"    summary: {_quoted(manifest.summary)}",
        f"    input: {_quoted(fed)}",
        f"    output: {_quoted({'name': OUTPUT, 'form': 'probabilities'})}",
        f"    labels: {_quoted(manifest.labels)}",
        f"    confident_from: {manifest.calibration.confident_from}",
    ]
    return "\n".join([*lines, ""])


def _quoted(value: str | Sequence[str] | dict[str, Any]) -> str:
    """JSON, which is YAML too."""
    return json.dumps(value, ensure_ascii=False)
