"""The service as a process: one address printed when ready; a stop drains; it never outlives its parent."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

import torch
from aiohttp import web

from models.errors import ServeError
from models.server.app import application, runner
from models.server.base import BaseService, Settings
from models.server.service import Service

_LAST_SECONDS = 3.0  # beyond the deadline of the requests that are being answered when it is to end
_SWITCH_SECONDS = (
    0.00002  # the usual 5 ms would keep the device's thread waiting for every step under a flood of requests
)


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop, which takes requests at half the cost, where it is installed; else None, for asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise ServeError(f"Port {port} is in use: stop what uses it or choose another with --port.") from None
        if error.errno == errno.EACCES:
            raise ServeError(f"Port {port} may not be used by this account: choose one above 1023.") from None
        raise ServeError(f"{host} port {port} cannot be listened on: {error.strerror or error}.") from None
    except (OverflowError, socket.gaierror):
        listening.close()
        raise ServeError(f"{host} port {port} is no address to listen on.") from None
    listening.listen(256)
    return listening


async def run(settings: Settings, host: str, port: int, *, with_parent: bool = False) -> None:
    """Serve until SIGTERM, SIGINT, or (with_parent) until standard input closes, as it does when the parent dies."""
    listening = bound(host, port)
    service = begun(settings)
    telling = asyncio.create_task(_tell_what_is_left_out(service))
    await until_ended(service, runner(application(service)), host, listening, with_parent=with_parent)
    telling.cancel()


def begun(settings: Settings) -> Service:
    """The service, not yet started, in a process that is its own. Raises ServeError."""
    logging.basicConfig(format="%(message)s")
    logging.getLogger("models").setLevel(logging.INFO)
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        service = Service(settings)
    except RuntimeError as error:
        raise ServeError(f"The device {settings.device} cannot be used: {error}.") from None
    torch.set_num_threads(service.choices.usual.threads)  # for what is done beside the device's thread
    return service


async def until_ended(
    service: BaseService, serving: web.AppRunner, host: str, listening: socket.socket, *, with_parent: bool = False
) -> None:
    """Serve, say so once it is ready, and drain when it is to end."""
    loop, ending = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    if with_parent:
        threading.Thread(target=_until_alone, args=(loop, ending), daemon=True).start()
    await serving.setup()
    site = web.SockSite(serving, listening)
    await site.start()
    shown = f"[{host}]" if ":" in host else host
    waiting = asyncio.create_task(ending.wait())
    try:
        while not service.ready and not ending.is_set():
            service.check()
            await asyncio.sleep(0.05)
        if service.ready:
            print(f"The models answer at http://{shown}:{listening.getsockname()[1]} ({service})", flush=True)
            await waiting
    finally:
        waiting.cancel()
        _end_for_certain(service.settings.deadline_seconds + 2 * _LAST_SECONDS)
        await site.stop()
        listening.close()  # uvloop listens on a copy: this one would go on taking connections that nobody answers
        await service.drain()  # aiohttp itself would read no more of what is on its way
        await serving.cleanup()


async def _tell_what_is_left_out(service: Service) -> None:
    await service.warm.wait()
    for left_out in service.registry.faults.values():
        print(f"Left out: {left_out}", file=sys.stderr, flush=True)


def _end_for_certain(seconds: float) -> None:
    """A model that is still being loaded in a thread cannot be interrupted: it must not hold the end up."""
    last = threading.Timer(seconds, os._exit, (0,))
    last.daemon = True
    last.start()


def _until_alone(loop: asyncio.AbstractEventLoop, ending: asyncio.Event) -> None:
    with contextlib.suppress(OSError, ValueError):
        while os.read(0, 4096):
            pass
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(ending.set)
