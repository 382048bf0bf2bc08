"""Starts that cannot succeed: each ends with one sentence on what to do, exit code 1, and no traceback."""

import os
import socket
import sqlite3

import pytest

from tests import programs


def studybot(*words, **settings):
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DISCORD", "SLACK", "STUDYBOT"))}
    env |= {"MODELS_URL": "http://127.0.0.1:9"} | settings
    return programs.run(*words, env=env)


def refused(done):
    """The one sentence, after checking that it is one."""
    assert done.returncode == 1, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if " INFO " not in line]
    assert len(lines) == 1 and "Traceback" not in done.stderr, done.stderr
    return lines[0]


def test_a_port_in_use(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refused(studybot("run", "--port", port, STUDYBOT_DATA=str(tmp_path)))
    assert port in said and "STUDYBOT_PORT" in said


def test_a_data_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    assert "STUDYBOT_DATA" in refused(studybot("run", STUDYBOT_DATA=str(tmp_path / "file")))


@pytest.mark.parametrize("content", [b"SQLite format 3\x00half of a file", b"hello, I am a text file" * 100])
def test_a_database_that_is_half_written_is_told_and_left_alone(tmp_path, content):
    path = tmp_path / "studybot.sqlite3"
    path.write_bytes(content)
    said = refused(studybot("run", STUDYBOT_DATA=str(tmp_path)))
    assert "studybot.sqlite3" in said
    assert path.read_bytes() == content


def test_a_database_of_a_newer_studybot(tmp_path):
    with sqlite3.connect(tmp_path / "studybot.sqlite3") as db:
        db.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        db.execute("INSERT INTO alembic_version VALUES ('9999')")
    assert "newer" in refused(studybot("run", STUDYBOT_DATA=str(tmp_path)))


def test_a_zone_that_does_not_exist(tmp_path):
    said = refused(studybot("run", STUDYBOT_DATA=str(tmp_path), STUDYBOT_ZONE="Europe/Atlantis"))
    assert "STUDYBOT_ZONE" in said and "Europe/Atlantis" in said


def test_a_platform_that_does_not_exist(tmp_path):
    assert "browser" in refused(studybot("run", "--platform", "irc", STUDYBOT_DATA=str(tmp_path)))


def test_a_platform_without_its_token(tmp_path):
    assert "DISCORD_TOKEN" in refused(studybot("run", "--platform", "discord", STUDYBOT_DATA=str(tmp_path)))
    assert "SLACK_BOT_TOKEN" in refused(studybot("run", "--platform", "slack", STUDYBOT_DATA=str(tmp_path)))


def test_settings_that_cannot_be_used_are_all_named_at_once(tmp_path):
    done = studybot("run", STUDYBOT_DATA=str(tmp_path), STUDYBOT_PORT="many", STUDYBOT_LOG="LOUD")
    said = refused(done)
    assert "STUDYBOT_PORT" in said and "STUDYBOT_LOG" in said


def test_packs_with_faults_name_file_and_line(tmp_path):
    pack = tmp_path / "packs" / "mine"
    pack.mkdir(parents=True)
    (pack / "course.yaml").write_text("id: mine\ntitel: Mine\n")
    done = studybot("run", STUDYBOT_DATA=str(tmp_path / "data"), STUDYBOT_PACKS=str(tmp_path / "packs"))
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "course.yaml:2" in done.stderr and "title" in done.stderr


def test_a_folder_without_packs(tmp_path):
    assert "STUDYBOT_PACKS" in refused(
        studybot("run", STUDYBOT_DATA=str(tmp_path), STUDYBOT_PACKS=str(tmp_path / "nowhere"))
    )


def test_an_unknown_command_of_the_command_line():
    done = studybot("classiffy")
    assert done.returncode == 2 and "No such command" in done.stderr and "Traceback" not in done.stderr
