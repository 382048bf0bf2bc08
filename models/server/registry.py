"""The models in memory: loaded when needed, the least used let go under a cap, a new version taken over in flight."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from models.bundle import WEIGHTS, BundleFault, Manifest, read_manifest
from models.inference.predictor import Predictor
from models.library import Library, Shelf

log = logging.getLogger(__name__)


class UnknownModel(Exception):
    """No such model or version; the message names those there are."""


@dataclass(frozen=True, slots=True)
class Known:
    """A model on offer."""

    shelf: Shelf
    manifest: Manifest


class Registry:
    """Names and versions to predictors. A request keeps the predictor it was given, whatever is published meanwhile."""

    def __init__(self, library: Library, *, device: str, exact: bool, cap_bytes: int, warm: tuple[int, ...]) -> None:
        self.library = library
        self._device, self._exact, self._cap, self._warm = device, exact, cap_bytes, warm
        self._known: dict[str, Known] = {}
        self._loaded: OrderedDict[Path, tuple[Predictor, int, int | None]] = OrderedDict()
        self._loading: dict[Path, asyncio.Task[Predictor]] = {}
        self._seen: tuple[object, ...] | None = None
        self.faults: dict[str, str] = {}

    @property
    def known(self) -> dict[str, Known]:
        """What is on offer, by name."""
        return self._known

    async def refresh(self) -> bool:
        """Look at the folders again; load what is new before it takes over. True where anything had changed."""
        seen = await asyncio.to_thread(self.library.fingerprint)
        if seen == self._seen:
            return False
        fresh: dict[str, Known] = {}
        faults: dict[str, str] = {}
        for name, shelf in (await asyncio.to_thread(self.library.shelves)).items():
            try:
                manifest = await asyncio.to_thread(read_manifest, shelf.folder)
                if (manifest.name, manifest.version) != (name, shelf.default):
                    raise BundleFault(f"{shelf.folder} calls itself {manifest.name} {manifest.version}.")
                if self._changed(shelf.folder):
                    await self._loading_of(shelf.folder)
                fresh[name] = Known(shelf, manifest)
            except BundleFault as fault:
                log.warning("%s", fault)
                faults[name] = str(fault)
                if name in self._known and self._known[name].shelf.folder.is_dir():
                    fresh[name] = self._known[name]
        for folder in [one for one in self._loaded if self._changed(one)]:
            del self._loaded[folder]
        self._known, self._seen, self.faults = fresh, seen, faults
        return True

    async def get(self, name: str, version: str | None = None) -> Predictor:
        """The predictor for a name, loaded if it must be. Raises UnknownModel, or BundleFault for an unsound bundle."""
        known = self._known.get(name)
        if known is None:
            raise UnknownModel(f"There is no model called {name!r}; there are: {', '.join(self._known) or 'none'}.")
        if version is None:
            return await self._predictor(known.shelf.folder)
        if version not in known.shelf.versions:
            raise UnknownModel(f"{name} has no version {version!r}; it has {', '.join(known.shelf.versions)}.")
        return await self._predictor(known.shelf.versions[version])

    async def _predictor(self, folder: Path) -> Predictor:
        kept = self._loaded.get(folder)
        if kept is None:
            return await self._loading_of(folder)
        self._loaded.move_to_end(folder)
        return kept[0]

    async def _loading_of(self, folder: Path) -> Predictor:
        task = self._loading.get(folder)
        if task is None:
            task = asyncio.create_task(self._load(folder, _mark(folder)))
            self._loading[folder] = task
            task.add_done_callback(lambda _: self._loading.pop(folder, None))
        return await asyncio.shield(task)

    def _changed(self, folder: Path) -> bool:
        """Whether it is not loaded as it now lies there."""
        return folder not in self._loaded or self._loaded[folder][2] != _mark(folder)

    async def _load(self, folder: Path, mark: int | None) -> Predictor:
        predictor = await asyncio.to_thread(self._build, folder)
        size = (folder / WEIGHTS).stat().st_size
        self._loaded[folder] = (predictor, size, mark)
        self._loaded.move_to_end(folder)
        while sum(one[1] for one in self._loaded.values()) > self._cap and len(self._loaded) > 1:
            self._loaded.popitem(last=False)
        return predictor

    def _build(self, folder: Path) -> Predictor:
        predictor = Predictor(folder, device=self._device, exact=self._exact)
        array = predictor.golden_array()
        for size in self._warm:
            predictor.answer([array] * size)
        return predictor


def _mark(folder: Path) -> int | None:
    """When its manifest was written; None where there is none."""
    try:
        return (folder / "model.json").stat().st_mtime_ns
    except FileNotFoundError:
        return None
