"""The courses as their files stand: looked at again while the bot runs, so that a mended pack needs no restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.packs.library import NoPack, find_picture, pack_folders, read_pack, read_packs, shown
from study.course import Course
from study.packs import PackFaults

log = logging.getLogger(__name__)

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A pack as it was read: its files' names, times and sizes, and its course."""

    stamp: Stamp
    course: Course


class LiveCourses(Mapping[str, Course]):
    """Every course by its id. One of a later folder stands for one of the same id in an earlier one.

    A pack that changes is read again by `refresh`; while it has faults, or is gone, it stays as it was.
    """

    def __init__(self, *folders: Path) -> None:
        """Read the packs. Raises PackFaults with the faults of all, NoPack where the first folder is none."""
        self._folders: Sequence[Path] = folders
        self._refused: dict[Path, Stamp] = {}
        self._missing: set[Path] = set()
        self._turn = asyncio.Lock()
        self.revision = 0
        """Raised whenever a course is another than before."""
        self._packs: dict[Path, _Read] = {}
        for root in folders:
            if root is folders[0] or root.is_dir():
                stamps = {folder: _stamp(folder) for folder in _packs_in(root)}
                for folder, course in read_packs(root).items():
                    self._packs[folder] = _Read(stamps.get(folder, ()), course)
        self._courses = self._by_id()

    def __getitem__(self, course: str) -> Course:
        return self._courses[course]

    def __iter__(self) -> Iterator[str]:
        return iter(self._courses)

    def __len__(self) -> int:
        return len(self._courses)

    def folder(self, course: str) -> Path | None:
        """Where the files of a course are."""
        return next((folder for folder, read in self._ranked() if read.course is self._courses.get(course)), None)

    async def picture(self, course: str, name: str) -> bytes | None:
        """The bytes of a picture of a course; None where it is gone."""
        folder = self.folder(course)
        path = None if folder is None else await asyncio.to_thread(find_picture, name, folder)
        try:
            return None if path is None else await asyncio.to_thread(path.read_bytes)
        except OSError:
            return None

    async def refresh(self) -> None:
        """Read again what has changed."""
        async with self._turn:
            if await asyncio.to_thread(self._look):
                self._courses = self._by_id()
                self.revision += 1

    def _look(self) -> bool:
        """Read the packs whose files are not as they were read; whether there were any."""
        here = [folder for root in self._folders for folder in _packs_in(root)]
        changed = False
        for folder in here:
            stamp = _stamp(folder)
            known = self._packs.get(folder)
            if (known is not None and known.stamp == stamp) or self._refused.get(folder) == stamp:
                continue
            try:
                self._packs[folder] = _Read(stamp, read_pack(folder).course)
            except PackFaults as faults:
                self._refused[folder] = stamp
                log.warning("%s stays as it was until these are mended:\n%s", shown(folder), faults)
            else:
                changed = True
                if known is not None:
                    log.info("%s was read again", shown(folder))
        missing = self._packs.keys() - set(here)
        for folder in missing & self._missing:  # seen twice: one that is being put in place is away for a moment
            course = self._packs[folder].course.id
            if any(read.course.id == course for other, read in self._packs.items() if other in here):
                del self._packs[folder]  # what it stood for is there still
                changed = True
        self._missing = missing & self._packs.keys()
        return changed

    def _by_id(self) -> dict[str, Course]:
        return {read.course.id: read.course for _, read in self._ranked()}

    def _ranked(self) -> list[tuple[Path, _Read]]:
        """The packs, those that stand for others last."""
        rank = {root: n for n, root in enumerate(self._folders)}
        return sorted(self._packs.items(), key=lambda pack: (rank[pack[0].parent], pack[0]))


def _packs_in(root: Path) -> tuple[Path, ...]:
    try:
        return pack_folders(root)
    except NoPack:
        return ()


def _stamp(folder: Path) -> Stamp:
    found = []
    for path in sorted(folder.glob("*.y*ml")):
        try:
            what = path.stat()
        except OSError:
            continue
        found.append((path.name, what.st_mtime_ns, what.st_size))
    return tuple(found)
