"""Writing a bundle: weights, a golden picture with the answer it got, and a manifest that vouches for every file."""

from __future__ import annotations

import io
import platform
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save
from torch import Tensor, nn

from models.bundles.manifest import CARD, WEIGHTS, Cells, Golden, Manifest, file_hash, write_manifest
from models.bundles.network_spec import Network
from models.inference import networks
from models.inference.answers import read_outputs
from models.inference.batch import Batching
from models.inference.fastai_import import import_fastai
from models.inference.predictor import Predictor
from models.inference.prepare import prepare
from models.inference.rows.prepare import RowReader

GOLDEN = "golden.png"


def write_bundle(
    folder: Path,
    network: nn.Module,
    golden: Image.Image | Cells,
    card: str,
    *,
    network_spec: Network,
    extra: Mapping[str, Tensor] | None = None,
    files: Mapping[str, bytes] | None = None,
    **fields: Any,  # noqa: ANN401 - the manifest's own fields, checked by its schema
) -> Manifest:
    """Write the bundle to `folder`, all at once or not at all, and read it back as the service will."""
    network = network.eval().cpu()
    contents = {CARD: card.encode(), WEIGHTS: _tensors(network, extra or {}), **(files or {})}
    example: dict[str, Any] = {"row": golden}
    if isinstance(golden, Image.Image):
        png = io.BytesIO()
        golden.save(png, "PNG")
        contents[GOLDEN], example = png.getvalue(), {"picture": GOLDEN}
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as temporary:
        making = Path(temporary) / folder.name
        making.mkdir()
        for name, content in contents.items():
            (making / name).write_bytes(content)
        fields |= {"network": network_spec, "hashes": {name: file_hash(making / name) for name in sorted(contents)}}
        draft = Manifest(**fields, golden=Golden(**example, outputs=[0.0] * len(fields["labels"])))
        golden_outputs = _outputs(draft, network, golden)
        manifest = Manifest(**fields, golden=Golden(**example, outputs=golden_outputs))
        write_manifest(making, manifest)
        Predictor(making)
        if folder.exists():
            shutil.rmtree(folder)
        making.rename(folder)
    return manifest


def drawn(wide: int, high: int) -> Image.Image:
    """A golden picture that is nobody's: it shows only that the network answers as it did when it was written."""
    across, down = np.meshgrid(np.arange(wide), np.arange(high))
    return Image.fromarray(np.stack([across, down, across ^ down], -1).astype(np.uint8))


def _tensors(network: nn.Module, extra: Mapping[str, Tensor]) -> bytes:
    tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    tensors |= {networks.EXTRA + name: tensor.contiguous() for name, tensor in extra.items()}
    return save(tensors)


def _outputs(draft: Manifest, network: nn.Module, golden: Image.Image | Cells) -> list[float]:
    """The network's own numbers for the golden example."""
    if isinstance(golden, Image.Image):
        array, _ = prepare(golden.convert("RGB"), draft.pictures)
    else:
        array, _ = RowReader(draft.rows)(golden)
    with torch.inference_mode():
        (answer,) = read_outputs(draft, network(Batching(draft.input)([array])).float(), None, [()])
    return list(answer.outputs)


def made_with() -> dict[str, str | int | float]:
    """The versions a model was made with."""
    import_fastai()
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
