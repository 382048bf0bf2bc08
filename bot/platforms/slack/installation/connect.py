"""The lines to Slack: clients for each workspace, several sockets for one's own, signed HTTP for many."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial

from aiohttp import ClientError, ClientSession, ClientTimeout, web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import PlatformError
from bot.listening import Listener
from bot.platforms.base import SendLater, SendRefused
from bot.platforms.line_state import HELD_SECONDS, UPS, LineState
from bot.platforms.slack.installation.cipher import CipherError
from bot.platforms.slack.installation.installs import Install, Installs
from bot.platforms.slack.rendering.limits import Json
from bot.settings import SettingsError
from study.texts import lazy

log = logging.getLogger(__name__)

API = "https://slack.com/api/"
EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
LOOK_SECONDS = 5.0
BODY_SECONDS = 10.0
"""How long what Slack sends may take to arrive; whoever sends it slower is not Slack."""
TOKEN_SECONDS = 60.0

REFUSED = {
    "invalid_auth": "Slack refuses {what}: copy it again from the app's settings page.",
    "not_authed": "Slack refuses {what}: copy it again from the app's settings page.",
    "token_revoked": "{what} was revoked: install the app again and copy the new one.",
    "token_expired": "{what} has expired: install the app again and copy the new one.",
    "account_inactive": "{what} belongs to an app that was removed from the workspace: install it again.",
    "not_allowed_token_type": "{what} is of the wrong kind: the bot token begins with xoxb-, the app token with xapp-.",
    "missing_scope": "{what} lacks a permission: the app token needs connections:write.",
    "socket_mode_not_enabled": "Socket Mode is switched off for this app: switch it on under Settings, Socket Mode.",
    "socket_mode_disabled": "Socket Mode is switched off for this app: switch it on under Settings, Socket Mode.",
    "forbidden_team": "The workspace does not allow this app: ask an administrator.",
}


class SlackError(PlatformError):
    """Slack cannot be served just now; the message is a sentence for whoever runs the bot."""


def refusal(code: str, what: str) -> str:
    """Slack's refusal of a token, as a sentence for the operator."""
    sentence = REFUSED.get(code, "Slack refuses {what} ({code}).").format(what=what, code=code)
    return sentence[0].upper() + sentence[1:]


