"""The service over HTTP, as its clients meet it: answers, refusals, one sentence each, and alive after all of them."""

import asyncio
import base64
import contextlib
import io
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from models.inference.pictures import SAVE_ANEW, SMALLER
from tests.models.serving import ROOT, served, to_bytes


async def ask(address, path, data=None, headers=None, method=None):
    async with (
        aiohttp.ClientSession() as session,
        session.request(
            method or ("GET" if data is None else "POST"), address + path, data=data, headers=headers
        ) as answer,
    ):
        body = await answer.read()
        return answer.status, json.loads(body) if answer.content_type == "application/json" else body, answer.headers


async def test_a_seven_is_labelled_with_probabilities_that_sum_to_one(service, seven):
    status, said, _ = await ask(service, "/v1/models/digits/predict", seven)
    assert (status, said["model"], said["version"]) == (200, "digits", "1")
    assert said["predictions"][0]["label"] == "7"
    assert abs(sum(one["probability"] for one in said["predictions"]) - 1) < 1e-5
    assert said["confident"] is True


async def test_top_k_and_a_named_version(service, seven):
    status, said, _ = await ask(service, "/v1/models/digits/versions/1/predict?top_k=2", seven)
    assert (status, len(said["predictions"])) == (200, 2)


async def test_explain_gives_a_picture_of_where_it_looked(service, seven):
    for name in ("digits", "pixel-similarity-l2"):
        _, said, _ = await ask(service, f"/v1/models/{name}/predict?explain=1", seven)
        with Image.open(io.BytesIO(base64.b64decode(said["saliency"]))) as shown:
            assert shown.size == (544, 256)


async def test_the_models_are_listed(service):
    status, said, _ = await ask(service, "/v1/models")
    names = {one["name"] for one in said["models"]}
    assert status == 200
    assert names == {"digits", "three-or-seven", "pixel-similarity-l1", "pixel-similarity-l2", "shapes"}
    status, one, _ = await ask(service, "/v1/models/three-or-seven")
    assert (status, one["labels"]) == (200, ["3", "7"])


async def test_it_says_that_it_lives_is_ready_and_what_it_counted(service, seven):
    assert (await ask(service, "/livez"))[0] == 200
    status, said, _ = await ask(service, "/readyz")
    assert (status, said["status"]) == (200, "ready")
    await ask(service, "/v1/models/digits/predict", seven)
    status, text, _ = await ask(service, "/metrics")
    assert status == 200
    assert b'models_requests_total{route="/v1/models/{name}/predict",status="200"}' in text


def _bomb():
    import zlib

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


BROKEN = f"The picture is broken or cut short: {SAVE_ANEW}."
BAD = {
    "empty": (b"", 400),
    "words": (b"hello", 415),
    "a web page": (b"<html><script>1</script>", 415),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
    "tiff": (b"II*\0" + b"\0" * 100, 415),
    "a signature alone": (b"\x89PNG\r\n\x1a\n", 415),
    "a bomb": (_bomb(), 413),
}


@pytest.mark.parametrize("what", BAD)
async def test_what_is_no_picture_gets_a_sentence_and_the_service_lives_on(service, seven, what):
    data, status = BAD[what]
    found, said, _ = await ask(service, "/v1/models/digits/predict", data)
    assert found == status
    assert said["error"].endswith(".")
    assert (await ask(service, "/v1/models/digits/predict", seven))[0] == 200


async def test_cut_short_and_broken_pictures_are_refused(service, seven, photo):
    for whole in (seven, photo):
        found, said, _ = await ask(service, "/v1/models/digits/predict", whole[: len(whole) // 2])
        assert (found, said["error"]) == (422, BROKEN)


async def test_too_many_bytes_are_refused_before_they_are_read(service):
    huge = io.BytesIO(b"\xff\xd8\xff" + b"\0" * (21 << 20))
    found, said, _ = await ask(service, "/v1/models/digits/predict", huge)
    assert (found, said["error"]) == (413, "The picture is larger than 20 MB: " + SMALLER + ".")


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/v1/models/birds/predict", 404, "There is no model called 'birds'"),
        ("/v1/models/digits/versions/9/predict", 404, "digits has no version '9'; it has 1."),
        ("/v1/models/..%2f..%2fetc/predict", 404, "There is no model called"),
        ("/v1/models/digits/predict?top_k=many", 400, "top_k must be a whole number"),
        ("/v1/models/digits/predict?explain=maybe", 400, "explain must be 1 or 0."),
        ("/nowhere", 404, "There is nothing at this address."),
        ("/v1/models", 405, "This address does not take that method."),
    ],
)
async def test_a_request_that_is_not_right_gets_a_sentence(service, seven, path, status, sentence):
    found, said, _ = await ask(service, path, seven)
    assert found == status
    assert sentence in said["error"]


