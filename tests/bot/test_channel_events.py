"""What a platform notices about a group's places is kept, for that workspace and no other."""

from bot.channel_events import ChannelEvents
from store import organiser_seen
from study.group import Account, Place
from study.texts import LazyText, using_language
from tests.store.school import FRIDAY, a_group, a_member

LOST = "The channel was deleted."


async def troubles(store, group):
    return [str(channel.trouble) for channel in await store.channels.of_group(group.id)]


async def test_a_channel_is_lost_once_and_comes_back(store):
    group, other = await a_group(store), await a_group(store, "d")
    news = ChannelEvents(store)
    here = Place("browser", "w", "c")
    assert await news.reading("browser", "w") == ("c", "d")
    assert await news.reading("browser", "elsewhere") == await news.reading("slack", "w") == ()
    for _ in range(2):
        await news.channel_lost(here, LazyText(LOST), FRIDAY)
    (told,) = await store.notices.claim(FRIDAY, 60)
    assert (told.group_id, str(told.text)) == (group.id, LOST)
    assert (await troubles(store, group), await troubles(store, other)) == ([LOST], [""])
    await news.channel_back(here)
    assert await troubles(store, group) == [""]


async def test_a_workspace_left_takes_all_its_channels_and_no_other(store):
    group = await a_group(store)
    await store.channels.add(group.id, Place("slack", "team", "C1"))
    for workspace in ("team", "team2"):
        await store.facts.set(organiser_seen("slack", workspace, "C1"), "U1")
    await ChannelEvents(store).workspace_left("slack", "team")
    assert await store.facts.get(organiser_seen("slack", "team", "C1")) is None
    assert await store.facts.get(organiser_seen("slack", "team2", "C1")) == "U1"
    here, there = await troubles(store, group)
    assert here == "" and "Invite it again" in there


async def test_why_a_channel_is_lost_is_said_in_the_language_of_whoever_reads_it(store):
    group = await a_group(store)
    await ChannelEvents(store).workspace_left("browser", "w")
    assert (await troubles(store, group))[0].startswith("The bot was removed")
    with using_language("de"):
        assert (await troubles(store, group))[0].startswith("Der Bot wurde hier entfernt")


async def test_what_somebody_reads_is_known_from_whichever_group_there_they_are_in(store):
    first, second = await a_group(store), await a_group(store, "d")
    ann, events = Account("browser", "w", "ann"), ChannelEvents(store)
    await store.members.meet(first.id, ann, "Ann", FRIDAY)
    assert await events.language_of(ann) == ""
    await store.members.meet(second.id, ann, "Ann", FRIDAY, language="de")
    assert await events.language_of(ann) == "de"
    assert await events.language_of(Account("browser", "elsewhere", "ann")) == ""


async def test_a_banned_person_is_off_the_leaderboards(store):
    group = await a_group(store)
    ann = await a_member(store, group)
    await ChannelEvents(store).person_banned("browser", "w", "ann")
    await ChannelEvents(store).person_banned("browser", "w", "nobody")
    assert (await store.members.meet(group.id, Account("browser", "w", "ann"), "", FRIDAY)).hidden
    assert ann.hidden is False
