"""The many ways in which a handwritten digit may arrive: what the shipped models are prepared for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

_WAYS = (
    Image.Resampling.NEAREST,
    Image.Resampling.BOX,
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
)


def as_somebody_sends_it(counts: NDArray[np.float64], rng: np.random.Generator) -> Image.Image:
    """The digit as it might arrive: any size, pen, paper, light, slant and place, scanned or photographed."""
    levels = np.clip(counts, 0, 16) / 16
    if rng.random() < 0.35:  # a small scan, only enlarged and perhaps framed
        side = int(rng.integers(8, 97))
        image = Image.fromarray((levels * 255).astype(np.uint8))
        larger = image.resize((side, side), _WAYS[rng.integers(len(_WAYS))])
        ink = np.asarray(larger).astype(np.float32) / np.float32(255)
        pad = int(side * float(rng.choice([0, 0, rng.uniform(0, 0.6)])))
        below, left = (int(pad * rng.uniform(0, 1)) for _ in range(2))
        ink = np.pad(ink, ((pad, below), (left, pad)))
    else:
        ink = _drawn_again(levels, rng)
    return Image.fromarray(_on_paper(ink, rng))


def _drawn_again(levels: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float32]:
    """The same stroke with another pen: thicker or thinner, turned, slanted, squeezed and moved."""
    side = 64
    framed = np.pad(levels, 4)
    big = Image.fromarray((framed * 255).astype(np.uint8)).resize((2 * side, 2 * side), Image.Resampling.BICUBIC)
    big = big.filter(ImageFilter.GaussianBlur(float(rng.uniform(1.5, 4))))
    angle, shear = np.deg2rad(rng.normal(0, 7)), rng.normal(0, 0.12)
    stretch = np.exp(rng.normal(0, 0.12, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1, shear], [0, 1]]) @ np.diag(stretch)
    centre = np.array([side, side]) + rng.normal(0, 6, 2)
    offset = centre - matrix @ np.array([side, side])
    bend = rng.normal(0, 0.06, 2) / side
    image = big.transform(
        big.size,
        Image.Transform.PERSPECTIVE,
        (*matrix[0], offset[0], *matrix[1], offset[1], *bend * 0.3),
        Image.Resampling.BILINEAR,
    )
    ink = np.asarray(image, np.float32) / 255
    edge, sharp = rng.uniform(0.3, 0.7), rng.uniform(4, 24)
    if rng.random() < 0.5:  # a fine pen: only the ridge of the stroke, however faint it was
        ridge = ndimage.maximum_filter(ink, size=2 * int(rng.integers(6, 11)) + 1)
        ink = np.where(ink > 0.18, ink / np.maximum(ridge, 0.18), 0)
        edge = rng.uniform(0.7, 0.9)
    pen = 1 / (1 + np.exp(-(ink - edge) * sharp))
    low = 1 / (1 + np.exp(edge * sharp))
    return np.asarray((pen - low) / (1 - low), np.float32)


def _on_paper(ink: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.uint8]:
    high, wide = ink.shape
    y, x = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j]
    paper, contrast = rng.uniform(0, 0.25), rng.uniform(0.4, 0.75)
    light = rng.normal(0, 0.05, 2) if rng.random() < 0.5 else (0, 0)
    grain = rng.choice([0, 0, rng.uniform(0, 0.06)])
    picture = paper + ink * contrast + light[0] * x + light[1] * y + rng.normal(0, 1, ink.shape) * grain
    if rng.random() < 0.5:
        picture = 1 - picture
    return np.asarray(np.clip(picture, 0, 1) * 255, np.uint8)
