import asyncio
from datetime import timedelta

import pytest

from bot.channel_events import ChannelEvents
from bot.platforms.base import SendLater, SendRefused, SendUnknown
from bot.schedule.outbox import Outbox
from store import DatabaseBusy, Lease, LeaseLost, Problem, Store, StoreError
from store.outbox.gathering import Gathering
from study.group import Place
from study.texts import LazyText
from tests.bot.channelbook import HALF_A_DAY, Channelbook, Spine, compose
from tests.store.school import close_early


def posted_but(error):
    """The platform takes the message, and then the line breaks."""
    error.posted = True
    return error


async def due(spine):
    """Let the group's first round be due, and send nothing yet."""
    spine.clock.move(timedelta(hours=9, minutes=1))
    await spine.rounds.tick()


async def states(spine):
    return [delivery.state for delivery in await spine.store.deliveries.find()]


async def settle(spine, minutes=20):
    for _ in range(minutes):
        spine.clock.move(timedelta(minutes=1))
        await spine.outbox.run_once()


async def test_a_message_is_sent_once_in_order_and_its_id_kept(store):
    spine = Spine(store)
    await spine.group()
    await due(spine)
    await spine.outbox.run_once()
    await spine.outbox.run_once()
    sent = await store.deliveries.find()
    assert [one.state for one in sent] == ["sent"] * 4
    assert [one.message_id for one in sent] == ["m1", "m2", "m3", "m4"]
    assert [key for key, _ in spine.platform.posts] == [one.key for one in sent]
    assert all(len(one.key) <= 25 and one.key.isascii() for one in sent)


@pytest.mark.parametrize("broken", [SendUnknown("line"), TimeoutError(), OSError("reset"), RuntimeError("a bug")])
@pytest.mark.parametrize("arrived", [True, False])
async def test_a_line_that_breaks_is_looked_up_and_neither_doubles_nor_loses(store, broken, arrived):
    spine = Spine(store)
    await spine.group()
    await due(spine)
    broken = type(broken)(*broken.args)
    spine.platform.script = [posted_but(broken) if arrived else broken]
    await settle(spine)
    assert await states(spine) == ["sent"] * 4
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)


@pytest.mark.parametrize(("wish", "arrived", "posts"), [
    ("at-most-once", True, 4), ("at-most-once", False, 3), ("at-least-once", True, 5), ("at-least-once", False, 4),
])  # fmt: skip
async def test_where_nobody_can_tell_the_group_has_chosen(store, wish, arrived, posts):
    spine = Spine(store, Channelbook(can_find=False))
    group = await spine.group()
    await store.groups.change(group.id, at=spine.clock.now(), on_doubt=wish)
    await due(spine)
    spine.platform.script = [posted_but(SendUnknown("line")) if arrived else SendUnknown("line")]
    await settle(spine)
    assert len(spine.platform.posts) == posts
    if wish == "at-most-once":
        assert await states(spine) == ["unknown", "sent", "sent", "sent"]
        assert "may or may not have been posted" in spine.platform.told[0]
        assert len(spine.platform.told) == 1
        (doubtful, *_) = await store.deliveries.find()
        await store.deliveries.resolve(doubtful.id, not arrived, spine.clock.now(), "boss")
        await settle(spine)
        assert len(spine.platform.posts) == 4
        assert await states(spine) == ["sent"] * 4
    else:
        assert spine.platform.told == []


async def test_asked_for_patience_the_whole_channel_waits_and_keeps_its_order(store):
    spine = Spine(store)
    await spine.group()
    await due(spine)
    spine.platform.script = [None, SendLater("slow down", 30)]
    await spine.outbox.run_once()
    assert len(spine.platform.posts) == 1
    await spine.outbox.run_once()
    assert len(spine.platform.posts) == 1
    spine.clock.move(timedelta(seconds=31))
    await spine.outbox.run_once()
    assert [key for key, _ in spine.platform.posts] == [one.key for one in await store.deliveries.find()]


async def test_a_lost_channel_is_told_once_and_posted_to_no_more(store):
    spine = Spine(store)
    group = await spine.group()
    await due(spine)
    spine.platform.script = [SendRefused("The bot may not write in #readers any more.")]
    await settle(spine)
    assert await states(spine) == ["dead"] * 4
    assert spine.platform.posts == []
    assert spine.platform.told == ["The bot may not write in #readers any more."]
    (channel,) = await store.channels.of_group(group.id)
    assert str(channel.trouble) == "The bot may not write in #readers any more."
    await spine.group()  # set up again
    assert not (await store.channels.of_group(group.id))[0].trouble
    await settle(spine)
    assert len(spine.platform.posts) == 4
    await spine.pass_time(7 * 24)
    assert (len(spine.platform.posts), spine.platform.doubles) == (8, 0)


