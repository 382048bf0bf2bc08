"""From a picture to the numbers a network takes: each bundle declares one of these ways, and training uses the same."""

from __future__ import annotations

from typing import assert_never

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.bundles.input_spec import InkInput, PhotoInput, PictureInput
from models.inference.ink import WORK_SIDE, find_ink

Array = NDArray[np.float32] | NDArray[np.uint8]
TINY = 16  # pixels; a photo less wide or high than this shows too little to go by


def side_needed(spec: PictureInput) -> int:
    """How many pixels a side are enough to prepare a picture as if it were whole."""
    match spec:
        case InkInput():
            return 4 * WORK_SIDE
        case PhotoInput():
            return 2 * (spec.side + spec.extra)
        case _:
            assert_never(spec)


def prepare(image: Image.Image, spec: PictureInput) -> tuple[Array, list[str]]:
    """The array for the network, rows by columns by channels, and what ought to be said about the picture."""
    match spec:
        case InkInput():
            ink, notes = find_ink(image, size=spec.size, margin=spec.margin)
            return ink[:, :, None], notes
        case PhotoInput():
            wide, high = image.size
            few = f"The picture has only {wide} by {high} pixels: send a larger one."
            return np.asarray(_resized(image, spec)), [few] if min(wide, high) < TINY else []
        case _:
            assert_never(spec)


def _resized(image: Image.Image, spec: PhotoInput) -> Image.Image:
    match spec.resize:
        case "squish":
            whole, edge = spec.side + spec.extra, spec.extra // 2
            squished = image.resize((whole, whole), Image.Resampling.BILINEAR)
            return squished.crop((edge, edge, edge + spec.side, edge + spec.side))
        case "crop":
            return _square(image, min(image.size), spec)
        case "pad":
            return _square(image, max(image.size), spec)
        case _:
            assert_never(spec.resize)


def _square(image: Image.Image, fits: int, spec: PhotoInput) -> Image.Image:
    """The middle square of `fits` pixels a side, filled up where the picture does not reach, then resized."""
    wide, high = image.size
    side = int(fits / spec.side * spec.side)
    left, top = int(0.5 * (wide - side)), int(0.5 * (high - side))
    box = (max(left, 0), max(top, 0), min(left + side, wide), min(top + side, high))
    image = image.crop(box)
    if left < 0 or top < 0:
        image = _padded(image, max(-left, 0), max(-top, 0), side, spec)
    return image.resize((spec.side, spec.side), Image.Resampling.BILINEAR)


def _padded(image: Image.Image, left: int, top: int, side: int, spec: PhotoInput) -> Image.Image:
    pixels = np.asarray(image)
    high, wide = pixels.shape[:2]
    around = ((top, max(side - high - top, 0)), (left, max(side - wide - left, 0)), (0, 0))
    match spec.pad:
        case "zeros":
            padded = np.pad(pixels, around)
        case "border":
            padded = np.pad(pixels, around, mode="edge")
        case "reflection":
            padded = np.pad(pixels, around, mode="reflect" if min(high, wide) > 1 else "edge")
        case _:
            assert_never(spec.pad)
    return Image.fromarray(padded)
