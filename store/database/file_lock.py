"""Keeps a second process away from an SQLite file."""

from __future__ import annotations

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

    def take(self) -> None:
        """Take the lock at once. Raises DatabaseInUse if another process has it, DatabaseReadOnly."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a")
        except OSError as error:
            raise DatabaseReadOnly(str(self._path.parent), error.strerror or "") from None
        try:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.free()
            raise DatabaseInUse(str(self._database)) from None

    def free(self) -> None:
        """Let go of the lock."""
        if self._file is not None:
            self._file.close()
            self._file = None
