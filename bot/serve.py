"""`studybot run`: from settings to the platforms they name, the models beside them, and the first group to look at."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet

from bot.app import App, opened, prepared_folder, serve
from bot.channel_events import Happenings
from bot.platforms.base import Platform
from bot.platforms.browser import BrowserPlatform
from bot.platforms.slack import SlackPlatform, SlackSettings, places_in
from bot.platforms.slack.connect import API as SLACK_API
from bot.settings import Settings, SettingsError
from bot.vision.child import ModelService
from bot.vision.client import HttpClassifier
from cogs import COGS
from study.group import Place, Slot

log = logging.getLogger(__name__)

PLATFORMS = ("browser", "discord", "slack", "terminal")


def chosen(settings: Settings, named: Sequence[str]) -> tuple[str, ...]:
    """The platforms to serve: those named, else all whose token is set, else the browser. Raises SettingsError."""
    for name in named:
        if name not in PLATFORMS:
            raise SettingsError(f"There is no platform {name!r}; there are: {', '.join(PLATFORMS)}.")
    if named:
        return tuple(dict.fromkeys(named))
    found = []
    if settings.discord_token.get_secret_value():
        found.append("discord")
    if settings.slack_bot_token.get_secret_value() or settings.slack_signing_secret.get_secret_value():
        found.append("slack")
    return tuple(found) or ("browser",)


def local_zone(settings: Settings) -> str:
    """The zone of the first group: the one set, else the machine's, else UTC."""
    if settings.zone:
        try:
            return ZoneInfo(settings.zone).key
        except (KeyError, ValueError, OSError):
            raise SettingsError(
                f"STUDYBOT_ZONE: there is no time zone {settings.zone!r}; a name looks like Europe/Berlin."
            ) from None
    link = Path("/etc/localtime").resolve()
    if "zoneinfo" in link.parts:
        name = "/".join(link.parts[link.parts.index("zoneinfo") + 1 :])
        if name and name != "localtime":
            return "UTC" if name in ("Etc/UTC", "Etc/UCT", "Universal", "Zulu") else name
    return "UTC"


@asynccontextmanager
async def _classifier(settings: Settings) -> AsyncIterator[HttpClassifier]:
    """The way to the model service: the one named, else one started beside the bot and stopped with it."""
    token = settings.models_token.get_secret_value()
    async with AsyncExitStack() as stack:
        if settings.models_url:
            classifier = HttpClassifier(settings.models_url, token=token)
        else:
            service = ModelService(settings.data, token=token)
            await service.start()
            stack.push_async_callback(service.stop)
            classifier = HttpClassifier(service.address, token=token)
        stack.push_async_callback(classifier.close)
        yield classifier


async def run_bot(settings: Settings, named: Sequence[str]) -> None:
    """Serve until told to stop. Raises SettingsError, StoreError, PackFaults or BrowserError with a sentence."""
    names = chosen(settings, named)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    zone = local_zone(settings)
    prepared_folder(settings.data)
    async with _classifier(settings) as classifier, opened(settings, classifier) as app:
        platforms = [_platform(name, app, demo=settings.demo and names == ("browser",)) for name in names]
        if "browser" in names:
            await _first_group(app, zone)

        def ready() -> None:
            for one in platforms:
                if isinstance(one, BrowserPlatform):
                    print(f"The study group is at {one.url}  (Ctrl-C stops it)", flush=True)
                else:
                    print(f"Serving {one.name}.", flush=True)

        await serve(app, platforms, ready=ready)


def _platform(name: str, app: App, *, demo: bool) -> Platform:
    settings = app.settings

    async def zone_at(place: Place) -> str:
        group = await app.store.groups.at(place)
        return group.zone if group else "UTC"

    if name == "browser":
        return BrowserPlatform(
            app.desk,
            COGS,
            settings.data,
            settings.host,
            settings.port,
            app.clock.now,
            demo=demo,
            advance=app.clock.advance,
            zone=zone_at,
        )
    if name == "discord":
        from bot.platforms.discord import DiscordPlatform

        return DiscordPlatform(
            app.desk,
            COGS,
            token=settings.discord_token.get_secret_value(),
            memory=app.store.facts,
            clock=app.clock,
            data=settings.data,
            api_url=settings.discord_api_url,
            gateway_url=settings.discord_gateway_url,
            shards=settings.shards,
            dev_guild=settings.discord_dev_guild,
            happenings=Happenings(app.store),
        )
    if name == "slack":
        return SlackPlatform(
            app.desk,
            COGS,
            slack_settings(settings),
            clock=app.clock,
            keep=app.store.facts,
            codes=app.store.codes,
            places=places_in(app.store),
            data=settings.data,
        )
    from bot.platforms.terminal import TerminalPlatform

    return TerminalPlatform(app.desk, COGS, clock=app.clock)


def slack_settings(settings: Settings) -> SlackSettings:
    """Slack's share of the settings."""
    return SlackSettings(
        bot_token=settings.slack_bot_token.get_secret_value(),
        app_token=settings.slack_app_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        keys=secret_keys(settings),
        http_host=settings.host,
        http_port=settings.slack_http_port,
        history=settings.slack_history,
        api=settings.slack_api_url or SLACK_API,
    )


def secret_keys(settings: Settings) -> tuple[str, ...]:
    """The keys that encrypt tokens at rest, newest first: those set, else one kept in the data folder."""
    given = tuple(key.strip() for key in settings.secret_key.get_secret_value().split(",") if key.strip())
    if given:
        return given
    path = settings.data / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(Fernet.generate_key().decode())
    return (path.read_text().strip(),)


async def _first_group(app: App, zone: str) -> None:
    """A newcomer finds a group to look at: the first course pack, weekly on Monday at 18:00."""
    place = Place("browser", "local", "study-group", "study-group")
    if await app.store.groups.at(place) is None and app.courses:
        course = next(iter(app.courses.values()))
        await app.store.groups.set_up(
            place,
            name=f"{course.title} study group",
            course=course.id,
            zone=zone,
            slots=(Slot(0, time(18)),),
            at=app.clock.now(),
        )
