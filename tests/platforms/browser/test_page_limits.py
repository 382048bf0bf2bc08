"""What one person, one address and everybody may take of the page: enough for people, and an end for all else."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import os
import zipfile

import pytest
from aiohttp import WSMsgType
from aiohttp.web import HTTPServiceUnavailable

from bot.platforms.browser import limits, site, uploads
from bot.platforms.browser.folders.dropped import labelled
from bot.platforms.browser.limits import Room
from bot.platforms.browser.signin.ways import Ways
from bot.vision import pictures
from cogs.messages import Picture
from store import SINCE, UNDER, Draft
from tests.platforms.browser.visitor import JSON, Visitor

PNG = b"\x89PNG\r\n\x1a\n"


async def say(platform, number, *, anchor=None, reader=None, text="talk"):
    """Messages of the bot's, as the store has them."""
    body = {"is": "Reply", "summary": text, "cards": [], "files": [], "asked": ""}
    for at in range(number):
        draft = Draft(f"{text} {anchor} {at}", "study-group", body | {"summary": f"{text} {at}"}, anchor=anchor)
        made = await platform._page.messages.post(draft, platform._clock())
    return made


async def heard(line):
    """The next news of a live line."""
    told = await asyncio.wait_for(line.receive(), 60)
    assert told.type is WSMsgType.TEXT, told
    return json.loads(told.data)


def test_a_model_among_dropped_folders_is_one_thing_and_never_unpacked():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in ("data.pkl", "data/0", "data/1"):
            archive.writestr(f"export/{part}", b"weights")
    (told,) = labelled([Picture(packed.getvalue(), "bears/export.pkl")], "")
    assert told.picture is None and "That is a model" in pictures.not_a_picture(told.name)
    assert len(list(labelled([Picture(packed.getvalue(), "bears.zip")], ""))) == 3


async def test_what_is_packed_is_never_unpacked(ana):
    packed = gzip.compress(b"name=" + bytes(1 << 24))
    form = {"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip"}
    async with ana.http.post(f"{ana.base}/join", data=packed, headers={**JSON, **form}) as answer:
        assert (answer.status, await answer.json()) == (415, {"fault": "What is sent here must not be packed."})


async def test_a_strangers_form_is_small(platform):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with Visitor(platform) as eve:
        for data in (b"name=" + b"x" * (1 << 17), _chunks(b"name=" + b"x" * (1 << 17))):
            async with eve.http.post(f"{eve.base}/join", data=data, headers={**JSON, **form}) as answer:
                assert answer.status == 413 and (await answer.json())["fault"].endswith(".")


async def _chunks(data):
    yield data


async def test_a_form_of_very_many_fields_is_no_form_of_ours(ana, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_PARTS", 3)
    assert (await ana.write("hello"))[0] == 400


async def test_pictures_wait_for_room_and_then_give_up_kindly(monkeypatch):
    room = Room(everybody=100, address=60, person=40)
    done = asyncio.Event()

    async def sends(size, address, person):
        async with room.hold(size, address, person):
            await done.wait()
        return person

    first = asyncio.create_task(sends(40, "home", "ana"))
    await asyncio.sleep(0)
    second = asyncio.create_task(sends(1, "school", "ana"))
    other = asyncio.create_task(sends(40, "school", "ben"))
    await asyncio.sleep(0.01)
    assert room._held["everybody", ""] == 80, "Ben has room, Ana waits"
    done.set()
    assert await asyncio.gather(first, second, other) == ["ana", "ana", "ben"]
    assert not +room._held
    monkeypatch.setattr(limits, "PATIENCE", 0.01)
    with pytest.raises(HTTPServiceUnavailable) as refused:
        async with room.hold(61, "home", ""):
            pass
    assert "it is still here" in refused.value.text
    assert not +room._held


async def test_one_person_sends_ten_pictures_in_a_minute(ana, ben):
    for number in range(10):
        assert (await ana.write("look", picture=PNG + bytes([number])))[0] == 200
    status, told = await ana.write("look", picture=PNG)
    assert status == 422 and told["fault"].startswith("You sent 10 pictures within a minute")
    assert (await ana.write("words go on"))[0] == 200
    assert (await ben.write("mine", picture=PNG))[0] == 200


async def test_a_picture_is_handed_over_part_by_part(ana, monkeypatch):
    monkeypatch.setattr(site, "PART", 1000)
    data = PNG + os.urandom(5000)
    told = (await ana.write("look", picture=data))[1]
    path = told["entries"][0]["html"].partition('src="')[2].partition('"')[0]
    async with ana.http.get(ana.base + path) as answer:
        assert await answer.read() == data
        assert (answer.content_type, answer.content_length) == ("image/png", len(data))
    async with ana.http.head(ana.base + path) as answer:
        assert answer.content_length == len(data)


async def test_who_asks_too_much_is_told_so(platform, monkeypatch):
    monkeypatch.setattr(limits.Buckets, "take", lambda self, who: False)
    async with Visitor(platform) as eve, eve.http.get(f"{eve.base}/join", headers=JSON) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "10")
        assert "Wait a few seconds" in (await answer.json())["fault"]


