"""The kinds of picture that people may show, how each begins, how large one may be, and what is said where one is not.

This is the one home of these facts on the side of the chat; the model service has its own, for it stands apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import BotError


@dataclass(frozen=True, slots=True)
class PictureKind:
    """One kind: what people call it, and how its files end and begin."""

    name: str
    suffixes: tuple[str, ...]
    signature: re.Pattern[bytes]
    also_called: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """The kind's name in HTTP."""
        return f"image/{self.name.lower()}"


KINDS = (
    PictureKind("JPEG", ("jpg", "jpeg", "jpe", "jfif"), re.compile(rb"\xff\xd8\xff")),
    PictureKind("PNG", ("png",), re.compile(rb"\x89PNG\r\n\x1a\n")),
    PictureKind("WebP", ("webp",), re.compile(rb"RIFF....WEBP", re.DOTALL)),
    PictureKind("GIF", ("gif",), re.compile(rb"GIF8[79]a")),
    PictureKind("HEIC", ("heic", "heif"), re.compile(rb"....ftyp(he[iv][cxms]|mif1|msf1)", re.DOTALL), ("image/heif",)),
    PictureKind("AVIF", ("avif",), re.compile(rb"....ftyp(avi[fs]|mif1|msf1)", re.DOTALL)),
    PictureKind(
        "BMP",
        ("bmp", "dib"),
        re.compile(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL),
        ("image/x-ms-bmp", "image/x-bmp"),
    ),
    PictureKind("TIFF", ("tif", "tiff"), re.compile(rb"II\*\0|MM\0\*")),
)
MEDIA_TYPES = tuple(name for kind in KINDS for name in (kind.media_type, *kind.also_called))
SUFFIXES = tuple(suffix for kind in KINDS for suffix in kind.suffixes)
NAMES = ", ".join(kind.name for kind in KINDS[:-1]) + f" or {KINDS[-1].name}"

MOST_BYTES = 20 * 1024 * 1024

NOT_A_PICTURE = f"That is not a picture I can look at; choose a {NAMES}, or on a phone a screenshot of it."
TOO_LARGE = f"That picture is larger than {MOST_BYTES >> 20} MB; choose a smaller one, or make it smaller first."
EMPTY = f"That picture is empty; choose a {NAMES}."


class PictureRefused(BotError):
    """A picture cannot be taken; the message is for the person who sent it."""


def kind_of(data: bytes) -> str:
    """The media type that the bytes themselves claim, or nothing; what others say of a file proves little."""
    return next((kind.media_type for kind in KINDS if kind.signature.match(data)), "")


def check(data: bytes) -> str:
    """The media type of a picture. Raises PictureRefused where it is none, or too large."""
    if not data:
        raise PictureRefused(EMPTY)
    if len(data) > MOST_BYTES:
        raise PictureRefused(TOO_LARGE)
    kind = kind_of(data)
    if not kind:
        raise PictureRefused(NOT_A_PICTURE)
    return kind
