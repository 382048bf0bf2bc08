"""The service's other promises: its OpenAPI document, the Open Inference Protocol, new versions, corrections."""

import asyncio
import base64
import json
import shutil
import struct
import warnings

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings

from bot.vision.oip import OipClassifier, read_map
from cogs.messages import Picture
from models.bundles.library import Library
from models.bundles.manifest import verify
from models.errors import FeedbackError
from models.recipes.zoo import ZOO
from models.server import openapi
from models.server.app import application
from models.server.learning.feedback import FeedbackSet
from models.server.service import Service, Settings
from tests.models.serving import served

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis


def hold(operation, allowed, address):
    """Whatever the document lets a client send gets an answer that the document names."""

    @given(case=operation.as_strategy())
    @settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def holds(case):
        answer = case.call(base_url=address)
        shown = f"{operation.label}: {answer.status_code} {answer.text[:200]}"
        assert str(answer.status_code) in allowed, shown
        if answer.status_code >= 400:
            assert set(answer.json()) == {"error"}, shown
        else:
            operation.validate_response(answer)

    holds()


def test_every_answer_is_one_the_document_allows(service):
    document = openapi.document()
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = found.ok()
        hold(operation, document["paths"][operation.path][operation.method.lower()]["responses"], service)


def test_the_document_names_every_address_and_no_other(tmp_path):
    app = application(Service(Settings(roots=(ZOO,))))
    served_at = {
        (route.resource.canonical, route.method.lower()) for route in app.router.routes() if route.method != "HEAD"
    }
    documented = {(path, method) for path, methods in openapi.document()["paths"].items() for method in methods}
    assert served_at == documented


# --- the Open Inference Protocol ---------------------------------------------------------------------------------


async def infer(address, body, headers=None):
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/v2/models/digits/infer", data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.read(), answer.headers


async def test_pictures_in_json(service, seven):
    data = [base64.b64encode(seven).decode()] * 2
    asked = {"id": "a", "inputs": [{"name": "picture", "datatype": "BYTES", "shape": [2], "data": data}]}
    status, body, _ = await infer(service, json.dumps(asked))
    said = json.loads(body)
    labels, chances = said["outputs"]
    assert (status, said["id"], said["model_name"], labels["shape"]) == (200, "a", "digits", [2, 10])
    assert labels["data"][0] == labels["data"][10] == "7"
    assert abs(sum(chances["data"][:10]) - 1) < 1e-5


async def test_pictures_and_answers_as_raw_bytes(service, seven):
    raw = struct.pack("<I", len(seven)) + seven
    asked = {
        "inputs": [
            {"name": "picture", "datatype": "BYTES", "shape": [1], "parameters": {"binary_data_size": len(raw)}}
        ],
        "parameters": {"binary_data_output": True},
    }
    head = json.dumps(asked).encode()
    size = "Inference-Header-Content-Length"
    status, body, headers = await infer(service, head + raw, {size: str(len(head))})
    said, rest = json.loads(body[: int(headers[size])]), body[int(headers[size]) :]
    labels, chances = (one["parameters"]["binary_data_size"] for one in said["outputs"])
    assert (status, len(rest)) == (200, labels + chances)
    assert rest[4 : 4 + struct.unpack_from("<I", rest)[0]] == b"7"
    assert abs(sum(struct.unpack("<10f", rest[labels:])) - 1) < 1e-5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"inputs": []}',
        b'{"inputs": [{"name": "picture", "datatype": "FP32", "shape": [1], "data": [1]}]}',
        b'{"inputs": [{"name": "picture", "datatype": "BYTES", "shape": [1], "data": ["!"]}]}',
        b'{"inputs": [{"name": "picture", "datatype": "BYTES", "shape": [3], "data": ["AAAA"]}]}',
        b'{"inputs": [{"name": "picture", "datatype": "BYTES", "shape": [1], "data": ["AAAA"]}], "outputs": [1]}',
        b"[" * 100_000,
    ],
)
async def test_a_request_not_of_the_protocol_is_refused(service, body):
    status, said, _ = await infer(service, body)
    assert status == 400
    assert json.loads(said)["error"].startswith("The inference request cannot be read")


# --- new versions in flight, corrections --------------------------------------------------------------------------