async def test_a_strangers_word_of_where_they_come_from_is_nothing(platform, monkeypatch):
    asked = []
    take = limits.Buckets.take
    monkeypatch.setattr(limits.Buckets, "take", lambda self, who: asked.append(who) or take(self, who))
    async with Visitor(platform) as eve:
        await eve.get("/join", headers={"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"})
    assert set(asked) == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("host", "page_url", "let_in"),
    [
        ("127.0.0.1", "", True),
        ("10.1.2.3:8321", "", True),
        ("[2001:db8::1]", "", True),
        ("evil.example", "", False),
        ("study.example.org", "https://study.example.org", True),
        ("STUDY.example.org:443", "https://study.example.org", True),
        ("evil.example", "https://study.example.org", False),
    ],
)
async def test_beyond_this_machine_the_page_goes_by_its_own_name(tmp_path, build, host, page_url, let_in):
    made = build(tmp_path, address="0.0.0.0", ways=Ways("anyone"), page_url=page_url, demo=False)
    await made.start()
    try:
        async with Visitor(made) as eve, eve.http.get(f"{eve.base}/join", headers={"Host": host, **JSON}) as answer:
            assert answer.status == (200 if let_in else 403)
            if not let_in:
                assert (page_url or "STUDYBOT_PAGE_URL") in (await answer.json())["fault"]
            told = answer.headers.get("Strict-Transport-Security", "")
            assert told == ("max-age=31536000" if page_url else "")
    finally:
        await made.stop()


async def test_the_live_line_is_not_for_talking(ana):
    async with ana.http.ws_connect(f"{ana.base}/c/study-group/live?rev=0") as line:
        await heard(line)
        await line.send_str("hello?")
        assert (await asyncio.wait_for(line.receive(), 60)).type is WSMsgType.CLOSE


async def test_who_comes_and_goes_is_told_and_not_the_whole_list(ana, ben):
    async with ana.http.ws_connect(f"{ana.base}/c/study-group/live?rev=0") as line:
        first = await heard(line)
        assert "Ben" in first["people"]
        async with ana.http.ws_connect(f"{ana.base}/c/study-group/live?rev=0&people={first['version']}") as again:
            known = await heard(again)
            assert "people" not in known and known["here"] == [ana.as_]
        async with ben.http.ws_connect(f"{ben.base}/c/study-group/live?rev=0"):
            told = await heard(line)
            assert (told["came"], told["went"], "people" in told) == ([ben.as_], [], False)
        told = await heard(line)
        assert (told["came"], told["went"]) == ([], [ben.as_])
        async with Visitor(_At(ana.base)) as cleo:
            await cleo.join("Cleo")
        assert "Cleo" in (await heard(line))["people"]


class _At:
    def __init__(self, url):
        self.url = url


async def test_what_is_the_same_for_many_pages_is_looked_up_once(platform, ana, monkeypatch):
    asked = []
    since = platform._page.messages.since

    async def counted(*what):
        asked.append(what)
        return await since(*what)

    path = f"{ana.base}/c/study-group/live?rev=0"
    async with ana.http.ws_connect(path) as one, ana.http.ws_connect(path) as two, ana.http.ws_connect(path) as three:
        for line in (one, two, three):
            await heard(line)
        monkeypatch.setattr(platform._page.messages, "since", counted)
        await ana.write("hear this")
        for line in (one, two, three):
            assert "hear this" in (await heard(line))["entries"][0]["html"]
    assert len(asked) == 1


