"""A picture as the numbers that a network takes, made in a process of its own that is ended where it takes too much.

Run as a program it reads a picture on standard input and writes float32, little-endian. It needs Pillow and NumPy,
which the bot itself does not.
"""

from __future__ import annotations

import asyncio
import importlib.util
import io
import json
import sys
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cogs.services import ClassifierError
from study.texts import _, joined

_SECONDS, _MEMORY = 4, 900 << 20  # of the processor; of memory
_WAIT = 20.0  # seconds, on a machine that is busy with other things
_MOST_PIXELS = 40_000_000
_NO_PICTURE = 3  # exit code
_AT_ONCE = asyncio.Semaphore(2)
NEEDED = ("PIL", "numpy")


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


async def tensor_of(picture: bytes, spec: TensorInput) -> bytes:
    """The tensor's bytes. Raises ClassifierError where the picture cannot be opened."""
    if lacking := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise ClassifierError(
            _(
                "{names} must be installed to feed this model: whoever runs the bot adds pillow and numpy.",
                names=joined(lacking),
            )
        )
    async with _AT_ONCE:
        made = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            __name__,
            spec.model_dump_json(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
        try:
            async with asyncio.timeout(_WAIT):
                tensor, _errors = await made.communicate(picture)
        except TimeoutError:
            raise ClassifierError(_("The picture took too long to open: choose a smaller one.")) from None
        finally:
            if made.returncode is None:
                made.kill()
                await made.wait()
    if made.returncode == 0:
        return tensor
    if made.returncode == _NO_PICTURE:
        raise ClassifierError(_("The picture cannot be opened: save it anew, or on a phone take a screenshot of it."))
    raise ClassifierError(_("The picture takes too much time or memory to open: choose a smaller one."))


def _main() -> None:
    """In the process apart."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    import numpy as np
    from PIL import Image, ImageOps, UnidentifiedImageError

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    spec = TensorInput.model_validate(json.loads(sys.argv[1]))
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS // 2  # an error from twice as many on
    try:
        with Image.open(io.BytesIO(sys.stdin.buffer.read())) as opened:
            opened.draft("RGB", (2 * spec.size, 2 * spec.size))
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise SystemExit(_NO_PICTURE) from None
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
