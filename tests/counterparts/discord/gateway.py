"""The gateway: sessions with sequence numbers, compressed streams, heartbeats, RESUME, and the ways to break a line."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.counterparts.discord.contract import HAVE_SCHEMAS, contract
from tests.counterparts.discord.shapes import guild_shape, user_shape
from tests.counterparts.discord.world import Guild, World

PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
NEEDED_INTENT = {
    "GUILD_": 1 << 0,
    "CHANNEL_": 1 << 0,
    "THREAD_": 1 << 0,
    "GUILD_BAN_": 1 << 2,
    "GUILD_MEMBER_": 1 << 1,
    "MESSAGE_": 1 << 9,
}


@dataclass
class Session:
    """One shard's session. What was sent is kept, so that a line that broke can take it up again."""

    id: str
    shard: tuple[int, int]
    intents: int
    sent: list[dict[str, Any]] = field(default_factory=list)
    line: Line | None = None

    def wants(self, name: str, guild: int | None) -> bool:
        """Whether this shard owns the guild and asked for this kind of event."""
        if (guild >> 22 if guild else 0) % self.shard[1] != self.shard[0]:
            return False
        prefixes = [prefix for prefix in NEEDED_INTENT if name.startswith(prefix)]
        return not prefixes or bool(self.intents & NEEDED_INTENT[max(prefixes, key=len)])


class Line:
    """One websocket with its own compression stream."""

    def __init__(self, socket: web.WebSocketResponse, compress: str) -> None:
        self.socket = socket
        self._zlib = zlib.compressobj() if compress == "zlib-stream" else None
        self._zstd: Any = None
        if compress == "zstd-stream":
            from compression import zstd  # type: ignore[import-not-found]

            self._zstd = zstd.ZstdCompressor()
        self._lock = asyncio.Lock()

    async def say(self, op: int, data: Any = None, *, s: int | None = None, t: str | None = None) -> None:
        """Send one payload, as a part of the stream."""
        raw = json.dumps({"op": op, "d": data, "s": s, "t": t}).encode()
        async with self._lock:
            if self.socket.closed:
                return
            try:
                if self._zlib:
                    await self.socket.send_bytes(self._zlib.compress(raw) + self._zlib.flush(zlib.Z_SYNC_FLUSH))
                elif self._zstd:
                    await self.socket.send_bytes(self._zstd.compress(raw) + self._zstd.flush(self._zstd.FLUSH_BLOCK))
                else:
                    await self.socket.send_str(raw.decode())
            except (ConnectionError, RuntimeError):
                return


class Gateway:
    """All sessions, and the events they are owed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.sessions: dict[str, Session] = {}
        self.heartbeat_ms = 41_250
        self.shards = 1
        self.refusing = False
        self.refused = 0
        self.late: set[int] = set()
        """Guilds that come in sight only when they `arrive`."""
        self.url = ""
        self.identified: list[dict[str, Any]] = []
        self.resumed = 0
        self.heartbeats = 0
        self.faults: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()
        world.emit = self.emit

    def emit(self, name: str, data: dict[str, Any], guild: int | None) -> None:
        """Owe an event to every session that should have it; send where the line holds."""
        if HAVE_SCHEMAS:
            contract().event(name, data)
        # What happens to the bot itself it hears without asking for it.
        own = name == "GUILD_MEMBER_UPDATE" and data["user"]["id"] == str(self._world.bot.id)
        for session in self.sessions.values():
            if session.wants("GUILD_OWN" if own else name, guild):
                self._owe(session, name, data)

    def _owe(self, session: Session, name: str, data: dict[str, Any]) -> None:
        event = {"s": len(session.sent) + 1, "t": name, "d": data}
        session.sent.append(event)
        if session.line:
            self._start(session.line.say(0, data, s=event["s"], t=name))

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def cut(self, *, code: int = 4000) -> None:
        """Break every line; what happens meanwhile is owed."""
        for session in self.sessions.values():
            if session.line:
                line, session.line = session.line, None
                await line.socket.close(code=code)

    def arrive(self, guild: Guild) -> None:
        """A guild comes in sight, late or after an outage."""
        self.late.discard(guild.id)
        self.emit("GUILD_CREATE", guild_shape(guild, self._world), guild.id)

    def outage(self, guild: Guild) -> None:
        """A guild is out of sight; nobody has left it."""
        self.late.add(guild.id)
        self.emit("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild.id)

    async def ask_to_reconnect(self) -> None:
        """op 7."""
        for session in self.sessions.values():
            if session.line:
                await session.line.say(7)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """op 9."""
        for session in list(self.sessions.values()):
            line = session.line
            if not resumable:
                del self.sessions[session.id]
            if line:
                await line.say(9, resumable)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from HELLO on."""
        if self.refusing:
            self.refused += 1
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(max_msg_size=0, compress=False, autoping=True)
        await socket.prepare(request)
        line = Line(socket, request.query.get("compress", ""))
        session: Session | None = None
        await line.say(10, {"heartbeat_interval": self.heartbeat_ms, "_trace": []})
        try:
            while True:
                message = await socket.receive(timeout=self.heartbeat_ms / 1000 * 2)
                if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    break
                heard = json.loads(message.data)
                match heard["op"]:
                    case 1:
                        self.heartbeats += 1
                        await line.say(11)
                    case 2:
                        session = await self._identify(line, heard["d"])
                    case 6:
                        session = await self._resume(line, heard["d"])
                    case 3 | 4 | 8:
                        pass
                    case _:
                        await socket.close(code=4001)
                if socket.closed:
                    break
        except TimeoutError:
            await socket.close(code=4009)
        finally:
            if session and session.line is line:
                session.line = None
        return socket

    async def _identify(self, line: Line, data: dict[str, Any]) -> Session | None:
        self.identified.append(data)
        world = self._world
        if data["token"] != world.token:
            await line.socket.close(code=4004, message=b"Authentication failed.")
            return None
        if data["intents"] & PRIVILEGED:
            await line.socket.close(code=4014, message=b"Disallowed intent(s).")
            return None
        shard = tuple(data.get("shard") or (0, 1))
        session = Session(secrets.token_hex(16), (shard[0], shard[1]), data["intents"], line=line)
        self.sessions[session.id] = session
        mine = [g for g in world.bot_guilds() if session.wants("GUILD_CREATE", g.id)]
        ready = {
            "v": 10,
            "user": {**user_shape(world.bot), "mfa_enabled": True, "verified": True, "email": None},
            "guilds": [{"id": str(g.id), "unavailable": True} for g in mine],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": str(world.application_id), "flags": 1 << 19, "flags_new": str(1 << 19)},
            "shard": list(shard),
        }
        if HAVE_SCHEMAS:
            contract().event("READY", ready)
        self._owe(session, "READY", ready)
        for guild in mine:
            if guild.id in self.late:
                continue
            shape = guild_shape(guild, world)
            if HAVE_SCHEMAS:
                contract().event("GUILD_CREATE", shape)
            self._owe(session, "GUILD_CREATE", shape)
        return session

    async def _resume(self, line: Line, data: dict[str, Any]) -> Session | None:
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self._world.token:
            await line.say(9, False)
            return None
        session.line = line
        self.resumed += 1
        for event in [e for e in session.sent if e["s"] > (data["seq"] or 0)]:
            await line.say(0, event["d"], s=event["s"], t=event["t"])
        await line.say(0, {"_trace": []}, s=None, t="RESUMED")
        return session

    async def close(self) -> None:
        """Let every line go."""
        for session in self.sessions.values():
            if session.line:
                await session.line.socket.close(code=WSCloseCode.GOING_AWAY)
