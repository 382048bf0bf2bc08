"""The queue before a device: who comes alone does not wait, who comes with others is answered with them."""

import asyncio
import time

import pytest

from models.errors import DeadlineError
from models.server.batcher import Batcher


class Counting:
    """A model that answers with the size of its batch."""

    most_at_once = 16

    def answer(self, arrays, notes):
        return [len(arrays)] * len(arrays)


@pytest.fixture
def batcher():
    made = Batcher()
    made.start()
    yield made
    made.stop()


def soon():
    return time.monotonic() + 5


async def asked(batcher, model, opening):
    with batcher.expecting(model):
        await asyncio.sleep(opening)
    return await batcher.submit(model, None, (), soon())


async def test_pictures_that_are_opened_together_are_answered_together(batcher):
    model = Counting()
    found = await asyncio.gather(*(asked(batcher, model, 0.0002 * at) for at in range(4)))
    assert max(found) >= 2
    assert sum(batcher.batches.values()) < 4


async def test_a_picture_does_not_wait_for_another_model_s(batcher, monkeypatch):
    monkeypatch.setattr("models.server.batcher._GATHER_SECONDS", 3600)
    model = Counting()
    with batcher.expecting(Counting()):
        assert await asyncio.wait_for(batcher.submit(model, None, (), soon()), 5) == 1


async def test_a_picture_waits_a_moment_only_for_one_that_never_comes(batcher):
    model = Counting()
    with batcher.expecting(model):
        began = time.monotonic()
        assert await asyncio.wait_for(batcher.submit(model, None, (), soon()), 5) == 1
        assert time.monotonic() - began >= 0.004


async def test_work_past_its_deadline_never_reaches_the_model(batcher):
    with pytest.raises(DeadlineError):
        await batcher.submit(None, None, (), time.monotonic() - 1)