async def test_a_new_version_takes_over_without_a_lost_request_and_corrections_are_kept(tmp_path, seven):
    own = Library([ZOO, tmp_path / "models"])
    folder = shutil.copytree(ZOO / "digits" / "1", tmp_path / "made")
    said = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**said, "version": "2"}))
    seen = []
    with served(data=tmp_path) as (address, _):
        async with aiohttp.ClientSession() as session:

            async def ask_on():
                while True:
                    async with session.post(f"{address}/v1/models/digits/predict", data=seven) as answer:
                        seen.append((answer.status, (await answer.json()).get("version")))

            asking = asyncio.create_task(ask_on())
            await asyncio.sleep(0.3)
            await asyncio.to_thread(own.publish, folder, prove=verify)
            async with asyncio.timeout(60):
                while (200, "2") not in seen:  # noqa: ASYNC110 - the service has no event to wait for
                    await asyncio.sleep(0.05)
            own.roll_back("digits")
            async with asyncio.timeout(60):
                while seen[-1] != (200, "1"):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            asking.cancel()
            assert {status for status, _ in seen} == {200}

            for label, status in (("7", 200), ("", 400), ("x" * 101, 400)):
                address_of = f"{address}/v1/models/digits/feedback?label={label}"
                async with session.post(address_of, data=seven) as answer:
                    assert answer.status == status
    kept = FeedbackSet(tmp_path / "feedback", "digits")
    assert kept.counts() == {"7": 1}
    assert kept.export(tmp_path / "out") == 1
    assert [path.suffix for path in (tmp_path / "out" / "7").iterdir()] == [".png"]


async def test_services_that_share_a_folder_answer_with_the_same_version(tmp_path, seven):
    """Two processes, as behind a balancer: one of its own, and this one."""
    folder = shutil.copytree(ZOO / "digits" / "1", tmp_path / "made")
    said = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**said, "version": "2"}))
    own = Library([ZOO, tmp_path / "models"])
    beside = Service(Settings((ZOO, tmp_path / "models"), decoders=1, exact=True))
    with served(data=tmp_path) as (address, _):
        async with TestServer(application(beside)) as other, aiohttp.ClientSession() as session:
            await beside.warm.wait()

            async def versions():
                found = set()
                for at in (address, other.make_url("")):
                    async with session.post(f"{str(at).rstrip('/')}/v1/models/digits/predict", data=seven) as answer:
                        found.add((await answer.json()).get("version"))
                return found

            for change, wanted in (
                (lambda: own.publish(folder, prove=verify), "2"),
                (lambda: own.roll_back("digits"), "1"),
            ):
                await asyncio.to_thread(change)
                async with asyncio.timeout(60):
                    while await versions() != {wanted}:  # noqa: ASYNC110 - the services have no event to wait for
                        await asyncio.sleep(0.05)


def test_a_correction_made_twice_counts_once_and_can_be_dropped(tmp_path):
    kept = FeedbackSet(tmp_path, "digits")
    kept.add(b"one", "3", "1")
    entry = kept.add(b"one", " 7 ", "1")
    with (tmp_path / "digits" / "entries.jsonl").open("a") as table:
        table.write('{"file": "cut sh')
    assert kept.counts() == {"7": 1}
    kept.drop(entry.file)
    assert kept.corrections() == []
    with pytest.raises(FeedbackError, match="no picture"):
        kept.drop("../../etc")


def test_a_label_that_is_no_folder_s_name_is_not_written(tmp_path):
    kept = FeedbackSet(tmp_path / "set", "digits")
    kept.add(b"one", "../../up", "1")
    with pytest.raises(FeedbackError, match="cannot name a folder"):
        kept.export(tmp_path / "out")
    assert not (tmp_path / "out").exists()


async def test_the_bot_reaches_it_as_any_server_of_the_protocol(service, seven, tmp_path):
    (tmp_path / "models.yaml").write_text(
        "models: {figures: {name: digits, input: {form: bytes}, labels_output: labels}}\n"
    )
    classifier = OipClassifier(f"oip+{service}", read_map(tmp_path / "models.yaml"))
    try:
        seen = await classifier.classify("figures", Picture(seven))
        assert seen.predictions[0][0] == "7" and len(seen.predictions) == 10 and seen.confident
        assert await classifier.unready() == []
    finally:
        await classifier.close()
