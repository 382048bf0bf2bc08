"""What an organiser looks over: messages nobody is sure of, rules, history."""

from datetime import timedelta

from store import Lease, Problem
from study.group import Place
from study.texts import LazyText
from tests.cogs.conversation import BEN, ORGANISER


async def in_doubt(talk, *, given_up=False):
    """A round is posted, and its first message may not have arrived."""
    await talk.open_round()
    now = talk.now
    first, *rest = await talk.store.deliveries.claim(Lease("1", timedelta(minutes=1)), now, ["test"])
    if given_up:
        await talk.store.deliveries.mark_dead(first, Problem("too_late", LazyText("the room was away")), now)
    else:
        await talk.store.deliveries.mark_unknown(first, Problem("cannot_tell", LazyText("the line broke")), None, now)
    for delivery in rest:
        await talk.store.deliveries.mark_sent(delivery, f"m{delivery.id}", now)


async def states(talk):
    return [delivery.state for delivery in await talk.store.deliveries.find()]


async def test_a_message_that_is_there_is_left_alone(talk):
    await in_doubt(talk)
    assert "Look at messages" in await talk.say(ORGANISER, "group status")
    told = await talk.say(ORGANISER, "group messages")
    assert "Recap" in told and "study-room" in told and "the line broke" in told and "Send it again" in told
    assert "stays as it is" in await talk.press(ORGANISER, "group.message:1:rest")
    assert await states(talk) == ["sent"] * 3
    assert "settled already" in await talk.press(ORGANISER, "group.message:1:again")
    assert "No delivery problems" in await talk.say(ORGANISER, "group messages")
    assert "Look at messages" not in await talk.say(ORGANISER, "group status")


async def test_a_message_that_is_missing_is_sent_again_even_a_day_later(talk):
    await in_doubt(talk)
    talk.now += timedelta(days=1)
    assert "sent within seconds" in await talk.press(ORGANISER, "group.message:1:again")
    (again,) = await talk.store.deliveries.claim(Lease("2", timedelta(seconds=60)), talk.now, ["test"])
    assert (again.id, again.doubt, again.created) == (1, False, talk.now)


async def test_a_message_given_up_is_sent_after_all_or_left_out(talk):
    await in_doubt(talk, given_up=True)
    told = await talk.say(ORGANISER, "group messages")
    assert "the room was away" in told and "Leave it out" in told
    await talk.press(ORGANISER, "group.message:1:rest")
    assert await states(talk) == ["dead", "sent", "sent"]
    assert "No delivery problems" in await talk.say(ORGANISER, "group messages")
    await talk.store.deliveries.resolve(1, True, talk.now)
    assert await states(talk) == ["pending", "sent", "sent"]


async def test_another_groups_messages_are_not_ones_own(talk):
    await in_doubt(talk)
    await talk.store.groups.set_up(
        Place("test", "school", "elsewhere", "elsewhere"),
        name="Others",
        course="tiny",
        zone="UTC",
        slots=(),
        at=talk.now,
    )
    there = talk._ask(ORGANISER, {}).place
    there = type(there)("test", "school", "elsewhere", "elsewhere")
    assert "No delivery problems" in await talk.say(ORGANISER, "group messages", place=there)
    assert await talk.store.deliveries.unsettled(2) == ()
    assert len(await talk.store.deliveries.unsettled()) == 1


async def test_the_rules_are_shown_and_changed(talk):
    told = await talk.say(ORGANISER, "group rules")
    assert "are not sent again: you are asked" in told and "anonymous counts stay" in told
    assert "sent again, perhaps twice" in await talk.press(ORGANISER, "group.rule:doubt:at-least-once")
    assert "counts are deleted as well" in await talk.say(ORGANISER, "group rules", counts="erase")
    group = await talk.store.groups.get(1)
    assert (group.on_doubt, group.keep_counts) == ("at-least-once", False)
    await talk.press(ORGANISER, "group.rule:counts:keep")
    await talk.say(ORGANISER, "group rules", doubt="whatever")
    group = await talk.store.groups.get(1)
    assert (group.on_doubt, group.keep_counts) == ("at-least-once", True)
    assert "for organisers" in await talk.press(BEN, "group.rule:doubt:at-most-once")


async def test_the_history_says_who_changed_what(talk):
    await talk.say(ORGANISER, "group pause")
    await talk.say(ORGANISER, "group rules", doubt="at-least-once")
    lines = (await talk.say(ORGANISER, "group history")).splitlines()
    assert lines[1].endswith("· Olga · changed the group: Posts with unknown delivery: are sent again, perhaps twice")
    assert lines[2].endswith("Monday 2 March, 18:00 · Olga · paused the group")
    for _ in range(8):
        await talk.say(ORGANISER, "group pause")
        await talk.say(ORGANISER, "group resume")
    assert "Only the newest are shown" in await talk.say(ORGANISER, "group history")
