"""Guilds come and go, channels close, people are banned, lines break: each is met in words."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.base import SendLater
from bot.platforms.discord.client import Shards
from bot.platforms.discord.errors import DiscordError
from cogs.messages import say
from study.group import Place
from study.texts import _, language
from tests.counterparts.discord import people
from tests.counterparts.discord import world as w
from tests.platforms.discord.sample import outgoing
from tests.platforms.discord.served import until
from tests.platforms.hosted import Channels


def known(bot, hall):
    """The hall's guild as the bot has it; None where it is not there."""
    return bot._client.get_guild(hall.guild.id)


@pytest.fixture
def news():
    return Channels()


@pytest.fixture
async def heard(serve, news):
    return await serve(channels=news)


async def test_whoever_invites_the_bot_is_greeted_once_with_two_things_to_do(discord_, heard):
    hall = people.Place(discord_, "New hall", joined=False)
    hall.invite_bot()
    await until(lambda: hall.owner.inbox())
    greeting = hall.owner.inbox()[0].text
    assert "1. In the channel where your group reads, type `/group setup`" in greeting
    assert "2. Then type `/group now`" in greeting
    await discord_.gateway.cut()
    await until(lambda: discord_.gateway.resumed)
    assert len(hall.owner.inbox()) == 1


async def test_a_greeting_is_in_the_language_of_the_server(discord_, heard):
    hall = people.Place(discord_, "Neue Halle", joined=False)
    hall.guild.locale = "de"
    hall.invite_bot()
    await until(lambda: hall.owner.inbox())
    assert "1. Tipp in dem Kanal" in hall.owner.inbox()[0].text


async def test_a_guild_joined_while_the_bot_was_away_is_greeted_at_the_next_start(hall, serve):
    first = await serve()
    await until(lambda: hall.owner.inbox())
    await first.stop()
    second = await serve()
    await asyncio.sleep(0.1)
    assert len(hall.owner.inbox()) == 1
    await second.stop()


async def test_an_owner_who_takes_no_messages_is_told_where_not_everybody_reads(discord_, heard):
    hall = people.Place(discord_, "Quiet hall", joined=False)
    hall.owner.user.takes_messages = False
    desk = discord_.world.channel(hall.guild, "organisers")
    desk.overwrites[hall.guild.id] = (0, w.VIEW_CHANNEL)
    desk.overwrites[discord_.world.bot.id] = (w.VIEW_CHANNEL | w.SEND_MESSAGES, 0)
    hall.invite_bot()
    await until(lambda: hall.posts(desk))
    assert "/group setup" in hall.posts(desk)[0].text
    assert hall.posts() == []
    public = people.Place(discord_, "Open hall", joined=False)
    public.owner.user.takes_messages = False
    public.invite_bot()
    await asyncio.sleep(0.2)
    assert public.posts() == [], "a private word is not said to all"


async def test_a_guild_that_is_late_or_in_an_outage_has_lost_nothing(discord_, hall, serve, news):
    news.channels.add(str(hall.channel.id))
    discord_.gateway.late.add(hall.guild.id)
    await serve(channels=news)
    await asyncio.sleep(0.2)
    assert news.heard == [] and hall.owner.inbox() == []
    discord_.gateway.arrive(hall.guild)
    await until(lambda: hall.owner.inbox())
    discord_.gateway.outage(hall.guild)
    await asyncio.sleep(0.1)
    discord_.gateway.arrive(hall.guild)
    await asyncio.sleep(0.2)
    assert {name for name, *_ in news.heard} == {"channel_back"}
    assert len(hall.owner.inbox()) == 1


async def test_a_channel_deleted_while_the_bot_was_away_is_lost_by_discord_s_own_word(discord_, hall, serve, news):
    news.channels.update((str(hall.channel.id), "1234"))
    discord_.fail("GET", "/channels/1234$", 403, times=9)
    first = await serve(channels=news)
    await until(lambda: news.heard)
    assert {name for name, *_ in news.heard} == {"channel_back"}
    await first.stop()
    discord_.faults.clear()
    await serve(channels=news)
    await until(lambda: "channel_lost" in {name for name, *_ in news.heard})


async def test_a_greeting_that_reached_nobody_is_sent_when_it_can_be(discord_, serve, memory):
    hall = people.Place(discord_, "Silent hall")
    hall.owner.user.takes_messages = False
    hall.restrict_bot(hall.channel, w.SEND_MESSAGES)
    first = await serve()
    await until(lambda: discord_.requests("POST", "/channels/[0-9]+/messages$"))
    await first.stop()
    hall.owner.user.takes_messages = True
    await serve()
    await until(lambda: hall.owner.inbox())
    await asyncio.sleep(0.1)
    assert len(hall.owner.inbox()) == 1


