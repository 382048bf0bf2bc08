"""Discord at its most awkward: two organisers at once, hundreds of channels, hostile names, everything slowed down."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.platforms.base import OutgoingEvent, PrivateMessage
from bot.platforms.discord.doctor import examine
from bot.platforms.discord.settings import DiscordSettings
from cogs.messages import Event, say
from cogs.slots import slots_text
from study.group import Place, Slot
from study.texts import using_language
from tests.counterparts.discord.people import Sheet
from tests.counterparts.discord.world import SEND_MESSAGES, VIEW_CHANNEL
from tests.hostile.checks import UNSEEN, unescaped
from tests.platforms.discord import sample
from tests.store.school import lost_channel

SETUP = {"course": "tiny", "zone": "Europe/Berlin", "times": "Mon 18:00"}


@pytest.mark.parametrize("other_times", ["Mon 18:00", "Tue 19:00"])
async def test_two_organisers_who_set_up_at_once_have_one_group(world, other_times):
    hall, store = world.hall, world.room.store
    olga, otto = (hall.person(name, organiser=True) for name in ("Olga", "Otto"))
    side = hall.add_channel("side")
    await olga.ask("/group status")  # Discord has told the bot of the channel by then
    olga.channel = otto.channel = side
    told = await asyncio.gather(
        olga.ask("/group setup", **SETUP), otto.ask("/group setup", **SETUP | {"times": other_times})
    )
    (_, group) = await store.groups.all()
    assert len(await store.channels.of_group(group.id)) == 1
    assert group.slots in ((Slot(0, time(18)),), (Slot(1, time(19)),)), "one of the two, whole"
    late = next(one for one in told if "is set up" not in one.text)
    first, second = (olga, otto) if late is told[1] else (otto, olga)
    assert f"{first.user.display} has set the group up a moment ago" in late.text
    assert "Nothing was changed" in late.text and slots_text(group.slots) in late.text
    sheet = await second.click(late, "Change")
    assert "Saved" in (await second.submit(sheet, times="Wed 20:00", zone="Europe/Berlin", questions="2")).text


async def test_one_button_pressed_by_two_and_twice_by_one_at_the_same_moment(world):
    hall, store = world.hall, world.room.store
    await world.room.post_now(1)
    for one in await world.room.outgoing():
        await world.post(one)
    question = next(post for post in hall.posts() if "Answer" in post.buttons)
    ana, ben = hall.person("Ana"), hall.person("Ben")
    pressed = await asyncio.gather(*(who.click(question, "Answer") for who in (ana, ben, ana, ben)))
    assert all(isinstance(one, Sheet) for one in pressed)
    told = await asyncio.gather(
        *(who.submit(sheet, answer="blue") for who, sheet in zip((ana, ben, ana, ben), pressed, strict=True))
    )
    assert all("That's right." in one.text for one in told), "two forms are two attempts"
    members = await store.members.of_group(1)
    assert sorted(one.name for one in members) == ["Ana", "Ben"]
    board = await ana.ask("/leaderboard")
    assert board.text.count("10 points") == 2, "and the best counts once"

    card = await ana.ask("/me")
    said = await asyncio.gather(*(ana.press(card, "leaderboard.hide:hide") for _ in range(2)))
    assert all("off the leaderboard" in one.text for one in said)
    olga, otto = (hall.person(name, organiser=True) for name in ("Olga", "Otto"))
    status = await olga.ask("/group status")
    await world.room.clock.advance(1)  # a round is known by its second
    both = await asyncio.gather(*(who.press(status, "group.now") for who in (olga, otto, olga)))
    assert sum("There is nothing to post" in one.text for one in both) == 2
    assert len({post.round_id for post in await store.posts.open(1)}) == 2


async def test_two_organisers_who_post_at_once_open_one_round_and_are_both_told_truly(world):
    hall, store = world.hall, world.room.store
    olga, otto = (hall.person(name, organiser=True) for name in ("Olga", "Otto"))
    told = [one.text for one in await asyncio.gather(olga.ask("/group now"), otto.ask("/group now"))]
    assert sum("There is nothing to post" in one for one in told) == 1, told
    assert len(await store.posts.of_round(1)) == 3
    assert not await store.posts.of_round(2)


@pytest.fixture
def many(hall, discord_):
    """500 channels, there before the bot is."""
    return [discord_.world.channel(hall.guild, f"room-{number}") for number in range(500)]


async def test_among_500_channels_a_change_costs_a_few_calls_and_lists_stay_short(many, world, discord_):
    hall, store = world.hall, world.room.store
    olga = hall.person("Olga", organiser=True)
    heard = len(discord_.heard)
    olga.channel = many[250]
    assert "is set up" in (await olga.ask("/group setup", **SETUP)).text
    olga.channel = many[499]
    assert "reads here now" in (await olga.ask("/group move", group="Study room")).text
    hall.restrict_bot(many[499], VIEW_CHANNEL)
    hall.remove_channel(many[0])
    olga.channel = many[1]
    await olga.ask("/group status")
    assert (await store.channels.of_group(1))[0].trouble
    assert len(discord_.heard) - heard < 20, [one.path for one in discord_.heard[heard:]]
    for channel in many[2:32]:
        place = Place("discord", str(hall.guild.id), str(channel.id), channel.name)
        group = {"name": channel.name, "course": "tiny", "zone": "Europe/Berlin", "slots": ()}
        await store.groups.set_up(place, **group, at=world.room.clock.now())
    assert len(await olga.suggest("/group move", "group", "r")) == 25
    told = await examine(DiscordSettings(_env_file=None, token=discord_.world.token, api_url=discord_.api_url))
    assert len([one for one in told if one.what.startswith("discord server")]) == 1
    assert not discord_.broken


async def test_a_429_on_every_kind_of_call_loses_and_doubles_nothing(hall, serve, discord_, memory):
    def slowed(method, path):
        slow.append(discord_.fail(method, path, 429, retry_after=0.02))

    slow = []
    memory[f"discord.welcomed.{hall.guild.id}"] = "yes"
    slowed("PUT", "/commands$")
    bot = await serve()
    ana = hall.person("Ana")
    slowed("POST", "/callback$")
    slowed("PATCH", "/messages/@original$")
    assert "Hello" in (await ana.ask("/hello")).text
    slowed("POST", f"/channels/{hall.channel.id}/messages$")
    slowed("POST", "/threads$")
    above = await bot.send(sample.outgoing(hall, reply=replace(say("Read it.", title="Week 1"), thread="Talk")))
    slowed("POST", f"/channels/{above}/messages$")
    below = await bot.send(replace(sample.outgoing(hall, key="18", reply=say("First line")), under=above))
    slowed("PATCH", f"/channels/{hall.channel.id}/messages/")
    await bot.edit(sample.outgoing(hall, reply=say("Closed", title="Week 1")), above)
    slowed("PATCH", f"/channels/{above}/messages/")
    await bot.edit(sample.outgoing(hall, key="18", reply=say("First line, put right")), below)
    assert [one.text for one in hall.posts()] == ["Week 1\nClosed"]
    thread = discord_.world.channels[int(above)]
    assert [one.text for one in hall.posts(thread)] == ["First line, put right"]
    slowed("POST", "/users/@me/channels$")
    slowed("POST", "/messages$")
    await bot.tell_member(PrivateMessage("p1", sample.outgoing(hall).place, str(ana.user.id), say("For you")))
    assert [one.text for one in ana.inbox()] == ["For you"]
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    meeting = Event("Meeting", "We meet.", starts, starts + timedelta(hours=1), "Room 5")
    event = OutgoingEvent("e1", sample.outgoing(hall).place, meeting)
    slowed("POST", "/scheduled-events$")
    made = await bot.add_event(event)
    for method in ("GET", "PATCH"):
        slowed(method, "/scheduled-events/")
    await bot.change_event(replace(event, event=replace(meeting, where="Room 6")), made)
    assert [one["entity_metadata"]["location"] for one in hall.guild.events.values()] == ["Room 6"]
    assert not [one for one in slow if one.times], "each was slowed once"


async def test_a_right_taken_is_told_in_the_language_of_whoever_reads_it(world):
    hall, store = world.hall, world.room.store
    hall.restrict_bot(hall.channel, SEND_MESSAGES)
    trouble = (await lost_channel(store)).trouble
    assert str(trouble).startswith("I may not write in #general: give me View Channel and Send Messages there.")
    with using_language("de"):
        assert str(trouble).startswith("In #general darf ich nicht schreiben")


EVIL = "@everyone @here <@&{role}> [x](https://x.example) \u202egnp.exe\u2066 **"


async def test_hostile_names_turn_no_text_and_mention_nobody(world, discord_, hall):
    role = hall.role("@everyone \u202eelor")
    evil = (EVIL.format(role=role.id) + "n" * 100)[:100]
    olga, ana = hall.person(evil, nick=evil, organiser=True), hall.person("Ana", nick=evil)
    side = hall.add_channel(evil)
    await olga.ask("/group status")
    olga.channel = ana.channel = side
    told = [await olga.ask("/group setup", **SETUP)]  # the group is called as the channel is
    group = await world.room.store.groups.at(Place("discord", str(hall.guild.id), str(side.id)))
    await world.room.post_now(group.id)
    for one in await world.room.outgoing():
        await world.post(replace(one, place=Place("discord", str(hall.guild.id), str(side.id))))
    question = hall.posts(side)[-1]
    told.append(await ana.submit(await ana.click(question, "Answer"), answer="red"))
    form = await olga.click(await olga.ask("/group organisers"), "Add an organiser")
    told.append(await olga.submit(form, person=ana, role=role))
    told += [await olga.ask(line) for line in ("/leaderboard", "/group status", "/group organisers", "/group history")]
    told.append(await ana.ask("/me"))
    olga.channel = hall.channel
    (_, offered) = await olga.suggest("/group move", "group", "")
    assert not UNSEEN.search(offered["name"])
    olga.channel = hall.add_channel("quiet")
    told += [await olga.ask("/group status"), await olga.ask("/group move", group=offered["value"])]
    assert "reads here now" in told[-1].text
    thread = await world.post(sample.outgoing(hall, reply=replace(say("Read it."), thread=evil)))
    assert not UNSEEN.search(discord_.world.channels[int(thread)].name)
    for one in [*told, *hall.posts(side), *hall.posts()]:
        assert one.message["mentions"] == one.message["mention_roles"] == [] and not one.message["mention_everyone"]
        assert not UNSEEN.search(one.text), one.text
        assert not re.search(r"@everyone|@here|<@|\]\(", unescaped(one.raw)), one.raw
    assert not discord_.broken


@pytest.mark.parametrize("name", ["seven\u202egpj.png", "@everyone.png", "n" * 96 + ".png"])
async def test_a_renamed_file_is_shown_without_its_tricks(bot, hall, discord_, name):
    said = await hall.person("Ada").ask("/classify", image=(name, b"\x89PNG\r\n\x1a\n" + b"0" * 40), model="m1")
    (shown,) = said.pictures
    assert "48 bytes" in said.text and not UNSEEN.search(shown["description"])
    assert not said.message["mention_everyone"] and not discord_.broken
    assert all(re.fullmatch(r"[\w.-]+", one["filename"]) for one in said.message["attachments"])
