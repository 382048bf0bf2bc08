"""The platforms there are. A new one is a folder beside this file and its name below.

Every folder exports the same names; nothing else in the bot knows one platform from another. They are imported only
when they are asked for: who serves the browser waits for no other platform's library.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from pydantic_settings import BaseSettings

from bot.finding import Finding
from bot.platforms.base import Platform
from bot.platforms.host import Host
from bot.settings import Settings, SettingsError

NAMES = (
    "browser",
    "discord",
    "slack",
    "terminal",
)
NEEDS_NOTHING = "browser"
"""Served where no platform is named and none is configured."""


class Package(Protocol):
    """What a platform's folder exports."""

    SETTINGS: type[BaseSettings] | None
    """The settings that are this platform's own; None where the general ones are enough."""

    def configured(self) -> bool:
        """Whether the settings ask for this platform, a token being set. Raises SettingsError."""

    def create(self, host: Host, settings: Settings) -> Platform:
        """The platform, not yet started. Raises BotError where its settings cannot be used."""

    async def examine(self, settings: Settings) -> list[Finding]:
        """What is well with the platform as it is configured, and what is not."""


def package(name: str) -> Package:
    """The folder of that name."""
    return cast(Package, import_module(f"bot.platforms.{name}"))


def configured() -> list[str]:
    """The platforms that the settings ask for. Raises SettingsError."""
    return [name for name in NAMES if package(name).configured()]


def chosen(named: Sequence[str]) -> tuple[str, ...]:
    """The platforms to serve: those named, else all that are configured, else the browser. Raises SettingsError."""
    for name in named:
        if name not in NAMES:
            raise SettingsError(f"There is no platform {name!r}; there are: {', '.join(NAMES)}.")
    return tuple(dict.fromkeys(named)) or tuple(configured()) or (NEEDS_NOTHING,)
