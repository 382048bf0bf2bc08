"""Small facts: one by one, and those whose keys begin alike; what older programs kept as lists is kept singly."""

import json

from sqlalchemy import create_engine, text

from store import Store
from store.database.migration import move, sync_url


async def test_facts_are_kept_by_their_keys_and_those_that_begin_alike_go_together(store):
    await store.facts.set("setup:test:school:room:zone", "Europe/Berlin")
    await store.facts.set("setup:test:school:room_2:zone", "UTC")
    await store.facts.set_under("setup:test:school:room:", {"course": "tiny", "times": "Mon 18:00"})
    assert await store.facts.under("setup:test:school:room:") == {"course": "tiny", "times": "Mon 18:00"}
    assert await store.facts.under("setup:test:school:room_") == {"2:zone": "UTC"}, "a line is no joker"
    await store.facts.set_under("setup:test:school:room:", {})
    assert await store.facts.under("setup:") == {"test:school:room_2:zone": "UTC"}


async def test_what_was_kept_as_a_list_is_kept_singly_up_and_down(database_url):
    move(database_url, "0022")
    engine, before = create_engine(sync_url(database_url)), {"course": "tiny", "zone": "GMT+2"}
    facts = {"setup:slack:T1:C1": json.dumps(before), "slack.install:T1": "locked", "slack.install:T2": ""}
    with engine.begin() as db:
        for key, value in (facts | {"slack.installs": '["T1"]'}).items():
            db.execute(text("INSERT INTO meta (key, value) VALUES (:key, :value)"), {"key": key, "value": value})
    move(database_url, "head")
    store = await Store.open(database_url)
    assert await store.facts.under("setup:slack:T1:C1:") == before
    assert await store.facts.get("slack.installs") is None
    await store.close()
    move(database_url, "0022")
    with engine.connect() as db:
        assert db.execute(text("SELECT value FROM meta WHERE key = 'slack.installs'")).scalar() == '["T1"]'
    engine.dispose()
