"""The service with a real Ray on this machine: two replicas keep its contract, one is killed, versions roll."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path

import aiohttp
import pytest
import yaml
from typer.testing import CliRunner

from models.bundles.library import Library
from models.bundles.manifest import verify
from models.cli.main import app
from models.errors import ServeError
from models.recipes.zoo import ZOO
from models.server.distributed import ray_serve
from models.server.distributed.ray_serve import Deployment
from tests.models.serving import served
from tests.models.test_contract import (
    test_every_answer_is_one_the_document_allows,  # noqa: F401 - asked of the replicas here
    test_pictures_and_answers_as_raw_bytes,  # noqa: F401
    test_pictures_in_json,  # noqa: F401
    test_the_bot_reaches_it_as_any_server_of_the_protocol,  # noqa: F401
)
from tests.models.test_service import (
    test_cut_short_and_broken_pictures_are_refused,  # noqa: F401
    test_explain_gives_a_picture_of_where_it_looked,  # noqa: F401
    test_it_says_that_it_lives_is_ready_and_what_it_counted,  # noqa: F401
    test_the_models_are_listed,  # noqa: F401
)


@pytest.fixture(scope="module")
def needs_ray():
    if "CI" not in os.environ:
        pytest.importorskip("ray", reason="ray is not installed: the replicas' tests are left out")


@pytest.fixture(scope="module")
def deployed(needs_ray, tmp_path_factory):
    """Two replicas behind a gateway: its address, its process, and the data folder."""
    data = tmp_path_factory.mktemp("data")
    with served("--cpus", "0.5", "--decoders", "1", data=data, command=("deploy", "ray")) as (address, process):
        yield address, process, data


@pytest.fixture(scope="module")
def service(deployed):
    return deployed[0]


def replicas(process):
    """The process ids of the replicas that belong to a gateway's own Ray."""
    of_all = {int(path.name): path for path in Path("/proc").iterdir() if path.name.isdigit()}
    found, family = [], {process.pid}
    for _ in range(4):
        for pid, path in of_all.items():
            with contextlib.suppress(OSError, IndexError):
                if int((path / "stat").read_text().rpartition(")")[2].split()[1]) in family:
                    family.add(pid)
                    if re.match(rb"ray::serve_?replica", (path / "cmdline").read_bytes(), re.I) and pid not in found:
                        found.append(pid)
    return found


@contextlib.asynccontextmanager
async def asked_on(address, picture, askers=4):
    """Asks without a pause until it ends; yields each answer's status and version as they come."""
    seen = []

    async def ask_on():
        while True:
            async with session.post(f"{address}/v1/models/digits/predict", data=picture) as answer:
                seen.append((answer.status, (await answer.json()).get("version")))

    async with aiohttp.ClientSession() as session:
        asking = [asyncio.create_task(ask_on()) for _ in range(askers)]
        yield seen
        for one in asking:
            one.cancel()
        ended = await asyncio.gather(*asking, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended)


async def until(true, seconds=60):
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - no process here has an event to wait for
            await asyncio.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="who is a replica is read from Linux's /proc")
async def test_a_replica_that_is_killed_loses_nothing_and_another_is_started(deployed, seven):
    address, process, _ = deployed
    first = replicas(process)
    assert len(first) == 2
    async with asked_on(address, seven) as seen:
        await until(lambda: len(seen) > 20)
        os.kill(first[0], signal.SIGKILL)
        killed = len(seen)
        await until(lambda: len(seen) > killed + 20)
        await until(lambda: len(set(replicas(process)) - set(first)) == 1)
    assert Counter(status for status, _ in seen).keys() == {200}


async def test_a_new_version_reaches_every_replica_without_an_error(deployed, seven, tmp_path):
    address, _, data = deployed
    own = Library([ZOO, data / "models"])
    folder = shutil.copytree(ZOO / "digits" / "1", tmp_path / "made")
    said = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**said, "version": "2"}))
    async with asked_on(address, seven) as seen:
        await until(lambda: len(seen) > 10)
        await asyncio.to_thread(own.publish, folder, prove=verify)
        await until(lambda: {version for _, version in seen[-20:]} == {"2"})
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{address}/v1/trainings/digits/rollback") as answer:
                assert (answer.status, (await answer.json())["version"]) == (200, "1")

            async def version():
                async with session.post(f"{address}/v1/models/digits/predict", data=seven) as answer:
                    return (await answer.json())["version"]

            assert set(await asyncio.gather(*(version() for _ in range(8)))) == {"1"}  # every replica has looked
    assert {status for status, _ in seen} == {200}


