"""The models in memory: loaded when needed, the least used let go under a cap, a new version taken over in flight."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from models.bundles.library import Entry, Library
from models.bundles.manifest import WEIGHTS, Manifest, read_manifest
from models.errors import BundleError, UnknownModelError
from models.inference.predictor import Predictor

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model on offer."""

    entry: Entry
    manifest: Manifest


class Registry:
    """Names and versions to predictors. A request keeps the predictor it was given, whatever is published meanwhile."""

    def __init__(self, library: Library, *, device: str, exact: bool, cap_bytes: int, warm: tuple[int, ...]) -> None:
        self.library = library
        self._device, self._exact, self._cap, self._warm = device, exact, cap_bytes, warm
        self._served: dict[str, ServedModel] = {}
        self._loaded: OrderedDict[Path, tuple[Predictor, int, int | None]] = OrderedDict()
        self._loading: dict[Path, asyncio.Task[Predictor]] = {}
        self._seen: tuple[object, ...] | None = None
        self.faults: dict[str, str] = {}

    @property
    def served(self) -> dict[str, ServedModel]:
        """What is on offer, by name."""
        return self._served

    async def refresh(self) -> bool:
        """Look at the folders again; load what is new before it takes over. True where anything had changed."""
        seen = await asyncio.to_thread(self.library.fingerprint)
        if seen == self._seen:
            return False
        fresh: dict[str, ServedModel] = {}
        faults: dict[str, str] = {}
        for name, entry in (await asyncio.to_thread(self.library.entries)).items():
            try:
                manifest = await asyncio.to_thread(read_manifest, entry.folder)
                if (manifest.name, manifest.version) != (name, entry.default):
                    raise BundleError(f"{entry.folder} calls itself {manifest.name} {manifest.version}.")
                if self._changed(entry.folder):
                    await self._loading_of(entry.folder)
                fresh[name] = ServedModel(entry, manifest)
            except BundleError as error:
                log.warning("%s", error)
                faults[name] = str(error)
                if name in self._served and self._served[name].entry.folder.is_dir():
                    fresh[name] = self._served[name]
        for folder in [one for one in self._loaded if self._changed(one)]:
            del self._loaded[folder]
        self._served, self._seen, self.faults = fresh, seen, faults
        return True

    def model(self, name: str) -> ServedModel:
        """The model of this name. Raises UnknownModelError."""
        if name not in self._served:
            there = ", ".join(self._served) or "none"
            raise UnknownModelError(f"There is no model called {name!r}; there are: {there}.")
        return self._served[name]

    async def get(self, name: str, version: str | None = None) -> Predictor:
        """The predictor for a name, loaded if it must be. Raises UnknownModelError and BundleError."""
        entry = self.model(name).entry
        if version is None:
            return await self._predictor(entry.folder)
        if version not in entry.versions:
            raise UnknownModelError(f"{name} has no version {version!r}; it has {', '.join(entry.versions)}.")
        return await self._predictor(entry.versions[version])

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
