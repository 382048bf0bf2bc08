"""Real handwriting: scikit-learn's digits, which the shipped models learn from.

The last fifth of the set, in its own order, is the held-out test: no shipped model trains on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

TRAINED_PART = 0.8


@dataclass(frozen=True)
class Digits:
    """Pictures of 8 by 8 counts, 0 to 16, and the digit each shows."""

    pictures: NDArray[np.float64]
    labels: NDArray[np.int64]

    def only(self, *digits: int) -> Digits:
        """Those that show one of these digits, in the same order."""
        kept = np.isin(self.labels, digits)
        return Digits(self.pictures[kept], self.labels[kept])


def load(*digits: int) -> tuple[Digits, Digits]:
    """What may be trained on, and what is held out; only these digits where any are named."""
    from sklearn.datasets import load_digits

    found = load_digits()
    cut = int(len(found.target) * TRAINED_PART)
    parts = (
        Digits(found.images[:cut], found.target[:cut].astype(np.int64)),
        Digits(found.images[cut:], found.target[cut:].astype(np.int64)),
    )
    return (parts[0].only(*digits), parts[1].only(*digits)) if digits else parts


def plain(counts: NDArray[np.float64], side: int = 8, *, dark: bool = False) -> Image.Image:
    """The digit as a grey picture of `side` pixels, light ink on black or dark ink on white."""
    levels = np.round(np.clip(counts, 0, 16) * 255 / 16).astype(np.uint8)
    image = Image.fromarray(255 - levels if dark else levels)
    return image.resize((side, side), Image.Resampling.BICUBIC) if side != 8 else image
