"""One replica: the whole service without a socket, so that whatever carries requests to it answers as the service does.

A request comes as the bytes of HTTP/1.1 and goes through the same server, addresses and refusals as one from a socket.
It knows nothing of who starts it, or where.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Final, NamedTuple, cast

from aiohttp import web

from models.server.app import application, runner
from models.server.base import Settings
from models.server.http import asker_of, body, deadline_of
from models.server.serve import begun
from models.server.service import Service

PIXELS: Final = "/pixels"
"""Where a replica gives a picture's pixels alone: the gateway keeps what is given to it, and opens no picture."""


class Reply(NamedTuple):
    """A status, the headers that say something of the body, and the body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Replica:
    """A service of its own: started, asked, looked after and ended by whatever runs it."""

    def __init__(self, settings: Settings) -> None:
        """Raises ServeError where the device cannot be used."""
        self.service = begun(settings)
        app = application(self.service)
        app.add_routes([web.post(PIXELS, self._pixels)])
        self._runner = runner(app)

    async def start(self) -> None:
        """Returns once every model is loaded, so that a new replica is as quick as the others. Raises ServeError."""
        await self._runner.setup()
        while not (self.service.ready and self.service.warm.is_set()):
            self.service.check()
            await asyncio.sleep(0.05)

    async def ask(self, request: bytes, asker: str) -> Reply:
        """The answer to a request; whoever stops waiting is worked for no longer."""
        server = self._runner.server
        assert server is not None
        exchange, protocol = _Exchange(asker), cast("asyncio.Protocol", server())
        protocol.connection_made(exchange)
        protocol.data_received(request)
        try:
            return _reply(await exchange.ended)
        finally:
            protocol.connection_lost(None)

    async def refresh(self) -> None:
        """Let what was just published, or taken back, answer from now on."""
        await self.service.refresh()

    async def check(self) -> None:
        """Raise where a golden picture is not answered, all the way."""
        await self.service.ask_golden_pictures()

    async def stop(self) -> None:
        """Answer what is being answered, and end."""
        await self.service.drain()
        await self._runner.cleanup()

    async def _pixels(self, request: web.Request) -> web.Response:
        service: Service = self.service
        deadline = deadline_of(request, service.settings.deadline_seconds)
        data = await body(request, service, deadline)
        with service.admitted():
            picture = await service.pixels_only(data, deadline, asker_of(request))
        return web.Response(body=picture, content_type="image/png")


class _Exchange(asyncio.Transport):
    """A connection that is not one: what is written is kept until the server closes it."""

    def __init__(self, asker: Hashable) -> None:
        super().__init__({"peername": asker})
        self.ended: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._written = bytearray()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._written += data

    def is_closing(self) -> bool:
        return self.ended.done()

    def close(self) -> None:
        if not self.ended.done():
            self.ended.set_result(bytes(self._written))

    def abort(self) -> None:
        self.close()

    def pause_reading(self) -> None:
        """There is nothing to pause: the request is here, and bounded."""

    def resume_reading(self) -> None:
        """Nothing was paused."""


def _reply(written: bytes) -> Reply:
    """What the service's own server has written: a status line, headers, and a body of the length they say."""
    head, _, content = written.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    kept = [(name, value) for name, value in headers if name.lower() not in _OF_THE_CONNECTION]
    return Reply(int(status.split(" ", 2)[1]), kept, content)


_OF_THE_CONNECTION: Final = frozenset({"connection", "content-length", "date", "keep-alive", "server"})