@pytest.mark.skipif(sys.platform != "linux", reason="who is a replica is read from Linux's /proc")
def test_whoever_asks_a_replica_past_the_gateway_must_have_rays_token(deployed):
    import grpc

    pid = replicas(deployed[1])[0]
    assert b"RAY_USAGE_STATS_ENABLED=0" in Path(f"/proc/{pid}/environ").read_bytes()
    codes = set()
    for port in listened_on(pid):
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel, pytest.raises(grpc.RpcError) as error:
            channel.unary_unary("/ray.serve.ASGIService/HandleRequest")(b"", timeout=10)
        codes.add(error.value.code())
    code = grpc.StatusCode
    assert code.UNAUTHENTICATED in codes  # the way in; the others are Ray's own doors, which know no such request
    assert codes <= {code.UNAUTHENTICATED, code.UNIMPLEMENTED, code.UNAVAILABLE}


def listened_on(pid):
    """The TCP ports on which a process listens."""
    held = {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir() if path.is_symlink()}
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()
    ]
    return {int(one[1].rpartition(":")[2], 16) for one in lines if one[3] == "0A" and f"socket:[{one[9]}]" in held}


# --- without Ray ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--replicas", "none"), "'none' is no number of replicas: say 2, or 1-4 for as many as the load asks for."),
        (("--replicas", "4-1"), "'4-1' is no number of replicas: say 2, or 1-4 for as many as the load asks for."),
        (("--join",), "--join needs the cluster's address: --address auto for this machine's."),
    ],
)
def test_what_cannot_be_deployed_is_one_sentence(options, sentence):
    done = CliRunner().invoke(app, ["deploy", "ray", *options])
    assert (done.exit_code, done.stderr.strip()) == (1, sentence)


def test_the_token_is_the_gateways_alone(monkeypatch):
    told = []
    monkeypatch.setattr(ray_serve, "run", lambda *given, **_how: told.extend([*given, dict(os.environ)]))
    monkeypatch.setenv("MODELS_TOKEN", "open sesame")
    assert CliRunner().invoke(app, ["deploy", "ray", "--replicas", "1-3"]).exit_code == 0
    deployment, settings, *_, environment = told
    assert (settings.token, settings.queue) == ("open sesame", 3 * deployment.queue)
    assert "open sesame" not in repr((deployment, deployment.settings(), environment))


@pytest.mark.parametrize("options", [("--port", "0"), ("--write", "deployment.yaml")])
def test_without_ray_it_says_what_to_install(monkeypatch, tmp_path, options):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = CliRunner().invoke(app, ["deploy", "ray", *options])
    assert (done.exit_code, done.stderr) == (1, "Ray must be installed for that: pip install 'studybot[models,ray]'.\n")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("127.0.0.1:1", "No Ray can be used at 127.0.0.1:1: nothing listens there."),
        ("127.0.0.1:99999", "No Ray can be used at 127.0.0.1:99999: nothing listens there."),
        ("there", "'there' is no address of a cluster: say auto, or HOST:PORT as `ray start --head` does."),
    ],
)
def test_a_cluster_that_is_not_there_is_said_at_once(address, sentence):
    with pytest.raises(ServeError) as refused:
        ray_serve._check_answers(address)
    assert str(refused.value) == sentence


def test_more_than_this_machine_has_is_refused():
    there = {"CPU": 2.0}
    ray_serve._check_room(Deployment(models=(ZOO,)), there)
    with pytest.raises(ServeError, match=r"than this machine has \(CPU: 4 of 2\): .* less with --cpus"):
        ray_serve._check_room(Deployment(models=(ZOO,), cpus=2), there)
    with pytest.raises(ServeError, match=r"than this machine has \(GPU: 1 of 0\): .* less with --gpus"):
        ray_serve._check_room(Deployment(models=(ZOO,), gpus=0.5), there)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Ray's own modules, as they are imported
def test_the_file_for_ray_serve_says_the_same(needs_ray, tmp_path):
    from ray.serve.schema import ServeDeploySchema

    path = tmp_path / "deployment.yaml"
    options = ["--models", str(tmp_path), "--replicas", "1-3", "--gpus", "0.5", "--write", str(path)]
    assert CliRunner().invoke(app, ["deploy", "ray", *options]).exit_code == 0
    (found,) = ServeDeploySchema.model_validate(yaml.safe_load(path.read_text())).applications
    deployment = Deployment.model_validate(found.args)
    assert found.import_path == "models.server.distributed.ray_serve:build"
    assert deployment.models[1:] == (tmp_path,) and deployment.settings().device == "cuda"
    options = deployment.options()
    assert options["autoscaling_config"]["max_replicas"] == 3
    assert options["ray_actor_options"]["num_gpus"] == 0.5
    assert ray_serve.build(found.args) is not None  # Ray Serve takes every option
    with pytest.raises(ServeError, match="The deployment cannot be read: least"):
        ray_serve.build({**found.args, "least": 0})
