"""A folder to learn from that came as a zip: unpacked for as long as it is learned from, and nothing written outside.

The chat's page has limits of its own for what is dropped there; here an operator brings a whole data set.
"""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from models.errors import DataError
from models.inference.pictures import MAX_BYTES
from models.training.folder import a_folder, is_left_behind, is_table

MOST_FILES: Final = 100_000
_ROOM: Final = 1 << 30  # bytes that any archive may unpack to
_GROWTH: Final = 20  # times its own size that a larger one may: pictures hardly shrink when they are packed
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)


def is_archive(path: Path) -> bool:
    """Whether this is a zip, sound or not, by what it is called or by how it begins."""
    if not path.is_file():
        return False
    with path.open("rb") as opened:
        return path.suffix.lower() == ".zip" or opened.read(4) == b"PK\x03\x04"


def check_place(path: Path) -> None:
    """Refuse what is neither a folder nor a zip, before anything else is done. Raises DataError."""
    if path.is_file() and not is_archive(path):
        raise DataError(f"{path} is neither a folder nor a zip of one: unpack it, and give the folder.")
    if not path.is_file():
        a_folder(path)


@contextmanager
def as_folder(path: Path, beside: Path) -> Iterator[Path]:
    """The folder itself; or what a zip holds, in a folder under `beside` that goes when it was learned from.

    Raises DataError.
    """
    check_place(path)
    if path.is_dir():
        yield path
        return
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unpacked-", dir=beside) as aside:
        into = Path(aside) / path.name
        into.mkdir()
        try:
            with zipfile.ZipFile(path) as packed:
                _unpack(packed, path, into)
        except _BROKEN as error:
            raise DataError(f"{path} cannot be unpacked ({error}): pack it anew, without a password.") from None
        yield _innermost(into)


def _unpack(packed: zipfile.ZipFile, path: Path, into: Path) -> None:
    """Write what a person put there; of a file that is larger than any picture, no more than shows that it is."""
    files = [one for one in packed.infolist() if not one.is_dir()]
    if len(files) > MOST_FILES:
        raise DataError(f"{path} holds more than {MOST_FILES} files: unpack it, and give the folder.")
    left = max(_ROOM, _GROWTH * path.stat().st_size)
    for one in files:
        name = PurePosixPath(one.filename.replace("\\", "/"))
        place = (into / name).resolve()
        if not place.is_relative_to(into.resolve()) or is_left_behind(name):
            continue
        with packed.open(one) as opened:
            data = opened.read(min(left, MAX_BYTES) + 1)
        left -= len(data)
        if left < 0:
            raise DataError(f"{path} unpacks to far more than pictures take: unpack it, and give the folder.")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        except OSError as error:
            raise DataError(f"{name} of {path} cannot be written to {into.parent}: {error.strerror}.") from None


def _innermost(folder: Path) -> Path:
    """Past a folder around everything, as programs pack one: the first that holds several things, or a label's."""
    while True:
        inside = list(folder.iterdir())
        if len(inside) != 1 or not any(one.is_dir() or is_table(one) for one in inside[0].glob("*")):
            return folder
        folder = inside[0]
