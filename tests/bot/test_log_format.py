"""A line of the log is one JSON object where that is wished, whatever stands in it."""

import json
import logging

import pytest

from bot.log_format import JsonFormatter
from bot.settings import SettingsError, read_settings


def test_a_record_is_one_line_of_json_with_its_traceback():
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("bot.app", logging.ERROR, "app.py", 1, "%s failed\nbadly", ("“it”",), info)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"]) == ("ERROR", "bot.app", "“it” failed\nbadly")
    assert told["exception"].endswith("ValueError: two\nlines")
    assert told["at"].endswith("+00:00")


def test_the_form_of_the_log_is_a_setting(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_settings().log_format == "text"
    monkeypatch.setenv("STUDYBOT_LOG_FORMAT", "json")
    assert read_settings().log_format == "json"
    monkeypatch.setenv("STUDYBOT_LOG_FORMAT", "xml")
    with pytest.raises(SettingsError, match="STUDYBOT_LOG_FORMAT"):
        read_settings()
