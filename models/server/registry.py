"""The models in memory: loaded when needed, the least used let go under a cap, a new version taken over in flight."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from models.bundles.library import Entry, Library
from models.bundles.manifest import MANIFEST, WEIGHTS, Manifest, read_manifest
from models.errors import BundleError, UnknownModelError, UnreadableError
from models.inference.batch import Tuning
from models.inference.predictor import Predictor

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model on offer: its versions, the bundle that answers for it, and that bundle's manifest."""

    entry: Entry
    folder: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class _Loaded:
    predictor: Predictor
    bytes: int
    mark: int | None


class Registry:
    """Names and versions to predictors. A request keeps the predictor it was given, whatever is published meanwhile.

    A bundle that cannot be used is left out and named in `faults`; the version before it answers in its place. One that
    could not be read is looked at again each time, for that may pass; one that is unsound only when it has changed.
    At the start all are on offer as soon as one answers: who asks for another waits until it is loaded.
    """

    def __init__(
        self, library: Library, *, device: str, exact: bool, cap_bytes: int, warm: tuple[int, ...], tuning: Tuning
    ) -> None:
        self.library = library
        self._tuning = tuning
        self.answering = asyncio.Event()
        self._device, self._exact, self._cap, self._warm = device, exact, cap_bytes, warm
        self._served: dict[str, ServedModel] = {}
        self._loaded: OrderedDict[Path, _Loaded] = OrderedDict()
        self._loading: dict[Path, asyncio.Task[Predictor]] = {}
        self._refused: dict[Path, tuple[int | None, str]] = {}
        self._seen: tuple[object, ...] | None = None
        self.faults: dict[str, str] = {}

    @property
    def served(self) -> dict[str, ServedModel]:
        """What is on offer, by name."""
        return self._served

    # --- what there is -------------------------------------------------------------------------------------------

    async def refresh(self) -> bool:
        """Look at the folders again; load what is new before it takes over. True where anything had changed.

        Raises OSError where the folders cannot be read.
        """
        seen = await asyncio.to_thread(self.library.fingerprint)
        if seen == self._seen:
            return False
        fresh: dict[str, ServedModel] = {}
        faults: dict[str, str] = {}
        unread = False
        entries = await asyncio.to_thread(self.library.entries)
        if not self.answering.is_set():
            self._served = await asyncio.to_thread(self._listed, entries)
        for name, entry in entries.items():
            model, reasons = await self._first_sound(entry)
            if model is not None:
                fresh[name] = model
            if reasons:
                unread |= any(isinstance(one, UnreadableError | OSError) for one in reasons)
                answers = f" Version {model.manifest.version} answers." if model else ""
                faults[name] = f"{reasons[0]}{answers}"
                if self.faults.get(name) != faults[name]:
                    log.warning("%s is left out: %s", name, faults[name])
        for folder in [one for one in self._loaded if self._changed(one)]:
            del self._loaded[folder]
        self._served, self._seen, self.faults = fresh, None if unread else seen, faults
        self.answering.set()
        return True

    def _listed(self, entries: dict[str, Entry]) -> dict[str, ServedModel]:
        """What would be on offer if every bundle were as sound as its manifest."""
        found = {}
        for name, entry in entries.items():
            for folder in entry.by_precedence:
                with contextlib.suppress(BundleError, OSError):
                    found[name] = ServedModel(entry, folder, self._manifest(folder))
                    break
        return found

    async def _first_sound(self, entry: Entry) -> tuple[ServedModel | None, list[BundleError | OSError]]:
        """The first bundle, by precedence, that answers; and why those before it do not."""
        reasons: list[BundleError | OSError] = [entry.unread] if entry.unread else []
        for folder in entry.by_precedence:
            try:
                manifest = await asyncio.to_thread(self._manifest, folder)
                if self._changed(folder):
                    await self._load_once(folder)
                return ServedModel(entry, folder, manifest), reasons
            except (BundleError, OSError) as error:
                reasons.append(error)
        return None, reasons

    def _manifest(self, folder: Path) -> Manifest:
        """The manifest in this folder, once it is what its folder's names say."""
        manifest, called = read_manifest(folder), (folder.parent.name, folder.name)
        if (manifest.name, manifest.version) != called:
            raise BundleError(f"{'/'.join(called)} calls itself {manifest.name} {manifest.version}.")
        return manifest

    def model(self, name: str) -> ServedModel:
        """The model of this name. Raises UnknownModelError."""
        if name not in self._served:
            there = ", ".join(self._served) or "none"
            raise UnknownModelError(f"There is no model called {name!r}; there are: {there}.")
        return self._served[name]

    # --- predictors ----------------------------------------------------------------------------------------------

    async def get(self, name: str, version: str | None = None) -> Predictor:
        """The predictor for a name, loaded if it must be. Raises UnknownModelError and BundleError."""
        model = self.model(name)
        if version is None:
            return await self._predictor(model.folder)
        versions = model.entry.versions
        if version not in versions:
            raise UnknownModelError(f"{name} has no version {version!r}; it has {', '.join(versions)}.")
        return await self._predictor(versions[version])

    def loaded(self, name: str) -> Predictor | None:
        """The predictor that answers for a name, where it is in memory just now."""
        kept = self._loaded.get(self.model(name).folder)
        return kept.predictor if kept else None

    async def _predictor(self, folder: Path) -> Predictor:
        kept = self._loaded.get(folder)
        if kept is None:
            return await self._load_once(folder)
        self._loaded.move_to_end(folder)
        return kept.predictor

    async def _load_once(self, folder: Path) -> Predictor:
        """The predictor, loaded by whoever asks first; what was refused stays so until its manifest changes."""
        mark = _mark(folder)
        if folder in self._refused and self._refused[folder][0] == mark:
            raise BundleError(self._refused[folder][1])
        task = self._loading.get(folder)
        if task is None:
            task = asyncio.create_task(self._load(folder, mark))
            self._loading[folder] = task
            task.add_done_callback(lambda _: self._loading.pop(folder, None))
        return await asyncio.shield(task)

    def _changed(self, folder: Path) -> bool:
        """Whether it is not loaded as it now lies there."""
        return folder not in self._loaded or self._loaded[folder].mark != _mark(folder)

    async def _load(self, folder: Path, mark: int | None) -> Predictor:
        try:
            predictor, size = await asyncio.to_thread(self._build, folder)
        except OSError as error:
            raise UnreadableError(folder, error) from None
        except UnreadableError:
            raise
        except BundleError as error:
            self._refused[folder] = (mark, str(error))
            raise
        self._loaded[folder] = _Loaded(predictor, size, mark)
        self._loaded.move_to_end(folder)
        self.answering.set()
        while sum(one.bytes for one in self._loaded.values()) > self._cap and len(self._loaded) > 1:
            self._loaded.popitem(last=False)
        return predictor

    def _build(self, folder: Path) -> tuple[Predictor, int]:
        self._manifest(folder)
        predictor = Predictor(folder, device=self._device, exact=self._exact)
        predictor.tuning = self._tuning
        predictor.warm(self._warm)
        return predictor, (folder / WEIGHTS).stat().st_size


def _mark(folder: Path) -> int | None:
    """When its manifest was written; None where there is none."""
    try:
        return (folder / MANIFEST).stat().st_mtime_ns
    except FileNotFoundError:
        return None