def error_code(error: SlackApiError) -> str:
    """Slack's own name of the error; empty where it gave none."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


class Lines:
    """A client for each workspace, from one token in the settings or from the installations kept."""

    def __init__(self, *, api: str = API, token: str = "", installs: Installs | None = None) -> None:
        self._api = api if api.endswith("/") else api + "/"
        self._token = token
        self._installs = installs
        self._session: ClientSession | None = None
        self._checked, self._refused = time.monotonic(), ""
        self.home: Install | None = None
        """The one workspace there is, where the token comes from the settings."""

    async def open(self) -> None:
        """Ready to call; with a token from the settings, check it. Raises SettingsError."""
        self._session = ClientSession(timeout=ClientTimeout(total=15))
        if not self._token:
            return
        try:
            answer = await asyncio.wait_for(self._client(self._token).auth_test(), 15)
        except SlackApiError as error:
            raise SettingsError(refusal(error_code(error), "SLACK_BOT_TOKEN")) from error
        except (ClientError, TimeoutError, OSError) as error:
            raise SettingsError(f"Slack cannot be reached at {self._api}: {type(error).__name__}.") from error
        granted = str(answer.headers.get("x-oauth-scopes", "")) or str(answer.headers.get("X-OAuth-Scopes", ""))
        self.home = Install(
            team=str(answer["team_id"]),
            token=self._token,
            bot_user=str(answer.get("user_id") or ""),
            bot=str(answer.get("bot_id") or ""),
            scopes=tuple(scope.strip() for scope in granted.split(",") if scope.strip()),
            enterprise=str(answer.get("enterprise_id") or ""),
            name=str(answer.get("team") or ""),
        )

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    @property
    def session(self) -> ClientSession:
        """The connections that all clients share."""
        assert self._session is not None
        return self._session

    def _client(self, token: str | None, *, retries: bool = True) -> AsyncWebClient:
        return AsyncWebClient(
            token,
            base_url=self._api,
            session=self._session,
            timeout=15,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)] if retries else [],
        )

    def bare_client(self) -> AsyncWebClient:
        """A client without a token, for calls that bring their own."""
        return self._client(None)

    async def install(self, team: str, enterprise: str = "") -> Install | None:
        """The installation that serves a workspace. Raises CipherError."""
        if self.home is not None:
            return self.home
        return await self._installs.find(team, enterprise) if self._installs is not None else None

    async def client(self, team: str) -> AsyncWebClient | None:
        """A client for talking with people of a workspace; it waits once where Slack asks for a pause."""
        found = await self.install(team)
        return self._client(found.token) if found is not None else None

    async def posting_client(self, workspace: str) -> AsyncWebClient:
        """A client that never tries twice by itself: Slack has no key that would keep a second try from doubling.

        Raises SendRefused where the app is not installed, SendLater while the store does not answer.
        """
        try:
            found = await self.install(workspace)
        except CipherError as error:
            raise SendRefused(str(error)) from error
        except Exception as error:
            log.exception("no installation could be read for %s", workspace)
            raise SendLater(lazy("The installations could not be read."), 15.0) from error
        if found is None or (self.home is not None and workspace not in {self.home.team, self.home.enterprise}):
            raise SendRefused(lazy("The app is not installed in this workspace any more: install it again."))
        return self._client(found.token, retries=False)

    async def may_read_back(self, workspace: str) -> bool:
        """Whether the history scope was granted."""
        found = await self.install(workspace)
        return found is not None and found.history

    async def check(self) -> None:
        """Ask now and then whether the one token still works. Raises SlackError where Slack refuses it."""
        if self.home is None or time.monotonic() < self._checked + TOKEN_SECONDS:
            if self._refused:
                raise SlackError(self._refused)
            return
        self._checked = time.monotonic()
        try:
            await self._client(self._token).auth_test()
        except SlackApiError as error:
            code = error_code(error)
            self._refused = refusal(code, "SLACK_BOT_TOKEN") + " Then start the bot again." if code in REFUSED else ""
        except (ClientError, TimeoutError, OSError):
            return  # whether Slack is in reach, the sockets know
        else:
            self._refused = ""
        if self._refused:
            raise SlackError(self._refused)

    def doubt(self, workspace: str) -> None:
        """The workspace's token was refused."""
        self._checked = float("-inf")
        if self._installs is not None:
            self._installs.doubt(workspace)

    async def forget(self, workspace: str) -> None:
        """The app was removed, or its tokens were revoked: keep nothing."""
        if self._installs is not None:
            await self._installs.forget(workspace)

    async def authorize(self, *, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        """Bolt's question whether a workspace has the app. It asks nothing of Slack, so events are taken in time."""
        found = await self.install(team_id or "", enterprise_id or "")
        if found is None:
            log.warning("an event of the workspace %s, which does not have the app", team_id or enterprise_id)
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=found.team if self.home is not None else team_id or found.team,
            bot_user_id=found.bot_user,
            bot_id=found.bot,
            bot_token=found.token,
            bot_scopes=list(found.scopes),
        )


