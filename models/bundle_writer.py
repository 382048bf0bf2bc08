"""Writing a bundle: weights, a golden picture with the answer it got, and a manifest that vouches for every file."""

from __future__ import annotations

import io
import platform
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors.torch import save
from torch import Tensor, nn

from models.bundle import CARD, WEIGHTS, Golden, Manifest, file_hash, verified, write_manifest
from models.inference import networks
from models.inference.fastai_quietly import bring_in_fastai
from models.inference.networks_spec import Network
from models.inference.predictor import Predictor, read_outputs
from models.inference.prepare import Array, InkInput, prepare

GOLDEN = "golden.png"


def write_bundle(
    folder: Path,
    network: nn.Module,
    golden: Image.Image,
    card: str,
    *,
    network_spec: Network,
    extra: Mapping[str, Tensor] | None = None,
    files: Mapping[str, bytes] | None = None,
    **told: Any,  # noqa: ANN401 - the manifest's own fields, checked by its schema
) -> Manifest:
    """Write the bundle to `folder`, all at once or not at all, and read it back as the service will."""
    network = network.eval().cpu()
    tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    tensors |= {networks.EXTRA + name: tensor.contiguous() for name, tensor in (extra or {}).items()}
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as made_in:
        made = Path(made_in) / folder.name
        made.mkdir()
        (made / WEIGHTS).write_bytes(save(tensors))
        (made / CARD).write_text(card, encoding="utf-8")
        picture = io.BytesIO()
        golden.save(picture, "PNG")
        (made / GOLDEN).write_bytes(picture.getvalue())
        for name, data in (files or {}).items():
            (made / name).write_bytes(data)
        hashes = {path.name: file_hash(path) for path in sorted(made.iterdir())}
        count = len(told["labels"])
        told["network"] = network_spec
        draft = Manifest(**told, golden=Golden(picture=GOLDEN, outputs=[0.0] * count), hashes=hashes)
        array = prepare(golden.convert("RGB"), draft.input)[0]
        with torch.inference_mode():
            (answer,) = read_outputs(draft, network(as_batch(draft, array)).float(), None, [()])
        manifest = Manifest(**told, golden=Golden(picture=GOLDEN, outputs=list(answer.outputs)), hashes=hashes)
        write_manifest(made, manifest)
        verified(made)
        Predictor(made)
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)
    return manifest


def as_batch(manifest: Manifest, array: Array) -> Tensor:
    """One prepared picture as the network takes it, in full precision on the CPU."""
    batch = torch.from_numpy(array.copy()).permute(2, 0, 1)[None].float()
    spec = manifest.input
    if isinstance(spec, InkInput):
        return batch
    batch = batch / 255.0
    if spec.mean is not None and spec.std is not None:
        batch = (batch - torch.tensor(spec.mean).view(1, 3, 1, 1)) / torch.tensor(spec.std).view(1, 3, 1, 1)
    return batch


def made_with() -> dict[str, str | int | float]:
    """The versions a model was made with."""
    bring_in_fastai()
    import fastai
    import timm
    import torchvision

    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "fastai": fastai.__version__,
        "timm": timm.__version__,
    }
