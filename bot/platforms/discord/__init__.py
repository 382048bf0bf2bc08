"""Discord, through discord.py as it comes, with no privileged intent."""

from __future__ import annotations

from bot.finding import Finding
from bot.platforms.base import Platform
from bot.platforms.discord.settings import DiscordSettings
from bot.platforms.host import Host
from bot.settings import Settings, read

SETTINGS = DiscordSettings


def configured() -> bool:
    """Whether the bot token is set."""
    return bool(read(DiscordSettings).token.get_secret_value())


def create(host: Host, settings: Settings) -> Platform:
    """The bot of the token."""
    from bot.platforms.discord.platform import DiscordPlatform

    return DiscordPlatform(host, read(DiscordSettings))


async def examine(settings: Settings) -> list[Finding]:
    """Token, clock, commands, and the rights in every server."""
    from bot.platforms.discord.doctor import examine

    return await examine(read(DiscordSettings))
