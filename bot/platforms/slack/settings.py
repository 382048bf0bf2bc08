"""The settings that are Slack's own."""

from __future__ import annotations

from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from bot.keys import KEY_FILE
from bot.settings import SettingsError, from_environment
from store.durable import write_durably


class SlackSettings(BaseSettings):
    """How to reach Slack.

    An app token means Socket Mode, a signing secret signed HTTP; a client id and secret, without a bot token, let many
    workspaces install the app.
    """

    model_config = from_environment("SLACK_")

    bot_token: SecretStr = Field(SecretStr(""), description="Slack bot token (`xoxb-…`).")
    app_token: SecretStr = Field(SecretStr(""), description="Slack app-level token (`xapp-…`) for Socket Mode.")
    signing_secret: SecretStr = Field(
        SecretStr(""), description="Slack signing secret: serve signed HTTP instead of Socket Mode."
    )
    client_id: str = Field("", description="Slack client id, for installing into many workspaces.")
    client_secret: SecretStr = Field(SecretStr(""), description="Slack client secret.")
    api_url: str = Field("", description="Base URL of Slack's Web API, for tests and proxies.")
    history: bool = Field(
        False, description="The app was granted the history permission: a post of unknown delivery is then looked up."
    )
    http_port: int = Field(8322, ge=0, le=65535, description="Port of Slack's signed HTTP requests.")
    secret_key: SecretStr = Field(
        SecretStr(""),
        validation_alias="STUDYBOT_SECRET_KEY",
        description="Encrypts Slack tokens at rest; comma-separated, newest first; default: a key in the data folder.",
    )

    @property
    def many(self) -> bool:
        """Whether workspaces install the app themselves."""
        return not self.bot_token.get_secret_value() and bool(self.client_id and self.client_secret.get_secret_value())

    def check(self) -> None:
        """Raises SettingsError where something is missing."""
        if not self.bot_token.get_secret_value() and not self.many:
            raise SettingsError("Slack needs SLACK_BOT_TOKEN, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.")
        if self.many and not self.signing_secret.get_secret_value():
            raise SettingsError("Serving many workspaces needs SLACK_SIGNING_SECRET: Slack then posts to this bot.")
        if not self.app_token.get_secret_value() and not self.signing_secret.get_secret_value():
            raise SettingsError("Slack needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (signed HTTP).")

    def keys(self, data: Path) -> tuple[str, ...]:
        """The keys that encrypt tokens at rest, newest first: those set, else one kept in the data folder."""
        given = tuple(key.strip() for key in self.secret_key.get_secret_value().split(",") if key.strip())
        if given:
            return given
        path = data / KEY_FILE
        if not path.exists():
            write_durably(path, Fernet.generate_key())
        return (path.read_text().strip(),)
