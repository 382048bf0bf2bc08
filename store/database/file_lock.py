"""Keeps a second process, and everybody else on the machine, away from an SQLite file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import IO

from store.errors import DatabaseInUse, DatabaseReadOnly

try:
    import fcntl
except ImportError:  # Windows has no flock; SQLite's own locks still keep two writers apart there
    fcntl = None  # type: ignore[assignment]


class FileLock:
    """Keeps a second process away from an SQLite file, for as long as this one lives."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file: IO[str] | None = None
        self._database = database

    def take(self, *, make: bool = False) -> None:
        """Take the lock at once; `make` has the file made if need be.

        Raises DatabaseInUse if another process has it, DatabaseReadOnly.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            make_private(self._path)
            self._file = self._path.open("a")
        except OSError as error:
            raise DatabaseReadOnly(str(self._path.parent), error.strerror or "") from None
        try:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.free()
            raise DatabaseInUse(str(self._database)) from None
        (make_private if make else keep_private)(self._database)

    def free(self) -> None:
        """Let go of the lock."""
        if self._file is not None:
            self._file.close()
            self._file = None


def make_private(path: Path) -> None:
    """Have a file that only its owner reads, from before anything is in it: an empty one is an empty database."""
    with suppress(OSError):  # whoever opens it next says why it cannot be made
        path.touch(mode=0o600)
    keep_private(path)


def keep_private(path: Path) -> None:
    """Let only its owner read a file that may be there, and what SQLite keeps beside it."""
    for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        with suppress(OSError):  # it is not there, or another account's, which decides itself
            each.chmod(0o600)
