"""The newest recap is pinned where a group wishes it: one at a time, whatever breaks, and none where it does not."""

from dataclasses import replace
from datetime import timedelta

from bot.platforms.base import SendLater, SendRefused, SendUnknown
from tests.bot.channelbook import Channelbook, Spine

COURSE_WEEK = 24 * 14
"""The first recap stands alone for as long: a week of nine questions takes two turns."""


async def pinning(store, **spine):
    made = Spine(store, **spine)
    group = await made.group()
    await store.groups.change(group.id, at=made.clock.now(), pins=True)
    return made, group


class Hesitant(Channelbook):
    troubles = (SendLater("slow down", 5), SendUnknown("the line broke"))

    async def pin(self, place, message_id):
        if self.troubles:
            trouble, *self.troubles = self.troubles
            raise trouble
        await super().pin(place, message_id)


async def test_each_recap_is_pinned_in_place_of_the_one_before(store):
    spine, group = await pinning(store, platform=Hesitant())
    seen = []
    for _week in range(3):
        await spine.pass_time(COURSE_WEEK)
        seen += spine.platform.pinned
        assert len(spine.platform.pinned) == 1
    assert len(set(seen)) > 1
    await store.groups.change(group.id, at=spine.clock.now(), pins=False)
    await spine.pass_time(COURSE_WEEK * 2)
    assert spine.platform.pinned == []


async def test_nothing_is_pinned_unless_wished(store):
    spine = Spine(store)
    await spine.group()
    await spine.pass_time(COURSE_WEEK)
    assert spine.platform.pinned == [] and len(spine.platform.posts) > 1


class Unpinnable(Channelbook):
    async def pin(self, place, message_id):
        raise SendRefused("give me the right to pin", channel_lost=False)

    async def unpin(self, place, message_id):
        raise AssertionError("what was refused is not undone")


async def test_a_right_that_is_missing_is_told_once_and_loses_nothing(store):
    spine, group = await pinning(store, platform=Unpinnable())
    await spine.pass_time(COURSE_WEEK * 2)
    assert spine.platform.told == ["give me the right to pin"]
    assert (await store.channels.of_group(group.id))[0].trouble.text == ""
    assert len(await store.rounds.of_group(group.id)) >= 3


class WithoutPins(Channelbook):
    pin = unpin = None


async def test_a_platform_without_pins_is_left_alone(store):
    spine, _group = await pinning(store, platform=WithoutPins())
    await spine.pass_time(COURSE_WEEK * 2)
    assert spine.platform.told == [] and spine.platform.doubles == 0


async def test_a_pin_is_undone_however_late_the_next_recap_comes(store):
    spine, group = await pinning(store)
    await spine.pass_time(COURSE_WEEK)
    await store.groups.change(group.id, at=spine.clock.now(), pins=False)
    (first,) = spine.platform.pinned
    await store.retention.purge(spine.clock.now() + timedelta(days=400))
    await spine.pass_time(COURSE_WEEK)
    assert first not in spine.platform.pinned


async def test_a_group_that_moves_has_its_open_recap_pinned_in_the_new_place(store):
    spine, group = await pinning(store)
    await spine.pass_time(24)
    (old,) = spine.platform.pinned
    (channel,) = await store.channels.of_group(group.id)
    place = replace(channel.place, channel="d", name="d")
    await store.channels.move(channel.id, place, spine.clock.now(), "Olga")
    await spine.tick()
    new = [one for one in spine.platform.pinned if one != old]
    assert len(new) == 1 and spine.platform.posts[int(new[0][1:]) - 1][1] == "d"
