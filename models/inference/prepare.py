"""From a picture to the numbers a network takes: each bundle declares one of these ways, and training uses the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from models.inference.ink import find_ink

Array = NDArray[np.float32] | NDArray[np.uint8]
TINY = 16  # pixels; a photo less wide or high than this shows too little to go by
Share = Annotated[float, Field(ge=0, le=1)]


class InkInput(BaseModel):
    """One sign, dark on light or light on dark, cropped to its ink and centred: one grey channel, 0 to 1."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    method: Literal["ink"] = "ink"
    size: Annotated[int, Field(ge=8, le=256)]
    margin: Annotated[int, Field(ge=0, le=64)] = 1

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, channels of the prepared array."""
        return (self.size, self.size, 1)


class PhotoInput(BaseModel):
    """A photo, resized as fastai's `Resize` does in validation; mean and std apply after division by 255."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    method: Literal["photo"] = "photo"
    size: Annotated[int, Field(ge=8, le=1024)]
    resize: Literal["crop", "squish", "pad"] = "crop"
    pad: Literal["zeros", "border", "reflection"] = "reflection"
    mean: tuple[float, float, float] | None = None
    std: tuple[float, float, float] | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, channels of the prepared array."""
        return (self.size, self.size, 3)


Input = Annotated[InkInput | PhotoInput, Field(discriminator="method")]


def prepare(image: Image.Image, spec: InkInput | PhotoInput) -> tuple[Array, list[str]]:
    """The array for the network, rows by columns by channels, and what ought to be said about the picture."""
    if isinstance(spec, InkInput):
        ink, notes = find_ink(image, size=spec.size, margin=spec.margin)
        return ink[:, :, None], notes
    wide, high = image.size
    notes = [f"The picture has only {wide} by {high} pixels: send a larger one."] if min(wide, high) < TINY else []
    return np.asarray(_RESIZE[spec.resize](image, spec)), notes


def _squish(image: Image.Image, spec: PhotoInput) -> Image.Image:
    return image.resize((spec.size, spec.size), Image.Resampling.BILINEAR)


def _crop_or_pad(image: Image.Image, spec: PhotoInput) -> Image.Image:
    wide, high = image.size
    fits = min(wide, high) if spec.resize == "crop" else max(wide, high)
    side = int(fits / spec.size * spec.size)
    left, top = int(0.5 * (wide - side)), int(0.5 * (high - side))
    box = (max(left, 0), max(top, 0), min(left + side, wide), min(top + side, high))
    image = image.crop(box)
    if left < 0 or top < 0:
        image = _padded(image, max(-left, 0), max(-top, 0), side, spec.pad)
    return image.resize((spec.size, spec.size), Image.Resampling.BILINEAR)


def _padded(image: Image.Image, left: int, top: int, side: int, mode: str) -> Image.Image:
    pixels = np.asarray(image)
    high, wide = pixels.shape[:2]
    around = ((top, max(side - high - top, 0)), (left, max(side - wide - left, 0)), (0, 0))
    match mode:
        case "zeros":
            padded = np.pad(pixels, around)
        case "border":
            padded = np.pad(pixels, around, mode="edge")
        case _:
            padded = np.pad(pixels, around, mode="reflect" if min(high, wide) > 1 else "edge")
    return Image.fromarray(padded)


_RESIZE: dict[str, Callable[[Image.Image, PhotoInput], Image.Image]] = {
    "squish": _squish,
    "crop": _crop_or_pad,
    "pad": _crop_or_pad,
}
