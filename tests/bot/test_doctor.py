"""What the doctor finds out about groups."""

from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.doctor import examine
from bot.settings import read_settings
from store import Lease, Problem, Store
from study.texts import LazyText
from tests.bot.channelbook import Spine
from tests.bot.test_outbox import due


@pytest.mark.parametrize("broken", [False, True])
async def test_groups_that_cannot_be_posted_to_and_messages_in_doubt_are_findings(database_url, tmp_path, broken):
    store = await Store.open(database_url)
    spine = Spine(store)
    group = await spine.group()
    await due(spine)
    if broken:
        (first, *_) = await store.deliveries.claim(Lease("1", timedelta(seconds=60)), spine.clock.now(), ["browser"])
        await store.deliveries.mark_unknown(
            first, Problem("cannot_tell", LazyText("the line broke")), None, spine.clock.now()
        )
        await store.groups.change(group.id, at=spine.clock.now(), course="gone")
        await store.channels.mark_lost(
            (await store.channels.of_group(group.id))[0].id, LazyText("The channel was deleted.")
        )
    found = await examine(read_settings(data=tmp_path, database_url=database_url, models_url="http://127.0.0.1:9"))
    told = " ".join(one.sentence for one in found if one.what in ("group 1", "messages"))
    for sentence in ("'gone' is not installed", "The channel was deleted.", "1 need a decision"):
        assert (sentence in told) is broken
    await store.close()


@pytest.mark.parametrize(("join", "state"), [("name", "wrong"), ("invitation", "well"), ("anyone", "well")])
async def test_a_page_that_would_stand_open_is_a_finding(tmp_path, monkeypatch, join, state):
    monkeypatch.setattr("bot.platforms.registry.configured", list)
    found = await examine(read_settings(data=tmp_path, models_url="http://127.0.0.1:9", host="0.0.0.0", join=join))
    assert [one.state for one in found if one.what == "browser page"] == [state]


async def test_a_pack_that_was_written_here_is_one_that_is_installed(store, database_url, tmp_path):
    own = tmp_path / "packs" / "gone"
    own.mkdir(parents=True)
    (own / "course.yaml").write_text("id: gone\ntitle: Written here\nlanguage: en\n", encoding="utf-8")
    group = await Spine(store).group()
    await store.groups.change(group.id, at=Spine(store).clock.now(), course="gone")
    found = await examine(read_settings(data=tmp_path, database_url=database_url, models_url="http://127.0.0.1:9"))
    assert not [one for one in found if one.what == "group 1"]
    assert "gone" in next(one.sentence for one in found if one.what == "course packs")


@pytest.mark.parametrize(
    ("ready", "models", "state", "sentence"),
    [
        (503, (200, {}), "warning", "is not ready yet"),
        (200, (401, {}), "wrong", "was started with another MODELS_TOKEN"),
        (200, (200, {"models": [], "faults": {"digits": "digits 2 cannot be used."}}), "warning", "digits 2 cannot be"),
        (200, (200, {"models": [], "faults": {}}), "well", "is ready"),
        (200, (200, "a page"), "wrong", "No model service answers"),
    ],
)
async def test_a_model_service_elsewhere_is_asked_what_the_bot_will_ask_it(tmp_path, ready, models, state, sentence):
    app = web.Application()

    async def readyz(_request):
        return web.json_response({}, status=ready)

    async def listed(_request):
        return web.json_response(models[1], status=models[0])

    app.add_routes([web.get("/readyz", readyz), web.get("/v1/models", listed)])
    async with TestServer(app) as server:
        found = await examine(read_settings(data=tmp_path, models_url=str(server.make_url("/"))))
    said = next(one for one in found if one.what == "models")
    assert (said.state, sentence in said.sentence) == (state, True)
