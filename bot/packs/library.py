"""Course packs on disk: one folder a course. Reading happens here, understanding in `study.packs`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.errors import BotError
from study.course import Course
from study.packs import Fault, Pack, PackFaults, load_pack

PACKS = Path(__file__).parents[2] / "content"
"""The packs that come along: beside the rooms, in a checkout as where it is installed."""
OWN_PACKS = "packs"
"""Where in the data folder packs are that were written or mended here; each stands for one that came along."""
LARGEST = 4_000_000
"""Bytes of one file of a pack; a week that grades fifty questions has a tenth of a megabyte."""


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
        return load_pack(texts)
    except PackFaults as faults:
        raise _placed(folder, faults) from None


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
