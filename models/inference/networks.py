"""Rebuilding a bundle's network from its plain description and its weights, strictly, with no pickle or download."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import assert_never, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from torch import Tensor, nn

from models.bundles.manifest import Manifest
from models.bundles.network_spec import (
    CollaborativeSpec,
    PixelSimilaritySpec,
    SmallCNNSpec,
    TabularSpec,
    UnetSpec,
    VisionSpec,
)
from models.errors import BundleError, UnreadableError
from models.inference.fastai_import import import_fastai
from models.inference.rows.networks import build_collaborative, build_tabular
from models.inference.zoo_networks import PixelSimilarity, SmallCNN

# Tracing a network changes torch's modules for the whole process: nothing may run meanwhile.
TORCH_LOCK = threading.RLock()
FEATURE_MEANS, FEATURE_SCALE = "feature_means", "feature_scale"
EXTRA = "extra."  # tensors beside the network's own: what the training pictures' features looked like


def build(manifest: Manifest) -> nn.Module:
    """The network with random weights."""
    spec, outputs = manifest.network, len(manifest.labels)
    match spec:
        case SmallCNNSpec():
            return SmallCNN(spec.channels, tuple(spec.widths), outputs)
        case PixelSimilaritySpec():
            return PixelSimilarity(spec.distance, manifest.pictures.size, outputs)
        case VisionSpec():
            return build_vision(spec, outputs)
        case UnetSpec():
            return build_unet(spec, outputs, manifest.pictures.size)
        case TabularSpec():
            return build_tabular(spec, manifest.rows, outputs)
        case CollaborativeSpec():
            return build_collaborative(spec, manifest.rows)
        case _:
            assert_never(spec)


def torchvision_arch(name: str) -> Callable[..., nn.Module] | None:
    """torchvision's classification network of this name; None where it has none."""
    from torchvision import models as zoo

    if name not in zoo.list_models(module=zoo):
        return None
    return cast("Callable[..., nn.Module]", getattr(zoo, name))


def build_vision(spec: VisionSpec, outputs: int) -> nn.Module:
    """fastai's network for this description, weights random and nothing fetched."""
    import_fastai()
    from fastai.vision.learner import create_timm_model, create_vision_model

    head = {
        "n_in": spec.n_in,
        "concat_pool": spec.concat_pool,
        "first_bn": spec.first_bn,
        "bn_final": spec.bn_final,
        "lin_first": spec.lin_first,
        "lin_ftrs": spec.lin_ftrs,
        "ps": spec.ps,
        "y_range": spec.y_range,
    }
    if spec.family == "fastai-timm":
        import timm

        if not timm.is_model(spec.arch):
            raise BundleError(f"There is no architecture called {spec.arch} in timm.")
        model, _ = create_timm_model(spec.arch, outputs, pretrained=False, **head)
        return cast("nn.Module", model)
    arch = torchvision_arch(spec.arch)
    if arch is None:
        raise BundleError(f"There is no architecture called {spec.arch} in torchvision.")
    return cast("nn.Module", create_vision_model(arch, outputs, pretrained=False, cut=spec.cut, **head))


def build_unet(spec: UnetSpec, outputs: int, size: int) -> nn.Module:
    """fastai's U-Net on this body."""
    import_fastai()
    from fastai.vision.learner import create_unet_model

    arch = torchvision_arch(spec.arch)
    if arch is None:
        raise BundleError(f"There is no architecture called {spec.arch} in torchvision.")
    return cast("nn.Module", create_unet_model(arch, outputs, (size, size), pretrained=False))


def load_weights(path: Path, digest: str) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The network's tensors and the extra ones, from the very bytes whose hash was checked.

    They are read rather than mapped: a mapped file that somebody shortens ends the process.
    """
    try:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise BundleError(f"{path.name} was changed while it was being read; publish the model again.")
        found = load_tensors(data)
    except OSError as error:
        raise UnreadableError(path, error) from None
    except (SafetensorError, ValueError, KeyError) as error:
        raise BundleError(f"{path.name} cannot be read as safetensors: {error}.") from None
    extra = {key.removeprefix(EXTRA): value for key, value in found.items() if key.startswith(EXTRA)}
    return {key: value for key, value in found.items() if not key.startswith(EXTRA)}, extra


def last_linear(network: nn.Module) -> nn.Linear | None:
    """The layer that turns features into outputs, where the network has one."""
    found = None
    for module in network.modules():
        if isinstance(module, nn.Linear):
            found = module
    return found


def features_and_outputs(network: nn.Module, batch: Tensor) -> tuple[Tensor | None, Tensor]:
    """One pass: what the last layer was given, and what came out."""
    layer, kept = last_linear(network), []
    if layer is None:
        return None, network(batch)
    handle = layer.register_forward_pre_hook(lambda _module, given: kept.append(given[0].detach()))
    try:
        with torch.no_grad():
            outputs = network(batch)
    finally:
        handle.remove()
    return kept[-1] if kept else None, outputs
