"""Slack as a platform: the features in one's own workspace over Socket Mode, or in many over signed HTTP."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aiohttp import ClientError
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.base import Desk, OutgoingMessage
from bot.platforms.slack import connect, line
from bot.platforms.slack.answers import Answers
from bot.platforms.slack.asking import Asking, organiser_of
from bot.platforms.slack.connect import Lines, SignedHttp, Sockets
from bot.platforms.slack.files import FILE_HOST, Files
from bot.platforms.slack.home import Home, NoPlaces, Places
from bot.platforms.slack.inbound import Inbound
from bot.platforms.slack.inbox import Inbox
from bot.platforms.slack.installs import Installs, States
from bot.platforms.slack.limits import Json
from bot.platforms.slack.locker import Codes, Keep, Locker, MemoryCodes, MemoryKeep
from bot.platforms.slack.manifest import scopes
from bot.platforms.slack.people import profile_of
from bot.platforms.slack.posting import Posting
from bot.settings import SettingsError
from cogs.declare import Cog
from cogs.messages import Reply
from study.group import Place

log = logging.getLogger(__name__)


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The time, with its zone."""


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """How to reach Slack.

    An app token means Socket Mode, a signing secret signed HTTP; a client id and secret, without a bot token, let many
    workspaces install the app. `keys` encrypt their tokens, newest first. `api`, `file_host` and `authorize_url` differ
    from Slack's own only for tests and proxies.
    """

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    keys: tuple[str, ...] = field(default=(), repr=False)
    api: str = connect.API
    file_host: str = ""
    authorize_url: str = ""
    http_host: str = "127.0.0.1"
    http_port: int = 8322
    sockets: int = 2
    spacing: float = 1.0
    history: bool = False

    @property
    def many(self) -> bool:
        """Whether workspaces install the app themselves."""
        return not self.bot_token and bool(self.client_id and self.client_secret)

    def check(self) -> None:
        """Raises SettingsError where something is missing."""
        if not self.bot_token and not self.many:
            raise SettingsError("Slack needs SLACK_BOT_TOKEN, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.")
        if self.many and not self.signing_secret:
            raise SettingsError("Serving many workspaces needs SLACK_SIGNING_SECRET: Slack then posts to this bot.")
        if self.many and not self.keys:
            raise SettingsError("Serving many workspaces needs STUDYBOT_SECRET_KEY, which encrypts their tokens.")
        if not self.app_token and not self.signing_secret:
            raise SettingsError("Slack needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (signed HTTP).")


