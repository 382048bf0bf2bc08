"""Forms acknowledged before their work was done, on disk until it is: no crash can lose what was written."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from bot.platforms.slack.limits import Json

log = logging.getLogger(__name__)


class Inbox:
    """A folder with one file for each form; without a folder nothing is kept.

    What a former run left over is worked on again: an event that was dealt with is known by its key, so nothing counts
    twice.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    async def keep(self, key: str, team: str, body: Json) -> None:
        """Put a form on disk; when this returns, it survives anything."""
        if self._folder is not None:
            await asyncio.to_thread(self._write, self._folder, key, {"team": team, "body": body})

    def _write(self, folder: Path, key: str, kept: Json) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = _path(folder, key)
        half = path.with_suffix(".half")
        with half.open("w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)

    def done(self, key: str) -> None:
        """Forget a form whose outcome was shown."""
        if self._folder is not None:
            _path(self._folder, key).unlink(missing_ok=True)

    def left_over(self) -> Iterator[tuple[str, Json]]:
        """What a former run did not finish: the workspace and the event."""
        if self._folder is None or not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime):
            try:
                kept = json.loads(path.read_text(encoding="utf-8"))
                yield str(kept["team"]), dict(kept["body"])
            except (ValueError, KeyError, TypeError, OSError):
                log.warning("%s cannot be read and is set aside", path.name)
                path.replace(path.with_suffix(".unreadable"))


def _path(folder: Path, key: str) -> Path:
    return folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
