"""Every setting, in one frozen object read from the environment and `.env` when the program starts."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.packs.library import PACKS


class SettingsError(Exception):
    """A setting cannot be used; the message names it and says what it wants."""


class Settings(BaseSettings):
    """What an operator may set. Nothing is required: without any, the bot runs in the browser with SQLite."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, populate_by_name=True)

    data: Path = Field(
        Path("data"),
        validation_alias="STUDYBOT_DATA",
        description="Folder that holds everything the bot keeps.",
    )
    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        description="`postgresql://user:password@host/name`; without it, SQLite inside the data folder.",
    )
    packs: Path = Field(
        PACKS, validation_alias="STUDYBOT_PACKS", description="Folder of course packs, one folder a course."
    )
    host: str = Field(
        "127.0.0.1",
        validation_alias="STUDYBOT_HOST",
        description="Address the browser page listens on; loopback unless changed.",
    )
    port: int = Field(
        8321,
        ge=0,
        le=65535,
        validation_alias="STUDYBOT_PORT",
        description="Port of the browser page; 0 takes any.",
    )
    demo: bool = Field(
        True,
        validation_alias="STUDYBOT_DEMO",
        description="Show the demonstrator's clock on the browser page; never where Discord or Slack are served.",
    )
    zone: str = Field(
        "",
        validation_alias="STUDYBOT_ZONE",
        description="Zone of the first group; else the machine's.",
    )
    catch_up_hours: float = Field(
        12.0,
        gt=0,
        validation_alias="STUDYBOT_CATCH_UP_HOURS",
        description="How late a weekly post may still go out after an outage; later it is recorded as missed.",
    )
    keep_days: float = Field(
        0.0,
        ge=0,
        validation_alias="STUDYBOT_KEEP_DAYS",
        description="Days after which the words of answers are cleared, scores kept; 0 keeps them for ever.",
    )
    tick_seconds: float = Field(
        5.0,
        gt=0,
        validation_alias="STUDYBOT_TICK_SECONDS",
        description="How often the clock looks for what is due.",
    )
    semantic: bool = Field(
        False,
        validation_alias="STUDYBOT_SEMANTIC",
        description="Let a sentence encoder show doubtful answers to the organiser; it must be installed.",
    )
    models_url: str = Field(
        "",
        validation_alias="MODELS_URL",
        description="Address of a running model service; without it the bot starts one beside itself.",
    )
    models_token: SecretStr = Field(
        SecretStr(""),
        validation_alias="MODELS_TOKEN",
        description="Bearer token the model service asks for, if any.",
    )
    discord_token: SecretStr = Field(
        SecretStr(""), validation_alias="DISCORD_TOKEN", description="Bot token of the Discord application."
    )
    discord_api_url: str = Field(
        "",
        validation_alias="DISCORD_API_URL",
        description="Base URL of Discord's REST API, for tests and proxies.",
    )
    discord_gateway_url: str = Field(
        "",
        validation_alias="DISCORD_GATEWAY_URL",
        description="URL of Discord's gateway, for tests and proxies.",
    )
    discord_dev_guild: str = Field(
        "",
        validation_alias="DISCORD_DEV_GUILD",
        description="Guild id to which commands are synced at once while developing; else they are synced globally.",
    )
    shards: str = Field(
        "",
        validation_alias="STUDYBOT_SHARDS",
        description="Discord shards this process owns, such as `0,1/4` (shards 0 and 1 of 4); without it, all.",
    )
    slack_bot_token: SecretStr = Field(
        SecretStr(""), validation_alias="SLACK_BOT_TOKEN", description="Slack bot token (`xoxb-…`)."
    )
    slack_app_token: SecretStr = Field(
        SecretStr(""),
        validation_alias="SLACK_APP_TOKEN",
        description="Slack app-level token (`xapp-…`) for Socket Mode.",
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""),
        validation_alias="SLACK_SIGNING_SECRET",
        description="Slack signing secret: serve signed HTTP instead of Socket Mode.",
    )
    slack_client_id: str = Field(
        "",
        validation_alias="SLACK_CLIENT_ID",
        description="Slack client id, for installing into many workspaces.",
    )
    slack_client_secret: SecretStr = Field(
        SecretStr(""), validation_alias="SLACK_CLIENT_SECRET", description="Slack client secret."
    )
    slack_api_url: str = Field(
        "",
        validation_alias="SLACK_API_URL",
        description="Base URL of Slack's Web API, for tests and proxies.",
    )
    slack_history: bool = Field(
        False,
        validation_alias="SLACK_HISTORY",
        description="The app was granted the history permission: a post in doubt is then read back.",
    )
    slack_http_port: int = Field(
        8322,
        ge=0,
        le=65535,
        validation_alias="SLACK_HTTP_PORT",
        description="Port of Slack's signed HTTP requests.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        validation_alias="STUDYBOT_SECRET_KEY",
        description="Encrypts Slack tokens at rest; comma-separated, newest first; default: a key in the data folder.",
    )
    log_level: str = Field(
        "INFO", validation_alias="STUDYBOT_LOG", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`."
    )

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgres://", "sqlite://")):
            raise ValueError("must begin with postgresql:// or sqlite:///")
        return value

    @property
    def database(self) -> str:
        """The database that is meant: the one named, else the file in the data folder."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'studybot.sqlite3'}"


def read_settings(**given: object) -> Settings:
    """Read the settings; what is given here stands above the environment. Raises SettingsError, all faults in one."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        faults = "; ".join(
            f"{fault['loc'][0]}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors()
        )
        raise SettingsError(f"These settings cannot be used. {faults}.") from None
