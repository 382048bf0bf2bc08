"""Every command of the runbook does what it says, one after another, on a data folder as an operator has it."""

import asyncio
import re
import shlex
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.groups import groups_app
from bot.cli.main import app
from bot.telemetry import health
from store import Lease, Problem, Store
from study.texts import LazyText
from tests.bot.channelbook import Channelbook, Spine
from tests.bot.test_outbox import due

RUNBOOK = (Path(__file__).parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
COMMANDS = list(dict.fromkeys(re.findall(r"(?:`|^)studybot ((?:[a-z-]+)[^`\n]*)", RUNBOOK, re.M)))
SERVES = "run"


@pytest.fixture
def house(migrated_sqlite, tmp_path, monkeypatch):
    """A group with a message of unknown fate, beside which a bot gave its last sign a moment ago."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "studybot.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODELS_URL", "http://127.0.0.1:9")

    async def prepared():
        store = await Store.open(f"sqlite:///{data}/studybot.sqlite3")
        spine = Spine(store, Channelbook(can_find=False))
        await spine.group()
        await due(spine)
        (first, *_) = await store.deliveries.claim(Lease("1", timedelta(seconds=60)), spine.clock.now(), ["browser"])
        await store.deliveries.mark_unknown(first, Problem("cannot_tell", LazyText("why")), None, spine.clock.now())
        await store.close()
        return first.id

    message = asyncio.run(prepared())
    health.write_down(data, ["browser"], [health.Check("the database", True)])
    return {"NUMBER": str(message), "GROUP": "1"}


def test_every_command_of_the_runbook_can_be_given_as_it_stands(house, tmp_path):
    assert len(COMMANDS) > 12
    ran = []
    for command in COMMANDS:
        words = [house.get(word, word).replace("/backups/", f"{tmp_path}/") for word in shlex.split(command)]
        if words[0] == SERVES:
            words = [SERVES, *words[1:], "--help"]
        if words == ["groups", "move"]:
            words.append("--help")
        called, words = (groups_app, words[1:]) if words[0] == "groups" else (app, words)
        done = CliRunner().invoke(called, words)
        allowed = (0, 1) if words[:1] == ["doctor"] else (0,)  # there are no models here, which it says
        assert done.exit_code in allowed, (command, done.output, done.exception)
        ran.append(command)
    assert {command.split()[0] for command in ran} >= {"doctor", "health", "backup", "restore", "groups"}
