"""A group outlives its channel: it moves with its members, points and history, and what is open is asked anew."""

from dataclasses import replace

import pytest

from study.texts import LazyText
from tests.cogs.conversation import ANA, HERE, ORGANISER

THERE = replace(HERE, channel="hall", name="hall")


async def reading(talk):
    return [(one.name, str(one.trouble)) for one in await talk.store.channels.of_group(1)]


async def sent(talk):
    """Send what is due, as the outbox would; where it went."""
    from datetime import timedelta

    from store import Lease

    lease = Lease(await talk.store.presence.owner(), timedelta(minutes=1))
    due = await talk.store.deliveries.claim(lease, talk.now, ("test",))
    for one in due:
        await talk.store.deliveries.mark_sending(one, talk.now)
        await talk.store.deliveries.mark_sent(one, f"m{one.id}", talk.now)
    return [(one.channel.external_id, one.post_id) for one in due]


@pytest.mark.parametrize("lost", ["", "The channel was deleted."])
async def test_a_group_moves_with_all_that_it_is(talk, lost):
    await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    assert await sent(talk) == [("room", 1), ("room", 2), ("room", 3)]
    if lost:
        (channel,) = await talk.store.channels.of_group(1)
        await talk.store.channels.mark_lost(channel.id, LazyText(lost))
    assert "for organisers" in await talk.say(ANA, "group move", place=THERE)
    told = await talk.say(ORGANISER, "group move", place=THERE)
    assert "Study room reads here now, with its members, points and history." in told
    assert await reading(talk) == [("hall", "")]
    assert await sent(talk) == [("hall", 1), ("hall", 2), ("hall", 3)]
    assert await sent(talk) == []
    board = await talk.say(ANA, "leaderboard", place=THERE, window="season")
    assert "Ana" in board and "10 points" in board
    assert (await talk.store.audit.entries(1))[0].action == "channel moved"


async def test_of_several_groups_the_one_without_a_channel_moves_or_the_one_named(talk):
    other = replace(HERE, channel="attic", name="attic")
    setup = {"course": "tiny", "zone": "Europe/Berlin", "times": "Mon 18:00"}
    await talk.say(ORGANISER, "group setup", place=other, **setup)
    told = await talk.say(ORGANISER, "group move", place=THERE)
    assert "Which group shall read here: Study room, attic?" in told
    assert "reads here already" in await talk.say(ORGANISER, "group move", place=other)
    await talk.say(ORGANISER, "group move", place=THERE, group="attic")
    assert [one.name for one in await talk.store.channels.of_group(2)] == ["hall"]
    (channel,) = await talk.store.channels.of_group(1)
    await talk.store.channels.mark_lost(channel.id, LazyText("gone"))
    await talk.say(ORGANISER, "group move", place=other)
    assert await reading(talk) == [("attic", "")]


async def test_nothing_moves_from_another_server(talk):
    elsewhere = replace(THERE, workspace="another")
    assert "no such group" in await talk.say(ORGANISER, "group move", place=elsewhere)
    assert "no such group" in await talk.say(ORGANISER, "group move", place=elsewhere, group="1")
    assert await reading(talk) == [("study-room", "")]
