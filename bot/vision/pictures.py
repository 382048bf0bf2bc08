"""The kinds of picture that people may show, how each begins, how large one may be, and what is said where one is not.

This is the one home of these facts on the side of the chat; the model service has its own, for it stands apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import BotError
from study.texts import _, p_


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


def names() -> str:
    """The kinds of pictures that can be looked at."""
    return p_("list", "{first} or {last}", first=", ".join(kind.name for kind in KINDS[:-1]), last=KINDS[-1].name)


MOST_BYTES = 20 * 1024 * 1024


def is_model(name: str) -> bool:
    """Whether a file is a trained model by its name."""
    return name.casefold().endswith((".pkl", ".pth", ".pt"))


def not_a_picture(name: str = "") -> str:
    """That something is no picture; by its file's name, what to do with a model."""
    if is_model(name):
        return _(
            "That is a model, not a picture. Opening one runs whatever code it holds, so none is taken here: whoever"
            " runs the bot adds it with studybot models convert."
        )
    return _("That is not a picture I can look at; choose a {kinds}, or on a phone a screenshot of it.", kinds=names())


def too_large(name: str = "") -> str:
    """That a picture is too large; a model, which often is, is no picture first of all."""
    if is_model(name):
        return not_a_picture(name)
    most = MOST_BYTES >> 20
    return _("That picture is larger than {most} MB; choose a smaller one, or make it smaller first.", most=most)


class PictureRefused(BotError):
    """A picture cannot be taken; the message is for the person who sent it."""


def kind_of(data: bytes) -> str:
    """The media type that the bytes themselves claim, or nothing; what others say of a file proves little."""
    return next((kind.media_type for kind in KINDS if kind.signature.match(data)), "")


def check(data: bytes, name: str = "") -> str:
    """The media type of a picture. Raises PictureRefused where it is none, or too large."""
    if not data:
        raise PictureRefused(_("That picture is empty; choose a {kinds}.", kinds=names()))
    if len(data) > MOST_BYTES:
        raise PictureRefused(too_large(name))
    kind = kind_of(data)
    if not kind:
        raise PictureRefused(not_a_picture(name))
    return kind
