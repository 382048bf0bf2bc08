"""The counterpart satisfies a second client that knows nothing of the first."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.counterparts.discord.people import Place, Sheet
from tests.counterparts.discord.server import counterpart

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv" / "hikari" / "bin" / "python"


async def test_hikari_posts_edits_answers_and_resumes():
    if not PYTHON.exists() and os.environ.get("CI") != "true":
        pytest.skip("The second client is not installed: make test installs it.")
    async with counterpart() as discord:
        hall = Place(discord)
        client = await asyncio.create_subprocess_exec(
            str(PYTHON),
            str(Path(__file__).with_name("second_client.py")),
            discord.api_url,
            discord.world.token,
            str(hall.channel.id),
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            assert client.stdout
            said = (await asyncio.wait_for(client.stdout.readline(), 40)).decode()
            assert said == "studybot in Study hall ['general'] ['edited'] talk\n"
            ada = hall.person("Ada")
            answer = await ada.ask("/hello")
            assert (answer.text, answer.private) == ("hello ada", True)
            form = await ada.click(hall.posts()[0], "Open")
            assert isinstance(form, Sheet)
            assert form.title == "A form"
            await discord.gateway.cut()
            for _ in range(1000):
                if discord.gateway.resumed:
                    break
                await asyncio.sleep(0.02)
            assert (discord.gateway.resumed, len(discord.gateway.identified)) == (1, 1)
            assert discord.gateway.heartbeats
        finally:
            client.kill()
            await client.wait()
