"""The first post of a week mentions the role that was chosen: once, whatever breaks."""

from datetime import time

from bot.platforms.base import SendLater, SendUnknown
from study.group import Slot
from tests.bot.channelbook import Spine

TWICE_A_WEEK = (Slot(0, time(18)), Slot(3, time(18)))


async def test_one_post_a_week_pings_on_edits_and_retries_too(store):
    spine = Spine(store)
    group = await spine.group(slots=TWICE_A_WEEK)
    (channel,) = await store.channels.of_group(group.id)
    await spine.pass_time(24 * 7)
    assert spine.platform.pings == []
    await store.channels.set_ping(channel.id, "readers", "Readers", spine.clock.now())
    arrived = SendUnknown("the line broke after it was posted")
    arrived.posted = True
    spine.platform.script = [SendLater("slow down", 5), None, arrived]
    await spine.pass_time(24 * 21, step=3)
    assert 3 <= len(spine.platform.pings) == len(set(spine.platform.pings)) <= 4
    assert spine.platform.doubles == 0
    await store.channels.set_ping(channel.id, "", "", spine.clock.now())
    before = len(spine.platform.pings)
    await spine.pass_time(24 * 7)
    assert len(spine.platform.pings) == before


async def test_a_post_that_may_be_there_already_is_sent_again_without_a_mention(store):
    spine = Spine(store)
    spine.platform.can_find = False
    group = await spine.group()
    await store.groups.change(group.id, at=spine.clock.now(), on_doubt="at-least-once")
    (channel,) = await store.channels.of_group(group.id)
    await store.channels.set_ping(channel.id, "readers", "Readers", spine.clock.now())
    arrived = SendUnknown("the line broke after it was posted")
    arrived.posted = True
    spine.platform.script = [arrived]
    await spine.pass_time(24 * 7, step=3)
    assert spine.platform.doubles == 1 and len(spine.platform.pings) == 1
