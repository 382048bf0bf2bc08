"""Where a group can read on Discord: in a text channel, and what is said elsewhere."""

from tests.counterparts.discord.world import Channel
from tests.platforms.discord import sample

SETUP = {"course": "tiny", "zone": "Europe/Berlin", "times": "Mon 18:00"}


async def test_a_group_cannot_begin_in_a_thread_and_hears_where_it_can(world):
    hall, discord = world.hall, world.hall.discord.world
    olga = hall.person("Olga", organiser=True)
    side = hall.add_channel("side")
    talk = Channel(discord.snowflake(), 11, "talk", hall.guild, parent=side)
    discord.channels[talk.id] = hall.guild.channels[talk.id] = talk
    olga.channel = side
    await olga.ask("/group status")  # Discord has told the bot of the channel by then
    olga.channel = talk
    assert "this is a thread: ask in #side itself." in (await olga.ask("/group setup", **SETUP)).text
    assert len(await world.room.store.groups.all()) == 1
    olga.channel = side
    assert "is set up" in (await olga.ask("/group setup", **SETUP)).text
    olga.channel = talk
    assert "is set up" in (await olga.ask("/group setup", **SETUP)).text, "the thread is of the group's own channel"


async def test_a_forum_is_refused_with_what_to_do_and_nothing_is_kept(world):
    hall, discord = world.hall, world.hall.discord.world
    olga = hall.person("Olga", organiser=True)
    forum = hall.add_channel("ideas", 15)
    post = Channel(discord.snowflake(), 11, "first post", hall.guild, parent=forum)
    discord.channels[post.id] = hall.guild.channels[post.id] = post
    await olga.ask("/group status")
    olga.channel = post
    for command in ("/group setup", "/group move"):
        told = await olga.ask(command, **(SETUP if command.endswith("setup") else {}))
        assert "make a text channel for the group" in told.text, command
    assert [one.name for one in await world.room.store.groups.all()] == ["Study room"]


async def test_a_group_reads_in_a_channel_for_announcements(world):
    hall = world.hall
    olga = hall.person("Olga", organiser=True)
    news = hall.add_channel("news", 5)
    olga.channel = hall.channel
    await olga.ask("/group status")
    olga.channel = news
    assert "is set up" in (await olga.ask("/group setup", **SETUP)).text
    await world.post(sample.outgoing(hall, channel=news))
    assert [post.text.splitlines()[0] for post in hall.posts(news)] == ["Week 1"]
