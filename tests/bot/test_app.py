"""The wiring serves until it is told to stop."""

import gc
import os
import signal
import sqlite3

import pytest

from bot.app import opened, serve
from bot.settings import read_settings
from bot.simulate import NoModels


@pytest.fixture
async def started(tmp_path):
    """What is looked at when a bot is ready: it is started with that, and stopped at once."""
    yield lambda look: _serve(tmp_path, look)
    gc.unfreeze()


async def _serve(data, look):
    seen = []

    def ready():
        seen.append(look())
        os.kill(os.getpid(), signal.SIGTERM)

    async with opened(read_settings(data=data), NoModels()) as app:
        await serve(app, [], ready=ready)
    return seen[0]


async def test_what_start_up_made_is_set_aside_and_a_signal_ends_it(started):
    assert await started(gc.get_freeze_count) > 10_000


async def test_sqlite_knows_its_tables_before_anything_is_looked_for(started, tmp_path):
    def counted():
        with sqlite3.connect(tmp_path / "studybot.sqlite3") as db:
            return {name for (name,) in db.execute("SELECT tbl FROM sqlite_stat1")}

    assert "alembic_version" in await started(counted)
