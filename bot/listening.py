"""An address that programs and people connect to, with an end to what one of them may hold of it.

Requests and their sizes are aiohttp's; it has no bound for connections, nor for whoever asks and never reads.
"""

from __future__ import annotations

import asyncio
import logging
import resource
from collections import Counter
from collections.abc import Callable

from aiohttp import web
from aiohttp.http import HttpProcessingError

log = logging.getLogger(__name__)

MOST = 5_000
"""Connections in all, where the system lets the program have so many."""
OF_ONE_ADDRESS = 1_000
"""A school has one address; whoever has one is not everybody."""
KEPT_FREE = 256
"""Files and connections that the rest of the program may need."""
HEADERS = 20.0
"""Seconds within which a new connection must have asked something."""
IDLE = 75.0
"""Seconds after which a connection on which nothing more is asked is closed."""
STALLED = 30.0
LEAST = 64 * 1024
"""So many bytes of an answer must have gone every `STALLED` seconds, or nobody reads it."""

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 10\r\n"
    b"Connection: close\r\n\r\nVery many are connected just now; try again in a moment.\n"
)


class _NotOurFault(logging.Filter):
    """Who hangs up or does not speak HTTP is no fault of this program's; the words of neither belong into a log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Leave out who hung up, and the traceback that quotes what was sent."""
        if record.exc_info and isinstance(record.exc_info[1], ConnectionError):
            return False
        if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
            record.levelno, record.levelname, record.exc_info = logging.INFO, "INFO", None
            record.msg, record.args = "Something that is not HTTP was sent and refused", ()
        return True


_served = logging.getLogger(f"{__name__}.requests")
_served.addFilter(_NotOurFault())


class Listener:
    """Serves an application at an address. From `believed` addresses, proxies of ours, come many people."""

    def __init__(
        self,
        app: web.Application,
        host: str,
        port: int,
        *,
        seconds: float = 2.0,
        believed: Callable[[str], bool] = lambda address: False,
    ) -> None:
        self._host, self._port, self._believed = host, port, believed
        # What is sent packed is never unpacked: a few bytes could be as many as would hold everybody up.
        self._runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=seconds,
            keepalive_timeout=IDLE,
            auto_decompress=False,
            logger=_served,
        )
        self._server: asyncio.Server | None = None
        self._most = _room()
        self._guests: Counter[str] = Counter()
        self._all = 0

    @property
    def port(self) -> int:
        """The port listened on."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen. Raises OSError where the address cannot be used."""
        await self._runner.setup()
        handlers = self._runner.server
        assert handlers is not None
        try:
            self._server = await asyncio.get_running_loop().create_server(
                lambda: _Guest(self, handlers()), self._host, self._port, backlog=1024
            )
        except OSError:
            await self._runner.cleanup()
            raise

    async def stop(self) -> None:
        """Take no more, and finish what is in hand."""
        if self._server is not None:
            self._server.close()
            await self._runner.cleanup()
            self._server = None

    def come(self, address: str) -> bool:
        """Whether one more from there is let in; then it is counted until it goes."""
        theirs, of_one = self._guests[address], self._most if self._believed(address) else OF_ONE_ADDRESS
        if self._all >= self._most or theirs >= of_one:
            log.warning("A connection is turned away: %s holds %d, all hold %d", address, theirs, self._all)
            return False
        self._guests[address] += 1
        self._all += 1
        return True

    def gone(self, address: str) -> None:
        """One from there has gone."""
        self._guests[address] -= 1
        self._all -= 1
        if not self._guests[address]:
            del self._guests[address]


class _Guest(asyncio.Protocol):
    """One connection: counted, and let go where it asks nothing or never reads. All else is aiohttp's."""

    def __init__(self, listener: Listener, handler: asyncio.Protocol) -> None:
        self._listener, self._handler = listener, handler
        self._transport: asyncio.Transport
        self._address: str | None = None
        self._seen: bytes | None = b""  # the end of what was sent, while nothing was asked
        self._timer: asyncio.TimerHandle | None = None
        self._left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        address = str((transport.get_extra_info("peername") or ("",))[0])
        if not self._listener.come(address):
            transport.write(_FULL)
            transport.close()
            return
        self._address = address
        self._handler.connection_made(transport)
        self._later(HEADERS, transport.abort)

    def data_received(self, data: bytes) -> None:
        if self._address is None:
            return
        if self._seen is not None:
            self._seen = self._seen[-3:] + data
            if b"\r\n\r\n" in self._seen:
                self._seen = None
                self._never()
        self._handler.data_received(data)

    def eof_received(self) -> bool | None:
        return self._handler.eof_received() if self._address is not None else None

    def pause_writing(self) -> None:
        self._handler.pause_writing()
        self._left = self._transport.get_write_buffer_size()
        self._later(STALLED, self._look)

    def resume_writing(self) -> None:
        self._never()
        self._handler.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._address is not None:
            self._never()
            self._listener.gone(self._address)
            self._handler.connection_lost(exc)

    def _look(self) -> None:
        """Whether somebody reads what waits for them."""
        left = self._transport.get_write_buffer_size()
        if left > self._left - LEAST:
            self._transport.abort()
            return
        self._left = left
        self._later(STALLED, self._look)

    def _later(self, seconds: float, then: Callable[[], None]) -> None:
        self._never()
        self._timer = asyncio.get_running_loop().call_later(seconds, then)

    def _never(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _room() -> int:
    """How many connections there may be: as many as the system allows the program, if it is asked."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + KEPT_FREE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST if soft == resource.RLIM_INFINITY else max(min(MOST, soft - KEPT_FREE), 64)
