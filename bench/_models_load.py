"""Loads on a server, and what comes of them, for the figures of the model service."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import numpy as np
from PIL import Image

from models import handwriting

ROOT = Path(__file__).parent.parent


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

    def __str__(self) -> str:
        return f"{self.rate:.1f}/s, p50 {self.at(50):.1f} ms, p99 {self.at(99):.1f} ms, {dict(self.statuses)}"


async def load(url: str, send: Callable[[], dict[str, object]], connections: int, seconds: float) -> Load:
    """So many connections that each ask again as soon as they are answered."""
    found, until = Load(seconds), time.perf_counter() + seconds
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:

        async def ask_on() -> None:
            while time.perf_counter() < until:
                began = time.perf_counter()
                async with session.post(url, **send()) as answer:  # type: ignore[arg-type]
                    await answer.read()
                took = time.perf_counter() - began
                found.statuses[answer.status] += 1
                (found.times if answer.status == 200 else found.refusals).append(took)

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
    )
    try:
        assert started.stdout is not None
        while not (found := re.search(r"http://[\w.:]+", (await started.stdout.readline()).decode())):
            if started.returncode is not None or started.stdout.at_eof():
                raise SystemExit(f"{' '.join(command)} did not start")
        yield found[0], started.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.terminate()
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
