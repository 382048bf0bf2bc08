"""Messages to one person: addressed where they were last seen, sent once, ended quietly where nobody wants them."""

import asyncio
from datetime import timedelta

import pytest

from bot.platforms.base import SendLater, SendRefused, SendUnknown, Unreachable
from store import Letter, Subject
from study.group import Account, Place
from study.texts import LazyText
from tests.bot.channelbook import Channelbook, Spine
from tests.store.school import write_to


@pytest.fixture
async def spine(store):
    return Spine(store, settle_seconds=0.0)


async def member(spine, group, name="Ana", platform="browser"):
    return await spine.store.members.meet(group.id, Account(platform, "w", name.lower()), name, spine.clock.now())


async def tell(spine, ana, *, name="n1", expires=None):
    letter = Letter("outcome", name, ana.group_id, ana.id, 7, spine.clock.now(), expires)
    return await write_to(spine.store, letter)


async def states(spine):
    return [(one.state, one.problem.reason if one.problem else "") for one in await spine.store.deliveries.find()]


async def test_a_person_is_told_once_however_often_it_is_asked_for(spine):
    ana = await member(spine, await spine.group())
    for _ in range(3):
        assert await tell(spine, ana)
        await spine.tick()
    assert [(place, person) for _, place, person in spine.platform.letters] == [("c", "ana")]
    assert spine.platform.posts == []


async def test_a_message_in_doubt_is_looked_up_and_not_sent_again(spine):
    ana = await member(spine, await spine.group())
    lost = SendUnknown("the line broke")
    lost.posted = True
    spine.platform.script = [lost]
    await tell(spine, ana)
    await spine.tick()
    spine.clock.move(timedelta(minutes=10))
    await spine.tick()
    assert len(spine.platform.letters) == 1
    assert await states(spine) == [("sent", "")]


async def test_where_nobody_can_tell_a_private_message_ends_and_no_organiser_hears_of_it(spine):
    ana = await member(spine, await spine.group())
    spine.platform.script, spine.platform.can_find = [SendUnknown("the line broke")], False
    await tell(spine, ana)
    await spine.tick()
    spine.clock.move(timedelta(minutes=10))
    await spine.tick()
    assert spine.platform.letters == [] and spine.platform.told == []
    assert await states(spine) == [("dead", "cannot_tell")]
    assert await spine.store.deliveries.unsettled(ana.group_id) == ()


async def test_who_takes_no_messages_is_a_fact_and_is_not_tried_again(spine):
    ana = await member(spine, await spine.group())
    spine.platform.script = [Unreachable("closed")]
    assert await tell(spine, ana)
    await spine.tick()
    assert await states(spine) == [("dead", "unreachable")]
    assert not await tell(spine, ana, name="n2")
    assert spine.platform.told == []


async def test_with_another_account_it_is_read_there(spine):
    group = await spine.group()
    await spine.store.channels.add(group.id, Place("slack", "w", "s", "s"))
    ana = await member(spine, group)
    code = await spine.store.codes.issue("link", spine.clock.now(), subject(ana))
    spine.clock.move(timedelta(minutes=1))
    await spine.store.members.link(code, group.id, Account("slack", "w", "ana"), spine.clock.now())
    slack = Channelbook("slack", script=[Unreachable("closed")])
    spine.outbox._platforms = {"browser": spine.platform, "slack": slack}
    await tell(spine, ana)
    await spine.tick()
    await spine.tick()
    assert slack.letters == [] and len(spine.platform.letters) == 1


async def test_a_member_is_written_to_where_they_were_last_seen(spine):
    group = await spine.group()
    await spine.store.channels.add(group.id, Place("slack", "w", "s", "s"))
    ana = await member(spine, group)
    code = await spine.store.codes.issue("link", spine.clock.now(), subject(ana))
    spine.clock.move(timedelta(minutes=1))
    await spine.store.members.link(code, group.id, Account("slack", "w", "ana"), spine.clock.now())
    await tell(spine, ana, name="n1")
    spine.clock.move(timedelta(minutes=1))
    await member(spine, group)
    await tell(spine, ana, name="n2")
    found = [one.channel.platform for one in await spine.store.deliveries.find()]
    assert found == ["slack", "browser"]


async def test_what_expired_while_the_platform_was_away_is_not_sent(spine):
    ana = await member(spine, await spine.group())
    spine.platform.script = [SendLater("away", 7200)]
    await tell(spine, ana, expires=spine.clock.now() + timedelta(hours=1))
    await spine.tick()
    spine.clock.move(timedelta(hours=3))
    await spine.tick()
    assert spine.platform.letters == [] and spine.platform.told == []
    assert await states(spine) == [("dead", "too_late")]


async def test_an_outcome_is_told_however_long_the_platform_was_away(spine):
    """Nothing was said of when it would be of no use any more: a member who appealed hears of it."""
    ana = await member(spine, await spine.group())
    await tell(spine, ana)
    spine.clock.move(timedelta(days=3))
    spine.platform.script = [SendLater("away", 60)]
    await spine.tick()
    spine.clock.move(timedelta(days=3))
    await spine.tick()
    assert [person for _, _, person in spine.platform.letters] == ["ana"]


async def test_an_erased_member_is_not_written_to(spine):
    ana = await member(spine, await spine.group())
    await tell(spine, ana)
    await spine.store.privacy.erase(ana.id, spine.clock.now())
    await spine.tick()
    assert spine.platform.letters == [] and await states(spine) == []


async def test_what_has_nothing_to_say_any_more_is_not_sent(spine):
    ana = await member(spine, await spine.group())

    async def nothing(delivery):
        return None

    spine.outbox._compose = nothing
    await tell(spine, ana)
    await spine.tick()
    assert spine.platform.letters == [] and await states(spine) == [("dead", "withdrawn")]


async def test_a_channel_that_is_lost_takes_no_private_message_with_it(spine):
    group = await spine.group()
    ana = await member(spine, group)
    await tell(spine, ana)
    (channel,) = await spine.store.channels.of_group(group.id)
    await spine.store.channels.mark_lost(channel.id, LazyText("deleted"))
    await spine.tick()
    assert len(spine.platform.letters) == 1


async def test_a_missing_permission_is_told_to_the_organiser_once(spine):
    group = await spine.group()
    spine.platform.script = [SendRefused("no permission")] * 2
    for name in ("Ana", "Ben"):
        await tell(spine, await member(spine, group, name), name=name)
    await spine.tick()
    await spine.tick()
    assert spine.platform.told == ["Nobody can be written to in private: no permission"]


async def test_what_many_find_at_once_is_left_for_the_organiser_once(spine):
    group = await spine.group()
    leave = (spine.store.notices.add(group.id, LazyText("no permission"), spine.clock.now()) for _ in range(12))
    await asyncio.gather(*leave)
    assert [str(notice.text) for notice in await spine.store.notices.claim(spine.clock.now(), 60)] == ["no permission"]


def subject(ana):
    return Subject(ana.group_id, ana.id)
