"""The page as plain requests: what it lets in, what it refuses in words, and that it works without scripts."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request
from sqlalchemy import delete

from bot.clock import FURTHEST, Clock
from bot.platforms.base import OutgoingMessage, SendRefused
from bot.platforms.browser.limits import TOO_FAST, Buckets, Held, Proxies, networks
from bot.platforms.browser.platform import BrowserError
from bot.platforms.browser.signin.ways import Ways
from cogs.messages import ActionId, Button, Card, Quote, Reply, Text, say
from store.database.page_tables import people
from store.errors import DatabaseUnavailable
from study.group import Place
from tests.platforms.browser.conftest import FakeDispatcher
from tests.platforms.browser.visitor import JSON, Visitor

PLACE = Place("browser", "local", "study-group", "study-group")
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40


async def test_the_way_in(platform):
    async with Visitor(platform) as visitor:
        status, page = await visitor.get("/")
        assert status == 200
        assert "you will be the <strong>organiser</strong>" in page
        status, page = await visitor.join("   ")
        assert (status, "Type a name" in page) == (422, True)
        status, page = await visitor.join("x" * 41)
        assert "That name has 41 characters; use at most 40." in page
        status, page = await visitor.join("  Ana\u202e  Ruiz ")
        assert status == 200
        assert ">Ana Ruiz <span" in page
        assert "organiser" in page
    async with Visitor(platform) as visitor:
        status, page = await visitor.join("ana ruiz")
        assert "Someone here is called ana ruiz already" in page


async def test_the_page_is_in_the_language_that_the_browser_is_set_to(platform):
    german = {"headers": {"Accept-Language": "de-AT,de;q=0.9,en;q=0.8"}}
    async with Visitor(platform) as visitor:
        page = (await visitor.get("/", **german))[1]
        assert '<html lang="de"' in page and "Willkommen in der Lerngruppe" in page
        assert "du übernimmst" not in page and "übernimmst du die <strong>Leitung</strong>" in page
        await visitor.join("Ana")
        page = (await visitor.get("/c/study-group", **german))[1]
        assert "Noch nichts da" in page and "oder tipp <kbd>/</kbd>" in page
        assert "Wird gesendet" in page, "what the scripts say comes with the page"
        page = (await visitor.get("/c/study-group", headers={"Accept-Language": "fr"}))[1]
        assert '<html lang="en" data-texts="{}">' in page and "Nothing here yet" in page
        status, page = await visitor.get("/nowhere", **german)
        assert (status, "Unter dieser Adresse gibt es nichts." in page) == (404, True)


async def test_words_reach_everyone_and_are_shown_as_written(ana, ben):
    await ana.write("<b>hello</b> & <script>alert(1)</script>")
    _status, page = await ben.get("/c/study-group")
    assert "&lt;b&gt;hello&lt;/b&gt; &amp; &lt;script&gt;" in page
    assert "<script>alert" not in page


async def test_a_private_reply_is_for_one_person_and_stays(ana, ben):
    status, told = await ana.write("/echo only mine")
    assert status == 200
    assert told["entries"][0]["private"]
    assert told["entries"][0]["summary"] == "Ana said 'only mine' in study-group"
    assert "only mine" in (await ana.get("/c/study-group"))[1]
    assert "Only you see this" in (await ana.get("/c/study-group"))[1]
    assert "only mine" not in (await ben.get("/c/study-group"))[1]


async def test_attributes_are_attributes_and_not_text(ana, ben):
    for page in (
        (await ana.get("/c/study-group"))[1],
        (await ana.write("/classify"))[1]["form"],
        (await ana.write("/echo"))[1]["form"],
        (await ben.join("ana"))[1],
    ):
        assert "=&quot;" not in page
        assert "=&#34;" not in page


async def test_slips_are_answered_in_words_and_nothing_is_kept(ana):
    assert await ana.write("/ecko hi") == (
        422,
        {"entries": [], "fault": "There is no command /ecko. Did you mean /echo?", "faults": {}},
    )
    assert (await ana.write("  "))[1]["fault"].startswith("Write something first")
    assert (await ana.write("x" * 4001))[1]["fault"].startswith("A message holds 4,000 characters")
    assert (await ana.press("not:an:id:" + "x" * 100))[1]["fault"].startswith("That button is not one of this page")
    assert (await ana.write("hi", picture=b"%PDF-1.7"))[1]["fault"].startswith("That is not a picture")
    assert "Nothing here yet" in (await ana.get("/c/study-group"))[1]
    assert 'class="entry' not in (await ana.get("/c/study-group"))[1]


async def test_a_form_comes_faults_come_and_the_answer_comes_under_its_post(platform, ana):
    answer = Button("Answer", ActionId("quiz.answer", ("1",)))
    post = await platform.send(
        OutgoingMessage("q1", PLACE, Reply("Question 1", (Card("Question 1", buttons=(answer,)),)))
    )
    status, told = await ana.press("quiz.answer:1", message=post)
    assert 'name="field.answer"' in told["form"]
    status, told = await ana.press("quiz.send:1", message=post, opener="quiz.answer:1", answer="")
    assert (status, told["faults"]) == (422, {"answer": "Write a few words first; nothing was sent."})
    status, told = await ana.press("quiz.send:1", message=post, opener="quiz.answer:1", answer="an array")
    assert told["entries"][0]["summary"] == "That's right. 2 of 2 points."
    assert told["entries"][0]["anchor"] == int(post)


async def test_a_hundred_thousand_characters_reach_the_feature(ana):
    status, told = await ana.press("quiz.send:1", answer="x" * 100_000, opener="quiz.answer:1")
    assert (status, told["entries"][0]["summary"]) == (200, "Partly right. 1 of 2 points (100000 characters).")


async def test_the_same_event_twice_is_one_reply(ana):
    first = await ana.press("quiz.send:1", key="abc", answer="an array")
    assert await ana.press("quiz.send:1", key="abc", answer="an array") == first


async def test_a_command_with_open_options_opens_its_form(ana):
    status, told = await ana.write("/classify model: digits")
    assert 'type="file"' in told["form"]
    assert 'value="digits"' in told["form"]
    assert "three-or-seven" in told["form"]
    status, told = await ana.press("command:classify", opener="command:classify", model="digits")
    assert (status, told["faults"]) == (422, {"image": "This is needed."})
    status, told = await ana.write("/group setup Mars")
    assert told["form"].count("zone is one of: Europe/Berlin, Asia/Tokyo.") == 1


async def test_a_picture_is_classified_for_everyone_to_see(ana, ben):
    _status, told = await ana.write("/classify digits", picture=PNG)
    assert told["entries"][0]["summary"] == "It looks like 7 (95%)."
    page = (await ben.get("/c/study-group"))[1]
    assert "Ana used <code>/classify</code>" in page
    address = re.search(r'<img src="(/blob/\w+)" alt="seven.png"', page)[1]
    async with ben.http.get(ben.base + address) as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", PNG)
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    async with aiohttp.ClientSession() as stranger, stranger.get(ben.base + address) as answer:
        assert (answer.status, PNG in await answer.read()) == (403, False)


async def test_a_picture_in_a_message_can_be_classified_later(ana, ben):
    _status, told = await ana.write("look", picture=PNG)
    assert "Classify picture" in told["entries"][0]["html"]
    _status, told = await ben.press("picture:classify", message=str(told["entries"][0]["id"]))
    assert told["entries"][0]["summary"] == "It looks like 7 (95%)."


async def test_documents_are_handed_over_as_documents(ana):
    _status, told = await ana.write("/export")
    address = re.search(r'href="(/blob/\w+)" download="answers.csv"', told["entries"][0]["html"])[1]
    async with ana.http.get(ana.base + address) as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert await answer.read() == b"who,score\nana,1\n"


async def test_a_card_that_turns_is_turned_in_place(ana):
    _, told = await ana.write("/leaderboard week")
    first = told["entries"][0]
    _, told = await ana.press("board.turn:all", message=str(first["id"]))
    assert told["entries"][0]["id"] == first["id"]
    assert "Leaderboard · all" in told["entries"][0]["html"]


async def test_a_public_action_is_posted_for_all(ana, ben):
    await ana.press("board.cheer")
    assert "Ana cheers." in (await ben.get("/c/study-group"))[1]


async def test_organisers_buttons_are_shown_to_organisers(platform, ana, ben):
    close = Button("Close the round", ActionId("group.close"))
    await platform.send(OutgoingMessage("k", PLACE, Reply("x", (Card("x", buttons=(close,)),))))
    assert "Close the round" in (await ana.get("/c/study-group"))[1]
    assert "Close the round" not in (await ben.get("/c/study-group"))[1]


async def test_a_feature_that_breaks_is_a_sentence(ana):
    assert await ana.write("/broken") == (500, {"fault": "Something broke on our side; try again in a moment."})
    assert (await ana.write("/echo still here"))[0] == 200


async def test_a_save_that_fails_is_a_fault_of_the_form_and_the_same_event_may_come_again(ana, monkeypatch):
    async def busy(self, press_id, ask):
        return replace(say("The database is busy, so nothing was saved."), failed=True)

    event = {"key": "abc", "opener": "quiz.answer:1", "answer": "an array"}
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(FakeDispatcher, "press", busy)
        status, told = await ana.press("quiz.send:1", **event)
        assert (status, told["fault"]) == (422, "The database is busy, so nothing was saved.")
    status, told = await ana.press("quiz.send:1", **event)
    assert (status, told["entries"][0]["summary"]) == (200, "That's right. 2 of 2 points.")


async def test_an_absent_database_is_a_sentence_and_no_fault_of_ours(ana, monkeypatch):
    async def away(self, name, ask):
        raise DatabaseUnavailable

    monkeypatch.setattr(FakeDispatcher, "command", away)
    status, told = await ana.write("/echo hello")
    assert status == 503 and "nothing was saved: please try again in a moment" in told["fault"]


async def test_completion_follows_the_line(ana, ben):
    _, told = await ana.get("/c/study-group/complete", params={"line": "/classify model: three"})
    assert '"insert": "three-or-seven", "start": 17' in told
    _, told = await ben.get("/c/study-group/complete", params={"line": "/gro"})
    assert told == "[]"


async def test_everything_works_without_scripts(platform, ana):
    answer = Button("Answer", ActionId("quiz.answer", ("1",)))
    post = await platform.send(
        OutgoingMessage("q1", PLACE, Reply("Question 1", (Card("Question 1", buttons=(answer,)),)))
    )
    html = {"Accept": "text/html"}
    status, page = await ana.post("press", {"press": "quiz.answer:1", "message": post}, headers=html)
    assert 'id="form-title"' in page
    fields = {"press": "quiz.send:1", "opener": "quiz.answer:1", "message": post, "field.answer": ""}
    status, page = await ana.post("press", fields, headers=html)
    assert "Write a few words first; nothing was sent." in page
    status, page = await ana.post("press", {**fields, "field.answer": "my tensor"}, headers=html)
    assert "Partly right." in page
    status, page = await ana.post("write", {"text": "/ecko <hi>"}, headers=html)
    assert status == 422
    assert "Did you mean /echo?" in page
    assert ">/ecko &lt;hi&gt;</textarea>" in page


# --- who may -------------------------------------------------------------------------------------------------


async def test_strangers_are_turned_away(platform, ana):
    async with Visitor(platform) as stranger:
        assert (await stranger.write("hi"))[0] == 403
        _status, page = await stranger.get("/c/study-group")
        assert "Your name here" in page
        stranger.as_, stranger.token = ana.as_, ana.token
        assert (await stranger.write("hi"))[0] == 403
    assert (await ana.get("/c/nowhere"))[0] == 404


async def test_a_form_from_elsewhere_is_refused(platform, ana):
    for headers in (
        {**JSON, "Origin": "https://elsewhere.example"},
        {**JSON, "Origin": "null"},
        {**JSON, "Sec-Fetch-Site": "cross-site"},
    ):
        assert await ana.write("hi", headers=headers) == (403, {"fault": "That request came from another site."})
    assert (await ana.write("hi", headers={**JSON, "Origin": platform.url.rstrip("/")}))[0] == 200
    ana.token = "0" * 64
    assert await ana.write("hi") == (403, {"fault": "This page has expired; reload it and try again."})


async def test_another_name_for_this_machine_is_refused(ana):
    status, page = await ana.get("/", headers={"Host": "rebound.example:80"})
    assert status == 403
    assert "open it as 127.0.0.1" in page


async def test_nobody_speaks_as_someone_else(ana, ben):
    ben.as_ = ana.as_
    assert (await ben.write("hi"))[0] == 403
    assert (await ben.get(f"/c/study-group?as={ana.as_}"))[0] == 403


async def test_one_browser_may_be_two_people_in_a_demonstration(platform, ana):
    own = ana.as_
    _status, page = await ana.join("Kofi", another="1")
    assert ana.as_ != own
    assert "Kofi <span" in page
    await ana.write("hello from Kofi")
    ana.as_ = own
    await ana.write("hello from Ana")
    page = (await ana.get("/c/study-group"))[1]
    assert re.findall(r'class="byline"><b>(\w+)</b>', page) == ["Kofi", "Ana"]


async def test_the_clock_moves_only_in_a_demonstration(tmp_path, platform, ana, build):
    _status, told = await ana.post("clock", {"days": "7"})
    assert told["now"].startswith("2026-11-27T17:02")
    assert (await ana.post("clock", {"days": "9"}))[0] == 400
    grave = build(tmp_path / "grave", demo=False)
    await grave.start()
    try:
        async with Visitor(grave) as visitor:
            await visitor.join("Ana")
            assert (await visitor.post("clock", {"days": "7"}))[0] == 404
            page = (await visitor.get("/c/study-group"))[1]
            assert "Demonstration clock" not in page
            assert "Join as someone else" not in page
            _status, page = await visitor.join("Kofi", another="1")
            assert "Kofi <span" not in page
    finally:
        await grave.stop()


async def test_only_an_organiser_moves_the_clock_and_only_on_loopback(platform, ana, tmp_path, build):
    async with Visitor(platform) as bob:
        await bob.join("Bob")
        assert (await bob.post("clock", {"days": "7"}))[0] == 403
        assert "Demonstration clock" not in (await bob.get("/c/study-group"))[1]
    assert "Demonstration clock" in (await ana.get("/c/study-group"))[1]
    assert not build(tmp_path / "open", address="0.0.0.0", ways=Ways("anyone")).demonstrates
    assert build(tmp_path / "closed").demonstrates


async def test_a_clock_that_may_go_no_further_says_so(tmp_path, build):
    clock = Clock(offset=FURTHEST - timedelta(days=1))
    platform = build(tmp_path, clock=clock)
    await platform.start()
    async with Visitor(platform) as ana:
        await ana.join("Ana")
        assert (await ana.post("clock", {"days": "1"}))[0] == 200
        assert await ana.post("clock", {"days": "7"}) == (400, {"fault": "The clock goes 3,650 days ahead at most."})
    await platform.stop()


async def test_a_code_shown_once_brings_back_whoever_lost_their_cookie(platform):
    async with Visitor(platform) as ana, Visitor(platform) as again:
        _, shown = await ana.join("Ana")
        code = re.search(r"with the code <strong>([A-Z0-9-]+)</strong>", shown)[1]
        assert code not in (await ana.get("/c/study-group"))[1]
        status, page = await again.join("", code=code[:-1])
        assert status == 422 and "No one here has that code" in page
        await again.join("", code=code)
        assert again.as_ == ana.as_
        assert (await again.write("It is me"))[0] == 200


async def test_a_guessed_or_ended_session_speaks_as_nobody(platform, ana, page, tmp_path):
    memory = page(tmp_path)
    (person,) = await memory.people.all()
    assert (await ana.write("before"))[0] == 200
    (secret,) = [cookie.value for cookie in ana.http.cookie_jar if cookie.key == f"studybot-{PLACE.workspace}"]
    await memory.sessions.end(secret)
    assert (await ana.write("after"))[0] == 403
    async with Visitor(platform) as eve:
        eve.http.cookie_jar.update_cookies({f"studybot-{PLACE.workspace}": person.id})
        eve.as_ = person.id
        assert (await eve.write("as Ana"))[0] == 403


async def test_an_open_page_lets_go_when_its_session_is_ended_elsewhere(ana, platform):
    memory = platform._page
    async with ana.http.ws_connect(f"{ana.base}/c/study-group/live") as socket:
        await socket.receive_json()
        await memory.sessions.end_others(ana.as_, "another")
        platform._hub.wake()
        while (told := await socket.receive(timeout=20)).type == aiohttp.WSMsgType.TEXT:
            pass
        assert told.data == 4401
    assert (await ana.get("/c/study-group/complete?line=x", headers=JSON))[0] == 403


async def test_an_open_page_keeps_the_time_of_its_group(ana, platform):
    async with ana.http.ws_connect(f"{ana.base}/c/study-group/live") as socket:
        assert (await socket.receive_json())["zone"] != "Asia/Tokyo"
        platform._host.channels.zone = "Asia/Tokyo"
        await ana.write("Now we read at six in Tokyo.")
        assert (await socket.receive_json(timeout=20))["zone"] == "Asia/Tokyo"


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", ""])
def test_a_page_that_others_would_reach_unasked_is_not_served(tmp_path, build, address):
    with pytest.raises(BrowserError, match="Set STUDYBOT_JOIN to invitation"):
        build(tmp_path, address=address)
    for join in ("invitation", "anyone"):
        assert not build(tmp_path, address=address, ways=Ways(join)).loopback


async def test_by_invitation_alone_nobody_else_joins(tmp_path, build, page):
    platform, memory = build(tmp_path, ways=Ways("invitation")), page(tmp_path)
    await platform.start()
    first = platform.announcement.rpartition("invitation=")[2]
    async with Visitor(platform) as ana, Visitor(platform) as eve:
        status, shown = await eve.join("Eve")
        assert status == 403 and "by invitation" in shown
        assert "Your name here" not in (await eve.get("/join"))[1]
        assert (await eve.join("Eve", invitation="guessed"))[0] == 410
        assert "you will be the <strong>organiser" in (await ana.get(f"/join?invitation={first}"))[1]
        await ana.join("Ana", invitation=first)
        assert [(one.name, one.organiser) for one in await memory.people.all()] == [("Ana", True)]
        code = await memory.people.new_recovery_code(ana.as_)
        await memory.sessions.end_others(ana.as_, "")
        assert (await ana.post("write", {"text": "out"}))[0] == 403
        async with ana.http.post(f"{ana.base}/join", data={"code": code}) as back:
            assert back.status == 200
    await platform.stop()
    again = build(tmp_path, ways=Ways("invitation"))
    await again.start()
    assert "invitation=" not in again.announcement
    await again.stop()


async def test_whoever_is_off_the_page_is_signed_out_and_told_so(ana, ben, page, tmp_path):
    memory = page(tmp_path)
    await ben.write("mine")
    async with memory.people._database.writing() as db:
        await db.execute(delete(people).where(people.c.id == ben.as_))
    assert (await ben.write("more"))[0] == 403
    assert "mine" not in (await ana.get("/c/study-group"))[1]


async def test_the_headers_keep_the_page_to_itself(ana):
    for path in ("/", "/static/app.js", "/nowhere"):
        async with ana.http.get(ana.base + path) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    cookie = next(iter(ana.http.cookie_jar))
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


async def test_an_upload_over_20_mb_is_refused_before_it_is_read(platform, ana):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(platform.url.rsplit(":", 1)[1].strip("/")))
    writer.write(
        b"POST /c/study-group/write HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 40000000\r\n\r\n"
    )
    answer = await asyncio.wait_for(reader.read(4000), 60)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"That is more than 20 MB" in answer


async def test_an_upload_that_hides_its_size_is_refused_too(ana):
    async def endless():
        yield b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n\r\n'
        for _ in range(25):
            yield b"0" * (1 << 20)

    headers = {**JSON, "Content-Type": "multipart/form-data; boundary=x"}
    try:
        async with ana.http.post(f"{ana.base}/c/study-group/write", data=endless(), headers=headers) as answer:
            assert answer.status == 413
    except aiohttp.ClientError:
        pass  # the server hung up while we were still sending, as it should
    assert (await ana.write("/echo fine"))[0] == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--y\r\n broken"),
        ("multipart/form-data", b"--x"),
        ("text/plain", b"hello"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'),
    ],
)
async def test_a_broken_form_is_a_sentence(ana, kind, body):
    headers = {**JSON, "Content-Type": kind}
    async with ana.http.post(f"{ana.base}/c/study-group/write", data=body, headers=headers) as answer:
        assert 400 <= answer.status < 500
        assert (await answer.json())["fault"].endswith(".")


# --- as a platform -------------------------------------------------------------------------------------------


async def test_a_post_is_posted_once_found_and_edited(platform, ana):
    outgoing = OutgoingMessage("round-1", PLACE, say("Week 1 begins."))
    first = await platform.send(outgoing)
    assert await platform.send(outgoing) == first == await platform.find(outgoing, platform._clock())
    assert await platform.find(OutgoingMessage("round-2", PLACE, outgoing.message), platform._clock()) is None
    await platform.edit(OutgoingMessage("round-1", PLACE, say("Week 1 is over.")), first)
    page = (await ana.get("/c/study-group"))[1]
    assert page.count("Week 1 is over.") == 1
    assert "Week 1 begins." not in page
    with pytest.raises(SendRefused) as gone:
        await platform.edit(outgoing, "999")
    assert not gone.value.channel_lost
    with pytest.raises(SendRefused, match="The page has no channel elsewhere"):
        await platform.send(OutgoingMessage("k", Place("browser", "local", "elsewhere"), say("x")))


async def test_organisers_are_told_privately(platform):
    assert not await platform.tell_organiser(PLACE, lambda: say("The course has no week 9."))
    async with Visitor(platform) as ana, Visitor(platform) as ben:
        await ana.join("Ana")
        await ben.join("Ben")
        assert await platform.tell_organiser(PLACE, lambda: say("The course has no week 9."))
        assert "The course has no week 9." in (await ana.get("/c/study-group"))[1]
        assert "The course has no week 9." not in (await ben.get("/c/study-group"))[1]


async def test_a_restart_loses_nothing(tmp_path, build):
    first = build(tmp_path)
    await first.start()
    async with Visitor(first) as ana:
        await ana.join("Ana")
        await ana.write("hello")
        await ana.write("/echo mine")
        await first.send(OutgoingMessage("k", PLACE, Reply("Q", (Card(blocks=(Text("Q?"), Quote("as <written>"))),))))
        await first.stop()
        second = build(tmp_path)
        await second.start()
        try:
            ana.base = second.url.rstrip("/")
            page = (await ana.get("/c/study-group"))[1]
            assert "hello" in page
            assert "said &#39;mine&#39;" in page
            assert "as &lt;written&gt;" in page
            assert (await ana.write("again"))[0] == 200
        finally:
            await second.stop()


async def test_what_stands_in_the_way_of_starting_is_a_sentence(tmp_path, platform, build):
    port = int(platform.url.rsplit(":", 1)[1].strip("/"))
    with pytest.raises(BrowserError, match=f"Port {port} on 127.0.0.1 is in use"):
        await build(tmp_path / "other", port).start()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "browser.sqlite3").write_bytes(b"no database " * 99)
    with pytest.raises(BrowserError, match="move it aside to go on without it"):
        await build(tmp_path / "bad").start()


def test_a_bucket_fills_by_and_by_and_is_forgotten_when_full():
    now = [0.0]
    buckets = Buckets(3, 0.5, lambda: now[0])
    assert [buckets.take("ana") for _ in range(4)] == [True, True, True, False]
    assert buckets.take("ben")
    now[0] = 2
    assert [buckets.take("ana") for _ in range(2)] == [True, False]
    now[0] = 100
    for n in range(10):
        buckets.take(n)
    assert len(buckets) == 10


@pytest.mark.parametrize(
    ("remote", "told", "found"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.2", "192.0.2.66, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "nonsense", "10.0.0.2"),
        ("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
    ],
)
def test_only_our_own_proxies_say_where_somebody_comes_from(remote, told, found):
    proxies = Proxies(networks("10.0.0.0/8, 192.168.1.1"))
    headers = {"X-Forwarded-For": told, "X-Forwarded-Proto": "https"}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=remote)
    assert proxies.address(request) == found
    assert proxies.encrypted(request) is remote.startswith("10.")


async def test_who_writes_too_fast_is_told_so_and_loses_nothing(ana, ben, monkeypatch, platform):
    take, begun = Buckets.take, time.monotonic()

    def at_once(self, who):
        self._clock = lambda: begun
        return take(self, who)

    monkeypatch.setattr(Buckets, "take", at_once)
    for _ in range(200):
        status, told = await ana.write("again and again")
        if status != 200:
            break
    assert (status, told["fault"]) == (422, TOO_FAST)
    status, page = await ana.post("write", {"text": "my long answer"}, headers={})
    assert status == 422 and "my long answer" in page
    assert (await ben.write("me too"))[0] == 200


async def test_so_many_lines_and_no_more(ana, monkeypatch):
    monkeypatch.setattr("bot.platforms.browser.limits.Held.one", Held(0).one)
    assert (await ana.get("/c/study-group/live", headers=JSON))[0] == 429


async def test_a_form_that_does_not_arrive_is_given_up(ana, monkeypatch):
    monkeypatch.setattr("bot.platforms.browser.uploads.SECONDS", 0.05)

    async def slowly():
        yield b"name=An"
        await asyncio.sleep(20)

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    async with ana.http.post(f"{ana.base}/join", data=slowly(), headers=kind) as answer:
        assert answer.status == 408 and "took too long" in await answer.text()
