"""Discord, through discord.py as it comes, with no privileged intent."""

from bot.platforms.discord.errors import DiscordError
from bot.platforms.discord.guilds import Happenings
from bot.platforms.discord.platform import DiscordPlatform

__all__ = ["DiscordError", "DiscordPlatform", "Happenings"]
