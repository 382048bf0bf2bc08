"""Finding the one sign that somebody drew: what is ink, where it is, and how it looks once light and paper are gone."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Grey = NDArray[np.float32]
Wide = NDArray[np.float64]

WORK_SIDE = 96  # longest side while looking for ink; finer detail than this is paper grain
_FAINT = 0.06  # of full scale: less contrast than this is no ink


def find_ink(image: Image.Image, *, size: int, margin: int) -> tuple[Grey, list[str]]:
    """The sign as ink 0 to 1, centred in a clear square of `size` with `margin` around; and what to say of it."""
    grey = _grey(image)
    ink, contrast = _ink(grey)
    if contrast < _FAINT:
        return np.zeros((size, size), np.float32), ["No ink can be made out in this picture."]
    ink = _without_specks(ink)
    inked = ink > 0.3
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return np.zeros((size, size), np.float32), ["No ink can be made out in this picture."]
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return _centred(cut, size, margin), []


def _grey(image: Image.Image) -> Grey:
    grey = image.convert("L")
    scale = WORK_SIDE / max(grey.size)
    wide, high = (max(1, round(side * scale)) for side in grey.size)
    how = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    return np.asarray(grey.resize((wide, high), how)).astype(np.float32) / np.float32(255)


def _ink(grey: Grey) -> tuple[Grey, float]:
    """How far each pixel departs from the ground towards the ink, scaled to the darkest ink; and the contrast."""
    departs = grey - _ground(grey)
    count = max(1, departs.size // 400)
    ordered = np.partition(departs, (count - 1, departs.size - count), axis=None)
    low, high = -float(ordered[:count].mean()), float(ordered[-count:].mean())
    ink = departs if high >= low else -departs
    contrast = max(high, low)
    if contrast < _FAINT:
        return ink, contrast
    ink = np.clip(ink / contrast, 0, 1)
    pale = ink[ink < 0.3]
    grain = _quantile(pale, 0.5) if len(pale) else 0.0
    floor = min(0.3, 2.5 * grain)
    return np.asarray(np.clip((ink - floor) / (1 - floor), 0, 1), np.float32), contrast


def _ground(grey: Grey) -> Grey:
    """The paper under even or slanting light: a plane through the border pixels that are not ink themselves."""
    across, down, rim, slants = _border(grey.shape)
    values = grey.ravel()[rim]
    middle = _quantile(values, 0.5)
    aside = np.abs(values - middle)
    near = aside < max(0.12, 1.5 * _quantile(aside, 0.5))
    if near.sum() < 12 or not aside.any():
        return np.full_like(grey, middle)
    values, slants = values[near].astype(np.float64), slants[near]
    slope = np.clip(_slope(slants, values), -0.25, 0.25)
    level = _quantile(values - slants @ slope, 0.5)
    return np.asarray(level + slope[1] * down + slope[0] * across, np.float32)


@lru_cache(maxsize=64)
def _border(shape: tuple[int, int]) -> tuple[Wide, Wide, NDArray[np.intp], Wide]:
    """Columns and rows from -1 to 1, which pixels lie at the border, and where those lie across and down."""
    high, wide = shape
    across, down = np.linspace(-1, 1, wide)[None, :], np.linspace(-1, 1, high)[:, None]
    edge = max(1, min(high, wide) // 24)
    rim = np.ones(shape, bool)
    rim[edge : -edge or None, edge : -edge or None] = False
    row, column = np.nonzero(rim)
    return across, down, np.flatnonzero(rim), np.stack([across[0][column], down[:, 0][row]], axis=1)


def _slope(places: Wide, values: Wide) -> Wide:
    """The least squares plane's slope across and down; the tiny ridge answers for pictures one pixel wide."""
    apart = places - places.mean(axis=0)
    return np.asarray(np.linalg.solve(apart.T @ apart + 1e-9 * np.eye(2), apart.T @ (values - values.mean())))


def _quantile(values: NDArray[np.floating], share: float) -> float:
    """As numpy's quantile, which takes ten times as long over so few numbers."""
    place = share * (values.size - 1)
    below = int(place)
    ordered = np.partition(values, (below, min(below + 1, values.size - 1)), axis=None)
    low, high = float(ordered[below]), float(ordered[min(below + 1, values.size - 1)])
    return low + (high - low) * (place - below)


def _without_specks(ink: Grey) -> Grey:
    labels, count = ndimage.label(ink > 0.25, structure=np.ones((3, 3)))
    if count < 2:
        return ink
    masses = np.bincount(labels.ravel(), ink.ravel())
    masses[0] = 0
    kept = masses >= 0.07 * masses.max()
    near = ndimage.maximum_filter(kept[labels], size=5)
    return np.where(near, ink, 0)


def _centred(cut: Grey, size: int, margin: int) -> Grey:
    room = size - 2 * margin
    scale = room / max(cut.shape)
    high, wide = (max(1, min(room, round(side * scale))) for side in cut.shape)
    small = np.asarray(Image.fromarray(cut).resize((wide, high), Image.Resampling.BILINEAR), np.float32)
    small = np.clip(small / max(_quantile(small, 0.98), 1e-3), 0, 1)
    square = np.zeros((size, size), np.float32)
    top, left = (size - high) // 2, (size - wide) // 2
    square[top : top + high, left : left + wide] = small
    return square
