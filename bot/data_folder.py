"""The data folder: made if need be, and the heartbeat a running bot leaves in it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from bot.settings import SettingsError

HEARTBEAT, TROUBLE = "heartbeat", "trouble"


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
    (data / TROUBLE).unlink(missing_ok=True)


def ail(data: Path, reasons: Sequence[str]) -> None:
    """In the place of a heartbeat, say for `studybot health` what is wrong with a bot that runs."""
    (data / TROUBLE).write_text("\n".join(reasons), encoding="utf-8")


def seconds_since_beat(data: Path) -> float | None:
    """How old the last heartbeat is; None if there never was one."""
    return _age(data / HEARTBEAT)


def ailing(data: Path, within: float) -> str:
    """What was wrong with a running bot not longer ago than so many seconds; empty where nothing was."""
    age = _age(data / TROUBLE)
    return (data / TROUBLE).read_text(encoding="utf-8") if age is not None and age <= within else ""


def _age(path: Path) -> float | None:
    return time.time() - path.stat().st_mtime if path.exists() else None
