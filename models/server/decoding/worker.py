"""One decoding process: pictures in on standard input, arrays out on standard output, nothing kept, little memory.

It is a process of its own so that a picture that breaks a decoder, or takes too long, harms no other.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import struct
import sys
from functools import lru_cache
from typing import BinaryIO

from pydantic import BaseModel

from models.bundles.input_spec import PictureInput
from models.errors import PictureError
from models.inference.limits import die_with_parent, limit_memory
from models.inference.pictures import SMALLER, check_bytes, open_picture, pixels_only, ready_for_heif
from models.inference.prepare import prepare, side_needed

KEEP = "keep"  # in place of a way to prepare: give the pixels back as a PNG that holds nothing else
HEAD = struct.Struct("!II")
TOO_HEAVY = f"The picture needs too much memory to open: {SMALLER}."


class Order(BaseModel):
    """How a picture is to be prepared, and whether a large one may be read at a fraction of its size for that."""

    input: PictureInput
    scaled: bool


_order = lru_cache(maxsize=64)(Order.model_validate_json)


def serve(into: BinaryIO, out: BinaryIO) -> None:
    """Answer until the other side closes the pipe."""
    while sizes := _read(into, HEAD.size):
        spec_size, size = HEAD.unpack(sizes)
        spec, data = _read(into, spec_size), _read(into, size)
        header, body = _work(spec.decode(), data)
        head = json.dumps(header).encode()
        out.write(HEAD.pack(len(head), len(body)) + head)
        out.write(body)
        out.flush()


def _work(spec: str, data: bytes) -> tuple[dict[str, object], bytes]:
    try:
        if spec == KEEP:
            return {"status": 200, "dtype": "uint8", "shape": None, "notes": []}, pixels_only(data)
        check_bytes(data)
        order = _order(spec)
        side = side_needed(order.input) if order.scaled else None
        array, notes = prepare(open_picture(data, side=side), order.input)
    except PictureError as error:
        return {"status": error.status, "error": str(error)}, b""
    except MemoryError:
        return {"status": 413, "error": TOO_HEAVY}, b""
    header = {"status": 200, "dtype": str(array.dtype), "shape": array.shape, "notes": notes}
    return header, array.tobytes()


def _read(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    return data if len(data) == size else b""


def widen(pipe: BinaryIO) -> None:
    """Let a prepared photo pass in one go: a pipe holds 64 KB unless it is asked to hold more."""
    with contextlib.suppress(OSError):  # not a pipe, or more than this account may have: it is only slower
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)


if __name__ == "__main__":
    die_with_parent()
    ready_for_heif()
    os.nice(int(sys.argv[2]))
    limit_memory(int(sys.argv[1]))
    if sys.platform == "linux":
        widen(sys.stdout.buffer)
    serve(sys.stdin.buffer, sys.stdout.buffer)
