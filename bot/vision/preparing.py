"""A picture as the numbers that a network takes; as a program: a picture on standard input, float32 on the output.

It is run for each picture, so that it imports no more of the bot than this file. It needs Pillow and NumPy.
"""

from __future__ import annotations

import io
import sys
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

NO_PICTURE: Final = 3
"""The exit code where the bytes are no picture that can be opened."""
_SECONDS, _MEMORY = 4, 900 << 20  # of the processor; of memory
_MOST_PIXELS = 40_000_000


class TensorInput(BaseModel):
    """How a picture is fed: `size` pixels a side, levels divided by 255, then (level - mean) / std for each colour."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Literal["tensor"]
    name: str
    size: int = Field(ge=8, le=1024)
    resize: Literal["crop", "squish"] = "crop"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    layout: Literal["NCHW", "NHWC"] = "NCHW"

    @property
    def shape(self) -> list[int]:
        """The tensor's, for one picture."""
        return [1, 3, self.size, self.size] if self.layout == "NCHW" else [1, self.size, self.size, 3]


def _main() -> None:
    """In the process apart."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    import numpy as np
    from PIL import Image, ImageOps, UnidentifiedImageError

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    spec = TensorInput.model_validate_json(sys.argv[1])
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS // 2  # an error from twice as many on
    try:
        with Image.open(io.BytesIO(sys.stdin.buffer.read())) as opened:
            opened.draft("RGB", (2 * spec.size, 2 * spec.size))
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise SystemExit(NO_PICTURE) from None
    if spec.resize == "crop":  # the middle square, to the pixel as fastai's `Resize` takes it
        side = min(image.size)
        left, top = (int(0.5 * (long - side)) for long in image.size)
        image = image.crop((left, top, left + side, top + side))
    fitted = image.resize((spec.size, spec.size), Image.Resampling.BILINEAR)
    levels = (np.asarray(fitted, np.float32) / 255 - np.array(spec.mean, np.float32)) / np.array(spec.std, np.float32)
    tensor = levels.transpose(2, 0, 1) if spec.layout == "NCHW" else levels
    sys.stdout.buffer.write(np.ascontiguousarray(tensor, "<f4").tobytes())


if __name__ == "__main__":
    _main()
