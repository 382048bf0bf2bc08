"""How a model is to be trained."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

Resize = Literal["crop", "squish", "pad"]
RESIZES: Final[tuple[Resize, ...]] = get_args(Resize)


Way = Literal["tabular", "collaborative"]
WAYS: Final[tuple[Way, ...]] = get_args(Way)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be learned from a table: one column from the others, or how high who rates what.

    `words` are columns of numbers that name kinds; `columns` are who, what and the rating, the first three if empty.
    """

    way: Way
    target: str = ""
    words: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowTraining:
    """How to learn from a table."""

    name: str
    version: str = "1"
    epochs: int = 10
    valid: float = 0.2
    seed: int = 42
    batch: int = 64
    rate: float | None = None
    y_range: tuple[float, float] | None = None
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How to train on pictures. `shows_pictures`: the bundle holds some of them, for people to see what it takes."""

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
    shows_pictures: bool = True
