"""What people wrote, and the keys to it, is read by the account that runs the bot alone; no other process is told."""

from __future__ import annotations

import os
import stat
import sys

import pytest

from bot.data_folder import keep_files_private, prepared_folder
from bot.vision.child import ModelService
from store import Store, migrate
from store.backup import backup
from store.durable import write_durably


def modes(folder):
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


@pytest.fixture
def umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
async def test_every_file_of_the_data_folder_is_its_owners(tmp_path):
    shared = tmp_path / "data"
    shared.mkdir(mode=0o755)
    keep_files_private()
    data = prepared_folder(shared)
    url = f"sqlite:///{data / 'studybot.sqlite3'}"
    await migrate(url)
    store = await Store.open(url)
    await store.facts.set("a", "b")
    (data / "packs").mkdir()
    (data / "packs" / "notes.md").write_text("what somebody wrote")
    write_durably(data / "key", b"secret")
    await backup(url, data / "backup.sqlite3")
    found = modes(data)
    await store.close()
    assert {"studybot.sqlite3", "studybot.sqlite3-wal", "studybot.sqlite3-shm", "backup.sqlite3", "key"} < set(found)
    assert found.pop("packs") == 0o700 == stat.S_IMODE(data.stat().st_mode)
    assert set(found.values()) == {0o600}, found


def test_the_models_are_told_no_secret_of_the_bots(tmp_path, monkeypatch):
    for name in ("DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SIGNIN_GITHUB_CLIENT_SECRET", "DATABASE_URL", "MY_API_KEY"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("STUDYBOT_BACKUP_PASSPHRASE", "secret")
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    told = ModelService(tmp_path, token="ours", command=(sys.executable,))._environment
    assert "secret" not in told.values()
    assert (told["MODELS_TOKEN"], told["OMP_NUM_THREADS"], told["PATH"]) == ("ours", "2", os.environ["PATH"])
