"""Posts are sent once, whatever breaks on the way, and found again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.base import CannotTell, OutgoingEvent, SendLater, SendRefused, SendUnknown
from bot.platforms.discord.posting import nonce
from cogs.messages import Card, Event, Image, Picture, Reply, Text, say
from study.group import Place
from tests.counterparts.discord import world as w
from tests.platforms.discord.sample import outgoing
from tests.platforms.discord.served import until

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """The library waits 1 to 9 seconds between its own attempts."""
    real = asyncio.sleep
    monkeypatch.setattr("discord.http.asyncio.sleep", lambda seconds, *a: real(min(seconds, 0.02)))


async def test_a_post_is_sent_and_edited_in_place(hall, bot):
    sent = await bot.send(outgoing(hall))
    assert [post.text for post in hall.posts()] == ["Week 1\nRead it."]
    closed = outgoing(hall, reply=say("Closed", title="Week 1"))
    await bot.edit(closed, sent)
    await bot.edit(closed, sent)
    assert [post.text for post in hall.posts()] == ["Week 1\nClosed"]
    assert hall.posts()[0].buttons == {}


async def test_a_recap_is_pinned_and_let_go_however_often(hall, bot):
    hall.role_for_bot(w.PIN_MESSAGES)
    posted = outgoing(hall)
    sent = await bot.send(posted)
    message = hall.channel.messages[int(sent)]
    for change, pinned in ((bot.pin, True), (bot.pin, True), (bot.unpin, False), (bot.unpin, False)):
        await change(posted.place, sent)
        assert message["pinned"] is pinned
    del hall.channel.messages[int(sent)]
    await bot.pin(posted.place, sent)


async def test_without_the_right_to_pin_the_organiser_is_told_what_to_do_and_no_channel_is_lost(hall, bot):
    posted = outgoing(hall)
    sent = await bot.send(posted)
    with pytest.raises(SendRefused, match="Pin Messages") as refused:
        await bot.pin(posted.place, sent)
    assert not refused.value.channel_lost and not hall.channel.messages[int(sent)]["pinned"]


async def test_the_same_parcel_is_one_message_however_often_it_is_sent(hall, bot):
    assert await bot.send(outgoing(hall)) == await bot.send(outgoing(hall))
    assert len(hall.posts()) == 1
    await bot.send(outgoing(hall, key="18"))
    assert len(hall.posts()) == 2


@pytest.mark.parametrize("key", ["1", "delivery:12345678901234567890:9", "ü", "x" * 200])
def test_a_nonce_is_short_and_always_the_same(key):
    assert nonce(key) == nonce(key)
    assert len(nonce(key)) <= 25
    assert nonce(key) != nonce(key + "1")


async def test_a_broken_answer_of_discord_s_doubles_nothing(hall, bot, discord_):
    discord_.fail("POST", "/messages$", "commit-drop")
    with pytest.raises(SendUnknown):
        await bot.send(outgoing(hall))
    found = await bot.find(outgoing(hall), datetime.now(UTC))
    assert found == str(hall.posts()[0].id)
    assert await bot.send(outgoing(hall)) == found
    assert len(hall.posts()) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_server_error_is_tried_again_with_the_same_nonce(hall, bot, discord_, status):
    discord_.fail("POST", "/messages$", status)
    await bot.send(outgoing(hall))
    assert len(hall.posts()) == 1
    assert len({heard.body["nonce"] for heard in discord_.requests("POST", "/messages$")}) == 1


@pytest.mark.parametrize(
    ("then", "times", "raised"),
    [
        ("drop", 1, SendUnknown),
        (503, 1, SendUnknown),
        (500, 9, SendUnknown),
        (403, 1, SendRefused),
        (404, 1, SendRefused),
    ],
)
async def test_a_failure_says_whether_it_may_have_been_posted(hall, bot, discord_, then, times, raised):
    discord_.fail("POST", "/messages$", then, times=times)
    with pytest.raises(raised):
        await bot.send(outgoing(hall))
    assert hall.posts() == []
    assert await bot.find(outgoing(hall), datetime.now(UTC)) is None


async def test_a_short_rate_limit_is_waited_for_and_a_long_one_is_left_for_later(hall, bot, discord_):
    discord_.fail("POST", "/messages$", 429, retry_after=0.05)
    await bot.send(outgoing(hall))
    assert len(discord_.requests("POST", "/messages$")) == 2
    discord_.fail("POST", "/messages$", 429, retry_after=90)
    with pytest.raises(SendLater) as later:
        await bot.send(outgoing(hall, key="18"))
    assert later.value.seconds == 90
    assert len(discord_.requests("POST", "/messages$")) == 3


async def test_discord_out_of_reach_is_for_later(hall, bot, discord_, monkeypatch):
    monkeypatch.setattr("discord.http.Route.BASE", "http://127.0.0.1:9/api/v10")
    with pytest.raises(SendLater):
        await bot.send(outgoing(hall))


@pytest.mark.parametrize("denied", [w.SEND_MESSAGES, w.VIEW_CHANNEL])
async def test_a_channel_closed_to_the_bot_is_refused_in_words(hall, bot, denied):
    hall.restrict_bot(hall.channel, denied)
    with pytest.raises(SendRefused) as refused:
        await bot.send(outgoing(hall))
    assert refused.value.channel_lost
    assert str(refused.value).startswith("I ")


async def test_a_deleted_channel_is_refused_and_a_deleted_message_loses_no_channel(hall, bot):
    sent = await bot.send(outgoing(hall))
    del hall.channel.messages[int(sent)]
    with pytest.raises(SendRefused) as refused:
        await bot.edit(outgoing(hall), sent)
    assert not refused.value.channel_lost
    hall.remove_channel(hall.channel)
    with pytest.raises(SendRefused, match="deleted") as refused:
        await bot.send(outgoing(hall))
    assert refused.value.channel_lost


async def test_a_post_is_found_by_its_own_mark_among_others(hall, bot):
    long_ago = datetime.now(UTC) - timedelta(hours=3)
    for key in ("1", "2", "3"):
        await bot.send(outgoing(hall, key=key))
    hall.owner.say("talk")
    assert await bot.find(outgoing(hall, key="2"), long_ago) == str(hall.posts()[1].id)
    assert await bot.find(outgoing(hall, key="9"), long_ago) is None


async def test_in_a_channel_too_busy_to_read_back_whole_it_cannot_tell(hall, bot, monkeypatch):
    monkeypatch.setattr("bot.platforms.discord.posting.READ_BACK", 3)
    for words in ("one", "two", "three"):
        hall.owner.say(words)
    with pytest.raises(CannotTell, match="too many"):
        await bot.find(outgoing(hall), datetime.now(UTC))


async def test_without_the_right_to_read_back_it_cannot_tell_unless_the_nonce_is_fresh(hall, bot):
    hall.restrict_bot(hall.channel, w.READ_MESSAGE_HISTORY)
    seen = bot._client.get_channel(hall.channel.id)
    await until(lambda: not seen.permissions_for(seen.guild.me).read_message_history)
    with pytest.raises(CannotTell):
        await bot.find(outgoing(hall), datetime.now(UTC) - timedelta(minutes=10))
    assert await bot.find(outgoing(hall), datetime.now(UTC)) is None


async def test_a_thread_is_opened_once_where_the_channel_allows_it(hall, bot, discord_):
    recap = outgoing(hall, reply=Reply("Week 1", (Card("Week 1", (Text("Talk."),)),), thread="Week 1: " + "x" * 200))
    sent = await bot.send(recap)
    assert len(discord_.world.channels[int(sent)].name) == 100
    assert await bot.send(recap) == sent
    hall.restrict_bot(hall.channel, w.CREATE_PUBLIC_THREADS)
    other = outgoing(hall, key="18", reply=recap.message)
    assert int(await bot.send(other)) not in discord_.world.channels


@pytest.mark.parametrize("trouble", [429, 503, "drop", "commit-drop"])
async def test_a_long_pause_or_a_broken_line_leaves_a_thread_to_the_next_look(hall, bot, discord_, trouble):
    recap = outgoing(hall, reply=replace(say("Talk.", title="Week 1"), thread="Week 1"))
    fault = discord_.fail("POST", "/threads$", trouble, retry_after=50, times=99)
    with pytest.raises(SendUnknown):
        await bot.send(recap)
    with pytest.raises(SendLater):
        await bot.find(recap, datetime.now(UTC))
    fault.times = 0
    for _ in range(2):
        found = await bot.find(recap, datetime.now(UTC))
        assert discord_.world.channels[int(found)].name == "Week 1"
    assert len(hall.posts()) == 1


async def test_without_the_right_to_read_back_a_post_stands_though_its_thread_would_have_to_wait(hall, bot, discord_):
    hall.restrict_bot(hall.channel, w.READ_MESSAGE_HISTORY)
    discord_.fail("POST", "/threads$", 429, retry_after=50, times=99)
    sent = await bot.send(outgoing(hall, reply=replace(say("Talk.", title="Week 1"), thread="Week 1")))
    assert [post.id for post in hall.posts()] == [int(sent)]


async def test_a_thread_under_a_closed_question_waits_as_long_as_discord_says(hall, bot, discord_):
    above = await bot.send(outgoing(hall, key="above"))
    below = replace(outgoing(hall, key="below"), under=above)
    discord_.fail("POST", "/threads$", 429, retry_after=50)
    with pytest.raises(SendLater) as later:
        await bot.send(below)
    assert later.value.seconds >= 50
    assert (await bot.send(below)).startswith(f"{above}/")


async def test_pictures_travel_with_a_post_and_are_replaced_by_an_edit(hall, bot):
    picture = Image(Picture(PNG, "heat.png", alt="Where it looked"))
    with_picture = outgoing(hall, reply=Reply("x", (Card("x", (picture,)),)))
    sent = await bot.send(with_picture)
    assert hall.posts()[0].pictures[0]["description"] == "Where it looked"
    await bot.edit(with_picture, sent)
    assert len(hall.posts()[0].message["attachments"]) == 1
    await bot.edit(outgoing(hall), sent)
    assert hall.posts()[0].message["attachments"] == []


async def test_a_thread_that_may_not_be_opened_loses_no_channel(hall, bot, discord_):
    above = await bot.send(outgoing(hall, key="above"))
    hall.restrict_bot(hall.channel, w.CREATE_PUBLIC_THREADS)
    with pytest.raises(SendRefused, match="Create Public Threads") as refused:
        await bot.send(replace(outgoing(hall, key="below"), under=above))
    assert not refused.value.channel_lost
    with pytest.raises(SendRefused) as refused:
        await bot.send(replace(outgoing(hall, key="below"), under="4711"))
    assert not refused.value.channel_lost


async def test_what_was_said_in_a_thread_before_a_crash_is_found_there(hall, bot, discord_):
    above = await bot.send(outgoing(hall, key="above"))
    below = replace(outgoing(hall, key="below"), under=above)
    discord_.fail("POST", f"/channels/{above}/messages$", "commit-drop")
    with pytest.raises(SendUnknown):
        await bot.send(below)
    found = await bot.find(below, datetime.now(UTC))
    assert found is not None and found.startswith(f"{above}/")
    assert await bot.send(below) == found


def event(hall, **changes):
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    one = Event("Study room: meeting", "We meet.", starts, starts + timedelta(hours=1), "Room 5")
    return OutgoingEvent("e1", Place("discord", str(hall.guild.id), str(hall.channel.id)), replace(one, **changes))


async def test_a_meeting_stands_among_the_events_of_the_server_once_and_is_changed_and_cancelled_there(hall, bot):
    one = event(hall)
    assert await bot.find_event(one) is None
    made = await bot.add_event(one)
    assert await bot.find_event(one) == made
    later = replace(one, event=replace(one.event, starts=one.event.ends, ends=one.event.ends + timedelta(hours=1)))
    for _ in range(2):
        await bot.change_event(later, made)
    (kept,) = hall.guild.events.values()
    assert datetime.fromisoformat(kept["scheduled_start_time"]) == one.event.ends
    assert kept["entity_metadata"] == {"location": "Room 5"}
    for _ in range(2):
        await bot.change_event(replace(later, event=replace(later.event, cancelled=True)), made)
    assert kept["status"] == 4 and await bot.find_event(later) is None


async def test_an_event_made_twice_by_a_server_error_is_there_once(hall, bot, discord_):
    async def committed():
        (asked,) = discord_.requests("POST", "/scheduled-events$")
        discord_.rest._make_event(guild=str(hall.guild.id), body=asked.body)

    one = event(hall)
    discord_.fail("POST", "/scheduled-events$", "before", call=committed)
    made = await bot.add_event(one)
    assert [str(key) for key in hall.guild.events] == [made]


async def test_an_event_that_may_not_be_made_is_said_and_loses_no_channel(hall, bot, discord_):
    for role in hall.guild.roles.values():
        role.permissions &= ~w.CREATE_EVENTS
    with pytest.raises(SendRefused, match="give me Create Events") as refused:
        await bot.add_event(event(hall))
    assert not refused.value.channel_lost
    with pytest.raises(SendRefused) as refused:
        await bot.change_event(event(hall), "17")
    assert not refused.value.channel_lost
    discord_.fail("POST", "/scheduled-events$", "drop")
    with pytest.raises(SendUnknown):
        await bot.add_event(event(hall))
