"""The data folder, made if need be, for the account that runs the bot alone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from bot.settings import SettingsError


def keep_files_private() -> None:
    """Whatever this program makes from now on, its owner alone reads: what people wrote, and the keys to it."""
    os.umask(0o077)


def prepared_folder(data: Path) -> Path:
    """The data folder, made if need be. Raises SettingsError if it cannot be written."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(PermissionError):  # another account's folder, which it has shared with this one
            data.chmod(0o700)
        probe = data / ".writable"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise SettingsError(
            f"The data folder {data} cannot be written ({error.strerror}). "
            "Correct its permissions, or name another with STUDYBOT_DATA."
        ) from None
    return data
