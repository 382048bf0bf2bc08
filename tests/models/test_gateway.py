"""The gateway before replicas, carried to by nothing: what is lost, late, refused or hung up on."""

import asyncio
import contextlib
import json
import shutil

import aiohttp
import pytest
import torch
from aiohttp import web

from bot.vision.trainer import HttpTrainer
from cogs.messages import Picture
from cogs.services import ClassifierError
from models.errors import LostError, ServeError
from models.recipes.zoo import ZOO
from models.server.app import runner
from models.server.base import Settings
from models.server.distributed.gateway import Gateway, application
from models.server.distributed.replica import Replica, Reply
from models.server.learning.feedback import FeedbackSet
from models.server.learning.trainings import Training, TrainingSettings
from tests.models.test_pressure import PHOTO, Opened

YES = Reply(200, [("Content-Type", "application/json")], b'{"is": "answered"}')


class Fakes:
    """Replicas that do to each request what is next in line, and keep it."""

    def __init__(self, *outcomes, running=2):
        self.outcomes, self.asked, self.count = list(outcomes), [], running
        self.called_off = asyncio.Event()

    async def ask(self, request, asker):
        self.asked.append(request)
        outcome = self.outcomes.pop(0) if self.outcomes else YES
        if outcome is None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.called_off.set()
                raise
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def running(self):
        if self.count is None:
            raise ServeError("They cannot be started.")
        return self.count

    async def refresh(self):
        pass

    async def close(self):
        pass


@contextlib.asynccontextmanager
async def before(replicas, **how):
    """A gateway in this process; yields it and its address."""
    gateway = Gateway(Settings(**{"roots": (ZOO,), **how}), replicas)
    serving = runner(application(gateway))
    await serving.setup()
    await web.TCPSite(serving, "127.0.0.1", 0).start()
    await asyncio.sleep(0)
    try:
        yield gateway, f"http://127.0.0.1:{serving.addresses[0][1]}"
    finally:
        await serving.cleanup()


async def ask(address, path="/v1/models/digits/predict", data=PHOTO, **headers):
    async with (
        aiohttp.ClientSession() as session,
        session.post(address + path, data=data, headers=headers) as answer,
    ):
        return answer.status, json.loads(await answer.read()), answer.headers


async def test_a_request_whose_replica_ends_is_asked_of_another_once():
    fakes = Fakes(LostError("ended"), YES, LostError("ended"), LostError("ended"))
    async with before(fakes) as (gateway, address):
        assert (await ask(address))[:2] == (200, {"is": "answered"})
        status, said, headers = await ask(address)
        assert (status, headers["Retry-After"]) == (503, "1")
        assert said["error"].startswith("What worked on this ended before it had answered")
        assert (await ask(address))[0] == 200
        assert b"models_replicas_lost_total 3.0" in gateway.metrics.text()[0]
    assert len(fakes.asked) == 5


async def test_what_is_passed_on_has_no_token_and_no_more_time_than_is_left():
    fakes = Fakes()
    async with before(fakes, token="secret") as (_, address):
        assert (await ask(address))[0] == 401
        assert (await ask(address, "/v1/models/digits/predict?top_k=2", Authorization="Bearer secret"))[0] == 200
    (asked,) = fakes.asked
    head, _, body = asked.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/models/digits/predict?top_k=2 HTTP/1.1\r\n") and body == PHOTO
    assert b"secret" not in head
    assert 0 < int(head.partition(b"X-Deadline-Ms: ")[2].split()[0]) <= 10_000


async def test_while_no_replica_runs_it_says_so_and_answers_after():
    fakes = Fakes(running=0)
    async with before(fakes) as (gateway, address):
        assert (await ask(address))[:2] == (
            503, {"error": "The models are still being loaded: try again in a few seconds."}
        )  # fmt: skip
        for count, status in ((1, 200), (0, 503), (None, 503), (2, 200)):
            fakes.count = count
            gateway._tasks[0].cancel()
            gateway._tasks = [asyncio.create_task(gateway._watch())]
            await asyncio.sleep(0.01)
            found, said, _ = await ask(address)
            assert found == status, count
        assert "error" not in said


async def test_what_keeps_the_replicas_from_starting_is_raised_to_who_starts_them():
    async with before(Fakes(running=None)) as (gateway, _):
        await asyncio.sleep(0.01)
        with pytest.raises(ServeError, match="cannot be started"):
            gateway.check()


