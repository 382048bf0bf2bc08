from __future__ import annotations

import contextlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.browser.serialisation import written
from cogs.messages import ActionId, BulletList, Button, Card, Entry, File, Image, Picture, Reply, Text, strong
from store import Draft, NotFound, StoreError
from store.page.messages import KEPT_PRIVATE, UNDER, digests
from store.page.people import INVITATION_LIFE
from store.page.sessions import SESSION_LIFE
from study.group import Account
from tests.store.school import a_group, erased

NOW = datetime(2026, 11, 20, tzinfo=UTC)
BUTTONS = (Button("Go", ActionId("quiz.answer", ("17",))),)
SEVEN = Picture(b"\x89PNG seven", "seven.png", alt="a seven")

LOG = """
CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT, folded TEXT, organiser INTEGER, zone TEXT, joined_at TEXT);
CREATE TABLE messages (id INTEGER PRIMARY KEY, key TEXT, channel TEXT, reader INTEGER, anchor INTEGER, author INTEGER,
  said TEXT, body TEXT, rev INTEGER, created_at TEXT, edited_at TEXT);
CREATE TABLE blobs (digest TEXT PRIMARY KEY, name TEXT, content_type TEXT, data BLOB);
"""


def draft(key, text="hello", **more):
    body, blobs = written(Reply(text))
    return Draft(key, "c", body, blobs, **more)


def pictured(key, picture=SEVEN, **more):
    body, blobs = written(Reply("look", (Card(blocks=(Image(picture),)),)))
    return Draft(key, "c", body, blobs, **more)


@pytest.fixture
def log(store):
    return store.page.messages


@pytest.fixture
async def ana(store):
    return await store.page.people.join("Ana", "Europe/Berlin", NOW)


@pytest.fixture
async def ben(store, ana):
    return await store.page.people.join("Ben", "", NOW + timedelta(seconds=1))


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


async def test_private_replies_are_seen_by_their_reader_only(log, ana, ben):
    kept = await log.post(draft("p", reader=ana.id), NOW)
    assert await log.message(kept.id, ana.id) == kept
    assert await log.message(kept.id, ben.id) is None
    assert await log.page("c", ben.id, None, 10) == []
    assert await log.since("c", 0) == [kept]
    assert kept.seen_by(ana.id) and not kept.seen_by(ben.id)


async def test_old_private_replies_and_their_pictures_are_let_go(log, ana):
    first = await log.post(pictured("p", reader=ana.id), NOW)
    public = await log.post(draft("public"), NOW)
    for number in range(KEPT_PRIVATE):
        await log.post(draft(f"p{number}", reader=ana.id), NOW)
    assert await log.message(first.id, ana.id) is None
    assert await log.blob(next(iter(digests(first.body))), [ana.id]) is None
    assert await log.message(public.id) == public
    assert len(await log.page("c", ana.id, None, 1000)) == KEPT_PRIVATE + 1


async def test_under_a_message_stand_the_latest_and_earlier_ones_are_asked_for(log, ana, ben):
    top = await log.post(draft("top"), NOW)
    said = [await log.post(draft(f"t{number}", anchor=top.id), NOW) for number in range(UNDER + 3)]
    mine = await log.post(draft("mine", anchor=top.id, reader=ana.id), NOW)
    assert await log.page("c", ana.id, None, 10) == [top, *said[3:], mine]
    assert await log.page("c", ben.id, None, 10) == [top, *said[3:]]
    assert await log.under(top.id, ben.id, said[3].id, 2) == said[1:3]
    assert await log.under(top.id, ben.id, mine.id + 1, 1) == said[-1:]


async def test_a_picture_comes_part_by_part(log, ana, ben):
    kept = await log.post(pictured("p", reader=ana.id), NOW)
    digest = next(iter(digests(kept.body)))
    parts = [await log.part(digest, [ana.id], start, 5) for start in (0, 5, 10)]
    assert [found[0].data for found in parts] == [b"\x89PNG ", b"seven", b""]
    assert {found[1] for found in parts} == {len(SEVEN.data)}
    assert await log.part(digest, [ben.id], 0, 5) is None


