"""Socket Mode as the local Slack serves it: tickets good once, hello, envelopes and acknowledgements, disconnects."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.counterparts.slack.model import PATIENCE, Ack, Json

if TYPE_CHECKING:
    from tests.counterparts.slack.server import Slack


class Sockets:
    def __init__(self, slack: Slack) -> None:
        self.slack = slack
        self.open: list[web.WebSocketResponse] = []
        self.refused_tickets = 0
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Json | None]] = {}
        self._turn = 0
        self._pending: list[Json] = []
        self.most = 10
        self.connections = 0

    def ticket(self) -> str:
        made = secrets.token_urlsafe(12)
        self._tickets.add(made)
        return f"{self.slack.url.replace('http', 'ws', 1)}/link?ticket={made}&app_id=A1"

    async def link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if self.slack.away:
            return web.Response(status=503)
        if ticket not in self._tickets:
            self.refused_tickets += 1
            return web.Response(status=408, text="ticket used")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=None)
        await socket.prepare(request)
        if len(self.open) >= self.most:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.open.append(socket)
        self.connections += 1
        hello = {"type": "hello", "num_connections": len(self.open), "connection_info": {"app_id": "A1"},
                 "debug_info": {"host": "local", "approximate_connection_time": 18060}}  # fmt: skip
        await socket.send_json(hello)
        self.slack.changes.tell()
        pending, self._pending = self._pending, []
        for envelope in pending:
            await socket.send_json(envelope)
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acked(json.loads(message.data))
        finally:
            if socket in self.open:
                self.open.remove(socket)
            self.slack.changes.tell()
        return socket

    def _acked(self, body: Json) -> None:
        waiting = self._waiting.get(body.get("envelope_id", ""))
        if waiting is None:
            self.slack.faults.append(f"an acknowledgement of nothing: {str(body)[:80]}")
        elif not waiting.done():
            waiting.set_result(body.get("payload"))

    def waiting(self) -> int:
        """How many envelopes wait for their acknowledgement."""
        return sum(not one.done() for one in self._waiting.values())

    async def deliver(
        self, kind: str, payload: Json, *, attempt: int = 0, reason: str = "", seconds: float = PATIENCE
    ) -> Ack | None:
        """Send an envelope to one socket in turn and wait for its acknowledgement; None where none came."""
        envelope: dict[str, Any] = {
            "envelope_id": secrets.token_hex(16),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        open_now = [socket for socket in self.open if not socket.closed]
        if open_now:
            self._turn += 1
            with contextlib.suppress(ConnectionError):
                await open_now[self._turn % len(open_now)].send_json(envelope)
        elif kind == "events_api":
            self._pending.append(envelope)
        else:
            return None
        try:
            return Ack(await asyncio.wait_for(waiting, seconds))
        except TimeoutError:
            return None

    async def refresh(self, reason: str = "refresh_requested", *, close_after: float = 0.5) -> None:
        """Tell every socket to make room for a new one, then close it."""
        for socket in list(self.open):
            with contextlib.suppress(ConnectionError):
                await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})
        old = list(self.open)
        await asyncio.sleep(close_after)
        for socket in old:
            await socket.close()

    def cut(self) -> None:
        """Break every line without a word."""
        for socket in list(self.open):
            transport = socket._req.transport if socket._req is not None else None
            if transport is not None:
                transport.abort()
        self.open.clear()

    async def close(self) -> None:
        for socket in list(self.open):
            await socket.close()
