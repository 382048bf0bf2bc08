"""Where a group can read on Discord: in a text channel, and what is said elsewhere."""

from tests.counterparts.discord.world import Channel

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
