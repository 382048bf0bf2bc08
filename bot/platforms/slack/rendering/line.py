"""Slash commands as people type them here: `/study` and its sub-commands, and the few with a name of their own."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platforms import typed
from bot.platforms.typed import Typed
from cogs.declare import Cog, Command
from cogs.messages import CommandRef

ROOT = "study"
OWN = ("leaderboard", "classify")
"""Commands that people look for under a name of their own, too."""
BARE = "help"


def own_names(cogs: Sequence[Cog]) -> tuple[str, ...]:
    """The commands that stand beside `/study`."""
    declared = {command.name for cog in cogs for command in cog.commands}
    return tuple(name for name in OWN if name in declared)


def read(command: str, text: str, commands: Sequence[Command]) -> Typed:
    """What was typed. Raises UnknownCommandError, whose words are for the person."""
    name = command.removeprefix("/")
    line = text.strip() if name == ROOT else f"{name} {text.strip()}".strip()
    return typed.parse(line or BARE, commands)


def as_typed(ref: CommandRef) -> str:
    """A command as people type it here."""
    return ref.text if ref.command in OWN else f"/{ROOT} {ref.text.removeprefix('/')}"
