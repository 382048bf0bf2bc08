"""A pack from elsewhere put beside the others: a file, a folder, a zip or a Git address, read as data and never run."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from bot.errors import BotError
from bot.packs.library import (
    LARGEST,
    LARGEST_PICTURE,
    PICTURES,
    check_pictures,
    pack_folders,
    read_files,
    read_pictures,
)  # fmt: skip
from store.durable import write_durably
from study.course import Course
from study.notes.banks.archive import UNOPENED
from study.packs import load_pack
from study.packs.shapes import PICTURE

MOST_FILES = 400
"""Files of a pack, and entries of an archive that are looked at."""
MOST_BYTES = 50_000_000
"""Bytes of a pack, and of an archive, packed or not."""
GIT_SECONDS = 120
_GIT = re.compile(r"(?:https?|ssh|git|file)://\S+|[\w.-]+@[\w.-]+:\S+|\S+\.git/?")
_YAML = (".yaml", ".yml")

Found = tuple[Mapping[str, str], Mapping[str, bytes]]
"""The texts of a pack, and its pictures, by their names."""


class NotAdded(BotError):
    """Nothing was written; the message says why and what to do."""


def add_pack(address: str, packs: Path, *, force: bool = False) -> Course:
    """Put the pack at an address into a folder of packs. Raises NotAdded, PackFaults; then nothing was written."""
    with _fetched(address) as found:
        files, pictures = found
        pack = load_pack(files)
    course = pack.course
    place = packs / course.id
    if place.exists() and not force:
        raise NotAdded(f"There is a {course.id} in {packs} already; --force puts this one in its place.")
    fresh = packs / f".{course.id}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir(parents=True)
        for name, text in files.items():
            write_durably(fresh / name, text.encode())
        for name, data in pictures.items():
            (fresh / PICTURES).mkdir(exist_ok=True)
            write_durably(fresh / PICTURES / name, data)
        check_pictures(pack, fresh)
        if place.exists():
            shutil.rmtree(place)
        fresh.rename(place)
    except OSError as error:
        raise NotAdded(f"{packs} cannot be written ({error.strerror}).") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return course


@contextmanager
def _fetched(address: str) -> Iterator[Found]:
    """The texts and pictures of the pack at an address."""
    path = Path(address).expanduser()
    if path.is_dir() and not (path / "HEAD").is_file():
        yield _of_folder(path)
    elif path.is_file() and zipfile.is_zipfile(path):
        yield _of_zip(path)
    elif path.is_file():
        yield _of_folder(path.parent if path.name == "course.yaml" else _no_pack(address))
    elif _GIT.fullmatch(address) or path.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            yield _of_folder(_cloned(address, Path(folder) / "pack"))
    else:
        raise NotAdded(f"There is nothing at {address}: give a folder, its course.yaml, a zip or a Git address.")


def _no_pack(address: str) -> Path:
    raise NotAdded(f"{address} is no pack: give its course.yaml, its folder, or a zip; studybot import reads notes.")


def _of_folder(folder: Path) -> Found:
    """The pack in a folder, or in the one folder below it that has one."""
    homes = [folder] if (folder / "course.yaml").is_file() else [
        each for each in pack_folders(folder) if (each / "course.yaml").is_file()
    ]  # fmt: skip
    if len(homes) != 1:
        names = ", ".join(each.name for each in homes)
        raise NotAdded(
            f"Here are several packs: {names}; give the address of one." if homes else "There is no course.yaml here."
        )
    paths = [path for path in homes[0].iterdir() if path.suffix in _YAML]
    if len(paths) > MOST_FILES or sum(path.lstat().st_size for path in paths) > MOST_BYTES:
        raise NotAdded("This is far too large to be a pack.")
    if linked := [path.name for path in paths if path.is_symlink()]:
        raise NotAdded(f"{linked[0]} leads elsewhere; a pack's files are files.")
    return read_files(homes[0]), read_pictures(homes[0])


def _of_zip(path: Path) -> Found:
    """The pack in an archive. Only texts of a pack are unpacked, into memory, under their bare names."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [one for one in archive.infolist() if not one.is_dir()]
            heads = [PurePosixPath(one.filename) for one in infos if PurePosixPath(one.filename).name == "course.yaml"]
            if len(infos) > MOST_FILES or sum(one.file_size for one in infos) > MOST_BYTES:
                raise NotAdded("This archive is far too large to be a pack.")
            if len(heads) != 1:
                raise NotAdded(f"A pack has one course.yaml; this archive has {len(heads) or 'none'}.")
            home = heads[0].parent
            texts, pictures = {}, {}
            for one in infos:
                inner = PurePosixPath(one.filename)
                if inner.parent == home and inner.suffix in _YAML:
                    texts[inner.name] = _unpacked(archive, one, LARGEST).decode("utf-8")
                elif inner.parent == home / PICTURES and re.fullmatch(PICTURE, inner.name):
                    pictures[inner.name] = _unpacked(archive, one, LARGEST_PICTURE)
            return texts, pictures
    except UnicodeDecodeError:
        raise NotAdded(f"{path} holds files that are not UTF-8 text.") from None
    except UNOPENED as error:
        raise NotAdded(f"{path} cannot be opened as a zip archive ({error}).") from None


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(info) as packed:
        data = packed.read(most + 1)
    if len(data) > most:
        raise NotAdded(f"{info.filename} is too large: {most // 1_000_000} MB are the most.")
    return data


def _small() -> None:
    """What is fetched comes in one file, which may not be larger than a pack."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))


def _cloned(address: str, folder: Path) -> Path:
    """A Git repository's newest state, without its history, its hooks or its submodules."""
    if shutil.which("git") is None:
        raise NotAdded("git is not installed here; give a folder or a zip instead.")
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "GIT_ALLOW_PROTOCOL": "https:http:ssh:git:file"}
    command = ("git", "-c", "core.hooksPath=/dev/null", "-c", "core.symlinks=false", "clone", "--quiet", "--depth", "1")
    try:
        done = subprocess.run(  # noqa: S603 - the address stands behind `--`, so that it is never an option
            (*command, "--template=", "--no-recurse-submodules", "--", address, str(folder)),
            env=os.environ | quiet, preexec_fn=_small, capture_output=True, text=True, timeout=GIT_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotAdded(f"{address} did not answer within {GIT_SECONDS} seconds.") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["git gave no reason"])[-1]
        raise NotAdded(f"{address} cannot be fetched: {reason}")
    return folder
