"""A process that opens what somebody else made is told no secret."""

from __future__ import annotations

import os
import subprocess

from PIL import Image

from models.environment import bare_environment
from models.training import conversion


def test_a_learner_is_opened_where_no_token_is(tmp_path, monkeypatch):
    seen = {}

    def run(command, **more):
        seen.update(more["env"])
        return subprocess.CompletedProcess(command, 1, "", "ValueError: no learner")

    for name in ("MODELS_TOKEN", "DISCORD_TOKEN", "DATABASE_URL", "STUDYBOT_DATA", "HF_TOKEN"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setattr(conversion.subprocess, "run", run)
    Image.new("RGB", (64, 64)).save(tmp_path / "golden.png")
    (tmp_path / "old.pkl").write_bytes(b"")
    try:
        conversion.convert_apart(tmp_path / "old.pkl", "x", "1", tmp_path / "golden.png", tmp_path / "into")
    except conversion.ConversionError as error:
        assert "no learner" in str(error)
    assert seen["PATH"] == os.environ["PATH"] and "secret" not in seen.values()


def test_what_is_added_is_told(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "secret")
    told = bare_environment(OMP_NUM_THREADS="1")
    assert told["OMP_NUM_THREADS"] == "1" and "SLACK_BOT_TOKEN" not in told
