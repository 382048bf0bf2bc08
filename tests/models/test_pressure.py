"""Slow senders, heavy pictures, people who hang up, full disks: whoever asks honestly is answered all the same."""

import asyncio
import base64
import contextlib
import errno
import gc
import io
import json
import struct
import weakref
import zlib

import aiohttp
import pytest
from aiohttp import web
from PIL import Image

from models.bundles.input_spec import PhotoInput
from models.recipes.zoo import ZOO
from models.server import app
from models.server.app import application, runner
from models.server.batcher import Batcher, DeadlineError
from models.server.decoding.fair_queue import FairQueue
from models.server.decoding.lanes import Decoding
from models.server.decoding.pool import Decoded, DecodePool
from models.server.decoding.weight import is_heavy
from models.server.learning import feedback
from models.server.learning.feedback import FeedbackError, FeedbackSet
from models.server.service import Service, Settings
from tests.models.serving import to_bytes
from tests.models.test_batcher import Counting, soon

PHOTO = to_bytes(Image.effect_noise((64, 64), 60), "JPEG")


class Opened:
    """In place of the processes that open pictures."""

    def __init__(self, predictor):
        self.array = predictor.golden_array()
        self.held, self.called_off = asyncio.Event(), asyncio.Event()
        self.held.set()
        self.asked = asyncio.Event()

    async def decode(self, *_asked):
        self.asked.set()
        try:
            await self.held.wait()
        except asyncio.CancelledError:
            self.called_off.set()
            raise
        return Decoded(self.array, ())

    async def pixels_only(self, *_asked):
        return b"pixels"

    async def stop(self):
        pass


@contextlib.asynccontextmanager
async def running(monkeypatch, **how):
    """A service in this process that answers with `digits` alone; yields it and its address."""
    service = Service(Settings((ZOO,), exact=True, **how))

    async def start():
        service.batcher.start()
        service.registry.library.entries = lambda: {"digits": entry}
        await service.registry.refresh()
        service.decoding = Opened(await service.registry.get("digits"))
        service.ready = True

    entry = service.registry.library.entry("digits")
    monkeypatch.setattr(service, "start", start)
    serving = runner(application(service))
    await serving.setup()
    await web.TCPSite(serving, "127.0.0.1", 0).start()
    yield service, serving.addresses[0][1]
    await serving.cleanup()


async def ask(port, data=PHOTO, path="/v1/models/digits/predict"):
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{port}{path}", data=io.BytesIO(data)) as answer,
    ):
        assert answer.content_type == "application/json"
        return answer.status, await answer.json()


async def half(port, sent=b"POST /v1/models/digits/predict HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf"):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await writer.drain()
    return reader, writer


async def test_whoever_sends_slowly_holds_no_place(monkeypatch):
    async with running(monkeypatch, queue=1) as (service, port):
        slow = [await half(port) for _ in range(5)]
        assert (await ask(port))[0] == 200
        assert service.inside == 0
        for _, writer in slow:
            writer.close()


async def test_what_arrives_at_once_is_bounded_and_given_back(monkeypatch):
    async with running(monkeypatch, max_arriving=1000) as (_, port):
        status, said = await ask(port, PHOTO + b"\0" * 5000)
        assert (status, said["error"]) == (429, "Too many pictures are waiting: try again in a moment.")
        assert (await ask(port, PHOTO[:900]))[0] == 200


async def test_a_request_that_never_begins_is_hung_up_on(monkeypatch):
    monkeypatch.setattr(app, "HEADER_SECONDS", 0.2)
    async with running(monkeypatch) as (_, port):
        for sent in (b"", b"POST /v1/models/digits/predict HTTP/1.1\r\nHost: h\r\nX-Slow: "):
            reader, writer = await half(port, sent)
            assert await reader.read() == b""
            writer.close()


async def test_nothing_is_computed_for_whoever_hangs_up(monkeypatch):
    async with running(monkeypatch, queue=1) as (service, port):
        service.decoding.held.clear()
        _, writer = await half(port, b"POST /v1/models/digits/predict HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n"
                               b"\xff\xd8\xff\xe0")  # fmt: skip
        await service.decoding.asked.wait()
        writer.close()
        await service.decoding.called_off.wait()
        service.decoding.held.set()
        assert (await ask(port))[0] == 200
        assert service.inside == 0


async def test_a_job_that_nobody_waits_for_never_reaches_the_model():
    batcher, model = Batcher(), Counting()
    gone = asyncio.create_task(batcher.submit(model, None, (), soon()))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    other = asyncio.create_task(batcher.submit(model, None, (), soon()))
    await asyncio.sleep(0)
    batcher.start()
    assert await other == 1
    assert (batcher.expired, batcher.batches) == (1, {1: 1})
    batcher.stop()


async def test_a_why_that_nobody_waits_for_is_not_computed():
    batcher, done = Batcher(), []
    gone = asyncio.create_task(batcher.call(lambda: done.append("gone")))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    other = asyncio.create_task(batcher.call(lambda: done.append("asked")))
    await asyncio.sleep(0)
    batcher.start()
    await other
    assert done == ["asked"]
    batcher.stop()


