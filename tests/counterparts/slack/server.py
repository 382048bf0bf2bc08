"""A local Slack: the Web API, Socket Mode, signed HTTP, people with their screens, and everything that goes wrong."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.counterparts.slack.model import (
    PATIENCE,
    Ack,
    Changes,
    Channel,
    Ids,
    Json,
    StoredFile,
    StoredView,
    Team,
    Trouble,
    User,
)  # fmt: skip
from tests.counterparts.slack.people import Member
from tests.counterparts.slack.sockets import Sockets
from tests.counterparts.slack.webapi import WebApi

EVERY_SCOPE = {
    "commands",
    "chat:write",
    "app_mentions:read",
    "im:history",
    "im:write",
    "users:read",
    "usergroups:read",
    "files:read",
    "pins:write",
    "files:write",
    "channels:history",
    "groups:history",
    "channels:read",
    "groups:read",
}


class Slack:
    """One app, served in as many workspaces as a test makes."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.away = False
        """Whether nobody reaches it: every request loses its line, and no socket is given."""
        self.app_token = "xapp-1-A1-local"
        self.config_token = "xoxe.xoxp-local"
        self.signing_secret = secrets.token_hex(16)
        self.client_id, self.client_secret = "111.222", secrets.token_hex(8)
        self.manifest: Json | None = None
        self.socket_mode = True
        self.trigger_seconds = PATIENCE
        """How long a trigger lives. Slack gives it three seconds: tests of its death shorten it."""
        self.http_url = ""
        self.ids = Ids(clock)
        self.changes = Changes()
        self.teams: dict[str, Team] = {}
        self.views: dict[str, StoredView] = {}
        self.stacks: dict[str, list[StoredView]] = {}
        self.files: dict[str, StoredFile] = {}
        self.triggers: dict[str, Json] = {}
        self.response_urls: dict[str, Json] = {}
        self.codes: dict[str, tuple[Team, str]] = {}
        self.calls: list[tuple[str, Json, float]] = []
        self.posted_at: dict[str, list[float]] = {}
        self.fetched: list[tuple[str, str]] = []
        self.faults: list[str] = []
        self.troubles: list[Trouble] = []
        self.sockets = Sockets(self)
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def api(self) -> str:
        return f"{self.url}/api/"

    async def start(self) -> Slack:
        served = web.Application(client_max_size=64 * 1024 * 1024)
        served.router.add_routes(WebApi(self).routes())
        served.router.add_get("/link", self.sockets.link)
        self._runner = web.AppRunner(served, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        await self.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Slack:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # --- who is there -------------------------------------------------------------------------------------------

    def team(self, name: str = "Readers", *, installed: bool = True, scopes: set[str] | None = None) -> Team:
        made = Team(self.ids.make("T"), name, scopes=set(EVERY_SCOPE if scopes is None else scopes))
        made.bot_user = self.ids.make("U")
        made.users[made.bot_user] = User(made.bot_user, "study", made.id, bot=True)
        if installed:
            made.token = f"xoxb-{made.id}-local"
        self.teams[made.id] = made
        return made

    def person(self, team: Team, name: str, **more: Any) -> Member:
        user = User(self.ids.make("U"), name, team.id, **more)
        team.users[user.id] = user
        for channel in team.channels.values():
            if not channel.dm:
                channel.members.add(user.id)
        return Member(self, team, user)

    def channel(self, team: Team, name: str, *, invited: bool = True, **more: Any) -> Channel:
        made = Channel(self.ids.make("C"), name, team.id, **more)
        made.members = {user for user in team.users if user != team.bot_user or invited}
        team.channels[made.id] = made
        return made

    def dm(self, team: Team, user: str) -> Channel:
        found = next((c for c in team.channels.values() if c.dm and user in c.members), None)
        if found is None:
            found = Channel(self.ids.make("D"), "directmessage", team.id, {user, team.bot_user}, dm=True)
            team.channels[found.id] = found
        return found

    # --- views --------------------------------------------------------------------------------------------------

    def show(self, team: Team, user: str, view: Json, *, push: bool = False) -> StoredView:
        stack = self.stacks.setdefault(user, [])
        if not push:
            for old in stack:
                old.open = False
            stack.clear()
        view_id = self.ids.make("V")
        root = stack[0].id if stack else view_id
        made = StoredView(view_id, view, user, team.id, secrets.token_hex(6), root, stack[-1].id if stack else "")
        stack.append(made)
        self.views[made.id] = made
        self.changes.tell()
        return made

    def redraw(self, stored: StoredView, view: Json) -> None:
        stored.view, stored.hash = view, secrets.token_hex(6)
        self.changes.tell()

    # --- what goes out to the app -------------------------------------------------------------------------------

    def trigger(self, user: str) -> str:
        made = f"{self.ids.make('9')}.{secrets.token_hex(8)}"
        self.triggers[made] = {"user": user, "at": time.monotonic(), "used": False}
        return made

    def response_url(self, team: Team, channel: str, user: str, message: str = "") -> str:
        token = secrets.token_urlsafe(16)
        self.response_urls[token] = {"team": team.id, "channel": channel, "user": user, "uses": 0, "message": message}
        return f"{self.url}/response/{token}"

    async def deliver(self, kind: str, payload: Json, *, attempt: int = 0, seconds: float = PATIENCE) -> Ack | None:
        """Hand an event to the app, by socket or by signed HTTP, and wait for its acknowledgement."""
        if self.http_url:
            return await self._posted(kind, payload, attempt=attempt, seconds=seconds)
        return await self.sockets.deliver(
            kind, payload, attempt=attempt, reason="timeout" if attempt else "", seconds=seconds
        )

    def signed(self, body: str, *, at: float | None = None, secret: str = "") -> dict[str, str]:
        stamp = str(int(time.time() if at is None else at))
        base = f"v0:{stamp}:{body}".encode()
        made = hmac.new((secret or self.signing_secret).encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}"}

    async def _posted(self, kind: str, payload: Json, *, attempt: int, seconds: float) -> Ack | None:
        if kind == "events_api":
            body, content = json.dumps(payload), "application/json"
        elif kind == "slash_commands":
            body, content = urlencode(payload), "application/x-www-form-urlencoded"
        else:
            body, content = urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded"
        headers = {**self.signed(body), "Content-Type": content}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=seconds)) as session,
                session.post(self.http_url, data=body, headers=headers) as answer,
            ):
                text = await answer.text()
                if answer.status != 200:
                    return None
                return Ack(json.loads(text) if text.startswith("{") else None)
        except (ClientError, TimeoutError):
            return None

    async def event(self, team: Team, event: Json, *, event_id: str = "", attempt: int = 0) -> Ack | None:
        payload = {
            "token": "x",
            "team_id": team.id,
            "api_app_id": "A1",
            "event": {"event_ts": self.ids.ts(), **event},
            "type": "event_callback",
            "event_id": event_id or self.ids.make("Ev"),
            "event_time": int(time.time()),
            "authorizations": [
                {"enterprise_id": None, "team_id": team.id, "user_id": team.bot_user, "is_bot": True,
                 "is_enterprise_install": False}
            ],
            "is_ext_shared_channel": False,
        }  # fmt: skip
        return await self.deliver("events_api", payload, attempt=attempt)

    async def invite(self, team: Team, channel: Channel, inviter: str = "") -> None:
        """Somebody invites the bot into a channel."""
        channel.members.add(team.bot_user)
        told = {"channel": channel.id, "channel_type": "G" if channel.private else "C", "team": team.id}
        joined = {"type": "member_joined_channel", "user": team.bot_user, **told, "inviter": inviter}
        assert await self.event(team, joined) is not None

    async def let_go(self, team: Team, channel: Channel) -> None:
        """Somebody removes the bot from a channel."""
        channel.members.discard(team.bot_user)
        kind = "group_left" if channel.private else "channel_left"
        assert await self.event(team, {"type": kind, "channel": channel.id}) is not None

    async def archive(self, team: Team, channel: Channel, archived: bool = True) -> None:
        """A channel is archived, or taken out of the archive again."""
        channel.archived = archived
        kind = f"{'group' if channel.private else 'channel'}_{'archive' if archived else 'unarchive'}"
        assert await self.event(team, {"type": kind, "channel": channel.id, "user": "U1"}) is not None

    def outage(self, on: bool = True) -> None:
        """Be out of reach, sockets and all, or be back."""
        self.away = on
        if on:
            self.sockets.cut()

    # --- what goes wrong ----------------------------------------------------------------------------------------

    def trouble(self, method: str, kind: str, *, times: int = 1, seconds: float = 1.0, channel: str = "") -> None:
        self.troubles.append(Trouble(method, kind, times, seconds, channel))

    def next_trouble(self, method: str, args: Json) -> Trouble | None:
        for one in self.troubles:
            if one.method == method and (not one.channel or args.get("channel") == one.channel):
                one.times -= 1
                if one.times <= 0:
                    self.troubles.remove(one)
                return one
        return None

    def called(self, method: str) -> list[Json]:
        return [args for name, args, _ in self.calls if name == method]
