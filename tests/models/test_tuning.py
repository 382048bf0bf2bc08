"""The service finds out how each model runs best here, and answers before the last is loaded."""

import asyncio

import pytest
from aiohttp.test_utils import TestClient, TestServer

from models.bundles.library import Library
from models.inference.batch import Tuning
from models.inference.predictor import Predictor
from models.recipes.zoo import ZOO
from models.server import tuning
from models.server.app import application
from models.server.registry import Registry
from models.server.service import Service, Settings
from models.server.tuning import Choices, Tuner

ALONE = {1: {1: 50, 2: 51, 4: 52, 8: 52, 16: 40}, 2: {1: 70, 2: 80, 4: 95, 8: 96, 16: 60}}
TOGETHER = {(1, 1): 40, (1, 2): 45, (2, 1): 58, (2, 2): 59}


@pytest.fixture
def machine(monkeypatch):
    """A machine of two cores by two tables, and what was tried on it."""
    tried = []

    async def burst(_self, predictor, _picture):
        split = (predictor.tuning.threads, predictor.tuning.decoders)
        tried.append(split)
        if TOGETHER[split] is None:
            raise TimeoutError
        return TOGETHER[split]

    monkeypatch.setattr(tuning, "_seconds", lambda _, threads, arrays: len(arrays) / ALONE[threads][len(arrays)])
    monkeypatch.setattr(Tuner, "_burst", burst)
    return tried


async def tuned(**settings):
    """How `digits` is run once it was tuned."""
    choices = Choices.on(2, gpu=False, **settings)
    predictor = Predictor(ZOO / "digits" / "1")
    predictor.tuning = choices.usual

    async def run(work):
        return work()

    await Tuner(choices, run, None).tune(predictor)
    return predictor.tuning


async def test_the_best_split_is_kept_with_the_fewest_pictures_at_a_time_that_reach_it(machine):
    assert await tuned() == Tuning(2, 1, batch=4, gather=False, tried=True, rate=58)  # 59 is no clear gain
    assert machine == [(1, 1), (1, 2), (2, 1), (2, 2)]


async def test_a_setting_is_never_overridden(machine):
    assert await tuned(threads=1, most=8) == Tuning(1, 2, batch=8, gather=True, tried=True, rate=45)
    assert Choices.on(2, gpu=False, threads=1, decoders=3, most=5).usual == Tuning(1, 3, batch=4)
    assert not Choices.on(2, gpu=False, threads=1, decoders=3, most=5).open


async def test_what_the_network_alone_cannot_reach_is_not_tried(machine, monkeypatch):
    monkeypatch.setitem(ALONE, 2, dict.fromkeys(ALONE[2], 30))
    assert (await tuned()).threads == 1
    assert machine == [(1, 1), (1, 2)]


async def test_where_time_runs_out_the_best_that_was_tried_is_kept(machine, monkeypatch):
    monkeypatch.setitem(TOGETHER, (1, 2), None)
    assert await tuned() == Tuning(1, 1, batch=1, gather=False, tried=True, rate=40)
    monkeypatch.setitem(TOGETHER, (1, 1), None)
    assert await tuned() == Tuning(1, 2, tried=True)


async def test_it_is_said_how_each_model_is_run():
    service = Service(Settings((ZOO,), decoders=1, threads=0, most_in_batch=4))
    async with TestClient(TestServer(application(service))) as client:
        await service.warm.wait()
        while not service.ready:
            await client.get("/livez")
        shown = await (await client.get("/v1/models/digits")).json()
        assert {key: shown["tuning"][key] for key in ("decoders", "batch")} == {"decoders": 1, "batch": 4}
        assert 'models_tuning{model="digits",what="batch"} 4.0' in await (await client.get("/metrics")).text()


async def test_the_first_model_answers_while_the_others_are_loaded(monkeypatch):
    known = Registry(Library([ZOO]), device="cpu", exact=True, cap_bytes=1 << 30, warm=(1,), tuning=Tuning(1))
    may_load, load = asyncio.Event(), Registry._load

    async def slowly(self, folder, mark):
        if folder.parent.name != "digits":
            await may_load.wait()
        return await load(self, folder, mark)

    monkeypatch.setattr(Registry, "_load", slowly)
    looking = asyncio.create_task(known.refresh())
    await known.answering.wait()
    assert known.loaded("digits") and not known.loaded("shapes") and not looking.done()
    asked = asyncio.create_task(known.get("shapes"))
    may_load.set()
    assert (await asked).manifest.name == "shapes"
    assert await looking
