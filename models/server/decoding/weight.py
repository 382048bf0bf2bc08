"""How heavy a picture is to open, guessed from its first bytes: only to choose who opens it, so a lie gains nothing."""

from __future__ import annotations

import struct
from typing import Final

HEAVY: Final = 16 << 20  # bytes as pixels; fewer are opened in about a quarter of a second
_PNG_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_FRAME_HEADERS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SLOW_CODEC: Final = 12  # bytes a pixel, though it has four: HEIC and AVIF take three times as long to open
_SCALED: Final = 1  # bytes a pixel, though it has three: large JPEGs are opened at half their size or less


def is_heavy(data: bytes) -> bool:
    """Whether opening it may take long."""
    try:
        return _pixel_bytes(data) > HEAVY
    except (struct.error, IndexError, KeyError):
        return False  # cut short: it is refused as soon as it is opened


def _pixel_bytes(data: bytes) -> int:
    match data[:4]:
        case b"\x89PNG":
            wide, high, depth, colour = struct.unpack_from(">IIBB", data, 16)
            return int(wide * high * depth * _PNG_CHANNELS[colour]) // 8
        case b"GIF8":
            wide, high = struct.unpack_from("<HH", data, 6)
            return int(wide * high)
        case b"RIFF":
            return 4 * _webp_pixels(data)
        case b"II*\0" | b"MM\0*":
            return HEAVY + 1
    if data[:2] == b"BM":
        wide, high = struct.unpack_from("<ii", data, 18)
        return abs(int(wide * high)) * 4
    if data[:2] == b"\xff\xd8":
        return _SCALED * _jpeg_pixels(data)
    return _SLOW_CODEC * _heif_pixels(data)


def _webp_pixels(data: bytes) -> int:
    kind = data[12:16]
    if kind == b"VP8X":
        return (1 + int.from_bytes(data[24:27], "little")) * (1 + int.from_bytes(data[27:30], "little"))
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (1 + (bits & 0x3FFF)) * (1 + (bits >> 14 & 0x3FFF))
    wide, high = struct.unpack_from("<HH", data, 26)
    return int((wide & 0x3FFF) * (high & 0x3FFF))


def _jpeg_pixels(data: bytes) -> int:
    at = 2
    while data[at] == 0xFF:
        marker, size = struct.unpack_from(">BH", data, at + 1)
        if marker in _FRAME_HEADERS:
            high, wide = struct.unpack_from(">HH", data, at + 5)
            return int(wide * high)
        at += 2 + size
    return 0


def _heif_pixels(data: bytes) -> int:
    """The largest of the sizes that the file's index names (`ispe` boxes)."""
    most, at, index = 0, 0, data[: 1 << 18]
    while (at := index.find(b"ispe", at)) >= 0:
        wide, high = struct.unpack_from(">II", index, at + 8)
        most, at = max(most, wide * high), at + 4
    return most
