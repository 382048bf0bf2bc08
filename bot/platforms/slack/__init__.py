"""Slack: the features over slack-bolt, in one workspace by Socket Mode or in many by signed HTTP."""

from __future__ import annotations

from bot.finding import Finding
from bot.platforms.base import Platform
from bot.platforms.host import Host
from bot.platforms.slack.settings import SlackSettings
from bot.settings import Settings, read

SETTINGS = SlackSettings


def configured() -> bool:
    """Whether there is a token, or the secret of signed requests."""
    settings = read(SlackSettings)
    return bool(settings.bot_token.get_secret_value() or settings.signing_secret.get_secret_value())


def create(host: Host, settings: Settings) -> Platform:
    """The app of the tokens; signed HTTP listens where the page would."""
    from bot.platforms.slack.platform import SlackPlatform

    return SlackPlatform(host, read(SlackSettings), address=settings.host)


async def examine(settings: Settings) -> list[Finding]:
    """Tokens, permissions, Socket Mode, and commands against the manifest."""
    from bot.platforms.slack.doctor import examine

    return await examine(read(SlackSettings))
