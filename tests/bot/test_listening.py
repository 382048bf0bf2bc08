"""Whoever connects and asks nothing, or asks and never reads, is let go; nobody holds every connection."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot import listening
from bot.listening import Listener

ASK = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
SECOND = 10


@asynccontextmanager
async def listener(**more):
    """A page that says hello, and one that is twenty megabytes long."""

    async def hello(request):
        return web.Response(text="hello")

    async def long(request):
        return web.Response(body=bytes(20 << 20))

    app = web.Application()
    app.add_routes([web.get("/", hello), web.get("/long", long), web.post("/", hello)])
    made = Listener(app, "127.0.0.1", 0, seconds=0.1, **more)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


@asynccontextmanager
async def connected(made, said=b""):
    """A connection that says something."""
    reader, writer = await asyncio.open_connection("127.0.0.1", made.port)
    writer.write(said)
    yield reader, writer
    writer.transport.abort()


async def ended(reader):
    """What the other side still said before it hung up."""
    told = b""
    async with asyncio.timeout(SECOND):
        try:
            while some := await reader.read(65536):
                told += some
        except ConnectionError:
            pass
    return told


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_whoever_asks_nothing_is_let_go(monkeypatch, said):
    monkeypatch.setattr(listening, "HEADERS", 0.05)
    async with listener() as made, connected(made, said) as (reader, _):
        assert await ended(reader) == b""


async def test_whoever_has_asked_is_not_let_go_for_it(monkeypatch):
    monkeypatch.setattr(listening, "HEADERS", 0.05)
    async with listener() as made, connected(made, ASK[:-2] % b"") as (reader, writer):
        writer.write(b"\r\n")  # the end of the headers comes in two pieces
        assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(0.1)
        writer.write(ASK % b"")
        assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")


@pytest.fixture
def gone(monkeypatch):
    """Set when a connection has gone."""
    event, count = asyncio.Event(), Listener.gone
    monkeypatch.setattr(Listener, "gone", lambda self, address: count(self, address) or event.set())
    return event


async def test_whoever_never_reads_is_let_go(monkeypatch, gone):
    monkeypatch.setattr(listening, "STALLED", 0.05)
    async with listener() as made, connected(made) as (_reader, writer):
        writer.transport.pause_reading()
        writer.write(ASK % b"long")
        await asyncio.wait_for(gone.wait(), SECOND)


async def test_whoever_reads_a_long_answer_has_it_whole(monkeypatch):
    monkeypatch.setattr(listening, "STALLED", 0.05)
    async with listener() as made, connected(made, ASK % b"long") as (reader, _):
        assert len(await reader.readexactly(20 << 20)) == 20 << 20


async def test_one_address_holds_so_many_and_is_told_so_kindly(monkeypatch, gone):
    monkeypatch.setattr(listening, "OF_ONE_ADDRESS", 1)
    async with listener() as made, connected(made, ASK % b"") as (first, writer):
        await first.readuntil(b"hello")
        async with connected(made, ASK % b"") as (second, _):
            told = await ended(second)
            assert told.startswith(b"HTTP/1.1 503") and b"try again in a moment." in told
        writer.transport.abort()
        await asyncio.wait_for(gone.wait(), SECOND)
        async with connected(made, ASK % b"") as (third, _):
            assert (await third.readuntil(b"hello")).startswith(b"HTTP/1.1 200")


async def test_a_proxy_of_ours_brings_many_people(monkeypatch):
    monkeypatch.setattr(listening, "OF_ONE_ADDRESS", 0)
    async with listener(believed="127.0.0.1".__eq__) as made, connected(made, ASK % b"") as (reader, _):
        assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")


async def test_what_is_not_http_is_a_short_line_of_the_log_without_its_words(caplog):
    caplog.set_level(logging.DEBUG)
    async with (
        listener() as made,
        connected(made, b"GET / HTTP/1.1\r\nX: " + b"secret" * 2000 + b"\r\n\r\n") as (reader, _),
    ):
        assert b" 400 " in (await ended(reader))[:20]
    assert "secret" not in caplog.text and "Traceback" not in caplog.text
    assert [one.levelname for one in caplog.records if "not HTTP" in one.message] == ["INFO"]
