"""A trace shows what one event waited for, and nothing that anybody wrote."""

import sys

import pytest

from bot.settings import SettingsError, read_settings
from bot.telemetry.metrics import StoreMetrics
from bot.telemetry.traces import span, start_traces
from store import Store
from tests.cogs.conversation import ANA, conversation

SECRET = "xylophone"


async def test_an_event_and_its_turns_at_the_database_are_one_trace_without_words(database_url):
    memory = pytest.importorskip(
        "opentelemetry.sdk.trace.export.in_memory_span_exporter", reason="the extra otel is not installed here"
    )
    exporter = memory.InMemorySpanExporter()
    store = await Store.open(database_url, watch=StoreMetrics())
    talk = await conversation(store)
    await talk.open_round()
    end = start_traces("http://127.0.0.1:9/v1/traces", exporter)
    await talk.answer(ANA, 1, f"It is blue, the {SECRET} says.")
    with pytest.raises(ValueError), span("delivery", platform="test"):
        raise ValueError(SECRET)
    end()
    await talk.say(ANA, "leaderboard")
    await store.close()
    spans = exporter.get_finished_spans()
    (event,) = [one for one in spans if one.name == "event"]
    assert dict(event.attributes) == {"platform": "test", "what": "quiz.send"}
    turns = [one for one in spans if one.parent is not None and one.parent.span_id == event.context.span_id]
    assert {one.attributes["kind"] for one in turns if one.name == "database"} == {"read", "write"}
    (failed,) = [one for one in spans if one.name == "delivery"]
    assert failed.attributes["error.type"] == "ValueError"
    assert SECRET not in "".join(one.to_json() for one in spans)


def test_without_the_extra_a_sentence_says_how_to_add_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(SettingsError, match=r"pip install 'studybot\[otel\]'"):
        start_traces("http://127.0.0.1:4318/v1/traces")


def test_traces_are_off_unless_a_collector_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_settings().traces == ""
    with span("event", what="nothing"):
        pass
    with pytest.raises(SettingsError, match="STUDYBOT_TRACES"):
        read_settings(traces="collector")
