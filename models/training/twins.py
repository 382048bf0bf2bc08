"""Pictures that are the same, or nearly: copied, resized, saved anew. None may stand on both sides of a split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image

_SIDE: Final = 12
_APART: Final = 7.0  # levels of 255, root mean square: what is resized and saved anew is 2 to 6 apart, digits 14
_AT_ONCE: Final = 512

Look = bytes
"""What a picture looks like from afar: 12 by 12 grey levels."""


def look_of(picture: Image.Image) -> Look:
    """The look of an opened picture."""
    return picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX).tobytes()


def twins(looks: Sequence[Look]) -> list[int]:
    """For each picture the place of the first that is the same as it, or nearly; its own where none is before it."""
    different = list(dict.fromkeys(looks))
    first = list(range(len(different)))

    def root(at: int) -> int:
        while first[at] != at:
            at = first[at]
        return at

    for one, other in _pairs(different):
        low, high = sorted((root(one), root(other)))
        first[high] = low
    places = {look: at for at, look in reversed(list(enumerate(looks)))}
    firsts = {look: places[different[root(at)]] for at, look in enumerate(different)}
    return [firsts[look] for look in looks]


def _pairs(looks: Sequence[Look]) -> list[tuple[int, int]]:
    """Each two that are nearly the same, by the distances of all from all, some rows at a time."""
    levels = np.frombuffer(b"".join(looks), np.uint8).reshape(-1, _SIDE * _SIDE).astype(np.float32) - 128
    squares = np.square(levels).sum(axis=1)
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(looks), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        distances = squares[some, None] + squares - 2 * (levels[some] @ levels.T)
        rows, columns = np.nonzero(distances <= levels.shape[1] * _APART**2)
        before = columns < start + rows
        pairs += zip((start + rows[before]).tolist(), columns[before].tolist(), strict=True)
    return pairs
