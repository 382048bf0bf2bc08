"""What was dropped: files with the folders they lay in, or a zip of them, as pictures with labels."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from bot.errors import BotError
from bot.vision import pictures
from cogs.messages import Picture
from study.texts import _

MOST_FILES = 2_000
MOST_UNPACKED = 400 << 20
"""Bytes that one zip may hold: it is read a picture at a time, and this ends the ones that were made to harm."""


class DropRefused(BotError):
    """What was dropped cannot be read; the message is for whoever dropped it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A picture and what it shows; without a picture, the name of what was passed over."""

    name: str
    label: str = ""
    picture: Picture | None = None


def labelled(files: Iterable[Picture], label: str) -> Iterator[Labelled]:
    """Each picture with its folder's name as the label; those that lay in none have the `label` given.

    Zips are opened; models, whose files are zips too, are not. What programs leave in folders is passed over in
    silence. Raises DropRefused.
    """
    for file in files:
        path = PurePosixPath(file.name.replace("\\", "/"))
        if file.data[:4] == b"PK\x03\x04" and not pictures.is_model(file.name):
            yield from _unpacked(file.data, label)
        elif not _is_left_behind(path):
            yield _one(path, label, file)


def _one(path: PurePosixPath, label: str, file: Picture) -> Labelled:
    shows = path.parent.name or label
    kind = pictures.kind_of(file.data)
    return Labelled(str(path), shows, replace(file, name=path.name, content_type=kind) if kind and shows else None)


def _is_left_behind(path: PurePosixPath) -> bool:
    return any(part[0] == "." or part in ("__MACOSX", "Thumbs.db", "desktop.ini") for part in path.parts)


def _unpacked(data: bytes, label: str) -> Iterator[Labelled]:
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            files = [one for one in packed.infolist() if not one.is_dir()]
            if len(files) > MOST_FILES:
                raise DropRefused(
                    _("This zip holds more than {most} files: drop its folders instead.", most=MOST_FILES)
                )
            for one in files:
                path = PurePosixPath(one.filename.replace("\\", "/"))
                if path.is_absolute() or ".." in path.parts or _is_left_behind(path):
                    continue
                with packed.open(one) as opened:
                    read = opened.read(min(left, pictures.MOST_BYTES) + 1)
                left -= len(read)
                if left < 0:
                    raise DropRefused(_("This zip unpacks to far more than pictures take: drop its folders instead."))
                yield _one(path, label, Picture(read, path.name))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as broken:
        raise DropRefused(_("This zip cannot be opened: pack it anew, without a password.")) from broken
