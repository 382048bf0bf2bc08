"""Where models are kept: folders of bundles, `name/version/`, and beside them which version speaks for the name.

The shipped zoo comes first and is only read; members' own models live in a folder of the data, where versions are kept,
a default is chosen, and going back is one step.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from models.bundles.manifest import MANIFEST, Manifest, Name, Version, verify
from models.errors import BundleError, UnreadableError

DEFAULT_FILE = "default.json"
_NAME, _VERSION = TypeAdapter[str](Name), TypeAdapter[str](Version)


class _Default(BaseModel):
    """Which version speaks for a name, and which did before, latest last."""

    model_config = ConfigDict(extra="forbid", strict=True)

    version: Version
    before: list[Version] = []


@dataclass(frozen=True, slots=True)
class Entry:
    """One name with its versions, oldest first, and the one that speaks for it.

    Where which one that is could not be read (`unread`), the newest does until it can.
    """

    name: str
    versions: dict[str, Path]
    default: str
    before: tuple[str, ...] = ()
    unread: UnreadableError | None = None

    @property
    def by_precedence(self) -> tuple[Path, ...]:
        """The bundles in the order in which they are to answer: the default, those that spoke before, the newest."""
        order = dict.fromkeys((self.default, *reversed(self.before), *reversed(self.versions)))
        return tuple(self.versions[one] for one in order if one in self.versions)

    @property
    def folder(self) -> Path:
        """The default version's bundle."""
        return self.versions[self.default]