class SlackPlatform:
    """Serves every feature in Slack."""

    name = "slack"

    def __init__(
        self,
        desk: Desk,
        cogs: Sequence[Cog],
        settings: SlackSettings,
        *,
        clock: Clock,
        keep: Keep | None = None,
        codes: Codes | None = None,
        places: Places | None = None,
        data: Path | None = None,
    ) -> None:
        settings.check()
        self._settings = settings
        self._clock = clock
        self._kept = kept = keep or MemoryKeep()
        self._states: States | None = None
        self._installs: Installs | None = None
        if settings.many:
            locker = Locker(settings.keys)
            self._installs = Installs(kept, locker, installed=(places or NoPlaces()).back)
            self._states = States(codes or MemoryCodes(), clock.now)
        self._cogs = cogs
        self._lines = Lines(api=settings.api, token=settings.bot_token, installs=self._installs)
        names = [command.name for cog in cogs for command in cog.commands]
        self._answers = Answers(self._lines, self._files)
        self._posting = Posting(self._lines, self._files, root=line.ROOT, spacing=settings.spacing)
        found = places or NoPlaces()
        home = Home(desk, names, found, clock.now)
        asking = Asking(desk, home=home, places=found, keep=kept, now=clock.now)
        self._inbound = Inbound(
            cogs,
            self._lines,
            asking,
            answers=self._answers,
            home=home,
            places=found,
            files=self._files,
            inbox=Inbox(data / "slack-inbox" if data is not None else None),
        )
        self._sockets: Sockets | None = None
        self._http: SignedHttp | None = None

    def _files(self) -> Files:
        host = self._settings.file_host
        if not host:
            host = FILE_HOST if self._settings.api == connect.API else self._settings.api
        return Files(self._lines.session, host)

    @property
    def http_port(self) -> int:
        """The port of signed HTTP."""
        assert self._http is not None
        return self._http.port

    async def start(self) -> None:
        """Connect and serve. Raises SettingsError with a sentence where Slack refuses."""
        try:
            await self._lines.open()
            await self._open()
            await self._inbound.take_up()
        except BaseException:
            await self._lines.close()
            raise

    async def _open(self) -> None:
        settings = self._settings

        async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
            # bolt takes None for "not installed", though its types do not say so
            return await self._lines.authorize(team_id=team_id, enterprise_id=enterprise_id)  # type: ignore[return-value]

        app = AsyncApp(
            name="studybot",
            logger=logging.getLogger("bot.platforms.slack.bolt"),
            signing_secret=settings.signing_secret,
            client=self._lines.bare_client(),
            authorize=authorize,
            raise_error_for_unhandled_request=True,
        )
        self._inbound.listen(app)
        if self._installs is not None:
            await self._installs.rotate()
        if settings.app_token and not settings.many:
            self._sockets = Sockets(app, self._lines, settings.app_token, count=settings.sockets)
            try:
                await self._sockets.open()
            except BaseException:
                await self._sockets.close()
                raise
            return
        self._http = SignedHttp(app, host=settings.http_host, port=settings.http_port, flow=self._flow())
        await self._http.open()

    def _flow(self) -> AsyncOAuthFlow | None:
        if self._installs is None or self._states is None:
            return None
        settings = AsyncOAuthSettings(
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret,
            scopes=scopes(self._cogs, history=self._settings.history),
            user_scopes=[],
            install_path=connect.INSTALL_PATH,
            redirect_uri_path=connect.REDIRECT_PATH,
            installation_store=self._installs,
            installation_store_bot_only=True,
            state_store=self._states,
            authorization_url=self._settings.authorize_url or None,
        )
        return AsyncOAuthFlow(client=self._lines.bare_client(), logger=log, settings=settings)

    async def stop(self) -> None:
        """Take nothing new, finish what was acknowledged, let go."""
        if not await self._inbound.settled(3):
            log.warning("stopping with work in hand")
        if self._sockets is not None:
            await self._sockets.close()
        if self._http is not None:
            await self._http.close()
        await self._inbound.settled(2)
        await self._lines.close()

    async def send(self, outgoing: OutgoingMessage) -> str:
        """Post and return the message's ts."""
        return await self._posting.send(outgoing)

    async def edit(self, outgoing: OutgoingMessage, message_id: str) -> None:
        """Replace a posted message."""
        await self._posting.edit(outgoing, message_id)

    async def find(self, outgoing: OutgoingMessage, since: datetime) -> str | None:
        """The ts under which the outgoing stands, read back from the channel."""
        return await self._posting.find(outgoing, since)

    async def tell_organiser(self, place: Place, message: Reply) -> bool:
        """Write to whoever last did an organiser's work there, else to who installed the app, else to the owner."""
        try:
            client = await self._lines.client(place.workspace)
            found = await self._lines.install(place.workspace)
        except Exception:
            log.exception("no organiser could be told in %s", place.workspace)
            return False
        if client is None or found is None:
            return False
        told = self._posting.message(message)
        asked: list[str] = []
        for user in (await self._kept.get(organiser_of(place.workspace, place.channel)) or "", found.installer):
            if user and user not in asked:
                asked.append(user)
                if await self._told(client, user, told):
                    return True
        try:
            members = (await client.users_list(limit=200)).get("members") or []
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.warning("the owners of %s are not known: %s", place.workspace, error)
            return False
        owners = [user for user in members if user.get("is_primary_owner")] or [
            user for user in members if profile_of(user).admin
        ]
        for user in owners[:3]:
            profile = profile_of(user)
            if (
                not profile.gone
                and not profile.bot
                and profile.id not in asked
                and await self._told(client, profile.id, told)
            ):
                return True
        return False

    async def _told(self, client: AsyncWebClient, user: str, told: Json) -> bool:
        try:
            await client.chat_postMessage(channel=user, unfurl_links=False, **told)
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.info("%s could not be told: %s", user, error)
            return False
        return True
