"""How a model is to be trained."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

Resize = Literal["crop", "squish", "pad"]
RESIZES: Final[tuple[Resize, ...]] = get_args(Resize)


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How to train."""

    name: str
    version: str = "1"
    arch: str = "resnet18"
    epochs: int = 3
    size: int = 224
    valid: float = 0.2
    seed: int = 42
    batch: int = 64
    rate: float | None = None
    resize: Resize = "crop"
    from_scratch: bool = False
    weights: Path | None = None
    y_range: tuple[float, float] | None = None
    device: str = "auto"
