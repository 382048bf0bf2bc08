"""Slack as a platform: the features in one's own workspace over Socket Mode, or in many over signed HTTP."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from aiohttp import ClientError
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.base import OutgoingMessage, PrivateMessage, Worded
from bot.platforms.host import Host
from bot.platforms.slack.answers import Answers
from bot.platforms.slack.channels import ChannelNews, greeted, welcome
from bot.platforms.slack.files import FILE_HOST, Files
from bot.platforms.slack.home import Home
from bot.platforms.slack.inbound import Inbound
from bot.platforms.slack.installation import connect
from bot.platforms.slack.installation.cipher import Cipher
from bot.platforms.slack.installation.connect import Lines, SignedHttp, Sockets
from bot.platforms.slack.installation.installs import Installs, States
from bot.platforms.slack.installation.manifest import scopes
from bot.platforms.slack.people import profile_of
from bot.platforms.slack.posting import Posting
from bot.platforms.slack.requests import RequestBuilder
from bot.platforms.slack.settings import SlackSettings
from store import organiser_seen
from study.group import Place
from study.texts import language, using_language

log = logging.getLogger(__name__)

PAGE, MOST_PAGES = 1000, 20
"""Members of a workspace that are read at once while its owner is sought, and how often."""


class SlackPlatform:
    """Serves every feature in Slack."""

    name = "slack"
    first_place = None

    def __init__(
        self,
        host: Host,
        settings: SlackSettings,
        *,
        address: str = "127.0.0.1",
        sockets: int = 2,
        spacing: float = 1.0,
    ) -> None:
        settings.check()
        self._host, self._settings, self._address, self._count = host, settings, address, sockets
        self._states: States | None = None
        self._installs: Installs | None = None
        if settings.many:
            cipher = Cipher(settings.keys(host.data))
            self._installs = Installs(host.facts, cipher, installed=self._installed)
            self._states = States(host.codes, host.clock.now)
        self._api = settings.api_url or connect.API
        self._lines = Lines(api=self._api, token=settings.bot_token.get_secret_value(), installs=self._installs)
        answers = Answers(self._lines, self._files)
        self._posting = Posting(self._lines, self._files, host.facts, spacing=spacing)
        requests = self._requests = RequestBuilder(host)
        home = Home(host, requests)
        news = ChannelNews(host.channels, self._posting, requests.language_of, host.clock.now)
        self._inbound = Inbound(host, self._lines, requests, answers=answers, home=home, files=self._files, news=news)
        self._chores: set[asyncio.Task[None]] = set()
        self._sockets: Sockets | None = None
        self._http: SignedHttp | None = None

    @property
    def announcement(self) -> str:
        """That it is served."""
        return "Serving slack."

    def _files(self) -> Files:
        return Files(self._lines.session, FILE_HOST if self._api == connect.API else self._api)

    @property
    def http_port(self) -> int:
        """The port of signed HTTP."""
        assert self._http is not None
        return self._http.port

    async def start(self) -> None:
        """Connect and serve. Raises SettingsError with a sentence where Slack refuses."""
        self._host.dispatcher.asks_who_belongs(self.name, self._reads)
        try:
            await self._lines.open()
            await self._open()
            if self._lines.home is not None:  # the token works: what an older one had lost is found
                await self._installed(self._lines.home.team)
            await self._inbound.take_up()
        except BaseException:
            await self._lines.close()
            raise

    async def _installed(self, team: str) -> None:
        """A workspace has the app: its groups go on, and whoever installed it is greeted, once."""
        await self._host.channels.workspace_back(self.name, team)
        chore = asyncio.create_task(self._welcome(team))
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)

    async def _welcome(self, team: str) -> None:
        """Greeted once for each installation, where no group reads yet; where nobody can be told, at the next start."""
        if await self._host.facts.get(greeted(team)) or await self._host.channels.reading(self.name, team):
            return
        if await self.tell_organiser(Place(self.name, team, ""), welcome):
            await self._host.facts.set(greeted(team), "yes")

    async def _open(self) -> None:
        settings = self._settings

        async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
            # bolt takes None for "not installed", though its types do not say so
            return await self._lines.authorize(team_id=team_id, enterprise_id=enterprise_id)  # type: ignore[return-value]

        app = AsyncApp(
            name="studybot",
            logger=logging.getLogger("bot.platforms.slack.bolt"),
            signing_secret=settings.signing_secret.get_secret_value(),
            client=self._lines.bare_client(),
            authorize=authorize,
            raise_error_for_unhandled_request=True,
        )
        self._inbound.listen(app)
        if self._installs is not None:
            await self._installs.rotate()
        app_token = settings.app_token.get_secret_value()
        if app_token and not settings.many:
            self._sockets = Sockets(app, self._lines, app_token, count=self._count)
            try:
                await self._sockets.open()
            except BaseException:
                await self._sockets.close()
                raise
            return
        self._http = SignedHttp(app, host=self._address, port=settings.http_port, flow=self._flow())
        await self._http.open()

    def _flow(self) -> AsyncOAuthFlow | None:
        if self._installs is None or self._states is None:
            return None
        settings = AsyncOAuthSettings(
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret.get_secret_value(),
            scopes=scopes(self._host.cogs, history=self._settings.history),
            user_scopes=[],
            install_path=connect.INSTALL_PATH,
            redirect_uri_path=connect.REDIRECT_PATH,
            installation_store=self._installs,
            installation_store_bot_only=True,
            state_store=self._states,
        )
        return AsyncOAuthFlow(client=self._lines.bare_client(), logger=log, settings=settings)

    async def check(self) -> None:
        """Raises SlackError while Slack refuses the token, or no socket holds for longer than a renewal takes."""
        await self._lines.check()
        if self._sockets is not None:
            await self._sockets.check()

    async def stop(self) -> None:
        """Take nothing new, finish what was acknowledged, let go."""
        if not await self._inbound.settled(3):
            log.warning("stopping with work in hand")
        if self._sockets is not None:
            await self._sockets.close()
        if self._http is not None:
            await self._http.close()
        await self._inbound.settled(2)
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await self._lines.close()

    async def send(self, outgoing: OutgoingMessage) -> str:
        """Post and return the message's ts."""
        return await self._posting.send(outgoing)

    async def edit(self, outgoing: OutgoingMessage, message_id: str) -> None:
        """Replace a posted message."""
        await self._posting.edit(outgoing, message_id)

    async def pin(self, place: Place, message_id: str) -> None:
        """Pin a message."""
        await self._posting.pin(place, message_id)

    async def unpin(self, place: Place, message_id: str) -> None:
        """Let a pinned message go."""
        await self._posting.pin(place, message_id, up=False)

    async def find(self, outgoing: OutgoingMessage, since: datetime) -> str | None:
        """The ts under which the outgoing stands, read back from the channel."""
        return await self._posting.find(outgoing, since)

    async def tell_member(self, private: PrivateMessage) -> str:
        """A direct message; its ts."""
        return await self._posting.tell_member(private)

    async def find_private(self, private: PrivateMessage, since: datetime) -> str | None:
        """The ts under which the person has it, read back from the conversation."""
        return await self._posting.find_private(private, since)

    async def tell_organiser(self, place: Place, message: Worded) -> bool:
        """Write to whoever last did an organiser's work there, else to who installed the app, else to the owner."""
        try:
            client = await self._lines.client(place.workspace)
            found = await self._lines.install(place.workspace)
        except Exception:
            log.exception("no organiser could be told in %s", place.workspace)
            return False
        if client is None or found is None:
            return False
        asked: list[str] = []
        known = await self._host.facts.get(organiser_seen(self.name, place.workspace, place.channel)) or ""
        for user in (known, *await self._host.channels.organisers(place), found.installer):
            if user and user not in asked:
                asked.append(user)
                if await self._write_to(client, place.workspace, user, message):
                    return True
        for user in await self._owners(client):
            if user not in asked and await self._write_to(client, place.workspace, user, message):
                return True
        return False

    async def _reads(self, place: Place, person: str) -> bool:
        """Whether somebody may read where a group does; where the app is not, nobody can say, and they may."""
        client = await self._lines.client(place.workspace)
        return client is None or await self._requests.reads(client, place, person)

    async def _owners(self, client: AsyncWebClient) -> list[str]:
        """The workspace's owner, else a few of its admins, among however many members."""
        admins: list[str] = []
        cursor: str | None = None
        try:
            for _ in range(MOST_PAGES):
                answer = await client.users_list(limit=PAGE, cursor=cursor)
                for user in answer.get("members") or []:
                    profile = profile_of(user)
                    if profile.gone or profile.bot:
                        continue
                    if user.get("is_primary_owner"):
                        return [profile.id]
                    if profile.admin:
                        admins.append(profile.id)
                cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "") or None
                if cursor is None:
                    break
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.warning("the owners of a workspace are not all known: %s", error)
        return admins[:3]

    async def _write_to(self, client: AsyncWebClient, team: str, user: str, message: Worded) -> bool:
        with using_language(await self._requests.language_of(client, team, user), language()):
            content = self._posting.message(message())
        try:
            await client.chat_postMessage(channel=user, unfurl_links=False, **content)
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.info("%s could not be told: %s", user, error)
            return False
        return True
