"""The compose file is what the Compose specification allows, and each image holds only its own side."""

import importlib.util
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose
from typer.main import get_command

from bot.platforms.slack.settings import SlackSettings
from bot.settings import Settings
from models.cli.app import PORT
from models.cli.app import app as models
from models.cli.main import health, serve
from models.server.distributed.ray_serve import Deployment

ROOT = Path(__file__).parent.parent


@pytest.fixture
def compose():
    whole = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return {key: value for key, value in whole.items() if not key.startswith("x-")}


def test_it_follows_the_specification(compose):
    services = set(PyCompose.from_json(json.dumps(compose)).service_names())
    assert services == {"db", "bot", "models-cpu", "models-gpu", "models-ray"}


def test_a_misspelt_key_would_be_refused(compose):
    compose["services"]["bot"]["helthcheck"] = {}
    with pytest.raises(ValueError):
        PyCompose.from_json(json.dumps(compose))


def test_every_service_is_healthy_by_a_check_of_its_own(compose):
    assert all("healthcheck" in service for service in compose["services"].values())


def test_the_gpu_is_reserved_only_for_the_models_that_want_it(compose):
    services = compose["services"]
    devices = services["models-gpu"]["deploy"]["resources"]["reservations"]["devices"]
    assert devices[0]["capabilities"] == ["gpu"]
    assert services["models-gpu"]["profiles"] == ["gpu"] and services["models-cpu"]["profiles"] == ["cpu"]
    assert "deploy" not in services["models-cpu"]


def test_the_replicas_of_ray_are_what_the_image_can_run_and_listen_where_the_others_do(compose):
    ray = compose["services"]["models-ray"]
    assert ray["profiles"] == ["ray"] and ray["build"]["args"] == {"LOCKS": "models ray"}
    words = [re.sub(r"\$\{\w+:-(.*)\}", r"\1", word) for word in ray["command"]]
    context = get_command(models).make_context("models", words[3:])
    deploy = context.command.get_command(context, "deploy")
    given = deploy.get_command(context, "ray").make_context("ray", words[5:]).params
    assert (given["host"], given["port"], given["replicas"], given["gpus"]) == ("0.0.0.0", PORT, "2", 0.5)
    cpu = compose["services"]["models-cpu"]
    assert {key: ray[key] for key in cpu.keys() - {"build", "profiles"}} == {
        key: cpu[key] for key in cpu.keys() - {"build", "profiles"}
    }
    assert int(ray["stop_grace_period"].rstrip("s")) > Deployment(models=()).options()["graceful_shutdown_timeout_s"]


@pytest.mark.parametrize("name", ["bot", "models"])
def test_images_run_as_a_user_without_rights(name):
    lines = (ROOT / "docker" / f"{name}.Dockerfile").read_text().splitlines()
    assert lines.index("USER 10001") > max(n for n, line in enumerate(lines) if line.startswith(("RUN", "COPY")))


def test_the_bot_image_installs_no_torch():
    assert "requirements/models.txt" not in (ROOT / "docker" / "bot.Dockerfile").read_text()
    assert not any(line.startswith("torch") for line in (ROOT / "requirements" / "chat.txt").read_text().splitlines())


def test_what_an_image_copies_is_there():
    for dockerfile in (ROOT / "docker").glob("*.Dockerfile"):
        for line in dockerfile.read_text().splitlines():
            if line.startswith("COPY"):
                for name in line.split()[1:-1]:
                    assert (ROOT / name).exists(), f"{dockerfile.name}: {name}"


def test_every_port_that_is_listened_on_is_the_one_that_is_asked(compose):
    bot = compose["services"]["bot"]
    assert bot["ports"] == [f"127.0.0.1:{port}:{port}" for port in (Settings().port, SlackSettings().http_port)]
    assert bot["environment"]["MODELS_URL"] == f"http://models:{PORT}"
    assert f"EXPOSE {PORT}" in (ROOT / "docker" / "models.Dockerfile").read_text().splitlines()
    for command in (serve, health):
        assert inspect.signature(command).parameters["port"].default == PORT


@pytest.mark.parametrize("name", ["bot", "models-cpu", "models-gpu", "models-ray"])
def test_the_models_ask_for_the_token_that_the_bot_gives(compose, name):
    assert compose["services"][name]["environment"]["MODELS_TOKEN"] == "${MODELS_TOKEN:-}"


@pytest.mark.parametrize("name", ["bot", "models-cpu", "models-gpu", "models-ray"])
def test_the_health_check_of_an_image_is_a_command_it_has(compose, name):
    program, *words = compose["services"][name]["healthcheck"]["test"][1:]
    done = subprocess.run(
        [Path(sys.executable).parent / program, *words, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "health" in done.stdout, done.stderr


def test_base_images_are_pinned_by_what_the_registry_says_and_pinned_ones_are_left(tmp_path):
    shutil.copytree(ROOT / "docker", tmp_path / "docker")
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    files = [tmp_path / "docker-compose.yml", *sorted((tmp_path / "docker").glob("*.Dockerfile"))]
    for file in files:  # as they are before they are pinned
        file.write_text(re.sub(r"@sha256:[0-9a-f]{64}", "", file.read_text()))
    before = [file.read_text() for file in files]
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(f'#!/bin/sh\necho "$4" >> {tmp_path}/asked\necho sha256:{"a" * 64}\n')
    docker.chmod(0o755)
    path = {"PATH": f"{docker.parent}:{os.environ['PATH']}"}
    for _ in range(2):
        subprocess.run(["sh", tmp_path / "docker" / "pin.sh"], env=path, check=True)
    asked = (tmp_path / "asked").read_text().split()
    assert sorted(asked) == ["postgres:17", "python:3.11-slim", "python:3.11-slim"]
    for text, file in zip(before, files, strict=True):
        pinned = file.read_text()
        assert re.sub(r"@sha256:a{64}", "", pinned) == text and pinned.count("@sha256:") == 1


@pytest.mark.parametrize("image", ["bot", "models"])
def test_an_image_carries_the_licences_of_what_is_in_it(image):
    assert any("NOTICE" in line for line in (ROOT / "docker" / f"{image}.Dockerfile").read_text().splitlines())


def test_the_licences_are_those_of_what_is_locked_and_installed(monkeypatch):
    spec = importlib.util.spec_from_file_location("notice", ROOT / "requirements" / "notice.py")
    notice = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notice)
    assert notice.written() == (ROOT / "NOTICE").read_text()
    monkeypatch.setattr(notice, "licence", lambda _: "Other-1.0")
    assert notice.written() != (ROOT / "NOTICE").read_text()
