"""The queue before a device: who comes alone does not wait, who comes with others is answered with them."""

import asyncio
import time

import pytest

from models.errors import DeadlineError
from models.inference.batch import Tuning
from models.server.batcher import Batcher


class Counting:
    """A model that answers with the size of its batch."""

    most_at_once = 16
    tuning = Tuning(1, batch=16)

    def answer(self, arrays, notes):
        return [len(arrays)] * len(arrays)


@pytest.fixture
def batcher():
    made = Batcher()
    made.start()
    yield made
    made.stop()


def soon():
    return time.monotonic() + 60


async def test_pictures_that_are_opened_together_are_answered_together(batcher, monkeypatch):
    monkeypatch.setattr("models.server.batcher._GATHER_SECONDS", 3600)
    model, opened = Counting(), [asyncio.Event() for _ in range(4)]

    async def asked(event):
        with batcher.expecting(model):
            await event.wait()
        return await batcher.submit(model, None, (), soon())

    asking = [asyncio.create_task(asked(event)) for event in opened]
    for event in opened:
        await asyncio.sleep(0)
        event.set()
    assert await asyncio.gather(*asking) == [4, 4, 4, 4]
    assert batcher.batches == {4: 1}


async def test_a_picture_does_not_wait_for_another_model_s(batcher, monkeypatch):
    monkeypatch.setattr("models.server.batcher._GATHER_SECONDS", 3600)
    model = Counting()
    with batcher.expecting(Counting()):
        assert await asyncio.wait_for(batcher.submit(model, None, (), soon()), 60) == 1


async def test_a_picture_waits_a_moment_only_for_one_that_never_comes(monkeypatch):
    batcher, model, pauses = Batcher(), Counting(), []
    wait = batcher._wake.wait
    monkeypatch.setattr(batcher._wake, "wait", lambda pause: [pauses.append(pause), wait(pause)][1])
    batcher.start()
    with batcher.expecting(model):
        assert await asyncio.wait_for(batcher.submit(model, None, (), soon()), 60) == 1
    batcher.stop()
    moments = [pause for pause in pauses if pause is not None]
    assert moments and all(0 < pause <= 0.004 for pause in moments)


async def test_work_past_its_deadline_never_reaches_the_model(batcher):
    with pytest.raises(DeadlineError):
        await batcher.submit(None, None, (), time.monotonic() - 1)
