"""Weights that somebody else trained: as published, where this machine may fetch them, or from a file given."""

from __future__ import annotations

import socket
import urllib.error
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from torch import Tensor

from models.errors import DataError

_SECONDS = 20.0


def with_published_weights(build: Callable[[], Any], say: Callable[[str], None]) -> Any | None:  # noqa: ANN401
    """The learner with published weights, or None, and a clear word, where they cannot be had."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_SECONDS)
    try:
        return build()
    except (OSError, urllib.error.URLError, RuntimeError, ValueError) as error:
        if "out of memory" in str(error).lower():
            raise
        say(
            "Pretrained weights cannot be had on this machine, so the network learns from scratch: it needs more"
            " pictures and epochs, and will know less. A weights file can be given with --weights."
        )
        return None
    finally:
        socket.setdefaulttimeout(before)


def with_local_weights(learner: Any, path: Path, say: Callable[[str], None]) -> Any:  # noqa: ANN401
    """The learner with its body filled from a file of torchvision's or timm's own names; the head stays new."""
    found = _read(path)
    body = learner.model[0]
    own = body.state_dict()
    by_place = [value for name, value in found.items() if not name.startswith(("fc.", "classifier.", "head."))]
    if set(own) <= set(found):
        taken = {name: found[name] for name in own}
    elif len(by_place) >= len(own) and all(a.shape == b.shape for a, b in zip(own.values(), by_place, strict=False)):
        # fastai cuts the body out of the network: the same tensors in the same order under other names
        taken = dict(zip(own, by_place, strict=False))
    else:
        raise DataError(f"{path} does not hold weights for this architecture.")
    body.load_state_dict(taken)
    learner.freeze()
    say(f"Weights taken from {path.name}: {len(taken)} tensors.")
    return learner


def _read(path: Path) -> dict[str, Tensor]:
    try:
        if path.suffix == ".safetensors":
            return dict(load_tensors(path.read_bytes()))
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise DataError(f"There is no file {path}.") from None
    except (OSError, SafetensorError, RuntimeError, ValueError, EOFError, KeyError, AttributeError) as error:
        raise DataError(f"{path} cannot be read as weights: {type(error).__name__}.") from None
    except Exception as error:  # torch raises pickle.UnpicklingError, which it does not name in its interface
        raise DataError(f"{path} holds more than weights, so it is not opened ({type(error).__name__}).") from None
    state = loaded.get("state_dict", loaded) if isinstance(loaded, dict) else None
    if not isinstance(state, dict) or not all(isinstance(one, Tensor) for one in state.values()):
        raise DataError(f"{path} does not hold weights alone.")
    return state
