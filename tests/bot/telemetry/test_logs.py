"""A line of the log is one JSON object where that is wished, says whose event it is, and never what people wrote."""

import asyncio
import io
import json
import logging

import pytest
from sqlalchemy import update

from bot.settings import SettingsError, read_settings
from bot.telemetry import logs
from bot.telemetry.events import current_event, event_id
from bot.telemetry.logs import MOST_ALIKE, OWN, CountingHandler, JsonFormatter, TextFormatter, start_log
from store.database import tables as t
from tests.cogs.conversation import ANA, BEN, conversation

SECRET = "xylophone"


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


@pytest.fixture
def written():
    """What a program that started its log at DEBUG writes, as text and as JSON."""
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in ("", *OWN)}
    handlers, root.handlers = root.handlers, []
    start_log("DEBUG", as_json=True)
    (handler,) = root.handlers
    plain = CountingHandler(io.StringIO())
    plain.setFormatter(TextFormatter())
    root.addHandler(plain)
    handler.setStream(io.StringIO())
    yield lambda: (handler.stream.getvalue(), plain.stream.getvalue())
    root.handlers = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


async def test_no_level_writes_what_people_wrote_and_lines_say_to_which_event_they_belong(store, written, monkeypatch):
    talk = await conversation(store)
    await talk.open_round()
    assert "That's right" in await talk.answer(ANA, 1, f"It is blue, the {SECRET} says.")

    async def refused(db, *_, **__):  # a fault of the program, for which Postgres quotes the whole row
        a = t.answers
        await db.execute(update(a).values(text=f"{SECRET}\n\n{SECRET}", score=None))

    monkeypatch.setattr("store.answers.answers.record", refused)
    for number in (1, 2):
        assert "Something broke" in await talk.answer(BEN, number, f"It is blue, the {SECRET} says.")
    logging.getLogger("discord.gateway").debug("the payload: %s", SECRET)
    logging.getLogger("slack_sdk").debug("the request: %s", SECRET)
    as_json, as_text = written()
    assert SECRET not in as_json + as_text
    first, second = [line for line in map(json.loads, as_json.splitlines()) if line["level"] == "ERROR"]
    assert first["event"] and second["event"] and first["event"] != second["event"]
    assert "IntegrityError" in first["exception"] and f"quiz.send failed (event {first['event']})" in as_text


async def test_one_id_lasts_from_arrival_to_reply_in_tasks_too_and_ends_there():
    with event_id():
        arrived = current_event()

        async def worked_on():
            with event_id():
                return current_event()

        assert await asyncio.create_task(worked_on()) == arrived != ""
    assert current_event() == ""


def test_lines_of_one_kind_are_counted_instead_of_repeated(written, monkeypatch):
    log = logging.getLogger("bot.schedule.outbox")
    for number in range(1000):
        log.warning("delivery %s: %s", number, "the database is away")
    log.warning("another thing")
    assert len(written()[0].splitlines()) == MOST_ALIKE + 1
    monkeypatch.setattr(logs, "WINDOW", 0.0)
    log.warning("a third")
    assert "980 more lines within" in written()[0] and "delivery %s: %s" in written()[0]