async def lost(spine):
    """A group whose first posts are refused; its channel."""
    group = await spine.group()
    await due(spine)
    spine.platform.script = [SendRefused("I may not write here.")]
    await spine.outbox.run_once()
    (channel,) = await spine.store.channels.of_group(group.id)
    assert channel.trouble
    return channel


@pytest.mark.parametrize("away", [timedelta(hours=1), timedelta(days=3)])
async def test_what_an_organiser_resumes_is_posted_at_once(store, away):
    spine = Spine(store)
    channel = await lost(spine)
    spine.clock.move(away)
    for _ in range(2):
        await store.groups.resume(channel.group_id, spine.clock.now(), "Olga")
        await settle(spine)
    assert (len(spine.platform.posts), spine.platform.doubles, await states(spine)) == (4, 0, ["sent"] * 4)
    assert not (await store.channels.of_group(channel.group_id))[0].trouble
    assert spine.platform.told == ["I may not write here."]


async def test_a_channel_found_again_in_time_gets_what_it_missed(store):
    spine = Spine(store)
    channel = await lost(spine)
    spine.clock.move(timedelta(hours=6))
    await store.channels.mark_found(channel.id)
    await settle(spine)
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)


async def test_a_channel_found_too_late_gets_nothing_by_surprise_which_is_told_once(store):
    spine = Spine(store)
    channel = await lost(spine)
    spine.clock.move(timedelta(hours=13))
    await store.channels.mark_found(channel.id)
    await settle(spine)
    assert spine.platform.posts == []
    assert spine.platform.told[1:] == ["A message to c was given up after 12 hours: I may not write here."]
    assert len(await store.deliveries.unsettled(channel.group_id)) == 4


async def test_a_round_that_opened_while_its_channel_was_lost_waits_for_it(store):
    spine = Spine(store)
    group = await spine.group()
    (channel,) = await store.channels.of_group(group.id)
    await store.channels.mark_lost(channel.id, LazyText("I may not write here."))
    await due(spine)
    await settle(spine)
    assert spine.platform.posts == []
    await store.channels.mark_found(channel.id)
    await settle(spine)
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_message_in_doubt_whose_channel_is_lost_is_asked_about_once_that_is_found(store, arrived):
    spine = Spine(store)
    group = await spine.group()
    await due(spine)
    broken = SendUnknown("line")
    spine.platform.script = [posted_but(broken) if arrived else broken]
    await spine.outbox.run_once()
    (channel,) = await store.channels.of_group(group.id)
    assert await store.channels.mark_lost(channel.id, LazyText("The channel was deleted."), spine.clock.now())
    assert not await store.channels.mark_lost(channel.id, LazyText("Deleted, others say."), spine.clock.now())
    spine.platform.can_find = False
    await settle(spine)
    assert spine.platform.told == ["The channel was deleted."]
    spine.platform.can_find = True
    await store.channels.mark_found(channel.id)
    await settle(spine)
    assert await states(spine) == ["sent"] * 4
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)


async def test_what_was_closed_meanwhile_is_edited_and_what_was_never_posted_is_let_be(store):
    spine = Spine(store)
    group = await spine.group()
    await due(spine)
    await settle(spine)
    (channel,) = await store.channels.of_group(group.id)
    await store.channels.mark_lost(channel.id, LazyText("I may not write here."))
    await spine.pass_time(15 * 24)
    await store.channels.mark_found(channel.id)
    await settle(spine)
    first = {f"m{n}" for n in range(1, 5)}
    assert first <= {message for message, _ in spine.platform.edits}
    assert {one.state for one in await store.deliveries.find(group.id, states=["pending", "unknown"])} == set()
    unsettled = await store.deliveries.unsettled(group.id)
    assert {one.post_id for one in unsettled} == {9, 10, 11, 12}, "only the round that is open is worth a question"


async def test_one_message_refused_leaves_the_others_alone(store):
    spine = Spine(store)
    group = await spine.group()
    await due(spine)
    spine.platform.script = [SendRefused("Too long.", channel_lost=False)]
    await settle(spine)
    assert await states(spine) == ["dead", "sent", "sent", "sent"]
    assert [one.problem for one in await store.deliveries.troubled(group.id)] == [
        Problem("refused", LazyText("Too long."))
    ]


