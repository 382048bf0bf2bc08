"""What the doctor finds out about groups."""

from datetime import timedelta

import pytest

from bot.doctor import examine
from bot.settings import read_settings
from store import Lease, Problem, Store
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
        await store.deliveries.mark_unknown(first, Problem("cannot_tell", "the line broke"), None, spine.clock.now())
        await store.groups.change(group.id, at=spine.clock.now(), course="gone")
        await store.channels.mark_lost((await store.channels.of_group(group.id))[0].id, "The channel was deleted.")
    found = await examine(read_settings(data=tmp_path, database_url=database_url, models_url="http://127.0.0.1:9"))
    told = " ".join(one.sentence for one in found if one.what in ("group 1", "messages"))
    for sentence in ("'gone' is not in", "The channel was deleted.", "1 need a decision"):
        assert (sentence in told) is broken
    await store.close()


@pytest.mark.parametrize(("join", "state"), [("name", "wrong"), ("invitation", "well"), ("anyone", "well")])
async def test_a_page_that_would_stand_open_is_a_finding(tmp_path, monkeypatch, join, state):
    monkeypatch.setattr("bot.platforms.registry.configured", list)
    found = await examine(read_settings(data=tmp_path, models_url="http://127.0.0.1:9", host="0.0.0.0", join=join))
    assert [one.state for one in found if one.what == "browser page"] == [state]
