"""What somebody wrote is on disk before Discord is told that it arrived, so that no crash can lose it.

An entry lives from just before the acknowledgement to just after the answer. At the next start, what is left over is
taken up again: the desk knows an event it has already dealt with by its key, so nothing counts twice.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cogs.messages import Ask, Person
from study.group import Place

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing somebody wrote, with the token by which it may be answered for 15 minutes."""

    key: str
    token: str
    ask: Ask
    press: str = ""
    command: str = ""


class Inbox:
    """A folder of entries, one file each; without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def keep(self, kept: Kept) -> Kept | None:
        """The entry, if there is a folder to keep it in."""
        return kept if self._folder is not None else None

    async def write(self, kept: Kept) -> None:
        """Put the entry on disk; when this returns, it survives anything."""
        await asyncio.to_thread(self._write, kept)

    def _write(self, kept: Kept) -> None:
        assert self._folder is not None
        ask = kept.ask
        body = {
            "key": kept.key,
            "token": kept.token,
            "press": kept.press,
            "command": kept.command,
            "at": ask.at.isoformat(),
            "person": [ask.person.platform, ask.person.id, ask.person.name, ask.person.organiser, ask.person.zone],
            "place": [ask.place.platform, ask.place.workspace, ask.place.channel, ask.place.name],
            "options": {name: value for name, value in ask.options.items() if isinstance(value, str | int)},
        }
        path = self._path(kept)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = path.with_suffix(".half")
        with half.open("w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            json.dump(body, file)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)

    def done(self, kept: Kept) -> None:
        """Forget an entry that was answered."""
        if self._folder is not None:
            self._path(kept).unlink(missing_ok=True)

    def left_over(self) -> Iterator[Kept]:
        """What a former run did not finish, oldest first."""
        if self._folder is None or not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob("*.json")):
            try:
                body = json.loads(path.read_text(encoding="utf-8"))
                ask = Ask(
                    Person(*body["person"]),
                    Place(*body["place"]),
                    datetime.fromisoformat(body["at"]),
                    body["key"],
                    body["options"],
                )
                yield Kept(body["key"], body["token"], ask, body["press"], body["command"])
            except (ValueError, KeyError, TypeError, OSError):
                log.warning("%s cannot be read and is set aside", path.name)
                path.replace(path.with_suffix(".unreadable"))

    def _path(self, kept: Kept) -> Path:
        assert self._folder is not None
        return self._folder / f"{int(kept.key)}.json"
