"""A counterpart of Discord, a hall with people, and the platform connected to it by the unmodified client."""

from __future__ import annotations

import pytest

from bot.platforms.discord import DiscordPlatform
from tests.counterparts.discord.people import Place
from tests.counterparts.discord.server import counterpart
from tests.platforms.discord import sample


@pytest.fixture
async def discord_():
    async with counterpart() as made:
        yield made


@pytest.fixture
def hall(discord_):
    return Place(discord_)


@pytest.fixture
def memory():
    return sample.Memory()


@pytest.fixture
async def serve(discord_, memory, tmp_path):
    """Starts a platform; every one started is stopped in the end."""
    started = []

    async def begin(**options):
        given = {
            "token": discord_.world.token,
            "memory": memory,
            "clock": sample.Clock(),
            "data": tmp_path,
            "api_url": discord_.api_url,
            "gateway_url": discord_.gateway_url,
            "ready_seconds": 0.1,
        }
        desk, cogs = options.pop("desk", sample.Desk()), options.pop("cogs", [sample.cog])
        made = DiscordPlatform(desk, cogs, **given | options)
        started.append(made)
        await made.start()
        return made

    yield begin
    for made in started:
        await made.stop()


@pytest.fixture
async def bot(serve, hall, memory):
    memory[f"discord.welcomed.{hall.guild.id}"] = "yes"
    return await serve()
