"""Another server of the Open Inference Protocol looks at pictures: fed as a file says, understood as it says."""

import io
import json
import math
import re
import struct
import subprocess
import sys

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.doctor import _other_server
from bot.settings import Settings, SettingsError
from bot.vision.oip import OipClassifier, read_map
from cogs.messages import Picture
from cogs.services import ClassifierError

MAP = """
models:
  pets:
    name: pets_onnx
    version: "3"
    summary: Cats and dogs
    input: {form: tensor, name: x, size: 8, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}
    output: {name: y, form: logits}
    labels: [cat, dog, neither]
    confident_from: 0.6
  whole:
    input: {form: bytes, name: image}
    output: {name: scores}
    labels_output: names
"""


def picture(colour=(255, 0, 0), size=(40, 20), kind="PNG"):
    image = pytest.importorskip("PIL.Image").new("RGB", size, colour)
    kept = io.BytesIO()
    image.save(kept, kind)
    return Picture(kept.getvalue())


class Server:
    """A server of the protocol that keeps what it is asked, and answers what a test says."""

    def __init__(self):
        self.asked, self.answer, self.status = [], {}, 200

    async def handle(self, request):
        body = await request.read()
        size = int(request.headers.get("Inference-Header-Content-Length", 0))
        self.asked.append((request.path, json.loads(body[:size] or "{}"), body[size:]))
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
async def server():
    made, app = Server(), web.Application(client_max_size=50 << 20)
    app.router.add_route("*", "/{rest:.*}", made.handle)
    running = TestServer(app)
    await running.start_server()
    made.url = f"oip+{running.make_url('')}".rstrip("/")
    yield made
    await running.close()


@pytest.fixture
async def classifier(server, tmp_path):
    (tmp_path / "models.yaml").write_text(MAP)
    made = OipClassifier(server.url, read_map(tmp_path / "models.yaml"))
    yield made
    await made.close()


def said(**outputs):
    return {"outputs": [{"name": name, "shape": [1, len(data)], "data": data} for name, data in outputs.items()]}


async def test_a_picture_goes_as_the_numbers_the_network_takes_and_logits_come_back_as_shares(server, classifier):
    server.answer = said(y=[[0.0, 2.0, 1.0]])
    seen = await classifier.classify("pets", picture((255, 0, 0)), explain=True)
    path, header, raw = server.asked[0]
    assert path == "/v2/models/pets_onnx/versions/3/infer"
    assert header["inputs"][0] | {"parameters": 0} == {
        "name": "x",
        "datatype": "FP32",
        "shape": [1, 3, 8, 8],
        "parameters": 0,
    }
    assert struct.unpack(f"<{3 * 64}f", raw) == (1.0,) * 64 + (-1.0,) * 128
    likely = math.e**2 / (1 + math.e**2 + math.e)
    assert seen.predictions[0] == ("dog", pytest.approx(likely)) and seen.confident and seen.saliency is None
    assert sum(share for _, share in seen.predictions) == pytest.approx(1)
    server.answer = said(y=[[1.0, 1.0, 1.0]])
    unsure = await classifier.classify("pets", picture())
    assert not unsure.confident and "no label reaches 60%" in unsure.notes[0]


async def test_a_picture_goes_whole_and_the_server_names_the_labels(server, classifier):
    server.answer = said(names=["7", "1"], scores=[0.9, 0.1])
    sent = picture()
    seen = await classifier.classify("whole", sent)
    path, header, raw = server.asked[0]
    assert path == "/v2/models/whole/infer" and header["inputs"][0]["datatype"] == "BYTES"
    assert raw == struct.pack("<I", len(sent.data)) + sent.data
    assert seen.predictions == (("7", 0.9), ("1", 0.1))


async def test_what_the_server_refuses_is_not_blamed_on_the_picture(server, classifier):
    async def failed(name="whole", shown=None):
        with pytest.raises(ClassifierError, match=r"[.?]$") as error:
            await classifier.classify(name, shown or picture())
        return str(error.value)

    for status, words in (
        (404, "finds why in the log"),
        (503, "not ready"),
        (401, "MODELS_TOKEN"),
        (500, "fault of"),
    ):
        server.status = status
        assert words in await failed()
    server.status = 200
    for answer in (said(names=["7"], scores=[0.1, 0.9]), said(scores=[0.5]), said(names=["a"], scores=["nan"])):
        server.answer = answer
        assert "MODELS_MAP" in await failed()
    for answer in ({}, {"outputs": []}, []):
        server.answer = answer
        assert "cannot be understood" in await failed()
    assert "There is no model cats; there are: pets, whole." in await failed("cats")
    asked = len(server.asked)
    assert "on a phone a screenshot" in await failed("pets", Picture(b"no picture"))
    assert "cannot be opened" in await failed("pets", Picture(b"\x89PNG\r\n\x1a\n and no more"))
    assert len(server.asked) == asked


async def test_a_bomb_is_ended_in_its_own_process(classifier):
    image = pytest.importorskip("PIL.Image")
    kept = io.BytesIO()
    image.new("1", (30_000, 30_000)).save(kept, "PNG")
    with pytest.raises(ClassifierError, match=r"cannot be opened|too much"):
        await classifier.classify("pets", Picture(kept.getvalue()))


async def test_mapped_models_look_at_pictures_and_learn_nothing_from_chat(classifier):
    assert [(one.name, one.learns, one.takes) for one in await classifier.models()] == [
        ("pets", False, "picture"), ("whole", False, "picture")
    ]  # fmt: skip
    assert (await classifier.model("pets")).labels == ("cat", "dog", "neither")
    never = classifier.correct("pets", picture(), "cat"), classifier.predict("pets", {})
    for asked in (*never, classifier.recommend("pets", "", [], 1)):
        with pytest.raises(ClassifierError, match=r"\.$"):
            await asked


@pytest.mark.parametrize(("text", "sentence"), [
    (None, "docs/models.md shows one"),
    ("models: [", "is no YAML"),
    ("models: {}", "models"),
    ("models: {a: {input: {form: tensor, name: x, size: 4}, labels: [b]}}", "models.a.input"),
    ("models: {a: {input: {form: bytes}}}", "give labels"),
    ("models: {a: {input: {form: bytes}, labels: [b], colour: red}}", "colour"),
])  # fmt: skip
def test_a_map_that_cannot_be_used_is_refused_in_a_sentence(tmp_path, text, sentence):
    if text is not None:
        (tmp_path / "models.yaml").write_text(text)
    with pytest.raises(SettingsError) as refused:
        read_map(tmp_path / "models.yaml")
    assert sentence in str(refused.value) and str(refused.value).endswith(".")


async def test_the_doctor_says_whether_the_server_has_what_is_mapped(server, tmp_path):
    settings = Settings(data=tmp_path, MODELS_URL=server.url)
    assert (await _other_server(settings)).state == "wrong"
    (tmp_path / "models.yaml").write_text(MAP)
    assert (await _other_server(settings)).state == "well"
    assert [path for path, *_ in server.asked] == ["/v2/models/pets_onnx/ready", "/v2/models/whole/ready"]
    server.status = 400
    finding = await _other_server(settings)
    assert finding.state == "warning" and "pets, whole" in finding.sentence


def test_what_runs_for_each_picture_imports_nothing_of_the_bot_but_itself():
    told = "import sys, bot.vision.preparing; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout
    assert "'pydantic'" in loaded and not {"'cogs'", "'store'", "'study'", "'aiohttp'"} & set(
        re.findall(r"'\w+'", loaded)
    )
