"""Pictures in hand are few, whoever sends however many, and one person's are not everybody's."""

import asyncio
import sys
from contextlib import AsyncExitStack

import pytest

from bot.vision.child import ModelService
from bot.vision.intake import PictureIntake
from bot.vision.pictures import PictureRefused


async def test_of_eighty_pictures_few_are_in_hand_and_all_get_their_turn():
    intake, held, most = PictureIntake(4), 0, 0

    async def one(n):
        nonlocal held, most
        async with intake.place(f"person {n}"):
            held += 1
            most = max(most, held)
            await asyncio.sleep(0)
            held -= 1

    await asyncio.gather(*(one(n) for n in range(80)))
    assert (most, held) == (4, 0)


async def test_one_person_pauses_and_nobody_else_does():
    intake = PictureIntake(100, in_a_minute=3)
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(intake.place("ana"))
        with pytest.raises(PictureRefused, match="You sent 3 pictures within a minute: please wait"):
            await stack.enter_async_context(intake.place("ana"))
        await stack.enter_async_context(intake.place("ben"))


async def test_who_waits_too_long_is_told():
    intake = PictureIntake(1, patience=0.01)
    async with intake.place("ana"):
        with pytest.raises(PictureRefused, match="Too many pictures"):
            async with intake.place("ben"):
                pass
    async with intake.place("ben"):
        pass


SPEAKS = """
import os, sys, time
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
print("http://127.0.0.1:9", flush=True)
sys.stdin.read()
"""


async def test_a_picture_waits_while_the_models_are_loaded(tmp_path):
    go = tmp_path / "go"
    service = ModelService(tmp_path, command=(sys.executable, "-c", SPEAKS, str(go)), needed=())
    async with asyncio.timeout(60):
        await service.loaded()  # nothing is being loaded yet
        await service.start()
        waiting = asyncio.create_task(service.loaded())
        await asyncio.sleep(0)
        assert not waiting.done()
        go.touch()
        await waiting
        assert service.address() == "http://127.0.0.1:9"
    await service.stop()


async def test_nobody_waits_for_models_that_fell(tmp_path):
    command = (sys.executable, "-c", "import sys; sys.exit('it fell')")
    service = ModelService(tmp_path, command=command, needed=(), first_wait=60.0)
    async with asyncio.timeout(60):
        await service.start()
        await service.loaded()
    await service.stop()