async def test_a_post_in_doubt_waits_for_a_guild_that_is_out_of_sight(discord_, hall, heard):
    await heard.send(outgoing(hall))
    discord_.gateway.outage(hall.guild)
    await until(lambda: known(heard, hall).unavailable)
    with pytest.raises(SendLater, match="not in sight"):
        await heard.find(outgoing(hall), datetime.now(UTC) - timedelta(minutes=30))
    discord_.gateway.arrive(hall.guild)
    await until(lambda: not known(heard, hall).unavailable)
    assert await heard.find(outgoing(hall), datetime.now(UTC) - timedelta(minutes=30))


async def test_a_role_given_to_the_bot_is_noticed(hall, heard, news):
    def noticed(what):
        return until(lambda: news.heard and news.heard[-1][0] == what)

    news.channels.add(str(hall.channel.id))
    hall.restrict(hall.channel, w.SEND_MESSAGES)
    await noticed("channel_lost")
    role = hall.role_for_bot(w.ADMINISTRATOR)
    await noticed("channel_back")
    hall.take_role_from_bot(role)
    await noticed("channel_lost")


async def test_the_organiser_is_told_privately_the_one_who_organises_first(hall, heard):
    place = Place("discord", str(hall.guild.id), str(hall.channel.id))
    assert await heard.tell_organiser(place, lambda: say("Something is wrong."))
    assert hall.owner.inbox()[-1].text == "Something is wrong."
    berta = hall.person("Berta", organiser=True)
    await berta.ask("/group pause")
    await asyncio.sleep(0.05)
    assert await heard.tell_organiser(place, lambda: say("Again."))
    assert [shown.text for shown in berta.inbox()] == ["Again."]


async def test_an_organiser_is_told_in_their_own_language(hall, heard):
    place = Place("discord", str(hall.guild.id), str(hall.channel.id))
    berta = hall.person("Berta", organiser=True, locale="de")
    await berta.ask("/group pause")
    await asyncio.sleep(0.05)
    assert await heard.tell_organiser(place, lambda: say(_("Paused.")))
    assert [shown.text for shown in berta.inbox()] == ["Pausiert."]
    assert language() == "en"


async def test_nobody_can_be_told_in_a_guild_that_is_gone(hall, heard):
    hall.remove_bot()
    await until(lambda: known(heard, hall) is None)
    assert not await heard.tell_organiser(Place("discord", str(hall.guild.id), "1"), lambda: say("Hello?"))
    assert not await heard.tell_organiser(Place("discord", "12", "1"), lambda: say("Hello?"))


async def test_what_happens_to_guilds_is_told(discord_, hall, heard, news):
    world, guild = discord_.world, hall.guild
    spare = world.channel(guild, "study")
    await until(lambda: hall.owner.inbox())
    await asyncio.sleep(0.05)
    news.channels.add(str(spare.id))
    mallory = hall.person("Mallory")
    mine = guild.roles[guild.members[world.bot.id].roles[0]]

    def rename():
        spare.name = "studying"
        hall.restrict_bot(spare)

    def may(permissions):
        mine.permissions = permissions
        guild.roles[guild.id].permissions = permissions
        for role in (mine, guild.roles[guild.id]):
            told = {"guild_id": str(guild.id), "role": people.role_shape(role, 1)}
            world.emit("GUILD_ROLE_UPDATE", told, guild.id)

    def told():
        heard = [(name, said[0].name if isinstance(said[0], Place) else said) for name, *said in news.heard]
        return list(dict.fromkeys(map(str, heard)))

    happenings = (
        (lambda: world.emit("CHANNEL_CREATE", people.channel_shape(spare, world), guild.id), ()),
        (lambda: hall.restrict_bot(spare, w.SEND_MESSAGES), ["('channel_lost', 'study')"]),
        (rename, ["('channel_renamed', 'studying')", "('channel_back', 'studying')"]),
        (lambda: may(w.VIEW_CHANNEL), ["('channel_lost', 'studying')"]),
        (lambda: may(w.WHAT_THE_BOT_MAY), ()),
        (lambda: hall.remove_channel(spare), ["('channel_lost', '')"]),
        (lambda: hall.ban(mallory), [f"('person_banned', ['discord', '{guild.id}', '{mallory.user.id}'])"]),
        (hall.remove_bot, [f"('workspace_left', ['discord', '{guild.id}'])"]),
    )
    expected = []
    for happening, then in happenings:
        happening()
        expected += then
        await until(lambda: len(told()) >= len(expected), why=f"{told()}")  # noqa: B023 - awaited at once
        assert told() == expected
    lost = [str(said[1]) for name, *said in news.heard if name == "channel_lost"]
    assert "was deleted. Type /group move" in lost[-1]
    assert "I may not write in #study: give me View Channel" in lost[0]


