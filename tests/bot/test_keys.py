"""A backup holds the keys, for whoever has the passphrase alone."""

import sqlite3

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from store.backup import KEYS, keys_of

KEY = b"a key of the tests, forty-four letters long="


@pytest.fixture
def house(migrated_sqlite, tmp_path, monkeypatch):
    data = tmp_path / "data"
    data.mkdir()
    (data / "studybot.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    (data / "secret.key").write_bytes(KEY)
    monkeypatch.chdir(tmp_path)

    def studybot(*words, passphrase=""):
        monkeypatch.setenv("STUDYBOT_BACKUP_PASSPHRASE", passphrase)
        done = CliRunner().invoke(app, words)
        return done.exit_code, done.output

    return data, studybot


def test_keys_go_through_a_backup_and_only_the_passphrase_opens_them(house):
    data, studybot = house
    assert "are in it, under STUDYBOT_BACKUP_PASSPHRASE" in studybot("backup", "copy", passphrase="red kettle")[1]
    assert KEY not in (data.parent / "copy").read_bytes() and b"red kettle" not in (data.parent / "copy").read_bytes()
    (data / "secret.key").unlink()
    before = (data / "studybot.sqlite3").read_bytes()
    code, said = studybot("restore", "copy", passphrase="blue kettle")
    assert code == 1 and "is not the one" in said
    assert (data / "studybot.sqlite3").read_bytes() == before and not (data / "secret.key").exists()
    code, said = studybot("restore", "copy")
    assert code == 0 and "were left" in said and not (data / "secret.key").exists()
    code, said = studybot("restore", "copy", passphrase="red kettle")
    assert code == 0 and (data / "secret.key").read_bytes() == KEY
    assert (data / "secret.key").stat().st_mode & 0o077 == 0
    with sqlite3.connect(data / "studybot.sqlite3") as db:
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (KEYS,)).fetchone() == (0,)
    (data / "secret.key").write_bytes(b"another key")
    assert "is another key, and was left" in studybot("restore", "copy", passphrase="red kettle")[1]
    assert (data / "secret.key").read_bytes() == b"another key"


def test_without_a_passphrase_a_backup_says_that_the_keys_are_not_in_it(house):
    data, studybot = house
    assert "The keys are not in it" in studybot("backup", "copy")[1]
    assert keys_of(data.parent / "copy") == {}
