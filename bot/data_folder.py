"""The data folder, made if need be."""

from __future__ import annotations

from pathlib import Path

from bot.settings import SettingsError


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
