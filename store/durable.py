"""Files that outlive a power cut: their bytes are synced before they get their name, and their folder after it."""

from __future__ import annotations

import os
from pathlib import Path


def move_durably(half: Path, path: Path) -> None:
    """Give a file that is whole its name. When this returns, `path` is on disk with its bytes. Raises OSError."""
    _sync(half)
    half.replace(path)
    _sync(path.parent)


def write_durably(path: Path, data: bytes) -> None:
    """Write a file for its owner alone: after a crash it is there whole, or as it was before. Raises OSError."""
    half = path.with_name(f".{path.name}.half")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
        move_durably(half, path)
    finally:
        half.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