async def test_a_channel_that_comes_back_while_a_post_is_refused_is_not_lost(store):
    spine = Spine(store)
    group = await spine.group()
    await due(spine)
    (channel,) = await store.channels.of_group(group.id)
    back, refused = ChannelEvents(store), spine.platform.send

    async def invited_meanwhile(outgoing):
        await back.channel_back(outgoing.place)
        spine.platform.send = refused
        raise SendRefused("I am not in this channel.")

    spine.platform.send = invited_meanwhile
    await settle(spine)
    assert (await store.channels.of_group(group.id)) == (channel,)
    assert (await states(spine), spine.platform.told) == (["sent"] * 4, [])
    spine.platform.script = [SendRefused("I am not in this channel.")]
    await close_early(store, (await store.rounds.of_group(1))[0].id, spine.clock.now())
    await settle(spine)
    assert [str(one.trouble) for one in await store.channels.of_group(group.id)] == ["I am not in this channel."]


@pytest.mark.parametrize("away", [timedelta(seconds=1), timedelta(minutes=5), timedelta(hours=6)])
async def test_a_platform_away_for_hours_is_caught_up_by_itself(store, away):
    spine = Spine(store)
    await spine.group()
    await due(spine)
    until = spine.clock.now() + away
    while spine.clock.now() < until:
        spine.platform.script = [SendUnknown("away")] * 20
        await spine.outbox.run_once()
        spine.clock.move(timedelta(minutes=7))
    spine.platform.script = []
    await settle(spine)
    assert await states(spine) == ["sent"] * 4
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)


async def test_what_could_not_be_sent_for_half_a_day_is_given_up_and_told(store):
    spine = Spine(store)
    await spine.group()
    await due(spine)
    spine.platform.script = [SendLater("down for good", 3600)] * 100
    for _ in range(15):
        await spine.outbox.run_once()
        spine.clock.move(timedelta(hours=1))
    assert set(await states(spine)) == {"dead"}
    assert spine.platform.posts == []
    assert "given up after 12 hours: down for good" in spine.platform.told[0]


async def test_an_edit_waits_for_its_post_and_twice_is_as_once(store):
    spine = Spine(store)
    await spine.group()
    await due(spine)
    (round_,) = await store.rounds.of_group(1)
    spine.platform.script = [None, None, SendUnknown("line")]
    await close_early(store, round_.id, spine.clock.now())
    await settle(spine)
    assert set(await states(spine)) == {"sent"}
    assert sorted(message for message, _ in spine.platform.edits) == ["m1", "m2", "m3", "m4"]


async def test_an_edit_of_what_was_never_posted_is_dropped_quietly(store):
    spine = Spine(store)
    await spine.group()
    await due(spine)
    spine.platform.script = [SendRefused("Too long.", channel_lost=False)] * 4
    await spine.outbox.run_once()
    told = len(spine.platform.told)
    await close_early(store, (await store.rounds.of_group(1))[0].id, spine.clock.now())
    await settle(spine)
    assert spine.platform.edits == []
    assert len(spine.platform.told) == told


async def test_words_that_cannot_be_found_now_are_tried_again(store):
    spine = Spine(store)
    await spine.group()
    await due(spine)
    broken = True

    async def composing(delivery):
        if broken:
            raise StoreError("The course pack is not installed.")
        return await compose(delivery)

    spine.outbox._compose = composing
    await settle(spine, 2)
    assert set(await states(spine)) == {"pending"}
    broken = False
    await settle(spine)
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)


async def test_a_claim_lost_to_another_process_cannot_be_sent_or_settled(store):
    spine = Spine(store)
    await spine.group()
    await due(spine)
    now = spine.clock.now()
    (first, *_) = await store.deliveries.claim(Lease("1", timedelta(seconds=60)), now, ["browser"])
    assert await store.deliveries.claim(Lease("1", timedelta(seconds=60)), now, ["browser"]) == ()
    (again, *_) = await store.deliveries.claim(
        Lease("2", timedelta(seconds=60)), now + timedelta(seconds=61), ["browser"]
    )
    assert (again.id, again.fence) == (first.id, first.fence + 1)
    for late in (
        store.deliveries.mark_sending(first, now),
        store.deliveries.mark_sent(first, "m", now),
        store.deliveries.retry_at(first, now, Problem("later")),
        store.deliveries.mark_unknown(first, Problem("no_answer"), None, now),
        store.deliveries.mark_dead(first, Problem("refused"), now),
    ):
        with pytest.raises(LeaseLost):
            await late
    await store.deliveries.mark_sending(again, now)
    await store.deliveries.mark_sent(again, "m1", now)
    assert (await store.deliveries.find())[0].message_id == "m1"


