"""What a platform notices about a group's places is kept, for that workspace and no other."""

from bot.channel_events import ChannelEvents
from bot.schedule.languages import english
from store import organiser_seen
from study import texts
from study.group import Account, Place
from tests.store.school import FRIDAY, a_group, a_member

LOST = "The channel was deleted."


async def troubles(store, group):
    return [channel.trouble for channel in await store.channels.of_group(group.id)]


async def test_a_channel_is_lost_once_and_comes_back(store):
    group, other = await a_group(store), await a_group(store, "d")
    news = ChannelEvents(store, english)
    here = Place("browser", "w", "c")
    assert await news.reading("browser", "w") == ("c", "d")
    assert await news.reading("browser", "elsewhere") == await news.reading("slack", "w") == ()
    for _ in range(2):
        await news.channel_lost(here, lambda: LOST, FRIDAY)
    (told,) = await store.notices.claim(FRIDAY, 60)
    assert (told.group_id, told.text) == (group.id, LOST)
    assert (await troubles(store, group), await troubles(store, other)) == ([LOST], [""])
    await news.channel_back(here)
    assert await troubles(store, group) == [""]


async def test_a_workspace_left_takes_all_its_channels_and_no_other(store):
    group = await a_group(store)
    await store.channels.add(group.id, Place("slack", "team", "C1"))
    for workspace in ("team", "team2"):
        await store.facts.set(organiser_seen("slack", workspace, "C1"), "U1")
    await ChannelEvents(store, english).workspace_left("slack", "team")
    assert await store.facts.get(organiser_seen("slack", "team", "C1")) is None
    assert await store.facts.get(organiser_seen("slack", "team2", "C1")) == "U1"
    here, there = await troubles(store, group)
    assert here == "" and "Invite it again" in there


async def test_why_a_channel_is_lost_is_said_in_the_language_of_its_group_whoever_noticed_it(store):
    group, other = await a_group(store), await a_group(store, "d")

    async def language(group_id):
        return "de" if group_id == group.id else "en"

    await ChannelEvents(store, language).workspace_left("browser", "w")
    (german,), (plain,) = await troubles(store, group), await troubles(store, other)
    assert german.startswith("Der Bot wurde hier entfernt") and plain.startswith("The bot was removed")
    assert texts.language() == "en", "nobody else speaks so from then on"


async def test_a_banned_person_is_off_the_leaderboards(store):
    group = await a_group(store)
    ann = await a_member(store, group)
    await ChannelEvents(store, english).person_banned("browser", "w", "ann")
    await ChannelEvents(store, english).person_banned("browser", "w", "nobody")
    assert (await store.members.meet(group.id, Account("browser", "w", "ann"), "", FRIDAY)).hidden
    assert ann.hidden is False