class Library:
    """The folders in which models are looked for; new ones are written to the last."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self.roots = tuple(roots)

    @property
    def own(self) -> Path:
        """The folder that is written to."""
        return self.roots[-1]

    def entries(self) -> dict[str, Entry]:
        """Every name with at least one folder that has a manifest; nothing is read from the bundles yet."""
        found: dict[str, dict[str, Path]] = {}
        for root in self.roots:
            for folder in sorted(root.glob(f"*/*/{MANIFEST}")) if root.is_dir() else ():
                name, version = folder.parent.parent.name, folder.parent.name
                if _fits(_NAME, name) and _fits(_VERSION, version):
                    found.setdefault(name, {})[version] = folder.parent
        return {name: self._entry(name, versions) for name, versions in sorted(found.items())}

    def _entry(self, name: str, versions: dict[str, Path]) -> Entry:
        ordered = dict(sorted(versions.items(), key=lambda one: natural(one[0])))
        try:
            choice, unread = self._default(name), None
        except UnreadableError as error:
            choice, unread = None, error
        default = choice.version if choice and choice.version in ordered else list(ordered)[-1]
        return Entry(name, ordered, default, tuple(choice.before) if choice else (), unread)

    def entry(self, name: str) -> Entry:
        """The versions of one name."""
        entries = self.entries()
        if name not in entries:
            known = ", ".join(entries) or "none"
            raise BundleError(f"There is no model called {name!r}; there are: {known}.")
        return entries[name]

    def find(self, name: str, version: str | None = None) -> Path:
        """The folder of one bundle."""
        entry = self.entry(name)
        if version is not None and version not in entry.versions:
            raise BundleError(f"{name} has no version {version!r}; it has {', '.join(entry.versions)}.")
        return entry.versions[version or entry.default]

    def fingerprint(self) -> tuple[object, ...]:
        """Something that differs whenever a bundle came, went or changed, or another default was chosen."""
        marks: list[object] = []
        for root in self.roots:
            for pattern in (f"*/*/{MANIFEST}", f"*/{DEFAULT_FILE}"):
                for path in sorted(root.glob(pattern)):
                    try:
                        stat = path.stat()
                    except FileNotFoundError:
                        continue
                    marks.append((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino))
        return tuple(marks)

    # --- changes -------------------------------------------------------------------------------------------------

    def next_version(self, name: str, trained: Path | None = None) -> str:
        """The number after the highest this name has had here, or in the folder where trainings leave their bundles."""
        entry, choice = self.entries().get(name), self._default(name)
        had = [*(entry.versions if entry else ()), *(choice.before if choice else ())]
        had += [path.parent.name for path in (trained / name).glob(f"*/{MANIFEST}")] if trained else []
        return str(max((int(one) for one in had if one.isdigit()), default=0) + 1)

    def publish(self, folder: Path, *, prove: Callable[[Path], Manifest]) -> Manifest:
        """Take a bundle in, under its own name and version, and let it speak for the name.

        `prove` raises BundleError where the bundle, as it was copied, cannot answer; then nothing is kept of it.
        """
        manifest = verify(folder)
        entry, choice = self.entries().get(manifest.name), self._default(manifest.name)
        if entry and manifest.version in entry.versions:
            raise BundleError(f"{manifest.name} already has a version {manifest.version}: train or name it anew.")
        destination = self.own / manifest.name / manifest.version
        arriving = destination.with_name(f".coming-{manifest.version}")
        shutil.rmtree(arriving, ignore_errors=True)
        try:
            arriving.mkdir(parents=True)
            for file in (MANIFEST, *manifest.hashes):
                shutil.copyfile(folder / file, arriving / file)
            prove(arriving)
            arriving.rename(destination)
        finally:
            shutil.rmtree(arriving, ignore_errors=True)
        self._set_default(manifest.name, manifest.version, entry.default if entry else None, choice)
        return manifest

    def set_default(self, name: str, version: str) -> None:
        """Let another version speak for the name."""
        entry, choice = self.entry(name), self._default(name)
        self.find(name, version)
        self._set_default(name, version, entry.default, choice)

    def roll_back(self, name: str) -> str:
        """Go back to the version that spoke before; which one that is, is returned."""
        entry, choice = self.entry(name), self._default(name)
        before = [one for one in (choice.before if choice else []) if one in entry.versions]
        if not before:
            raise BundleError(f"{name} has no earlier version to go back to.")
        self._write_default(name, _Default(version=before[-1], before=before[:-1]))
        return before[-1]

    def remove(self, name: str, version: str | None = None) -> list[str]:
        """Remove one version, or all that are the members' own; what was removed is returned."""
        entry = self.entry(name)
        if version is not None:
            self.find(name, version)
        asked = [version] if version is not None else list(entry.versions)
        own = [one for one in asked if entry.versions[one].parent.parent == self.own]
        if not own:
            raise BundleError(f"{name} came with the project and stays; publish a version of your own over it.")
        for one in own:
            gone = entry.versions[one].with_name(f".gone-{one}")
            entry.versions[one].rename(gone)
            shutil.rmtree(gone)
        if not any((self.own / name).glob(f"*/{MANIFEST}")):
            shutil.rmtree(self.own / name)
        return own

    def _default(self, name: str) -> _Default | None:
        """What was chosen, if anything that can be understood. Raises UnreadableError where it cannot be read."""
        path = self.own / name / DEFAULT_FILE
        try:
            return _Default.model_validate_json(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValidationError):
            return None
        except OSError as error:
            raise UnreadableError(path, error) from None

    def _set_default(self, name: str, version: str, before: str | None, choice: _Default | None) -> None:
        past = [*(choice.before if choice else []), *([before] if before and before != version else [])]
        self._write_default(name, _Default(version=version, before=past[-20:]))

    def _write_default(self, name: str, choice: _Default) -> None:
        path = self.own / name / DEFAULT_FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(choice.model_dump()) + "\n", encoding="utf-8")
        fresh.replace(path)


def natural(version: str) -> tuple[tuple[int, str], ...]:
    """A key that puts 10 after 9."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", version))


def _fits(adapter: TypeAdapter[str], text: str) -> bool:
    try:
        adapter.validate_python(text)
    except ValidationError:
        return False
    return True
