"""The bot's way to the model service: verdicts when it answers, one sentence for each way in which it does not."""

import asyncio
import base64
import json
import logging
import sys
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.vision.child import ModelService
from bot.vision.client import HttpClassifier
from cogs.messages import Picture
from cogs.services import ClassifierError

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
PREDICTIONS = [{"label": "7", "probability": 0.9}, {"label": "1", "probability": 0.1}]
GOOD = {"model": "digits", "version": "1", "predictions": PREDICTIONS}


@pytest.fixture
async def against():
    """A classifier whose service answers with whatever the test says."""
    made = []

    async def make(answer, **how):
        async def handle(request):
            await request.read()
            return await answer(request) if asyncio.iscoroutinefunction(answer) else answer

        app = web.Application(client_max_size=50 << 20)
        app.router.add_route("*", "/{rest:.*}", handle)
        server = TestServer(app)
        await server.start_server()
        classifier = HttpClassifier(str(server.make_url("")), **how)
        made.append((classifier, server))
        return classifier

    yield make
    for classifier, server in made:
        await classifier.close()
        await server.close()


def reply(status=200, **body):
    return web.json_response(body, status=status)


async def failure(classifier, picture=None):
    with pytest.raises(ClassifierError) as said:
        await classifier.classify("digits", picture or Picture(PNG))
    return str(said.value)


async def test_a_verdict_carries_all_that_the_service_said(against):
    seen = {}

    async def answer(request):
        seen.update(path=request.path, query=dict(request.query), deadline=request.headers["X-Deadline-Ms"])
        return reply(
            **GOOD, confident=False, notes=["Not sure."], saliency=base64.b64encode(PNG).decode(), more="ignored"
        )

    found = await (await against(answer)).classify("digits", Picture(PNG), explain=True)
    assert found.predictions == (("7", 0.9), ("1", 0.1))
    assert (found.model, found.version, found.confident, found.notes) == ("digits", "1", False, ("Not sure.",))
    assert found.saliency is not None
    assert found.saliency.data == PNG
    assert seen["path"] == "/v1/models/digits/predict"
    assert seen["query"]["explain"] == "1"
    assert 0 < int(seen["deadline"]) <= 10_001


async def test_numbers_and_masks_come_through(against):
    said = {"model": "sizes", "version": "2", "kind": "regression", "predictions": [{"label": "wide", "value": 2.5}]}
    seen = await (await against(reply(**said))).classify("sizes", Picture(PNG))
    assert (seen.kind, seen.values, seen.predictions) == ("regression", (("wide", 2.5),), ())
    said = {**GOOD, "kind": "segmentation", "mask": base64.b64encode(PNG).decode()}
    seen = await (await against(reply(**said))).classify("parts", Picture(PNG))
    assert (seen.kind, seen.saliency) == ("segmentation", None)
    assert seen.mask.data == PNG
    assert "a colour of its own" in seen.mask.alt


async def test_the_bare_contract_is_enough(against):
    seen = await (await against(reply(**GOOD))).classify("digits", Picture(PNG))
    assert (seen.confident, seen.notes, seen.saliency) == (True, (), None)


async def test_a_name_with_a_slash_cannot_leave_its_place(against):
    seen = []

    async def answer(request):
        seen.append(request.raw_path)
        return reply(404, error="There is no model called '../x'.")

    classifier = await against(answer)
    with pytest.raises(ClassifierError, match="no model called"):
        await classifier.classify("../x", Picture(PNG))
    assert seen == ["/v1/models/..%2Fx/predict?top_k=10"]


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (415, {"error": "This is no picture."}, "This is no picture."),
        (422, {"error": 7}, "The model service could not use this picture: try another one."),
        (429, {"error": "x"}, "The models are busy: too many pictures are waiting. Try again in a moment."),
        (503, {}, "The models are not ready yet: try again in a minute."),
        (504, {}, "The models are too busy to answer in time: try again in a moment."),
        (401, {}, "The model service refuses this bot's token: an organiser must set MODELS_TOKEN alike for both."),
        (500, {}, "The model service had a fault of its own: try again, and tell an organiser if it lasts."),
        (302, {}, "The model service had a fault of its own: try again, and tell an organiser if it lasts."),
        (200, {"predictions": []}, "The model service gave an answer that cannot be understood: is it the right one?"),
    ],
)
async def test_each_refusal_is_one_sentence(against, status, body, sentence):
    assert await failure(await against(web.Response(status=status, text=json.dumps(body)))) == sentence


async def test_a_silent_service_is_given_up_on(against):
    async def answer(_request):
        await asyncio.sleep(5)

    said = await failure(await against(answer, seconds=0.2))
    assert said == "The model service did not answer within 0 seconds: try again in a moment."


async def test_no_service_at_all():
    classifier = HttpClassifier("http://127.0.0.1:9")
    try:
        assert "cannot be reached" in await failure(classifier)
        with pytest.raises(ClassifierError, match="cannot be reached"):
            await classifier.models()
    finally:
        await classifier.close()


