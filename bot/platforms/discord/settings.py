"""The settings that are Discord's own."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from bot.settings import from_environment

UNSET = "DISCORD_TOKEN is empty; put the bot token of your Discord application into it."
REFUSED = "Discord does not accept DISCORD_TOKEN. Make a new one: Developer Portal, Bot, Reset Token."


class DiscordSettings(BaseSettings):
    """How to reach Discord."""

    model_config = from_environment("DISCORD_")

    token: SecretStr = Field(SecretStr(""), description="Bot token of the Discord application.")
    api_url: str = Field("", description="Base URL of Discord's REST API, for tests and proxies.")
    gateway_url: str = Field("", description="URL of Discord's gateway, for tests and proxies.")
    dev_guild: str = Field(
        "",
        description="Guild id to which commands are synced at once while developing; else they are synced globally.",
    )
    shards: str = Field(
        "",
        validation_alias="STUDYBOT_SHARDS",
        description="Discord shards this process owns, such as `0,1/4` (shards 0 and 1 of 4); without it, all.",
    )
