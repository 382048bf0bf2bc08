"""The data folder: made if need be, and the heartbeat a running bot leaves in it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from bot.settings import SettingsError

HEARTBEAT = "heartbeat"


def prepared_folder(data: Path) -> Path:
    """The data folder, made if need be. Raises SettingsError if it cannot be written."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / ".writable"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise SettingsError(
            f"The data folder {data} cannot be written ({error.strerror}). "
            "Correct its permissions, or name another with STUDYBOT_DATA."
        ) from None
    return data


def beat(data: Path) -> None:
    """Leave a heartbeat for `studybot health`."""
    path = data / HEARTBEAT
    path.touch()
    os.utime(path)


def seconds_since_beat(data: Path) -> float | None:
    """How old the last heartbeat is; None if there never was one."""
    path = data / HEARTBEAT
    return time.time() - path.stat().st_mtime if path.exists() else None
