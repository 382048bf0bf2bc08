"""The shipped entry point as its own process, speaking to the counterpart; and a model service of ten lines."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
from pathlib import Path

from aiohttp import web

from tests.programs import STDOUT, Program


class Served:
    """`studybot run --platform discord`, started, killed and started again on one data folder."""

    def __init__(self, discord, data: Path, models: str) -> None:
        self.data = data
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("STUDYBOT_", "DISCORD_", "SLACK_"))},
            "DISCORD_TOKEN": discord.world.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "MODELS_URL": models,
            "STUDYBOT_DATA": str(data),
            "STUDYBOT_TICK_SECONDS": "0.2",
            "PYTHONUNBUFFERED": "1",
        }
        self._process: Program | None = None
        self.log = ""
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._process = Program(
            "run", "--platform", "discord", env=self.environment, cwd=self.data.parent, stderr=STDOUT
        )
        serving = asyncio.Event()
        self._reading = asyncio.create_task(self._read(serving))
        try:
            await asyncio.wait_for(serving.wait(), 120)
        except TimeoutError:
            raise AssertionError(f"it does not serve:\n{self.log}") from None

    async def _read(self, serving: asyncio.Event) -> None:
        assert self._process
        async for line in self._process.lines():
            self.log += line.decode()
            if line.startswith(b"Serving discord"):
                serving.set()

    async def kill(self) -> None:
        """kill -9."""
        await self._end(signal.SIGKILL)

    async def gone(self) -> None:
        """Wait until it was killed."""
        process = self._process
        await until(lambda: process is not None and process.returncode is not None, why="it was not killed")

    async def stop(self) -> int:
        """Ask it to stop; its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        process = self._process
        if process is None or process.returncode is not None:
            return 0 if process is None else process.returncode or 0
        process.send_signal(how)
        code = await asyncio.wait_for(process.ended(), 60)
        if self._reading:
            await self._reading
        return code

    def rows(self, query: str) -> list[tuple]:
        """What the database holds."""
        with contextlib.closing(sqlite3.connect(self.data / "studybot.sqlite3", timeout=10)) as db:
            found = db.execute(query).fetchall()
            db.commit()
            return found


@contextlib.asynccontextmanager
async def model_service():
    """Sees a seven in everything."""

    async def models(_):
        return web.json_response({"models": [{"name": "digits", "version": "1", "summary": "Handwritten digits"}]})

    async def predict(request):
        await request.read()
        shares = [("7", 0.91), ("1", 0.06), ("9", 0.03)]
        answer = {"model": "digits", "version": "1", "confident": True}
        answer["predictions"] = [{"label": label, "probability": share} for label, share in shares]
        return web.Response(body=json.dumps(answer).encode(), content_type="application/json")

    app = web.Application()
    app.router.add_get("/v1/models", models)
    app.router.add_post("/v1/models/{name}/predict", predict)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def until(true, seconds: float = 60.0, why: str = "it never came true"):
    """Wait for something to be so; what it gave."""
    for _ in range(int(seconds / 0.02)):
        if found := true():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(why)
