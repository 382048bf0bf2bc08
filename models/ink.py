"""Finding the one sign that somebody drew: what is ink, where it is, and how it looks once light and paper are gone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Grey = NDArray[np.float32]

_WORK = 96  # longest side while looking for ink; finer detail than this is paper grain
_FAINT = 0.06  # of full scale: less contrast than this is no ink


def find_ink(image: Image.Image, *, size: int, margin: int) -> tuple[Grey, list[str]]:
    """The sign as ink 0 to 1, centred in a clear square of `size` with `margin` around; and what to say of it."""
    grey = _grey(image)
    ink, contrast = _ink(grey)
    if contrast < _FAINT:
        return np.zeros((size, size), np.float32), ["No ink can be made out in this picture."]
    ink = _without_specks(ink)
    rows, columns = np.nonzero(ink > 0.3)
    if not len(rows):
        return np.zeros((size, size), np.float32), ["No ink can be made out in this picture."]
    cut = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return _centred(cut, size, margin), []


def _grey(image: Image.Image) -> Grey:
    grey = image.convert("L")
    scale = _WORK / max(grey.size)
    wide, high = (max(1, round(side * scale)) for side in grey.size)
    how = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    return np.asarray(grey.resize((wide, high), how)).astype(np.float32) / np.float32(255)


def _ink(grey: Grey) -> tuple[Grey, float]:
    """How far each pixel departs from the ground towards the ink, scaled to the darkest ink; and the contrast."""
    departs = grey - _ground(grey)
    count = max(1, departs.size // 400)
    ordered = np.sort(departs, axis=None)
    low, high = -float(ordered[:count].mean()), float(ordered[-count:].mean())
    ink = departs if high >= low else -departs
    contrast = max(high, low)
    if contrast < _FAINT:
        return ink, contrast
    ink = np.clip(ink / contrast, 0, 1)
    grain = float(np.median(ink[ink < 0.3])) if (ink < 0.3).any() else 0.0
    floor = min(0.3, 2.5 * grain)
    return np.asarray(np.clip((ink - floor) / (1 - floor), 0, 1), np.float32), contrast


def _ground(grey: Grey) -> Grey:
    """The paper under even or slanting light: a plane through the border pixels that are not ink themselves."""
    high, wide = grey.shape
    y, x = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j]
    edge = max(1, min(high, wide) // 24)
    rim = np.ones(grey.shape, bool)
    rim[edge : -edge or None, edge : -edge or None] = False
    values = grey[rim]
    middle = float(np.median(values))
    near = np.abs(values - middle) < max(0.12, 1.5 * float(np.median(np.abs(values - middle))))
    if near.sum() < 12:
        return np.full_like(grey, middle)
    design = np.stack([np.ones(int(near.sum()), np.float32), x[rim][near], y[rim][near]], axis=1)
    plane, *_ = np.linalg.lstsq(design, values[near], rcond=None)
    slope = np.clip(plane[1:], -0.25, 0.25)
    level = float(np.median(values[near] - design[:, 1:] @ slope))
    return np.asarray(level + slope[0] * x + slope[1] * y, np.float32)


def _without_specks(ink: Grey) -> Grey:
    labels, count = ndimage.label(ink > 0.25, structure=np.ones((3, 3)))
    if count < 2:
        return ink
    masses = ndimage.sum_labels(ink, labels, index=np.arange(count + 1))
    masses[0] = 0
    kept = masses >= 0.07 * masses.max()
    near = ndimage.maximum_filter(kept[labels], size=5)
    return np.where(near, ink, 0)


def _centred(cut: Grey, size: int, margin: int) -> Grey:
    room = size - 2 * margin
    scale = room / max(cut.shape)
    high, wide = (max(1, min(room, round(side * scale))) for side in cut.shape)
    small = np.asarray(Image.fromarray(cut).resize((wide, high), Image.Resampling.BILINEAR), np.float32)
    small = np.clip(small / max(float(np.quantile(small, 0.98)), 1e-3), 0, 1)
    square = np.zeros((size, size), np.float32)
    top, left = (size - high) // 2, (size - wide) // 2
    square[top : top + high, left : left + wide] = small
    return square
