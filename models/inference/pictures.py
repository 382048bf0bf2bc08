"""Pictures from strangers: every rule a picture must pass before a network may see it. Pillow and nothing else."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Final

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from models.errors import PictureError

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
MAX_SIDE: Final = 30_000
_KEPT_SIDE: Final = 1_600
_HEIF: Final = "HEIF"
SAVE_ANEW: Final = "save it anew, or on a phone take a screenshot of it, and send that"
SMALLER: Final = "make it smaller, or on a phone take a screenshot of it, and send that"


@dataclass(frozen=True, slots=True)
class PictureKind:
    """A kind of picture that is read: what people call it, Pillow's name, and how its files end and begin."""

    name: str
    decoder: str
    suffixes: tuple[str, ...]
    signature: re.Pattern[bytes]


KINDS: Final = (
    PictureKind("JPEG", "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), re.compile(rb"\xff\xd8\xff")),
    PictureKind("PNG", "PNG", (".png",), re.compile(rb"\x89PNG\r\n\x1a\n")),
    PictureKind("WebP", "WEBP", (".webp",), re.compile(rb"RIFF....WEBP", re.DOTALL)),
    PictureKind("GIF", "GIF", (".gif",), re.compile(rb"GIF8[79]a")),
    PictureKind("HEIC", _HEIF, (".heic", ".heif"), re.compile(rb"....ftyp(he[iv][cxms]|mif1|msf1)", re.DOTALL)),
    PictureKind("AVIF", "AVIF", (".avif",), re.compile(rb"....ftyp(avi[fs]|mif1|msf1)", re.DOTALL)),
    PictureKind("BMP", "BMP", (".bmp", ".dib"), re.compile(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL)),
    PictureKind("TIFF", "TIFF", (".tif", ".tiff"), re.compile(rb"II\*\0|MM\0\*")),
)
SUFFIXES: Final = frozenset(suffix for kind in KINDS for suffix in kind.suffixes)
KIND_NAMES: Final = f"{', '.join(kind.name for kind in KINDS[:-1])} or {KINDS[-1].name}"
NO_PICTURE: Final = f"This is not a {KIND_NAMES} picture: on a phone, take a screenshot of it and send that."
_BROKEN: Final = f"The picture is broken or cut short: {SAVE_ANEW}."


def check_bytes(data: bytes, most: int = MAX_BYTES) -> None:
    """Refuse what need not be decoded to be refused: nothing, too much, or no picture at all."""
    if not data:
        raise PictureError(400, f"The picture is empty: send the bytes of a {KIND_NAMES} file.")
    if len(data) > most:
        raise PictureError(413, too_large(most))
    if not any(kind.signature.match(data) for kind in KINDS):
        raise PictureError(415, NO_PICTURE)


def too_large(most: int) -> str:
    """The sentence for a picture of more than so many bytes."""
    return f"The picture is larger than {most // (1024 * 1024)} MB: {SMALLER}."


@cache
def ready_for_heif() -> bool:
    """Teach Pillow to read HEIC; False where the library for it is not installed."""
    try:
        import pi_heif
    except ImportError:
        return False
    pi_heif.options.DECODE_THREADS = 1  # other pictures are opened on the other cores
    pi_heif.register_heif_opener()
    return True


def open_picture(data: bytes, *, side: int | None = None, max_pixels: int = MAX_PIXELS) -> Image.Image:
    """The first frame, upright, in RGB: transparent parts stand on whichever of black and white sets the rest off.

    Where `side` is given, a large JPEG is read at an eighth to half of its size, never under `side` either way.
    Raises PictureError for everything that is no sound picture; nothing else leaves this function but MemoryError.
    """
    check_bytes(data)
    kinds = [kind.decoder for kind in KINDS if kind.signature.match(data)]
    if _HEIF in kinds and not ready_for_heif():
        kinds.remove(_HEIF)
    if not kinds:
        raise PictureError(415, "HEIC pictures cannot be read here: on a phone, take a screenshot of it and send that.")
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = max_pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=kinds) as opened:
                _check_size(opened.size, max_pixels)
                if opened.format != _HEIF:  # its first picture need not be the one that is to be shown
                    opened.seek(0)
                if side is not None:
                    opened.draft("RGB", (side, side))
                opened.load()
                return _alone(to_rgb(_upright(opened)))
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(413, _too_many(max_pixels)) from None
    except UnidentifiedImageError:
        raise PictureError(415, NO_PICTURE) from None
    except MemoryError:
        raise
    except Exception:
        # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error, zlib.error and more on broken files.
        raise PictureError(422, _BROKEN) from None


def _too_many(max_pixels: int) -> str:
    return f"The picture has more than {max_pixels // 1_000_000} million pixels: {SMALLER}."


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    wide, high = size
    if wide * high > max_pixels:
        raise PictureError(413, _too_many(max_pixels))
    if max(size) > MAX_SIDE:
        raise PictureError(413, f"The picture is {max(size):,} pixels long, more than can be read: {SMALLER}.")
    if wide < 1 or high < 1:
        raise PictureError(422, _BROKEN)


def _upright(image: Image.Image) -> Image.Image:
    """The picture as it was held: phones store it sideways and say so in EXIF, which is dropped afterwards."""
    try:
        upright = ImageOps.exif_transpose(image)
    except MemoryError:
        raise
    except Exception:  # a broken EXIF block says nothing about the pixels
        upright = image
    return upright if upright is not None else image


def _alone(image: Image.Image) -> Image.Image:
    """The pixels without what was written beside them."""
    image.info.clear()
    with contextlib.suppress(Exception):
        image.getexif().clear()
    return image


def to_rgb(image: Image.Image) -> Image.Image:
    """Any mode as 8-bit RGB: 16 bits are scaled down rather than clipped, CMYK converted, transparency filled."""
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        image = _eight_bits(image)
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        return _on_ground(image.convert("RGBA"))
    return image if image.mode == "RGB" else image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    wide = image.convert("F")
    top = wide.getextrema()[1]
    scale = 255 / 65535 if isinstance(top, float) and top > 255 else 1.0
    return wide.point(lambda value: value * scale).convert("L")


def _on_ground(image: Image.Image) -> Image.Image:
    alpha = image.getchannel("A")
    lowest, _ = alpha.getextrema()
    if isinstance(lowest, int) and lowest == 255:
        return image.convert("RGB")
    histogram = image.convert("RGB").convert("L").histogram(mask=alpha.point(lambda value: 255 * (value > 127)))
    seen = sum(histogram)
    mean = sum(level * count for level, count in enumerate(histogram)) / seen if seen else 0
    ground = Image.new("RGBA", image.size, (255, 255, 255, 255) if mean < 128 else (0, 0, 0, 255))
    return Image.alpha_composite(ground, image).convert("RGB")


def pixels_only(data: bytes) -> bytes:
    """The picture's pixels alone as PNG: no EXIF, no place, no second file hidden behind the first.

    No side is longer than any network takes in, with room to crop: a phone's picture would be 40 MB otherwise.
    """
    png, image = io.BytesIO(), open_picture(data, side=_KEPT_SIDE)
    image.thumbnail((_KEPT_SIDE, _KEPT_SIDE))
    image.save(png, "PNG")
    return png.getvalue()
