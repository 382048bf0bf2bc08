"""Course packs on disk: one folder a course. Reading happens here, understanding in `study.packs`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.errors import BotError
from bot.packs import PACKS
from study.course import Course
from study.packs import Fault, Pack, PackFaults, load_pack
from study.packs.shapes import PICTURE

OWN_PACKS = "packs"
"""Where in the data folder packs are that were written or mended here; each stands for one that came along."""
LARGEST = 4_000_000
"""Bytes of one file of a pack; a week that grades fifty questions has a tenth of a megabyte."""


PICTURES = "pictures"
"""The folder of a pack in which its pictures are."""
LARGEST_PICTURE = 2_000_000
_SIGNATURES = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
"""How pictures begin that every platform shows, by the endings of their names."""
PICTURE_FIX = f"Put it there as PNG, JPEG, GIF or WebP of at most {LARGEST_PICTURE // 1_000_000} MB."


class NoPack(BotError):
    """There is no such pack; the message says where it was looked for."""


def packs_folder() -> Path:
    """Where the packs are, without reading all the settings: for commands that must start at once."""
    given = os.environ.get("STUDYBOT_PACKS")
    if given is None and Path(".env").is_file():
        from dotenv import dotenv_values

        given = dotenv_values(".env").get("STUDYBOT_PACKS")
    return Path(given) if given else PACKS


def pack_folders(packs: Path) -> tuple[Path, ...]:
    """The folders of packs in it, in the order of their names. Raises NoPack where there is no such folder."""
    try:
        return tuple(sorted(folder for folder in packs.iterdir() if folder.is_dir() and any(folder.glob("*.y*ml"))))
    except OSError:
        raise NoPack(f"There is no folder of course packs at {packs}; STUDYBOT_PACKS can name another.") from None


def find_pack(packs: Path, course: str) -> Path:
    """The folder of one course, named by its id or by its path. Raises NoPack."""
    for folder in (packs / course, Path(course)):
        if course and folder.is_dir():
            return folder
    known = ", ".join(folder.name for folder in pack_folders(packs)) or "none"
    raise NoPack(f"There is no course pack “{course}” in {packs}; there is: {known}.")


def read_files(folder: Path) -> dict[str, str]:
    """The texts of a pack, by file name. Raises PackFaults where a file cannot be read as text."""
    texts, faults = {}, []
    for path in sorted(folder.glob("*.y*ml")):
        try:
            if path.stat().st_size > LARGEST:
                faults.append(Fault(path.name, 1, "The file is too large for a week.", "Split it into several weeks."))
            else:
                texts[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            faults.append(Fault(path.name, line, "This is not UTF-8 text.", "Save the file as UTF-8."))
        except OSError as error:
            faults.append(
                Fault(path.name, 1, f"The file cannot be read ({error.strerror}).", "See to its permissions.")
            )
    if faults:
        raise _placed(folder, PackFaults(faults))
    return texts


def read_pack(folder: Path) -> Pack:
    """One pack with the lines of its parts. Raises PackFaults, whose files are paths that an editor can open."""
    texts = read_files(folder)
    try:
        pack = load_pack(texts)
        check_pictures(pack, folder)
    except PackFaults as faults:
        raise _placed(folder, faults) from None
    return pack


def check_pictures(pack: Pack, *folders: Path) -> None:
    """Look for the pictures that a pack names in these folders. Raises PackFaults."""
    faults = []
    for item in pack.course.items():
        if item.picture and (what := _amiss(item.picture, folders)):
            origin = pack.origins[item.id]
            faults.append(Fault(origin.file, origin.line(("picture",)), f"{item.picture} {what}", PICTURE_FIX))
    if faults:
        raise PackFaults(faults)


def read_pictures(folder: Path) -> dict[str, bytes]:
    """The pictures of a pack, by their names; what is no picture of a pack is left out."""
    found = {}
    for path in sorted((folder / PICTURES).glob("*")):
        if re.fullmatch(PICTURE, path.name) and not _amiss(path.name, (folder,)):
            found[path.name] = path.read_bytes()
    return found


def find_picture(name: str, *folders: Path) -> Path | None:
    """The file of a picture, in the first of these packs' folders that has it."""
    paths = (folder / PICTURES / name for folder in folders)
    return next((path for path in paths if path.is_file() and not path.is_symlink()), None)


def _amiss(name: str, folders: Sequence[Path]) -> str:
    """What is wrong with a picture; empty where nothing is."""
    path = find_picture(name, *folders)
    if path is None:
        return f"is not in the pack's folder {PICTURES}."
    try:
        with path.open("rb") as file:
            begun = file.read(64)
        size = path.stat().st_size
    except OSError as error:
        return f"cannot be read ({error.strerror})."
    if size > LARGEST_PICTURE:
        return f"has {size / 1e6:.1f} MB; {LARGEST_PICTURE // 1_000_000} are the most."
    return "" if picture_ending(begun) else "is no PNG, JPEG, GIF or WebP."


def picture_ending(data: bytes) -> str:
    """The ending that the name of a picture should have, by how its bytes begin; empty where it is none for a pack."""
    return next((ending for ending, signature in _SIGNATURES.items() if signature.match(data)), "")


def read_packs(packs: Path) -> Mapping[Path, Course]:
    """The course of every pack by its folder. Raises PackFaults with the faults of all, and NoPack without a folder."""
    courses: dict[Path, Course] = {}
    faults: list[Fault] = []
    for folder in pack_folders(packs):
        try:
            course = read_pack(folder).course
        except PackFaults as found:
            faults.extend(found.faults)
            continue
        if any(course.id == other.id for other in courses.values()):
            what = f"Another pack in {packs} is called {course.id} too."
            faults.append(Fault(shown(folder / "course.yaml"), 1, what, "Give one of them another id."))
        courses[folder] = course
    if faults:
        raise PackFaults(faults)
    return courses


def shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _placed(folder: Path, faults: PackFaults) -> PackFaults:
    return PackFaults(replace(fault, file=shown(folder / fault.file)) for fault in faults.faults)
