"""A counterpart of Discord, a hall with people, and the platform connected to it by the unmodified client."""

from __future__ import annotations

import pytest

from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.discord.settings import DiscordSettings
from tests.counterparts.discord.people import Place
from tests.counterparts.discord.server import counterpart
from tests.platforms.contract import study_room
from tests.platforms.discord import sample
from tests.platforms.discord.world import served
from tests.platforms.hosted import Facts, hosted


@pytest.fixture
async def discord_():
    async with counterpart() as made:
        yield made


@pytest.fixture
def hall(discord_):
    return Place(discord_)


@pytest.fixture
def memory():
    return Facts()


@pytest.fixture
async def serve(discord_, memory, tmp_path):
    """Starts a platform; every one started is stopped in the end."""
    started = []

    async def begin(*, dispatcher=None, cogs=(sample.cog,), data=tmp_path, channels=None, **settings):
        given = {"token": discord_.world.token, "api_url": discord_.api_url, "gateway_url": discord_.gateway_url}
        host = hosted(dispatcher or sample.Dispatcher(), cogs, data, facts=memory, channels=channels)
        made = DiscordPlatform(host, DiscordSettings(**given | settings), ready_seconds=0.1)
        started.append(made)
        await made.start()
        return made

    yield begin
    for made in started:
        await made.stop()


@pytest.fixture
async def world(request, discord_, hall, tmp_path):
    async with served(discord_, hall, tmp_path, getattr(request.cls, "room_of", study_room)) as made:
        yield made


@pytest.fixture
async def bot(serve, hall, memory):
    memory[f"discord.welcomed.{hall.guild.id}"] = "yes"
    return await serve()
