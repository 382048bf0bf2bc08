"""Small facts: one by one, and those whose keys begin alike; what older programs kept as lists is kept singly."""

import json

from sqlalchemy import create_engine, text

from store import Store, organiser_seen
from store.database.migration import move, sync_url


async def test_facts_are_kept_by_their_keys_and_those_that_begin_alike_go_together(store):
    await store.facts.set("setup:test:school:room:zone", "Europe/Berlin")
    await store.facts.set("setup:test:school:room_2:zone", "UTC")
    await store.facts.set_under("setup:test:school:room:", {"course": "tiny", "times": "Mon 18:00"})
    assert await store.facts.under("setup:test:school:room:") == {"course": "tiny", "times": "Mon 18:00"}
    assert await store.facts.under("setup:test:school:room_") == {"2:zone": "UTC"}, "a line is no joker"
    await store.facts.set_under("setup:test:school:room:", {})
    assert await store.facts.under("setup:") == {"test:school:room_2:zone": "UTC"}


async def test_an_empty_fact_is_none(store):
    await store.facts.set("setup:a", "words")
    await store.facts.set("setup:a", "")
    assert await store.facts.get("setup:a") is None
    assert await store.facts.under("setup:") == {}


async def test_who_was_seen_to_organise_is_kept_alike_on_every_platform_up_and_down(database_url):
    move(database_url, "0025")
    engine = create_engine(sync_url(database_url))
    before = {"discord.organiser.7": "41", "slack.organiser:T:C": "U1", "discord.welcomed.7": ""}
    with engine.begin() as db:
        for key, value in before.items():
            db.execute(text("INSERT INTO meta (key, value) VALUES (:key, :value)"), {"key": key, "value": value})
    move(database_url, "head")
    store = await Store.open(database_url)
    assert await store.facts.get(organiser_seen("discord", "7")) == "41"
    assert await store.facts.get(organiser_seen("slack", "T", "C")) == "U1"
    assert await store.facts.under("discord.") == {}
    await store.close()
    move(database_url, "0025")
    with engine.connect() as db:
        kept = {row.key: row.value for row in db.execute(text("SELECT key, value FROM meta"))}
    engine.dispose()
    assert kept["discord.organiser.7"] == "41"
    assert kept["slack.organiser:T:C"] == "U1"


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
