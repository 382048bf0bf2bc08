"""What somebody wrote is on disk before they are told that it arrived, so that no crash can lose it.

An entry lives from just before the acknowledgement to just after the answer. At the next start, what is left over is
taken up again: an event that was dealt with is known by its key, so nothing counts twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

from store.durable import write_durably

log = logging.getLogger(__name__)

Entry = TypeVar("Entry")
Json = dict[str, Any]


class Inbox(Generic[Entry]):
    """A folder with a file for each entry; `dump` and `load` say how an entry is JSON. `load` may raise anything."""

    def __init__(self, folder: Path, dump: Callable[[Entry], Json], load: Callable[[Json], Entry]) -> None:
        self._folder, self._dump, self._load = folder, dump, load

    async def keep(self, key: str, entry: Entry) -> None:
        """Put an entry on disk; when this returns, it survives anything. Raises OSError."""
        await asyncio.to_thread(self._write, self._path(key), self._dump(entry))

    def _write(self, path: Path, body: Json) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, json.dumps(body).encode())

    def done(self, key: str) -> None:
        """Forget an entry that was answered; nothing happens where it was never kept."""
        self._path(key).unlink(missing_ok=True)

    def left_over(self) -> Iterator[Entry]:
        """What a former run did not finish, oldest first. A file that cannot be read is set aside."""
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns):
            try:
                entry = self._load(json.loads(path.read_text(encoding="utf-8")))
            except Exception:
                log.warning("%s cannot be read and is set aside", path.name)
                path.replace(path.with_suffix(".unreadable"))
            else:
                yield entry

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