@pytest.mark.parametrize(
    ("data", "sentence"), [(b"", "empty"), (b"GIF8?", "not a picture"), (PNG + b"\0" * (21 << 20), "larger than 20 MB")]
)
async def test_what_would_be_refused_is_not_sent(against, data, sentence):
    async def answer(_request):
        raise AssertionError("it was sent")

    assert sentence in await failure(await against(answer), Picture(data))


async def test_models_are_asked_for_once_in_a_while(against):
    asked = []

    async def answer(_request):
        asked.append(1)
        return reply(models=[{"name": "digits", "version": "1", "labels": ["0", "1"], "summary": "Digits."}])

    classifier = await against(answer)
    first, second = await classifier.models(), await classifier.models()
    assert first == second
    assert (first[0].name, first[0].labels, len(asked)) == ("digits", ("0", "1"), 1)


# --- the child process --------------------------------------------------------------------------------------------

TALKS = "import sys; print('The models answer at http://127.0.0.1:1 (cpu)', flush=True); "


def child(tmp_path, code, **how):
    return ModelService(tmp_path, command=[sys.executable, "-c", code], needed=[], first_wait=0.05, **how)


async def test_the_child_s_address_is_known_once_it_says_so(tmp_path):
    service = child(tmp_path, TALKS + "sys.stdin.read()")
    with pytest.raises(ClassifierError, match="not started"):
        service.address()
    await service.start()
    assert await service.ready(10)
    assert service.address() == "http://127.0.0.1:1"
    await service.stop()
    with pytest.raises(ClassifierError, match="stopped"):
        service.address()


async def test_a_file_called_models_py_where_the_bot_runs_is_not_run(tmp_path, monkeypatch):
    (tmp_path / "models.py").write_text("print('http://127.0.0.1:1 is a stranger', flush=True)")
    monkeypatch.chdir(tmp_path)
    service = child(tmp_path, "import models; print(f'http://127.0.0.1:1{models.__file__}', flush=True); input()")
    await service.start()
    assert await service.ready(10)
    assert Path(service.address().removeprefix("http://127.0.0.1:1")).name == "__init__.py"
    await service.stop()


async def test_what_the_child_says_on_the_way_is_in_the_log(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    service = child(
        tmp_path, "import sys; print('digits is left out', file=sys.stderr, flush=True); " + TALKS + "input()"
    )
    await service.start()
    assert await service.ready(10)
    await service.stop()
    assert "models: digits is left out" in caplog.messages


async def test_a_child_that_falls_is_started_again(tmp_path):
    service = child(tmp_path, TALKS + "sys.exit('it fell')")
    await service.start()
    async with asyncio.timeout(60):
        while service.starts < 3:  # noqa: ASYNC110 - the child's starts have no event of their own
            await asyncio.sleep(0.02)
    await service.stop()


async def test_a_child_that_never_speaks_is_ended_and_the_asker_told(tmp_path):
    service = child(tmp_path, "import time; time.sleep(60)", start_seconds=0.3)
    await service.start()
    assert not await service.ready(0.1)
    with pytest.raises(ClassifierError, match="still being loaded"):
        service.address()
    await service.stop()


async def test_without_torch_it_says_so_and_starts_nothing(tmp_path):
    service = ModelService(tmp_path, needed=["torch_that_is_not_there"])
    await service.start()
    classifier = HttpClassifier(service.address)
    said = await failure(classifier)
    assert said.startswith("Pictures cannot be classified here: torch_that_is_not_there is not installed")
    assert service.starts == 0
    await classifier.close()
    await service.stop()


async def test_rows_and_recommendations_come_through(against):
    asked = {}

    async def answer(request):
        asked[request.path] = await request.text() and await request.json()
        column = {"name": "area", "usual": 60.0, "least": 15, "most": 120}
        model = {
            "name": "prices",
            "takes": "row",
            "columns": [column, {"name": "d", "usual": "n", "values": ["n"], "count": 9}],
        }
        rated = [{"label": "Emma", "value": 4.5}]
        return reply(**{
            "/v1/models": {"models": [model]},
            "/v1/models/prices": model,
            "/v1/models/prices/predict": {
                "model": "prices",
                "version": "1",
                "rows": [{"predictions": [{"label": "price", "value": 7}], "notes": ["x"]}],
            },
            "/v1/models/books/recommend": {"model": "books", "version": "2", "predictions": rated},
        }[request.path])  # fmt: skip

    classifier = await against(answer)
    assert classifier.known() == ()
    (listed,) = await classifier.models()
    assert listed == await classifier.model("prices") == classifier.known()[0]
    assert (listed.takes, listed.columns[0].usual, listed.columns[1].count) == ("row", "60", 9)
    seen = await classifier.predict("prices", {"area": "60"})
    assert (seen.values, seen.notes, seen.confident) == ((("price", 7.0),), ("x",), True)
    assert asked["/v1/models/prices/predict"] == {"rows": [{"area": "60"}]}
    assert (await classifier.recommend("books", "Ana", ["Dracula"], 3)).values == (("Emma", 4.5),)
    assert asked["/v1/models/books/recommend"] == {"who": "Ana", "leave_out": ["Dracula"], "top_k": 3}
