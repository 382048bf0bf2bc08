"""Pictures in Slack: asked for in a modal, taken from a message, fetched only from where Slack keeps them."""

import asyncio

import pytest

from tests.counterparts.slack.webapi import words
from tests.platforms.slack.room import room

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


async def classify(here, file, **fields):
    await here.ana.slash(here.channel, "/classify")
    await here.ana.modal_with("Image")
    return await here.ana.submit({"image": file, **fields})


async def test_classify_asks_for_a_picture_and_a_model_and_shows_the_result_to_all(here):
    await here.ana.slash(here.channel, "/classify")
    await here.ana.modal_with("Image")
    kinds = [block["element"]["type"] for block in here.ana.modal.view["blocks"] if block["type"] == "input"]
    assert sorted(kinds) == ["external_select", "file_input", "static_select"]
    assert await here.ana.suggestions("model", "dig") == ["digits"]
    assert await here.ana.submit({"image": here.ana.upload("seven.png", PNG), "model": "digits"}) == {}
    await here.ana.modal_with("It looks like 7 (93%).")
    assert "Also posted in the channel." in here.ana.reads()
    shown = [words(message) for message in here.channel.posts()]
    assert len(shown) == 1 and "7 93.0%" in shown[0]
    assert [one.files[0]["name"] for one in here.channel.messages if one.files] == ["seven.png"]


async def test_in_the_modal_the_picture_is_the_one_that_was_sent_with_its_words(here):
    file = here.ana.upload("seven.png", PNG, alt="A seven in blue ink")
    await classify(here, file)
    view = await here.ana.modal_with("It looks like 7")
    image = next(block for block in view.view["blocks"] if block["type"] == "image")
    assert image["slack_file"] == {"id": file.id} and image["alt_text"] == "A seven in blue ink"


async def test_the_shortcut_on_a_message_needs_one_click_and_answers_in_its_thread(here):
    message = here.ben.share(here.channel, here.ben.upload("seven.png", PNG))
    await here.ana.on_message(message, "picture:classify")
    await here.ana.modal_with("It looks like 7")
    assert [one.thread_ts for one in here.channel.messages if "looks like 7" in words(one)] == [message.ts]
    assert not any(one.files for one in here.channel.thread(message.ts)), "the picture stands above already"


async def test_a_message_without_a_picture_says_so(here):
    message = here.ben.share(here.channel, here.ben.upload("seven.png", PNG))
    message.files = []
    await here.ana.on_message(message, "picture:classify")
    await here.ana.modal_with("holds no picture")


async def test_the_global_shortcut_asks_for_the_picture_wherever_one_is(here):
    await here.ana.shortcut("shortcut:classify")
    await here.ana.modal_with("Image")
    await here.ana.submit({"image": here.ana.upload("seven.png", PNG)})
    await here.ana.modal_with("It looks like 7")


async def test_a_file_shared_from_another_workspace_is_asked_for_first(here):
    message = here.ben.share(here.channel, here.ben.upload("seven.png", PNG, connect=True))
    await here.ana.on_message(message, "picture:classify")
    await here.ana.modal_with("It looks like 7")
    assert len(here.slack.called("files.info")) == 1


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"serve": "login"}, "lacks files:read"),
        ({"serve": "302 http://127.0.0.1:9/evil.png"}, "own file store"),
        ({"serve": "302 https://files.slack.com.evil.example/x"}, "own file store"),
        ({"serve": "302 https://a@127.0.0.1/x"}, "own file store"),
        ({"serve": "circle"}, "circle"),
        ({"serve": "404"}, "try again"),
        ({"serve": "500"}, "try again"),
        ({"size": 21 * 1024 * 1024}, "larger than 20 MB"),
        ({"mimetype": "application/pdf"}, "choose a JPEG, PNG, "),
        ({"data": b"<svg onload=alert(1)>"}, "choose a JPEG, PNG, "),
        ({"data": b"<!DOCTYPE html><html>Sign in"}, "lacks files:read"),
        ({"data": b""}, "choose a JPEG, PNG, "),
        ({"mode": "tombstone"}, "no longer there"),
        ({"mode": "external"}, "outside Slack"),
    ],
)
async def test_a_file_that_cannot_be_used_is_told_on_its_field(here, more, told):
    file = here.ana.upload("seven.png", **{"data": PNG, **more})
    errors = await classify(here, file)
    assert told in errors["image"]
    assert all("127.0.0.1:9" not in path for path, _ in here.slack.fetched)


async def test_a_model_is_told_as_one_however_large(here):
    file = here.ana.upload("Export.PKL", PNG, mimetype="application/octet-stream", size=47 * 1024 * 1024)
    errors = await classify(here, file)
    assert "That is a model, not a picture" in errors["image"] and "studybot models convert" in errors["image"]


async def test_a_redirect_within_slacks_own_store_is_followed_with_the_token(here):
    assert await classify(here, here.ana.upload("seven.png", PNG, serve="302 ")) == {}
    await here.ana.modal_with("It looks like 7")
    assert len(here.slack.fetched) == 2
    assert {auth for _, auth in here.slack.fetched} == {f"Bearer {here.team.token}"}


async def test_without_the_permission_to_read_files_that_is_said(slack):
    async with room(slack, team=slack.team(scopes={"commands", "chat:write", "users:read"})) as here:
        errors = await classify(here, here.ana.upload("seven.png", PNG))
        assert "lacks files:read" in errors["image"]


async def test_a_model_service_that_is_down_is_told_and_nothing_is_lost(here):
    here.models.broken = "The models are not running just now."
    await classify(here, here.ana.upload("seven.png", PNG))
    await here.ana.modal_with("not running just now")
    assert here.channel.posts() == [], "a refusal is for whoever asked alone"


async def test_a_slow_model_shows_that_it_is_looking(here):
    seen = asyncio.Event()

    class Slow:
        def __init__(self, inner):
            self.loaded, self.models, self._inner = inner.loaded, inner.models, inner

        async def classify(self, *args, **more):
            await seen.wait()
            return await self._inner.classify(*args, **more)

    object.__setattr__(here.services, "classifier", Slow(here.models))
    await classify(here, here.ana.upload("seven.png", PNG))
    assert "Checking" in here.ana.reads()
    seen.set()
    await here.ana.modal_with("It looks like 7")


def test_only_slacks_own_file_host_is_ever_asked():
    from bot.platforms.slack.files import FileError, Files

    files = Files(None)
    for bad in (
        "http://files.slack.com/x",
        "https://files.slack.com:444/x",
        "https://files.slack.com@evil.example/x",
        "https://evil.example/files.slack.com",
        "https://xfiles.slack.com/x",
        "https://files.slack.com.evil.example/x",
        "https://user:pw@files.slack.com/x",
        "//files.slack.com/x",
        "https://[::1/x",
        "https://files.slack.com\\.evil.example/x",
        "https://files.slack.com\t.evil.example/x",
        "",
    ):
        with pytest.raises(FileError):
            files._check(bad)
    files._check("https://files.slack.com/files-pri/T1-F1/x.png")
    files._check("https://FILES.slack.com:443/files-pri/T1-F1/x.png")
