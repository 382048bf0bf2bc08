"""Advice of a language model: what it is sent, what is made of what it says, and that nothing waits for it."""

import asyncio
import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.opinions import adviser
from bot.opinions.adviser import Adviser
from bot.settings import SettingsError, read_settings

WORDS = ("Which colour is the sky?", "It is blue.", "The colour of cornflowers")


@pytest.fixture
async def server():
    """Answers as such a server does; a test says what, and reads what was asked."""

    async def chat(request):
        server.asked.append((request.headers.get("Authorization"), await request.json()))
        await asyncio.sleep(server.late)
        message = {"role": "assistant", "content": server.says}
        return web.json_response({"id": "1", "choices": [{"index": 0, "message": message}]}, status=server.status)

    async def models(request):
        return web.json_response({"object": "list", "data": [{"id": "small", "object": "model"}]})

    app = web.Application()
    app.add_routes([web.post("/v1/chat/completions", chat), web.get("/v1/models", models)])
    async with TestServer(app) as server:
        server.asked, server.says, server.status, server.late = [], '{"verdict": "right", "why": "Blue."}', 200, 0
        yield server


def settings(server, tmp_path, **more):
    chosen = {"advice_model": "small", "advice_key": "secret", **more}
    return read_settings(data=tmp_path, advice_url=str(server.make_url("/v1")), **chosen)


async def test_it_is_sent_question_reference_and_words_and_nothing_of_who_wrote_them(server, tmp_path):
    told = await Adviser(settings(server, tmp_path))(*WORDS)
    assert (told.verdict, told.why, told.by) == ("right", "Blue.", "small")
    ((key, asked),) = server.asked
    assert key == "Bearer secret" and asked["model"] == "small" and asked["temperature"] == 0
    assert list(json.loads(asked["messages"][-1]["content"]).values()) == list(WORDS)


@pytest.mark.parametrize(
    ("says", "verdict"),
    [
        ('```json\n{"verdict": "half", "why": "a\\n b"}\n```', "half"),
        ('<think>Is it {blue}?</think> {"verdict": "wrong"}', "wrong"),
        ('Here you are: {"verdict": "wrong", "score": 3}', "wrong"),
        ('{"verdict": "splendid"}', None),
        ("right", None),
        ("", None),
    ],
)
async def test_what_is_no_verdict_is_no_advice(server, tmp_path, says, verdict):
    server.says = says
    told = await Adviser(settings(server, tmp_path))(*WORDS)
    assert (told and told.verdict) == verdict and (told is None or "\n" not in told.why)


@pytest.mark.parametrize("trouble", ["status", "late", "long"])
async def test_a_server_in_trouble_gives_no_advice_and_is_logged_once(server, tmp_path, monkeypatch, caplog, trouble):
    monkeypatch.setattr(adviser, "SECONDS", 0.2)
    server.status, server.late = (500 if trouble == "status" else 200), (1 if trouble == "late" else 0)
    if trouble == "long":
        server.says = "x" * 100_000
    asks = Adviser(settings(server, tmp_path))
    assert await asks(*WORDS) is None and await asks(*WORDS) is None
    assert [one.levelname for one in caplog.records] == ["WARNING"]


@pytest.mark.parametrize(
    ("more", "state", "told"),
    [
        ({}, "well", "has small"),
        ({"advice_model": "large"}, "warning", "has small, and not large"),
        ({"advice_url": "http://127.0.0.1:9/v1"}, "warning", "No OpenAI-compatible server answers"),
    ],
)
async def test_the_doctor_looks_whether_the_server_has_the_model(server, tmp_path, more, state, told):
    found = await Adviser(settings(server, tmp_path).model_copy(update=more)).examine()
    assert found.state == state and told in found.sentence


def test_an_address_without_a_model_is_told(tmp_path):
    with pytest.raises(SettingsError, match="must name a language model"):
        read_settings(data=tmp_path, advice_url="http://127.0.0.1:8080/v1")