async def test_what_is_kept_of_somebody_is_their_words_and_the_pictures_they_showed(log, ana, ben):
    assert await log.kept_of(ana.id) == 0
    said = await log.post(pictured("talk", author=ana.id), NOW)
    words = len(json.dumps(said.body))
    assert await log.kept_of(ana.id) == words + len(SEVEN.data)
    bigger = Picture(b"\x89PNG" + bytes(100), "big.png")
    await log.post(pictured(f"reply:{ana.id}:k", bigger), NOW)
    await log.post(pictured(f"reply:{ana.id}:own", Picture(bytes(1000), "own.png"), reader=ana.id), NOW)
    assert await log.kept_of(ana.id) == words + len(SEVEN.data) + 104
    assert await log.kept_of(ben.id) == 0


async def test_an_edit_is_seen_as_a_change_and_twice_is_once(log):
    kept = await log.post(pictured("k"), NOW)
    body, blobs = written(Reply("closed"))
    changed = await log.edit(kept.id, body, blobs, NOW)
    assert changed.rev > kept.rev
    assert (await log.edit(kept.id, body, blobs, NOW)).rev == changed.rev
    assert await log.since("c", kept.rev) == [changed]
    assert await log.blob(next(iter(digests(kept.body))), []) is None
    assert await log.edit(999, body, blobs, NOW) is None


async def test_a_page_brings_what_stands_under_its_messages(log, ana):
    posts = [await log.post(draft(f"k{number}"), NOW) for number in range(5)]
    under = await log.post(draft("u", reader=ana.id, anchor=posts[3].id), NOW)
    assert [one.id for one in await log.page("c", ana.id, None, 2)] == [posts[3].id, under.id, posts[4].id]
    assert [one.id for one in await log.page("c", ana.id, posts[3].id, 2)] == [posts[1].id, posts[2].id]


async def test_the_first_is_organiser_and_names_are_taken_once(store, ana, ben):
    people = store.page.people
    assert (ana.organiser, ben.organiser) == (True, False)
    assert await people.join("ANA", "", NOW) is None
    assert await people.all() == (ana, ben)
    await people.appoint(ben.id, True)
    assert (await people.get(ben.id)).organiser


async def test_who_somebody_is_was_issued_and_is_never_issued_again(store, ana):
    await erased(store, ana)
    again = await store.page.people.join("Ana", "", NOW)
    assert again.id != ana.id and len(again.id) == 16


async def test_changes_are_told_by_pages(log, ana):
    kept = [await log.post(draft(f"k{number}"), NOW) for number in range(7)]
    seen, rev = [], 0
    while news := await log.since("c", rev, 3):
        assert len(news) <= 3
        seen, rev = [*seen, *news], news[-1].rev
    assert seen == kept


async def test_a_picture_is_for_those_who_may_see_a_message_with_it(log, ana, ben):
    private = await log.post(pictured("k", reader=ana.id), NOW)
    (digest,) = digests(private.body)
    assert (await log.blob(digest, [ana.id])).data == SEVEN.data
    assert await log.blob(digest, [ben.id]) is None
    await log.post(pictured("for all"), NOW)
    assert (await log.blob(digest, [ben.id])).data == SEVEN.data


async def test_a_session_is_known_by_its_secret_until_it_ends(store, ana, ben):
    sessions = store.page.sessions
    await sessions.begin("phone", ana.id, "A phone", NOW)
    await sessions.begin("laptop", ana.id, "A laptop", NOW)
    await sessions.begin("laptop", ben.id, "A laptop", NOW + timedelta(seconds=1))
    assert await sessions.people("laptop", NOW) == (ana.id, ben.id)
    assert await sessions.people("guessed", NOW) == ()
    assert {one.browser for one in await sessions.of(ana.id, NOW)} == {"A phone", "A laptop"}
    await sessions.end("phone")
    assert await sessions.people("phone", NOW) == ()
    used = NOW + SESSION_LIFE - timedelta(days=1)
    assert await sessions.people("laptop", used) == (ana.id, ben.id)
    assert await sessions.people("laptop", used + timedelta(days=2)) == (ana.id, ben.id)
    assert await sessions.people("laptop", used + SESSION_LIFE + timedelta(days=2)) == ()


async def test_whoever_lost_the_cookie_comes_back_by_the_code(store, ana):
    people = store.page.people
    code = await people.new_recovery_code(ana.id)
    assert await people.recovered(code.lower().replace("-", " ")) == ana
    assert await people.recovered(code[:-1]) is None
    await people.new_recovery_code(ana.id)
    assert await people.recovered(code) is None