async def test_late_work_and_work_for_whoever_hung_up_is_called_off():
    fakes = Fakes(None, None)
    async with before(fakes) as (gateway, address):
        status, _, _ = await ask(address, **{"X-Deadline-Ms": "50"})
        assert (status, fakes.called_off.is_set()) == (504, True)
        fakes.called_off.clear()
        gone = asyncio.create_task(ask(address))
        while len(fakes.asked) < 2:  # noqa: ASYNC110 - the fake has no event to wait for
            await asyncio.sleep(0.01)
        gone.cancel()
        await fakes.called_off.wait()
        assert gateway.inside == 0


# --- a replica, asked without a socket -----------------------------------------------------------------------------


@pytest.fixture
async def replica(monkeypatch, tmp_path):
    made = Replica(Settings((ZOO,), exact=True, threads=1, decoders=1, most_in_batch=1, feedback=tmp_path))
    service = made.service
    entry = service.registry.library.entry("digits")
    monkeypatch.setattr(service.registry.library, "entries", lambda: {"digits": entry})

    async def start():
        service.batcher.start()
        await service.registry.refresh()
        service.decoding = Opened(await service.registry.get("digits"))
        service.ready = True
        service.warm.set()

    monkeypatch.setattr(service, "start", start)
    await made.start()
    yield made
    await made.stop()


class One:
    """The one replica that there is, carried to by nothing."""

    def __init__(self, replica):
        self.ask, self.refresh = replica.ask, replica.refresh

    async def running(self):
        return 1

    async def close(self):
        pass


async def test_a_replica_answers_refuses_and_gives_pixels_as_the_service_does(replica, tmp_path):
    training = TrainingSettings(tmp_path, tmp_path / "training", tmp_path / "trained")
    async with before(One(replica), training=training) as (_, address):
        assert (await ask(address))[1]["model"] == "digits"
        status, said, _ = await ask(address, "/v1/models/cats/predict")
        assert (status, said["error"]) == (404, "There is no model called 'cats'; there are: digits.")
        status, said, _ = await ask(address, "/v1/trainings/leaves/pictures?label=oak", data=b"")
        assert (status, said["error"][:21]) == (400, "The picture is empty:")
        assert (await ask(address, "/v1/trainings/leaves/pictures?label=oak"))[1]["counts"] == {"oak": 1}
        assert (await ask(address, "/v1/models/digits/feedback?label=7"))[0] == 200
    assert FeedbackSet(tmp_path, "digits").counts() == {"7": 1}


async def test_what_was_trained_is_tried_through_the_gateway_on_what_a_replica_opened(replica, tmp_path, monkeypatch):
    async def opened(*_asked):
        return (ZOO / "digits" / "1" / "golden.png").read_bytes()

    monkeypatch.setattr(replica.service.decoding, "pixels_only", opened)
    training = TrainingSettings(tmp_path, tmp_path / "training", tmp_path / "trained")
    async with before(One(replica), training=training) as (gateway, address):
        path, client = "/v1/trainings/marks/predict", HttpTrainer(address)
        status, said, _ = await ask(address, path)
        assert (status, said["error"]) == (409, "There is no trained model marks to try.")
        with pytest.raises(ClassifierError, match=r"^There is nothing of marks to try: train it first\.$"):
            await client.attempt("marks", Picture(PHOTO, "p.jpg", "image/jpeg"))
        shutil.copytree(ZOO / "digits" / "1", tmp_path / "trained" / "marks" / "1")
        gateway.trainings._keep(Training(model="marks", state="done", version="1"))
        seen = await client.attempt("marks", Picture(PHOTO, "p.jpg", "image/jpeg"))
        assert seen.predictions[0][0] == "7"
        assert len((await ask(address, f"{path}?top_k=2"))[1]["predictions"]) == 2
        status, said, _ = await ask(address, path, b"")
        assert (status, said["error"][:21]) == (400, "The picture is empty:")
        await client.close()


async def test_a_replica_stops_working_for_whoever_does_not_wait(replica):
    replica.service.decoding.held.clear()
    head = b"POST /v1/models/digits/predict HTTP/1.1\r\nHost: r\r\nContent-Length: %d\r\n\r\n" % len(PHOTO)
    asked = asyncio.create_task(replica.ask(head + PHOTO, "ana"))
    await replica.service.decoding.asked.wait()
    asked.cancel()
    await replica.service.decoding.called_off.wait()
    assert replica.service.inside == 0


@pytest.mark.parametrize("fault", [MemoryError, torch.OutOfMemoryError])
async def test_a_device_without_memory_is_said_and_answers_after(replica, monkeypatch, fault):
    def full(*_asked):
        raise fault

    predictor = await replica.service.registry.get("digits")
    async with before(One(replica)) as (_, address):
        with monkeypatch.context() as here:
            here.setattr(predictor, "answer", full)
            status, said, _ = await ask(address)
        assert (status, said["error"]) == (503, "There is not memory enough for this just now: try again in a moment.")
        assert (await ask(address))[0] == 200