async def test_past_the_deadline_nothing_is_looked_at(service, seven):
    found, said, _ = await ask(service, "/v1/models/digits/predict", seven, {"X-Deadline-Ms": "0"})
    assert (found, "too late" in said["error"]) == (504, True)
    assert (await ask(service, "/v1/models/digits/predict", seven, {"X-Deadline-Ms": "soon"}))[0] == 400


async def test_many_at_once_are_all_answered_alike(service, seven):
    async with aiohttp.ClientSession() as session:

        async def one():
            async with session.post(f"{service}/v1/models/digits/predict", data=seven) as answer:
                return (await answer.json())["predictions"][0]

        found = await asyncio.gather(*(one() for _ in range(40)))
    assert {one["label"] for one in found} == {"7"}
    assert max(one["probability"] for one in found) - min(one["probability"] for one in found) < 1e-5


async def test_a_full_house_answers_429_at_once_and_a_token_is_asked_for(tmp_path, seven):
    key = {"Authorization": "Bearer open sesame"}
    with served("--queue", "1", "--decoders", "1", env={"MODELS_TOKEN": "open sesame"}, data=tmp_path) as (address, _):
        assert (await ask(address, "/v1/models"))[0] == 401
        assert (await ask(address, "/v1/models", headers={"Authorization": "Bearer open sesamE"}))[0] == 401
        assert (await ask(address, "/livez"))[0] == 200
        big = to_bytes(Image.effect_noise((3000, 3000), 60))
        async with aiohttp.ClientSession(headers=key) as session:

            async def one():
                async with session.post(f"{address}/v1/models/digits/predict", data=io.BytesIO(big)) as answer:
                    return answer.status, answer.headers.get("Retry-After")

            found = await asyncio.gather(*(one() for _ in range(8)))
        assert sorted({status for status, _ in found}) == [200, 429]
        assert all(wait == "1" for status, wait in found if status == 429)
        assert (await ask(address, "/v1/models/digits/predict", seven, key))[0] == 200


def test_a_port_in_use_is_one_sentence(service, tmp_path):
    port = service.rsplit(":", 1)[1]
    ended = subprocess.run(
        [sys.executable, "-m", "models", "serve", "--port", port], capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert ended.returncode == 1
    assert ended.stderr == f"Port {port} is in use: stop what uses it or choose another with --port.\n"


def test_it_ends_on_sigterm_and_when_its_parent_is_gone(tmp_path):
    for ending in (lambda process: process.send_signal(signal.SIGTERM), lambda process: process.stdin.close()):
        with served(data=tmp_path) as (_, process):
            ending(process)
            assert process.wait(timeout=60) == 0


def test_a_stop_drains_and_leaves_nobody_behind(tmp_path, seven):
    """As `studybot models serve`, stopped while a picture is on its way: it is answered, then all is gone."""
    command = [
        sys.executable,
        "-c",
        "from bot.cli.main import main; main()",
        "models",
        "serve",
        "--port",
        "0",
        "--decoders",
        "1",
    ]
    env = {**os.environ, "STUDYBOT_DATA": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=env, text=True) as process:
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())[1])
        family = descendants(process.pid)
        with socket.create_connection(("127.0.0.1", port)) as asking:
            asking.sendall(
                b"POST /v1/models/digits/predict HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\n"
                b"Content-Length: %d\r\n\r\n" % len(seven)
            )
            assert asking.recv(4096).startswith(b"HTTP/1.1 100 ")  # from here on it is being worked on
            process.send_signal(signal.SIGTERM)
            while accepts(port):  # the port closes once it drains
                time.sleep(0.05)
            asking.sendall(seven)
            assert asking.recv(4096).startswith(b"HTTP/1.1 200 OK")
        assert process.wait(timeout=60) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in family)


@pytest.mark.skipif(sys.platform != "linux", reason="who is whose child is read from Linux's /proc")
def test_nobody_outlives_a_service_that_is_killed(tmp_path):
    with served("--decoders", "2", data=tmp_path) as (_, process):
        family = descendants(process.pid)
        assert len(family) == 3  # two that open pictures, and one for heavy ones
        process.kill()
        process.wait()
        while any(Path(f"/proc/{pid}").exists() for pid in family):
            time.sleep(0.05)


def accepts(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def descendants(pid):
    """The processes below this one."""
    children = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(one) for each in children for one in each]