async def test_a_page_that_missed_very_much_begins_anew(platform, ana):
    await say(platform, SINCE + 5)
    async with ana.http.ws_connect(f"{ana.base}/c/study-group/live?rev=0") as line:
        told = await heard(line)
    assert (told["more"], told["entries"]) == (True, [])
    assert told["anew"].count('class="entry') == 40 and f"talk {SINCE + 4}" in told["anew"]
    assert told["rev"] == await platform._page.messages.rev()


async def test_earlier_messages_come_by_pages_with_and_without_scripts(platform, ana):
    await say(platform, 90)
    page = (await ana.get("/c/study-group"))[1]
    assert page.count('<li class="entry') == 40 and "talk 50" in page and "talk 49" not in page
    link = page.partition('id="more" href="')[2].partition('"')[0]
    page = (await ana.get(link))[1]
    assert page.count('<li class="entry') == 40 and "talk 49" in page and "talk 10" in page and "talk 9<" not in page
    last = page.partition('id="more" href="')[2].partition('"')[0]
    page = (await ana.get(last))[1]
    assert page.count('<li class="entry') == 10 and 'id="more" href="/c/study-group?before=" hidden' in page


async def test_a_long_talk_under_a_message_comes_by_pages_too(platform, ana):
    top = await say(platform, 1, text="question")
    await say(platform, UNDER + 5, anchor=top.id)
    page = (await ana.get("/c/study-group"))[1]
    assert "talk 5<" in page and "talk 4<" not in page
    link = page.partition(f'data-more="{top.id}" href="')[2].partition('"')[0].replace("&amp;", "&")
    page = (await ana.get(link))[1]
    assert "talk 4<" in page and "talk 5<" not in page


async def test_what_is_kept_of_one_person_has_an_end(tmp_path, build):
    made = build(tmp_path, most_kept=2000)
    await made.start()
    full = "The 0 MB that this page keeps for one person are full"
    try:
        async with Visitor(made) as ana, Visitor(made) as ben:
            await ana.join("Ana")
            await ben.join("Ben")
            assert (await ana.write("look", picture=PNG + os.urandom(1500)))[0] == 200
            for said in (await ana.write("x" * 600), await ana.write("/classify", picture=PNG + os.urandom(900))):
                assert said[0] == 422 and said[1]["fault"].startswith(full)
            assert (await ana.write("/echo answering goes on"))[0] == 200
            assert (await ben.write("y" * 600))[0] == 200
            assert 1500 < await made._page.messages.kept_of(ana.as_) < 2000
            assert 600 < await made._page.messages.kept_of(ben.as_) < 1000
            assert await made._page.messages.kept_of("nobody") == 0
    finally:
        await made.stop()


async def test_what_commands_showed_to_all_is_their_senders_too(platform, ana, ben):
    await ana.write("/classify", picture=PNG + os.urandom(3000))
    await ana.write("/echo a private reply is let go by itself")
    kept = platform._page.messages.kept_of
    assert 3000 < await kept(ana.as_) < 5000
    assert await kept(ben.as_) == 0


async def test_what_was_counted_is_believed_for_a_while_and_then_counted_again():
    now, kept, asked = [0.0], [5], []

    async def count(person):
        asked.append(person)
        return kept[0]

    quota = limits.Quota(10, count, lambda: now[0])
    assert await quota.fault("ana", 4) == ""
    assert (await quota.fault("ana", 4)).startswith("The 0 MB")
    assert await quota.fault("ana", 1) == "" and asked == ["ana"]
    now[0], kept[0] = limits.FULL_COUNTED_AGAIN, 5  # they deleted something
    assert await quota.fault("ana", 6) != "" and await quota.fault("ana", 5) == "" and asked == ["ana", "ana"]
    now[0], kept[0] = now[0] + limits.COUNTED_AGAIN, 0
    assert await quota.fault("ana", 10) == "" and asked == ["ana"] * 3
    assert await limits.Quota(0, count).fault("ana", 1 << 40) == ""
