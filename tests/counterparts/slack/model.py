"""What the local Slack remembers: workspaces, people, channels, messages, views and files."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
PATIENCE = 60.0
"""Seconds that tests wait for what must come: a machine with other work may be ten times slower than an idle one."""


class Refused(Exception):
    """Slack's own error of a method."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass
class User:
    id: str
    name: str
    team: str
    tz: str = "Europe/Berlin"
    locale: str = "en-US"
    admin: bool = False
    owner: bool = False
    guest: bool = False
    stranger: bool = False
    deleted: bool = False
    bot: bool = False
    home_team: str = ""

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "team_id": self.home_team or self.team,
            "name": self.name.lower().replace(" ", "."),
            "deleted": self.deleted,
            "real_name": self.name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": 0,
            "profile": {"real_name": self.name, "display_name": self.name, "team": self.team},
            "is_admin": self.admin,
            "is_owner": self.owner,
            "is_primary_owner": self.owner,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            "is_stranger": self.stranger,
            "is_bot": self.bot,
            "is_app_user": False,
            "updated": 1,
        }


@dataclass
class Message:
    ts: str
    channel: str
    text: str
    blocks: list[Json]
    user: str = ""
    bot: bool = True
    metadata: Json | None = None
    thread_ts: str = ""
    to: str = ""
    files: list[Json] = field(default_factory=list)
    edits: int = 0

    def as_json(self, *, metadata: bool = False) -> Json:
        made: Json = {"type": "message", "ts": self.ts, "text": self.text, "blocks": self.blocks, "user": self.user}
        if self.bot:
            made |= {"bot_id": "B1", "app_id": "A1"}
        if self.thread_ts:
            made["thread_ts"] = self.thread_ts
        if self.files:
            made["files"] = self.files
        if self.metadata is not None:
            made["metadata"] = self.metadata if metadata else {"event_type": self.metadata.get("event_type", "")}
        return made


@dataclass
class Channel:
    id: str
    name: str
    team: str
    members: set[str] = field(default_factory=set)
    archived: bool = False
    private: bool = False
    shared: bool = False
    dm: bool = False
    messages: list[Message] = field(default_factory=list)
    ephemerals: list[Message] = field(default_factory=list)
    restricted: bool = False
    pins: list[str] = field(default_factory=list)

    def thread(self, ts: str) -> list[Message]:
        return [one for one in self.messages if one.thread_ts == ts]

    def posts(self) -> list[Message]:
        return [one for one in self.messages if not one.thread_ts]


@dataclass
class StoredView:
    id: str
    view: Json
    user: str
    team: str
    hash: str
    root: str
    previous: str = ""
    open: bool = True

    def as_json(self, state: Json | None = None) -> Json:
        blocks = [{"block_id": f"b{at}", **block} for at, block in enumerate(self.view["blocks"])]
        return {
            **self.view,
            "blocks": blocks,
            "id": self.id,
            "team_id": self.team,
            "app_id": "A1",
            "app_installed_team_id": self.team,
            "bot_id": "B1",
            "hash": self.hash,
            "root_view_id": self.root,
            "previous_view_id": self.previous or None,
            "external_id": self.view.get("external_id", ""),
            "private_metadata": self.view.get("private_metadata", ""),
            "callback_id": self.view.get("callback_id", ""),
            "clear_on_close": False,
            "notify_on_close": False,
            "state": {"values": state or {}},
        }


@dataclass
class StoredFile:
    id: str
    name: str
    mimetype: str
    data: bytes
    user: str
    team: str
    mode: str = "hosted"
    serve: str = "ok"
    size: int = 0
    alt: str = ""
    connect: bool = False
    shared: set[str] = field(default_factory=set)

    def as_json(self, base: str, *, bare: bool = False) -> Json:
        if bare:
            return {"id": self.id, "mode": "file_access", "file_access": "check_file_info"}
        url = f"{base}/files-pri/{self.team}-{self.id}/{self.name}"
        return {
            "id": self.id,
            "name": self.name,
            "title": self.name,
            "mimetype": self.mimetype,
            "filetype": self.name.rpartition(".")[2],
            "user": self.user,
            "size": self.size or len(self.data),
            "mode": self.mode,
            "is_external": self.mode == "external",
            "url_private": url,
            "url_private_download": url.replace("/files-pri/", "/files-pri/download/"),
            "file_access": "visible",
            "alt_txt": self.alt,
        }


@dataclass
class Team:
    id: str
    name: str
    token: str = ""
    bot_user: str = ""
    scopes: set[str] = field(default_factory=set)
    revoked: str = ""
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    groups: dict[str, tuple[str, set[str]]] = field(default_factory=dict)
    """User groups by id: the name, and who is in them."""
    mentioned: bool = False
    """Whether an organiser chose that somebody is mentioned; else every mention is a fault."""


@dataclass
class Trouble:
    """Something that goes wrong at the next calls of a method: `kind` is an error's name or one of

    429, 500 (nothing done), 500-after, 502-html, drop, drop-after, slow (before anything is done), slow-after.
    """

    method: str
    kind: str
    times: int = 1
    seconds: float = 1.0
    channel: str = ""


class Ids:
    """Ids and time stamps, each new."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._count = itertools.count(1)
        self._clock = clock
        self._last = 0

    def make(self, letter: str) -> str:
        return f"{letter}{next(self._count):010d}"

    def ts(self) -> str:
        self._last = max(self._last + 1, int(self._clock() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


@dataclass
class Ack:
    """With what an event was acknowledged."""

    payload: Json | None


class Changes:
    """Lets tests wait until something is so."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def tell(self) -> None:
        self._changed.set()

    async def until(self, so: Any, seconds: float = PATIENCE, what: str = "") -> Any:
        end = time.monotonic() + seconds
        while True:
            self._changed.clear()
            if found := so():
                return found
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"did not come to be within {seconds} s: {what or so}")
            try:
                await asyncio.wait_for(self._changed.wait(), min(left, 0.25))
            except TimeoutError:
                continue
