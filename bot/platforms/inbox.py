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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from store.durable import write_durably

log = logging.getLogger(__name__)

Entry = TypeVar("Entry")
Json = dict[str, Any]


SET_ASIDE = ".unreadable"
SET_ASIDE_KEPT = timedelta(days=14)


def end_set_aside(data: Path, now: datetime, erased: datetime | None) -> int:
    """Delete what was set aside two weeks ago, or before somebody was erased: nobody can tell whose words it holds.

    How many files of a data folder that were.
    """
    gone = 0
    for path in data.glob(f"*-inbox/*{SET_ASIDE}"):
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if now - at > SET_ASIDE_KEPT or (erased is not None and at <= erased):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


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
                path.replace(path.with_suffix(SET_ASIDE))
            else:
                yield entry

    def drop(self, which: Callable[[Entry], bool]) -> None:
        """Forget the entries of which this holds."""
        for path in self._folder.glob("*.json"):
            try:
                mine = which(self._load(json.loads(path.read_text(encoding="utf-8"))))
            except Exception:
                log.warning("%s cannot be read", path.name)
                continue
            if mine:
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
