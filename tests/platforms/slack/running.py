"""The shipped program as a process of its own, pointed at the local Slack; it can be stopped, and killed."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from tests.programs import STDOUT, Program

HERE = Path(__file__).parents[3]
HELD = ("HTTP", "http", "DATABASE_URL", "SLACK_", "STUDYBOT_", "DISCORD_")


class Bot:
    """`studybot run --platform slack`, and other platforms beside it."""

    def __init__(self, data: Path, *, platforms: tuple[str, ...] = ("slack",), **settings: str) -> None:
        self.data, self.platforms = data, platforms
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(HELD)}
        self.settings = {
            **inherited,
            "STUDYBOT_DATA": str(data),
            "STUDYBOT_TICK_SECONDS": "0.2",
            "STUDYBOT_LOG": "INFO",
            "MODELS_URL": "http://127.0.0.1:9",
            **settings,
        }
        self.process: Program | None = None
        self.said = ""
        self._reader: asyncio.Task[None] | None = None

    async def start(self) -> Bot:
        named = [word for name in self.platforms for word in ("--platform", name)]
        self.process = Program("run", *named, cwd=HERE, env=self.settings, stderr=STDOUT)
        ready = asyncio.Event()
        self._reader = asyncio.create_task(self._read(ready))
        await asyncio.wait_for(ready.wait(), 120)
        return self

    async def _read(self, ready: asyncio.Event) -> None:
        assert self.process is not None
        async for line in self.process.lines():
            self.said += line.decode(errors="replace")
            if b"Serving slack." in line:
                ready.set()
        ready.set()

    async def kill(self) -> None:
        """As a power cut would: no goodbye."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """As an operator would; the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        code = await asyncio.wait_for(self.process.ended(), 60)
        if self._reader is not None:
            await self._reader
        return code