class Sockets:
    """Several sockets to one app, so that Slack may close one while the others go on."""

    def __init__(
        self, app: AsyncApp, lines: Lines, app_token: str, *, count: int = 2, ping_seconds: float = 5.0
    ) -> None:
        self._app = app
        self._lines = lines
        self._token = app_token
        self._count = count
        self._ping = ping_seconds
        self._handlers: list[AsyncSocketModeHandler] = []
        self._watch: asyncio.Task[None] | None = None
        self._state = LineState(range(count))
        self._asked, self._refused = float("-inf"), ""

    async def open(self) -> None:
        """Connect all. Raises SettingsError where Slack refuses the app token."""
        client = self._lines.bare_client()
        for number in range(self._count):
            try:
                ticket = await asyncio.wait_for(client.apps_connections_open(app_token=self._token), 15)
            except SlackApiError as error:
                raise SettingsError(refusal(error_code(error), "SLACK_APP_TOKEN")) from error
            except (ClientError, TimeoutError, OSError) as error:
                raise SettingsError(f"Slack cannot be reached: {type(error).__name__}.") from error
            handler = AsyncSocketModeHandler(self._app, self._token, web_client=client, ping_interval=self._ping)
            self._handlers.append(handler)
            handler.client.message_listeners.append(partial(self._heard, number))
            handler.client.wss_uri = str(ticket["url"])
            await asyncio.wait_for(handler.client.connect(), 30)  # type: ignore[no-untyped-call]
        self._watch = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """A ticket is good once; slack-sdk tries a failed one for ever, so take it away and it asks for a new one."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for handler in self._handlers:
                if not handler.client.closed and not await handler.client.is_connected():
                    handler.client.wss_uri = None

    async def _heard(self, number: int, client: object, message: Json, raw: str | None = None) -> None:
        """Slack greets each socket that is taken up."""
        if message.get("type") == "hello":
            self._state.held(number)

    async def check(self) -> None:
        """Raises SlackError where no socket has held for a while, and at once where Slack refuses the app token."""
        up = [await handler.client.is_connected() for handler in self._handlers]
        for number, connected in enumerate(up):
            (self._state.seen if connected else self._state.broke)(number)
        if any(up):
            self._refused = ""
        elif refused := await self._refusal():
            raise SlackError(refused)
        if not self._state.none_holds():
            return
        if self._state.flapping():
            raise SlackError(
                f"Slack took every socket up {UPS} times within minutes and dropped it again, so "
                "answers arrive late or never: see that no other program runs with this SLACK_APP_TOKEN, check the "
                f"line and https://slack-status.com. All is well once one has held for {HELD_SECONDS / 60:.0f} minutes."
            )
        raise SlackError(
            "Slack cannot be reached over Socket Mode, so nobody can use the bot: check the line, "
            "https://slack-status.com, and that SLACK_APP_TOKEN is still there under Basic Information."
        )

    async def _refusal(self) -> str:
        """Why Slack gives no socket, asked now and then; empty where it does, or is out of reach."""
        if time.monotonic() < self._asked + TOKEN_SECONDS:
            return self._refused
        self._asked = time.monotonic()
        try:
            await self._lines.bare_client().apps_connections_open(app_token=self._token)
        except SlackApiError as error:
            code = error_code(error)
            self._refused = f"{refusal(code, 'SLACK_APP_TOKEN')} Then start the bot again." if code in REFUSED else ""
        except (ClientError, TimeoutError, OSError):
            return ""  # whether Slack is in reach, the sockets know
        return self._refused

    async def close(self) -> None:
        """Close all; what was received is still worked on."""
        if self._watch is not None:
            self._watch.cancel()
        for handler in self._handlers:
            await handler.client.close()  # type: ignore[no-untyped-call]


class SignedHttp:
    """The address that Slack posts to. Bolt checks signature and time on the body as it came."""

    def __init__(self, app: AsyncApp, *, host: str, port: int, flow: AsyncOAuthFlow | None = None) -> None:
        self._app, self._port, self._flow = app, port, flow
        served = web.Application(client_max_size=2 * 1024 * 1024)
        served.router.add_post(EVENTS_PATH, self._event)
        served.router.add_get("/livez", self._live)
        if flow is not None:
            served.router.add_get(INSTALL_PATH, self._install)
            served.router.add_get(REDIRECT_PATH, self._installed)
        self._listener = Listener(served, host, port, seconds=5)

    @property
    def port(self) -> int:
        """The port listened on."""
        return self._listener.port

    async def open(self) -> None:
        """Listen. Raises SettingsError where the port is taken."""
        try:
            await self._listener.start()
        except OSError as error:
            raise SettingsError(f"Port {self._port} cannot be used ({error.strerror}): set SLACK_HTTP_PORT.") from None

    async def close(self) -> None:
        """Stop listening once what came in is answered."""
        await self._listener.stop()

    async def _event(self, request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                asked = await to_bolt_request(request)
        except (UnicodeDecodeError, ValueError, TimeoutError):
            refused = web.Response(status=400)
            refused.force_close()
            return refused
        return await to_aiohttp_response(await self._app.async_dispatch(asked))

    async def _live(self, request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def _install(self, request: web.Request) -> web.Response:
        assert self._flow is not None
        return await to_aiohttp_response(await self._flow.handle_installation(await to_bolt_request(request)))

    async def _installed(self, request: web.Request) -> web.Response:
        assert self._flow is not None
        return await to_aiohttp_response(await self._flow.handle_callback(await to_bolt_request(request)))
