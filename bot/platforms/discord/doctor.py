"""What can be known of a Discord set-up without serving it: the invite link, and what is not as it should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.finding import Finding
from bot.platforms.discord.commands import lacking, payload
from bot.platforms.discord.settings import REFUSED, UNSET, DiscordSettings
from bot.settings import SettingsError
from cogs import COGS
from study.texts import joined

API = "https://discord.com/api/v10"
INVITE = "https://discord.com/oauth2/authorize"
PERMISSIONS = {
    "View Channel": 1 << 10,
    "Send Messages": 1 << 11,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Create Public Threads": 1 << 35,
    "Send Messages in Threads": 1 << 38,
    "Create Events": 1 << 44,
}
"""Exactly what the bot uses, by the names that Discord shows."""

NOT_FOR_ACCOUNTS = (
    "People cannot add the bot to their own account, to practise anywhere: Developer Portal, Installation, tick User "
    "Install with the scope applications.commands."
)
MOST_NAMED = 5
SKEW_SECONDS = 5.0
"""A clock this wrong makes interactions look late and posts come at the wrong moment."""
TIMEOUT = aiohttp.ClientTimeout(total=10)


def invite_link(application: str) -> str:
    """The link by which an organiser invites the bot, with exactly the permissions needed."""
    wanted = sum(PERMISSIONS.values())
    return f"{INVITE}?client_id={application}&scope=bot+applications.commands&permissions={wanted}"


def own_link(application: str) -> str:
    """The link by which people add the bot to their own account, to practise wherever they are."""
    return f"{INVITE}?client_id={application}&integration_type=1&scope=applications.commands"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API said."""

    status: int
    body: Any
    date: str = ""


class _Api:
    """The few questions asked of Discord outside a running bot."""

    def __init__(self, session: aiohttp.ClientSession, settings: DiscordSettings) -> None:
        self._session = session
        self._base = (settings.api_url or API).rstrip("/")
        self._headers = {"Authorization": f"Bot {settings.token.get_secret_value()}"}

    async def get(self, path: str) -> Answer:
        """One answer; the line may break with aiohttp's own errors."""
        async with self._session.get(self._base + path, headers=self._headers) as response:
            body = await response.json(content_type=None) if response.content_length != 0 else None
            return Answer(response.status, body, response.headers.get("Date", ""))


async def invite(settings: DiscordSettings, link: Callable[[str], str] = invite_link) -> str:
    """The link that invites the bot of the token, or another of its links. Raises SettingsError."""
    if not settings.token.get_secret_value():
        raise SettingsError(UNSET)
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            answer = await _Api(session, settings).get("/oauth2/applications/@me")
    except (aiohttp.ClientError, TimeoutError, ValueError):
        raise SettingsError("Discord cannot be reached; check the line, or DISCORD_API_URL.") from None
    if answer.status == 401:
        raise SettingsError(REFUSED)
    if answer.status != 200:
        raise SettingsError(f"Discord answered {answer.status}; try again in a minute.")
    return link(answer.body["id"])


async def examine(settings: DiscordSettings) -> list[Finding]:
    """Whether the token, the clock, the commands and the rights in every server are as they should be."""
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            return await _examined(_Api(session, settings), settings)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        where = settings.api_url or API
        why = type(error).__name__
        return [Finding("discord", "wrong", f"Nothing answers at {where} ({why}); check the line, or DISCORD_API_URL.")]


async def _examined(api: _Api, settings: DiscordSettings) -> list[Finding]:
    application = await api.get("/oauth2/applications/@me")
    if application.status == 401:
        return [Finding("discord token", "wrong", REFUSED)]
    if application.status != 200:
        return [Finding("discord", "wrong", f"Discord answered {application.status}; try again in a minute.")]
    name, number = application.body["name"], application.body["id"]
    found = [Finding("discord token", "well", f"Discord knows the bot as {name}."), _clock(application.date)]
    if "1" not in (application.body.get("integration_types_config") or {}):
        found.append(Finding("discord accounts", "warning", NOT_FOR_ACCOUNTS))
    where = f"/guilds/{settings.dev_guild}" if settings.dev_guild else ""
    commands = await api.get(f"/applications/{number}{where}/commands")
    if commands.status == 200 and (gone := lacking(commands.body, payload(COGS))):
        names = joined([f"/{name}" for name in gone[:MOST_NAMED]] + ["…"] * (len(gone) > MOST_NAMED))
        told = f"Discord lacks {names}: the bot hands its commands over when it starts, and looks once a day."
        found.append(Finding("discord commands", "warning", told))
    guilds = await api.get("/users/@me/guilds")
    servers = guilds.body if guilds.status == 200 else []
    if not servers:
        found.append(
            Finding("discord servers", "warning", f"The bot is in no server yet; invite it: {invite_link(number)}")
        )
    for server in servers:
        found.append(await _server(api, number, server))
    if settings.dev_guild and settings.dev_guild not in {one["id"] for one in servers}:
        found.append(
            Finding(
                "discord commands",
                "wrong",
                f"DISCORD_DEV_GUILD names server {settings.dev_guild}, and the bot is not in it.",
            )
        )
    return found


def _clock(date: str) -> Finding:
    """This machine's clock against Discord's."""
    try:
        skew = (datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()
    except (TypeError, ValueError):
        return Finding("clock", "warning", "Discord did not say what time it is.")
    if abs(skew) <= SKEW_SECONDS:
        return Finding("clock", "well", "This machine's clock agrees with Discord's.")
    way = "fast" if skew > 0 else "slow"
    return Finding(
        "clock", "wrong", f"This machine's clock is {abs(skew):.0f} seconds {way}; set it by network time (NTP)."
    )


async def _server(api: _Api, application: str, server: dict[str, Any]) -> Finding:
    what = f"discord server {server['name']}"
    held = int(server["permissions"])
    missing = [name for name, bit in PERMISSIONS.items() if not held & (bit | 1 << 3)]
    commands = await api.get(f"/applications/{application}/guilds/{server['id']}/commands")
    link = invite_link(application)
    if commands.status == 403:
        return Finding(
            what,
            "wrong",
            f"The bot was invited without the scope applications.commands; follow this link again: {link}",
        )
    if missing:
        return Finding(what, "wrong", f"The bot lacks {', '.join(missing)}; give its role these, or follow: {link}")
    return Finding(what, "well", "The bot has every permission it needs.")