async def test_an_invitation_is_good_once_for_somebody_new_or_for_coming_back(store, ana, ben):
    people = store.page.people
    back = await people.invite(NOW, person_id=ben.id)
    assert await people.invited(back, NOW) == (True, ben)
    assert await people.accept(back, "", "", NOW) == ben
    assert await people.invited(back, NOW) == (False, None)
    assert await people.accept(back, "", "", NOW) is None
    new = await people.invite(NOW, organiser=True)
    assert await people.accept(new, "Ana", "", NOW) is None
    assert (await people.accept(new, "Cho", "", NOW)).organiser
    late = await people.invite(NOW)
    assert await people.accept(late, "Dan", "", NOW + INVITATION_LIFE) is None


async def test_whoever_is_taken_off_leaves_nothing(store, log, ana, ben):
    await log.post(pictured("hers", author=ana.id), NOW)
    await log.post(pictured("to her", reader=ana.id), NOW)
    bens = await log.post(draft("bens", author=ben.id), NOW)
    await store.page.sessions.begin("laptop", ana.id, "A laptop", NOW)
    await erased(store, ana)
    assert await log.page("c", ben.id, None, 10) == [bens]
    assert await store.page.sessions.people("laptop", NOW) == ()
    assert await log.blob(next(iter(digests(pictured("x").body))), [ben.id]) is None
    with pytest.raises(NotFound):
        await log.post(draft("after", reader=ana.id), NOW)


async def test_a_failed_write_leaves_nothing(log):
    bad = draft("k")
    bad.body["blob"] = "x"
    object.__setattr__(bad, "blobs", (object(),))
    with pytest.raises(AttributeError):
        await log.post(bad, NOW)
    assert await log.find("k") is None
    await log.post(draft("k"), NOW)


def old_log(path):
    """A message log as the page kept it before it had a place in the database."""
    body, blobs = written(Reply("Q", (Card("Q", (Image(SEVEN), BulletList((Entry(Text("a")),))), BUTTONS),)))
    old = json.dumps(body).replace('"BulletList"', '"Listing"').replace('"action"', '"press"')
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.executescript(LOG)
        base.executemany("INSERT INTO members VALUES (?1, ?2, ?3, ?4, '', '2026-11-2' || ?1 || 'T00:00:00+00:00')",
                         [(1, "Ana", "ana", 1), (2, "Ben", "ben", 0)])  # fmt: skip
        for blob in blobs:
            row = (blob.digest, blob.name, blob.content_type, blob.data)
            base.execute("INSERT INTO blobs VALUES (?, ?, ?, ?)", row)
        kept = "INSERT INTO messages VALUES (?, ?, 'c', ?, ?, ?, '', ?, ?, '2026-11-20T00:00:00+00:00', NULL)"
        base.execute(kept, (7, "post:1", None, None, None, old, 3))
        base.execute(kept, (8, "talk:2:k", None, None, 2, json.dumps({"is": "Talk", "text": "hello"}), 1))
        base.execute(kept, (9, "reply:2:k", 2, 7, None, json.dumps({"is": "Reply", "summary": "yes"}), 4))
    return body


async def test_a_message_log_of_before_is_taken_in_once_and_its_people_keep_their_answers(store, log, tmp_path):
    group = await a_group(store)
    mine = await store.members.meet(group.id, Account("browser", "local", "2"), "Ben", NOW)
    path = tmp_path / "browser.sqlite3"
    body = old_log(path)
    await store.page.take_in_log(path)
    ana, ben = await store.page.people.all()
    assert (ana.name, ana.organiser, ben.name, ben.organiser) == ("Ana", True, "Ben", False)
    account = Account("browser", store.page.workspace, ben.id)
    assert await store.members.find(group.id, account) == mine
    assert await store.members.find(group.id, Account("browser", "local", "2")) is None
    talk, post, reply = await log.since("c", 0)
    assert (talk.author, talk.body["text"]) == (ben.id, "hello")
    assert post.body == body and reply.anchor == post.id
    assert (await log.blob(next(iter(digests(body))), [ana.id])).data == SEVEN.data
    assert not path.exists()
    (tmp_path / "browser.sqlite3.imported").rename(path)
    await store.page.take_in_log(path)
    assert len(await store.page.people.all()) == 2 and not path.exists()


async def test_a_damaged_log_is_said_to_be_one(store, tmp_path):
    path = tmp_path / "browser.sqlite3"
    path.write_bytes(b"not a database, not at all " * 50)
    with pytest.raises(StoreError):
        await store.page.take_in_log(path)
    assert path.exists()
