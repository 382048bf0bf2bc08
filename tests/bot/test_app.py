"""The wiring serves until it is told to stop."""

import gc
import os
import signal

from bot.app import opened, serve
from bot.settings import read_settings
from bot.simulate import NoModels


async def test_what_start_up_made_is_set_aside_and_a_signal_ends_it(tmp_path):
    frozen = []

    def ready():
        frozen.append(gc.get_freeze_count())
        os.kill(os.getpid(), signal.SIGTERM)

    try:
        async with opened(read_settings(data=tmp_path), NoModels()) as app:
            await serve(app, [], ready=ready)
    finally:
        gc.unfreeze()
    assert frozen[0] > 10_000