async def test_what_was_said_while_the_line_was_cut_is_heard_when_it_is_taken_up_again(hall, heard, discord_):
    discord_.gateway.refusing = True
    await discord_.gateway.cut()
    ada = hall.person("Ada")
    asked = asyncio.create_task(ada.ask("/hello"))
    await asyncio.sleep(0.3)
    discord_.gateway.refusing = False
    assert (await asked).text.startswith("Hello Ada")
    assert discord_.gateway.resumed == 1
    assert len(discord_.gateway.identified) == 1


@pytest.mark.parametrize("how", ["op 7", "op 9, resumable", "op 9", "closed"])
async def test_every_way_of_breaking_the_line_is_survived(hall, heard, discord_, how):
    gateway = discord_.gateway
    match how:
        case "op 7":
            await gateway.ask_to_reconnect()
        case "op 9, resumable":
            await gateway.invalidate(resumable=True)
        case "op 9":
            await gateway.invalidate()
        case _:
            await gateway.cut(code=4000)
    again = lambda: gateway.resumed or len(gateway.identified) == 2  # noqa: E731
    await until(again, 10)
    assert bool(gateway.resumed) == (how != "op 9")
    assert (await hall.person("Ada").ask("/hello")).text.startswith("Hello")
    await until(lambda: gateway.heartbeats >= 2)


async def test_a_token_that_is_not_accepted_is_told_in_one_sentence(serve):
    with pytest.raises(DiscordError, match=r"^Discord does not accept DISCORD_TOKEN\. Make a new one"):
        await serve(token="wrong")


async def test_discord_out_of_reach_is_told_in_one_sentence(serve):
    with pytest.raises(DiscordError, match="cannot be reached"):
        await serve(api_url="http://127.0.0.1:9/api/v10")


async def test_a_development_guild_without_the_bot_is_told_in_one_sentence(serve):
    with pytest.raises(DiscordError, match="may not register commands in server 42"):
        await serve(dev_guild="42")


async def test_each_process_owns_its_shards(discord_, serve):
    discord_.gateway.shards = 2
    halls = [people.Place(discord_, f"Hall {n}") for n in range(6)]
    first, second = await serve(shards="0/2"), await serve(shards="1/2")
    assert {tuple(i["shard"]) for i in discord_.gateway.identified} == {(0, 2), (1, 2)}
    mine = [{g.id for g in one._client.guilds} for one in (first, second)]
    assert mine[0] & mine[1] == set()
    assert mine[0] | mine[1] == {hall.guild.id for hall in halls}
    for hall in halls:
        assert (await hall.person("Ada").ask("/hello")).private
        await first.send(outgoing(hall, key=str(hall.guild.id)))
    assert all(len(hall.posts()) == 1 for hall in halls)


async def test_one_process_takes_as_many_shards_as_discord_wants(discord_, serve, monkeypatch):
    monkeypatch.setattr("discord.client.Client.before_identify_hook", lambda *_, **__: asyncio.sleep(0))
    discord_.gateway.shards = 3
    halls = [people.Place(discord_, f"Hall {n}") for n in range(5)]
    await serve()
    assert sorted(tuple(i["shard"]) for i in discord_.gateway.identified) == [(0, 3), (1, 3), (2, 3)]
    for hall in halls:
        assert (await hall.person("Ada").ask("/hello")).private


@pytest.mark.parametrize("text", ["0", "a/b", "2/2", "0,0/2", "/1"])
def test_shards_that_make_no_sense_are_told(text):
    with pytest.raises(DiscordError, match="STUDYBOT_SHARDS"):
        Shards.parse(text)
    assert Shards.parse("") is None
    assert Shards.parse("0,1/4") == Shards((0, 1), 4)


async def test_a_bot_may_be_told_to_stop_in_the_middle_of_an_answer(hall, heard):
    asked = asyncio.create_task(hall.person("Ada").ask("/slow"))
    await asyncio.sleep(0.1)
    await heard.stop()
    assert (await asked).text == "At last."
