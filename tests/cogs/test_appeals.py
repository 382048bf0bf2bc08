"""The whole way of an appeal: an answer, a nudge, an objection, a ruling, and what it changes for others."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.dispatcher import Dispatcher
from bot.platforms.text import render_text
from bot.schedule.housekeeping import Housekeeping
from cogs import COGS
from cogs.letters import compose_letter
from cogs.services import Advice
from tests.cogs.conversation import ANA, BEN, ORGANISER


async def appealed(talk):
    await talk.open_round()
    told = await talk.answer(ANA, 1, "the colour of cornflowers")
    assert "Read the question once more" in told and "blue" not in told
    await talk.answer(BEN, 1, "The colour of cornflowers!")
    answer = (await talk.store.answers.of_group(1))[0]
    assert "Your organiser was told" in await talk.press(ANA, f"quiz.disputed:{answer.id}", why="cornflowers are blue")


async def notices(talk):
    """What the organiser is told; each once."""
    claimed = await talk.store.notices.claim(talk.now, 60)
    for one in claimed:
        await talk.store.notices.mark_delivered(one.id, talk.now)
    return [str(one.text) for one in claimed]


async def letters(talk):
    """Who is written to, and what they read."""
    private = [one for one in await talk.store.deliveries.find(1) if one.recipient is not None]
    return [(one.recipient.person, (await compose_letter(one, talk.services, talk.now)).summary) for one in private]


async def scores(talk):
    return [(one.member_id, one.score) for one in await talk.store.answers.of_group(1)]


async def test_a_ruling_carries_to_the_same_words_of_somebody_else(talk):
    await appealed(talk)
    (told,) = await notices(talk)
    assert told.startswith("Somebody thinks that their answer to Week 1 · Question 1 was right: /group disputes")
    waiting = await talk.say(ORGANISER, "group disputes")
    assert "cornflowers are blue" in waiting and "Others wrote:" in waiting and "No point knows “cornflower" in waiting
    first = await talk.press(ORGANISER, "group.settle:1:full")
    assert "1 other answer would change with it." in first and "0 of 10 points → 10 of 10 points" in first
    assert await scores(talk) == [(1, 0.0), (2, 0.0)]
    assert "Counted as right. 1 other answer changed with it." in await talk.press(ORGANISER, "group.settle:1:full:all")
    assert await scores(talk) == [(1, 1.0), (2, 1.0)]
    assert "10 points" in await talk.say(ANA, "me") and "10 points" in await talk.say(BEN, "me")
    assert await letters(talk) == [
        ("ana", "An organiser looked at your answer: it counts as right."),
        ("ben", "Your answer has another mark now, because its marking was changed."),
    ]
    assert "10 of 10 points" in await talk.answer(BEN, 1, "the colour of cornflowers")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (
            Advice("right", "Corn<flowers> are *blue*.", "small"),
            ["Advice of small: right.", "Corn<flowers> are *blue*."],
        ),
        (Advice("half", "", "small"), ["Advice of small: half right."]),
        (None, []),
    ],
)
async def test_a_language_model_may_advise_the_organiser_and_decides_nothing(talk, given, shown):
    asked = []

    async def adviser(*texts):
        asked.append(texts)
        return given

    talk.services = replace(talk.services, adviser=adviser)
    talk.dispatcher = Dispatcher(COGS, talk.services)
    await appealed(talk)
    assert asked == []
    waiting = await talk.say(ORGANISER, "group disputes")
    assert all(line in waiting for line in shown) and ("Advice" in waiting) is bool(shown)
    assert asked == [("Which colour is the sky?", "It is blue.", "the colour of cornflowers")]
    assert await scores(talk) == [(1, 0.0), (2, 0.0)]


async def test_a_mark_can_be_taken_back_and_a_ruling_for_one_alone_teaches_nothing(talk):
    await appealed(talk)
    await talk.press(ORGANISER, "group.settle:1:full:all")
    assert "Counts as 10 of 10 points." in await talk.say(ORGANISER, "group marks")
    assert "Taken back. 1 other answer changed." in await talk.press(ORGANISER, "group.unmark:1")
    assert await scores(talk) == [(1, 1.0), (2, 0.0)]
    assert "taken back already" in await talk.press(ORGANISER, "group.unmark:1")
    answer = (await talk.store.answers.of_group(1))[1]
    await talk.press(BEN, f"quiz.disputed:{answer.id}")
    assert "Counted as half right." in await talk.press(ORGANISER, "group.settle:2:half:alone")
    assert (await talk.store.rulings.of_group(1)) == () and (await scores(talk))[1] == (2, 0.5)


async def tapped(talk, press_id, then):
    """What the organiser reads after a tap, and the id of the one button there of an action."""
    reply = await talk.form(ORGANISER, press_id)
    (found,) = [one.action.id for card in reply.cards for one in card.buttons if one.action.name == then]
    return render_text(reply), found


async def test_words_that_no_point_knows_are_added_with_one_tap_and_taken_back(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "cerulean")
    await talk.answer(BEN, 1, "On a clear day most painters would reach for their cerulean tube")
    answer = (await talk.store.answers.of_group(1))[0]
    await talk.press(ANA, f"quiz.disputed:{answer.id}")
    assert "Once you counted it, you can add these words." in await talk.say(ORGANISER, "group disputes")
    ruled, tap = await tapped(talk, "group.settle:1:full:all", "group.take")
    assert "Add “cerulean” to “it is blue”" in ruled
    assert "“cerulean” → “it is blue”: 1 other answer would change" in ruled
    (_, before) = await scores(talk)
    assert before[1] < 0.5
    added, back = await tapped(talk, tap, "group.unmark")
    assert "Added: “cerulean” says “it is blue” from now on. 1 other answer changed with it." in added
    assert await scores(talk) == [(1, 1.0), (2, 1.0)]
    assert "Nothing was added" in await talk.press(ORGANISER, tap)
    assert "Says “it is blue”." in await talk.say(ORGANISER, "group marks")
    assert "added words to a point: mark 2" in await talk.say(ORGANISER, "group history")
    assert ("ben", "Your answer has another mark now, because its marking was changed.") in await letters(talk)
    assert "Taken back. 1 other answer changed." in await talk.press(ORGANISER, back)
    assert await scores(talk) == [(1, 1.0), before]
    assert "“cerulean” says “it is blue”" in await talk.press(ORGANISER, tap)


@pytest.mark.parametrize("ruling", ["wrong", "keep", "full:alone"])
async def test_no_words_are_offered_where_a_ruling_teaches_nothing_that_is_right(talk, ruling):
    await talk.open_round()
    await talk.answer(ANA, 1, "cerulean")
    answer = (await talk.store.answers.of_group(1))[0]
    await talk.press(ANA, f"quiz.disputed:{answer.id}")
    assert "cerulean" not in await talk.press(ORGANISER, f"group.settle:1:{ruling}")
    assert await talk.store.rulings.of_group(1) == () or ruling == "wrong"


async def test_words_of_an_answer_that_was_marked_wrong_are_not_offered(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "cerulean")
    await talk.answer(BEN, 1, "no painter ever bought cerulean")
    for answer in await talk.store.answers.of_group(1):
        await talk.press(ANA if answer.member_id == 1 else BEN, f"quiz.disputed:{answer.id}")
    await talk.press(ORGANISER, "group.settle:2:wrong:all")
    assert "Add “cerulean”" not in await talk.press(ORGANISER, "group.settle:1:full:all")


async def test_a_recap_can_be_appealed_too(talk):
    await talk.open_round()
    told = await talk.press(ANA, "recap.send:1", recap="Light comes in lengths, and paint takes some of it away.")
    assert "I think I was right" in told
    answer = (await talk.store.answers.of_group(1))[0]
    await talk.press(ANA, f"quiz.disputed:{answer.id}")
    assert "Recap of week 1" in await talk.say(ORGANISER, "group disputes")
    assert "Counted as right" in await talk.press(ORGANISER, "group.settle:1:full")
    (mark,) = await talk.store.rulings.of_group(1)
    assert (mark.question.item, mark.question.week) == ("", 1)


async def test_marks_stay_in_their_group_and_go_with_whoever_wrote_them(talk):
    await appealed(talk)
    await talk.press(ORGANISER, "group.settle:1:full:all")
    (mark,) = await talk.store.rulings.of_group(1)
    assert await talk.store.rulings.of_group(2) == ()
    await talk.store.privacy.erase(1, talk.now)
    assert await talk.store.rulings.of(mark.question) == ()


async def test_what_waits_for_a_day_is_told_every_day(talk):
    await appealed(talk)
    await notices(talk)
    clock = ManualClock(talk.now)
    keeping = Housekeeping(talk.store, clock)
    await keeping.tick()
    assert await notices(talk) == []
    told = []
    for step in (timedelta(days=1, hours=12), timedelta(days=1)):
        clock.move(step)
        talk.now = clock.now()
        await keeping.tick()
        told += await notices(talk)
    assert [one.rpartition("oldest ")[2] for one in told] == [
        "for 1 day.",
        "for 2 days.",
    ]
