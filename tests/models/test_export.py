"""A model written for another server answers there, through the bot, as it does here."""

import io
import json
import struct

import numpy as np
import onnxruntime
import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer
from typer.testing import CliRunner

from bot.vision.oip import OipClassifier, read_map
from cogs.messages import Picture
from models.cli.main import app
from models.inference.pictures import open_picture
from models.inference.predictor import Predictor
from models.inference.prepare import prepare
from models.recipes import shapes
from models.recipes.zoo import ZOO


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    into = tmp_path_factory.mktemp("exported")
    done = CliRunner().invoke(app, ["export", "shapes", "--onnx", "--into", str(into)])
    assert done.exit_code == 0, done.output
    assert f"{into / 'shapes.yaml'} says how the bot feeds it (MODELS_MAP)." in done.output.replace("\n", "")
    return into


class Elsewhere:
    """A server of the Open Inference Protocol that runs what lies in a model repository."""

    def __init__(self, repository):
        self.sessions = {
            path.parents[1].name: onnxruntime.InferenceSession(path) for path in repository.glob("*/*/*.onnx")
        }

    async def infer(self, request):
        body, size = await request.read(), int(request.headers["Inference-Header-Content-Length"])
        (asked,) = json.loads(body[:size])["inputs"]
        shape = asked["shape"]
        picture = np.array(struct.unpack(f"<{np.prod(shape)}f", body[size:]), np.float32).reshape(shape)
        (shares,) = self.sessions[request.match_info["name"]].run(None, {asked["name"]: picture})
        output = {"name": "probabilities", "shape": list(shares.shape), "data": shares.tolist()}
        return web.json_response({"outputs": [output]})


async def test_the_bot_sees_through_it_what_the_model_sees_here(exported):
    elsewhere, application = Elsewhere(exported), web.Application(client_max_size=20 << 20)
    application.router.add_post("/v2/models/{name}/infer", elsewhere.infer)
    server = TestServer(application)
    await server.start_server()
    classifier = OipClassifier(f"oip+{server.make_url('')}", read_map(exported / "shapes.yaml"))
    predictor, rng = Predictor(ZOO / "shapes" / "1"), np.random.default_rng(4)
    try:
        for kind in ("circle", "stripes", "square"):
            kept = io.BytesIO()
            shapes.draw(kind, 120, rng).save(kept, "PNG")
            seen = await classifier.classify("shapes", Picture(kept.getvalue()))
            here = predictor.answer([prepare(open_picture(kept.getvalue()), predictor.manifest.pictures)[0]])[0]
            own = {one.label: one.probability for one in here.predictions}
            assert seen.predictions[0][0] == here.predictions[0].label == kind
            assert max(abs(share - own[label]) for label, share in seen.predictions) < 1e-3
    finally:
        await classifier.close()
        await server.close()


def test_it_lies_as_triton_wants_it_and_nothing_is_written_over(exported):
    config = (exported / "shapes" / "config.pbtxt").read_text()
    assert 'platform: "onnxruntime_onnx"' in config and "dims: [8]" in config
    assert yaml.safe_load((exported / "shapes.yaml").read_text())["models"]["shapes"]["labels"][0]
    assert "is there already" in refused(exported, "shapes", "--onnx")
    assert sorted(path.name for path in exported.iterdir()) == ["shapes", "shapes.yaml"]


def refused(into, *words):
    done = CliRunner().invoke(app, ["export", *words, "--into", str(into)])
    assert done.exit_code == 1
    return done.output.replace("\n", " ")


@pytest.mark.parametrize(("words", "sentence"), [
    (("digits", "--onnx"), "digits cannot be served elsewhere"),
    (("shapes",), "Say in which form: --onnx."),
    (("cats", "--onnx"), "There is no model called 'cats'"),
])  # fmt: skip
def test_what_cannot_go_there_is_refused_in_a_sentence(tmp_path, words, sentence):
    assert sentence in refused(tmp_path / "made", *words)
    assert not (tmp_path / "made").exists()


def test_what_must_be_installed_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name.startswith("onnx") else name)
    assert "pip install 'studybot[onnx]'" in refused(tmp_path, "shapes", "--onnx")
