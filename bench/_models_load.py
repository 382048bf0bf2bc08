"""Loads on a server, and what comes of them, for the figures of the model service."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

from models.training import handwriting

ROOT = Path(__file__).parent.parent
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Load:
    """What a load came to."""

    seconds: float
    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.statuses[200] / self.seconds

    def at(self, percent: float) -> float:
        """Milliseconds in which so many percent were answered."""
        return float(np.percentile(self.times, percent)) * 1000 if self.times else float("nan")

    def add(self, status: int, took: float) -> None:
        """Count one answer."""
        self.statuses[status] += 1
        (self.times if status == 200 else self.refusals).append(took)

    def __str__(self) -> str:
        return f"{self.rate:.1f}/s, p50 {self.at(50):.1f} ms, p99 {self.at(99):.1f} ms, {dict(self.statuses)}"


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection that asks one thing at a time.

    The asker shares the machine with what it measures, so it does as little as can be done: a request's bytes are made
    once, and of an answer only the status and the length are read.
    """

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[int] | None = None
        self._heard, self._needed = b"", -1

    @classmethod
    async def to(cls, url: str) -> Connection:
        """Connect to where the address points."""
        parts = urlsplit(url)
        return (await asyncio.get_running_loop().create_connection(cls, parts.hostname, parts.port))[1]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("closed before it had answered"))

    def data_received(self, data: bytes) -> None:
        """Read on until the answer is whole."""
        self._heard += data
        if self._needed < 0:
            end = self._heard.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(self._heard, 0, end)
            self._needed = end + 4 + (int(length[1]) if length else 0)
        if len(self._heard) >= self._needed:
            status = _STATUS.match(self._heard)
            assert status and self._answer
            self._heard, self._needed = b"", -1
            self._answer.set_result(int(status[1]))

    async def ask(self, request: bytes) -> int:
        """Send the request; the answer's status is returned."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


def post(url: str, body: bytes, content_type: str = "application/octet-stream") -> bytes:
    """A request as it goes over the wire."""
    parts = urlsplit(url)
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: {content_type}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def load(url: str, request: bytes, connections: int, seconds: float) -> Load:
    """So many connections that each ask again as soon as they are answered."""
    found, until = Load(seconds), time.perf_counter() + seconds

    async def ask_on() -> None:
        connection = await Connection.to(url)
        while (began := time.perf_counter()) < until:
            found.add(await connection.ask(request), time.perf_counter() - began)
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(ask_on() for _ in range(connections)))
    found.seconds = time.perf_counter() - began
    return found


@contextlib.asynccontextmanager
async def process(command: list[str], **environment: str) -> AsyncIterator[tuple[str, int]]:
    """A server as a process: its address, once it has printed one, and its process id."""
    started = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        process_group=0,
    )
    try:
        assert started.stdout is not None
        while not (found := re.search(r"http://[\w.:]+", (await started.stdout.readline()).decode())):
            if started.returncode is not None or started.stdout.at_eof():
                raise SystemExit(f"{' '.join(command)} did not start")
        yield found[0], started.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGTERM)
        await started.wait()


def memory(pid: int) -> float:
    """Megabytes held by a process and its children."""
    command = ["ps", "-o", "rss=", "--pid", str(pid), "--ppid", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no words of strangers
    return sum(int(line) for line in shown.stdout.split()) / 1024


def photo() -> bytes:
    """A 640 by 480 JPEG with a photo's amount of detail."""
    rng = np.random.default_rng(1)
    rough = Image.fromarray(rng.integers(0, 255, (60, 80, 3), dtype=np.uint8)).resize(
        (640, 480), Image.Resampling.BICUBIC
    )
    kept = io.BytesIO()
    Image.fromarray(np.clip(np.asarray(rough) + rng.normal(0, 6, (480, 640, 3)), 0, 255).astype(np.uint8)).save(
        kept, "JPEG", quality=88
    )
    return kept.getvalue()


def digit() -> bytes:
    """A handwritten digit as PNG."""
    kept = io.BytesIO()
    handwriting.plain(handwriting.load()[1].pictures[0], 64, dark=True).save(kept, "PNG")
    return kept.getvalue()
