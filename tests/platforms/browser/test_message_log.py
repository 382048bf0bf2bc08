from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime

import pytest

from bot.platforms.browser.log import KEPT_PRIVATE, Draft, MessageLog
from bot.platforms.browser.serialisation import digests, written
from cogs.messages import ActionId, BulletList, Button, Card, Entry, Fields, File, Image, Picture, Reply, Text, strong

NOW = datetime(2026, 11, 20, tzinfo=UTC)
BUTTONS = (Button("Go", ActionId("quiz.answer", ("17",))),)
SEVEN = Picture(b"\x89PNG seven", "seven.png", alt="a seven")


def draft(key, text="hello", **more):
    body, blobs = written(Reply(text))
    return Draft(key, "c", body, blobs, **more)


def pictured(key, picture=SEVEN, **more):
    body, blobs = written(Reply("look", (Card(blocks=(Image(picture),)),)))
    return Draft(key, "c", body, blobs, **more)


@pytest.fixture
async def log(tmp_path):
    made = MessageLog(tmp_path / "browser.sqlite3")
    await made.open()
    yield made
    await made.close()


def test_a_reply_is_written_with_its_bytes_beside_it():
    press = ActionId("quiz.answer", ("17",))
    card = Card("T", (Text("a ", strong("b")), Image(SEVEN)), (Button("Go", press),))
    body, blobs = written(Reply("sum", (card,), (File("a.csv", "text/csv", b"1"),)))
    assert body["cards"][0]["blocks"][0]["spans"][1] == {"is": "Span", "text": "b", "style": "strong"}
    assert body["cards"][0]["buttons"][0]["action"] == "quiz.answer:17"
    assert {one.data for one in blobs} == {SEVEN.data, b"1"}
    assert digests(body) == {one.digest for one in blobs}


async def test_a_key_is_one_message_for_ever(log):
    first = await log.post(draft("k", "one"), NOW)
    again = await log.post(draft("k", "two"), NOW)
    assert again == first
    assert await log.find("k") == first.id
    assert await log.find("other") is None


async def test_what_was_kept_outlives_the_process(log, tmp_path):
    kept = await log.post(pictured("k"), NOW)
    other = MessageLog(tmp_path / "browser.sqlite3")
    await other.open()
    try:
        assert await other.message(kept.id) == kept
        assert (await other.blob(next(iter(digests(kept.body))))).data == SEVEN.data
    finally:
        await other.close()


async def test_private_replies_are_seen_by_their_reader_only(log):
    ana = await log.join("Ana", "", NOW)
    ben = await log.join("Ben", "", NOW)
    kept = await log.post(draft("p", reader=ana.id), NOW)
    assert await log.message(kept.id, ana.id) == kept
    assert await log.message(kept.id, ben.id) is None
    assert await log.page("c", ben.id, None, 10) == []
    assert await log.since("c", ben.id, 0) == []
    assert await log.since("c", ana.id, 0) == [kept]


async def test_old_private_replies_and_their_pictures_are_let_go(log):
    ana = await log.join("Ana", "", NOW)
    first = await log.post(pictured("p", reader=ana.id), NOW)
    public = await log.post(draft("public"), NOW)
    for number in range(KEPT_PRIVATE):
        await log.post(draft(f"p{number}", reader=ana.id), NOW)
    assert await log.message(first.id, ana.id) is None
    assert await log.blob(next(iter(digests(first.body)))) is None
    assert await log.message(public.id) == public
    assert len(await log.page("c", ana.id, None, 1000)) == KEPT_PRIVATE + 1


async def test_an_edit_is_seen_as_a_change_and_twice_is_once(log):
    kept = await log.post(pictured("k"), NOW)
    body, blobs = written(Reply("closed"))
    changed = await log.edit(kept.id, body, blobs, NOW)
    assert changed.rev > kept.rev
    assert (await log.edit(kept.id, body, blobs, NOW)).rev == changed.rev
    assert await log.since("c", 0, kept.rev) == [changed]
    assert await log.blob(next(iter(digests(kept.body)))) is None
    assert await log.edit(999, body, blobs, NOW) is None


async def test_a_page_brings_what_stands_under_its_messages(log):
    ana = await log.join("Ana", "", NOW)
    posts = [await log.post(draft(f"k{number}"), NOW) for number in range(5)]
    under = await log.post(draft("u", reader=ana.id, anchor=posts[3].id), NOW)
    assert [one.id for one in await log.page("c", ana.id, None, 2)] == [posts[3].id, under.id, posts[4].id]
    assert [one.id for one in await log.page("c", ana.id, posts[3].id, 2)] == [posts[1].id, posts[2].id]


async def test_the_first_member_is_organiser_and_names_are_taken_once(log):
    assert (await log.join("Ana", "Europe/Berlin", NOW)).organiser
    assert not (await log.join("Ben", "", NOW)).organiser
    assert await log.join("ANA", "", NOW) is None
    assert [member.name for member in await log.members()] == ["Ana", "Ben"]


async def test_a_failed_write_leaves_nothing(log):
    bad = draft("k")
    bad.body["blob"] = "x"
    object.__setattr__(bad, "blobs", (object(),))
    with pytest.raises(AttributeError):
        await log.post(bad, NOW)
    assert await log.find("k") is None
    await log.post(draft("k"), NOW)


async def test_a_damaged_file_is_said_to_be_one(tmp_path):
    (tmp_path / "bad.sqlite3").write_bytes(b"not a database, not at all " * 50)
    log = MessageLog(tmp_path / "bad.sqlite3")
    with pytest.raises(sqlite3.DatabaseError):
        await log.open()
    await log.close()


async def test_a_message_written_under_earlier_names_reads_as_one_of_today(log):
    body, _ = written(Reply("s", (Card("T", (BulletList((Entry(Text("a")),)), Fields((("b", "c"),))), BUTTONS),)))
    kept = await log.post(Draft("today", "c", body), NOW)
    text = json.dumps(body).replace('"BulletList"', '"Listing"').replace('"Fields"', '"Facts"')
    old = json.loads(text.replace('"action"', '"press"'))
    assert old != body
    assert (await log.post(Draft("before", "c", old), NOW)).body == kept.body