async def test_when_one_picture_of_a_request_is_refused_the_others_are_called_off(monkeypatch):
    async with running(monkeypatch) as (service, port):
        service.decoding.held.clear()
        pictures = [base64.b64encode(one).decode() for one in (PHOTO, PHOTO, b"no")]
        element = {"name": "picture", "datatype": "BYTES", "shape": [3], "data": pictures}
        status, said = await ask(port, json.dumps({"inputs": [element]}).encode(), "/v2/models/digits/infer")
        assert (status, said["error"][:18]) == (415, "This is not a JPEG")
        assert service.decoding.called_off.is_set()


async def test_every_refusal_is_json(monkeypatch, tmp_path):
    async with running(monkeypatch, feedback=tmp_path) as (service, port):
        element = {"name": "picture", "datatype": "BYTES", "shape": [1], "data": ["AAAA"], "parameters": [1]}
        for asked in ({"inputs": [element]}, {"inputs": [], "numbers": list(range(100_000))}):
            status, said = await ask(port, json.dumps(asked).encode(), "/v2/models/digits/infer")
            assert (status, said["error"].startswith("The inference request cannot be read")) == (400, True)

        def full(*_given):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(FeedbackSet, "_write", full)
        status, said = await ask(port, path="/v1/models/digits/feedback?label=7")
        assert (status, said) == (507, {"error": "The correction cannot be kept: No space left on device."})
        monkeypatch.setattr(service.decoding, "decode", full)
        status, said = await ask(port)
        assert (status, said["error"].startswith("The model service had a fault of its own")) == (500, True)


def test_corrections_are_bounded_in_bytes_and_whole_or_not_there(monkeypatch, tmp_path):
    kept = FeedbackSet(tmp_path, "digits")
    kept.add(b"x" * 600, "7", "1")
    monkeypatch.setattr(feedback, "MOST_BYTES", 1000)
    with pytest.raises(FeedbackError, match="Enough corrections are waiting"):
        kept.add(b"y" * 600, "7", "1")
    kept.add(b"x" * 600, "8", "1")
    before = sorted(kept.folder.iterdir())
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(OSError, match="full"):
        kept.add(b"z", "8", "1")
    assert sorted(kept.folder.iterdir()) == before


# --- who opens what, and in which order ----------------------------------------------------------------------------


def test_askers_take_turns():
    queue = FairQueue()
    for at in range(3):
        queue.push("ana", f"ana {at}")
    queue.push("ben", "ben 0")
    queue.push_back("cleo", "cleo, who had her turn")
    taken = [queue.pop() for _ in range(len(queue))]
    assert taken == ["cleo, who had her turn", "ana 0", "ben 0", "ana 1", "ana 2"]


async def test_what_nobody_waits_for_any_more_holds_no_bytes():
    class Body(bytearray):
        pass

    async def give_up(on):
        asked = asyncio.create_task(pool.decode(on, PhotoInput(size=32), "ana"))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.wait([asked])
        return weakref.ref(on)

    pool = DecodePool(1)  # not started: everything waits
    still = asyncio.create_task(pool.decode(PHOTO, PhotoInput(size=32), "ana"))
    held = [await give_up(Body(PHOTO)) for _ in range(3)]
    gc.collect()
    assert [one() for one in held] == [None] * 3
    await pool.start()
    assert (await still).array.shape == (32, 32, 3)
    await pool.stop()


def png(wide, high):
    """A PNG of 16-bit RGBA, all black."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", wide, high, 16, 6, 0, 0, 0)
    rows = zlib.compress(b"\0" * (high * (1 + 8 * wide)), 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF"])
def test_large_pictures_are_heavy_and_small_ones_are_not(format):
    heavy, light = (to_bytes(Image.new("RGB", size), format) for size in ((5000, 4000), (300, 200)))
    assert (is_heavy(heavy), is_heavy(light)) == (True, False)
    assert not is_heavy(heavy[:5])


async def test_a_small_picture_passes_four_heavy_ones():
    lanes, spec = Decoding(1), PhotoInput(size=32)
    await lanes.start()
    heavy = [asyncio.create_task(lanes.decode(png(8000, 1000), spec, f"asker {at}")) for at in range(4)]
    await asyncio.sleep(0)
    assert (await lanes.decode(PHOTO, spec, "ana")).array.shape == (32, 32, 3)
    assert not all(one.done() for one in heavy)
    assert all(one.array.shape == (32, 32, 3) for one in await asyncio.gather(*heavy))
    await lanes.stop()


async def test_work_past_its_deadline_is_said_to_be_late(monkeypatch):
    async with running(monkeypatch, deadline_seconds=0.2) as (service, port):
        service.decoding.held.clear()
        status, said = await ask(port)
        assert (status, said["error"]) == (504, str(DeadlineError()))