async def test_sending_rows_of_a_dead_process_are_looked_up_after_a_pause_for_what_was_under_way(store):
    spine = Spine(store)
    await spine.group()
    await due(spine)
    now = spine.clock.now()
    for delivery in (claimed := await store.deliveries.claim(Lease("77", timedelta(seconds=60)), now, ["browser"])):
        await store.deliveries.mark_sending(delivery, now)
    spine.platform.posts.append((claimed[2].key, "c"))  # one of them had arrived
    await spine.outbox.run_once()
    assert len(spine.platform.posts) == 1
    spine.clock.move(timedelta(seconds=11))
    await spine.outbox.run_once()
    assert await states(spine) == ["sent"] * 4
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)


async def test_a_process_that_stands_still_between_commit_and_call_keeps_its_message_until_it_dies(
    postgres_server, migrated_postgres
):
    url = postgres_server.fresh(migrated_postgres)
    still, awake = await Store.open(url), await Store.open(url)
    spine = Spine(awake)
    await spine.group()
    await due(spine)
    lease = Lease(await still.presence.owner(), timedelta(seconds=60), limit=1)
    (held,) = await still.deliveries.claim(lease, spine.clock.now(), ["browser"])
    await still.deliveries.mark_sending(held, spine.clock.now())
    await settle(spine)  # however long it stands still: its call may yet go out
    assert held.key not in dict(spine.platform.posts)
    assert await states(spine) == ["sending", "sent", "sent", "sent"]
    await still.presence.end()
    await settle(spine)
    assert await states(spine) == ["sent"] * 4
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)
    await still.close()
    await awake.close()


async def test_two_outboxes_over_one_store_share_the_work(store):
    spine = Spine(store)
    for n in range(12):
        await spine.group(f"c{n}")
    await due(spine)
    second = Outbox(store, {"browser": spine.platform}, compose, spine.clock, HALF_A_DAY)
    # A pass leaves alone what the other holds at that moment; the next one finds it sent, or sends it.
    for _ in range(2):
        await asyncio.gather(spine.outbox.run_once(), second.run_once())
    assert (len(spine.platform.posts), spine.platform.doubles) == (48, 0)


async def test_two_channels_of_a_group_each_get_the_post_on_their_own_platform(store):
    spine = Spine(store)
    group = await spine.group()
    await store.channels.add(group.id, Place("slack", "team", "C1", "readers"))
    with pytest.raises(StoreError, match="Another group"):
        other = await spine.group("d")
        await store.channels.add(other.id, Place("slack", "team", "C1"))
    await due(spine)
    await spine.outbox.run_once()
    assert {one.channel.platform for one in await store.deliveries.find(group.id, states=["pending"])} == {"slack"}
    slack = Channelbook("slack")
    await Outbox(store, {"slack": slack}, compose, spine.clock, HALF_A_DAY).run_once()
    assert len(slack.posts) == 4


async def test_a_message_and_its_channel_are_given_up_together_or_not_at_all(store, monkeypatch):
    spine = Spine(store)
    group = await spine.group()
    await due(spine)

    async def failing(*_):
        raise StoreError("The disk is full.")

    monkeypatch.setattr("store.outbox.deliveries.lose_channel", failing)
    spine.platform.script = [SendRefused("The channel is gone.")]
    await spine.outbox.run_once()
    assert (await states(spine))[0] == "sending"
    assert spine.platform.told == []
    assert not (await store.channels.of_group(group.id))[0].trouble


@pytest.mark.parametrize("turn", ["mark_sending", "mark_sent"])
async def test_a_message_does_not_wait_out_its_lease_for_a_database_that_was_busy(store, monkeypatch, turn):
    spine, kept, busy = Spine(store), getattr(type(store.deliveries), turn), [DatabaseBusy()]
    await spine.group()

    async def busy_once(self, *given):
        if busy:
            raise busy.pop()
        await kept(self, *given)

    monkeypatch.setattr(type(store.deliveries), turn, busy_once)
    await spine.pass_time(12)
    await spine.tick()
    assert {one.state for one in await store.deliveries.find()} == {"sent"}
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)


async def test_marks_that_meet_are_kept_together_and_each_hears_of_its_own():
    """What comes while others are being kept waits for them; a failure is everybody's whose mark it took along."""
    turns = []

    async def keep(marks):
        turns.append(marks)
        await asyncio.sleep(0)
        if "bad" in marks:
            raise ValueError
        return [mark != "lost" for mark in marks]

    gathering = Gathering(keep)
    assert await asyncio.gather(*map(gathering.add, ("a", "lost", "c"))) == [True, False, True]
    first = asyncio.create_task(gathering.add("d"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    found = await asyncio.gather(*map(gathering.add, ("bad", "e")), return_exceptions=True)
    assert await first and [type(one) for one in found] == [ValueError, ValueError]
    assert await gathering.add("f")
    assert turns == [["a", "lost", "c"], ["d"], ["bad", "e"], ["f"]]
