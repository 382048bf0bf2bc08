"""Best answers and threads as a conversation: shown only where their writers allow it, taken back when they do not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import _composed
from bot.clock import ManualClock
from bot.platforms.text import render_text
from cogs.posts import compose
from cogs.talk import thread
from study.discussion.showcase import Candidate, chosen, worth_showing
from tests.cogs.conversation import ANA, BEN, COURSE, ORGANISER, conversation

WEEK = timedelta(days=7)
MAY_YOURS = "May yours be?"
TOLD = "Every colour has its wavelength, and mixing paint subtracts light."


@pytest.fixture
async def talk(store):
    made = await conversation(store)
    await made.open_round()
    return made


async def close(talk):
    talk.now += WEEK
    await talk.store.rounds.close_due(talk.now)


async def card(talk, post=2):
    return render_text(await compose(post, talk.services))


async def queued(talk, *kinds):
    return [(one.kind, one.post_id) for one in await talk.store.deliveries.find() if one.kind in kinds]


async def test_who_answers_fully_is_asked_once_and_nothing_is_shown_without_their_word(talk):
    assert MAY_YOURS in await talk.answer(ANA, 1, "It is blue.")
    assert MAY_YOURS not in await talk.answer(ANA, 2, "yellow and cyan")
    assert MAY_YOURS not in await talk.answer(BEN, 1, "It is green.")
    await close(talk)
    assert "Ana" not in await card(talk)
    assert "Your answers are shown to nobody." in await talk.say(ANA, "me")


async def test_what_may_be_shown_stands_on_the_closed_card_and_in_the_thread(talk):
    await talk.answer(ANA, 1, "It is a deep blue.")
    await talk.answer(BEN, 1, "Azure.")
    assert "Thank you" in await talk.press(ANA, "sharing.set:1:yes")
    assert "Ana wrote:" not in await card(talk)  # while it is open
    assert await thread(2, talk.services) is None
    await close(talk)
    for shown in (await card(talk), render_text(await thread(2, talk.services))):
        assert "Ana wrote:" in shown and "It is a deep blue." in shown and "Azure" not in shown
    said = await thread(2, talk.services)
    assert said.thread == "Week 1 · Question 1 · Which colour is the sky?"
    assert "Which colour would you paint a school?" in render_text(said) and "It is blue." in render_text(said)
    assert await queued(talk, "thread") == [("thread", 1), ("thread", 2), ("thread", 3)]


async def test_a_recap_that_closes_keeps_its_prompt_and_is_talked_about_with_the_recaps_that_may_be_shown(talk):
    assert MAY_YOURS in await talk.press(ANA, "recap.send:1", recap=TOLD)
    await talk.press(ANA, "sharing.set:1:yes")
    assert MAY_YOURS not in await talk.press(BEN, "recap.send:1", recap="Every colour has its wavelength.")
    await talk.answer(BEN, 1, "It is a deep blue.")
    await talk.press(BEN, "sharing.set:2:yes")
    assert await thread(1, talk.services) is None
    await close(talk)
    said = await thread(1, talk.services)
    assert said.thread == "Week 1: Colours" and "Which colour would you paint a school?" in render_text(said)
    for shown in (await card(talk, 1), render_text(said)):
        assert "The week in short: Light has wavelengths" in shown
        assert "Ana wrote:" in shown and TOLD in shown and "Ben" not in shown
    assert "What did the chapter say about colours?" in await card(talk, 1)
    assert "Shown to the group." in await talk.press(ORGANISER, "sharing.choose:1")
    assert "taken back" in await talk.press(ANA, "sharing.set:1:no")
    assert TOLD not in await card(talk, 1) and TOLD not in render_text(await thread(1, talk.services))
    assert ("thread_edit", 1) in await queued(talk, "thread_edit")


async def test_a_week_with_nothing_to_say_has_no_thread(talk):
    await close(talk)
    bare = replace(COURSE.weeks[0], recap=None, prompts=())
    talk.services.courses[COURSE.id] = replace(COURSE, weeks=(bare,))
    assert await thread(1, talk.services) is None


async def test_a_change_of_mind_takes_back_what_was_shown(talk):
    await talk.answer(ANA, 1, "It is a deep blue.")
    await talk.press(ANA, "sharing.set:1:yes")
    await close(talk)
    assert "may be shown to the group" in await talk.say(ANA, "me")
    assert "taken back" in await talk.press(ANA, "sharing.set:1:no")
    assert "deep blue" not in await card(talk) and "deep blue" not in render_text(await thread(2, talk.services))
    edits = await queued(talk, "edit", "thread_edit")
    assert edits.count(("edit", 2)) == 2 and edits.count(("thread_edit", 2)) == 1


async def test_who_is_erased_is_taken_back_everywhere(talk):
    await talk.answer(ANA, 1, "It is a deep blue.")
    await talk.press(ANA, "sharing.set:1:yes")
    await close(talk)
    told = await talk.store.privacy.export(1)
    assert told["member"]["answers may be shown"] is True
    await talk.press(ANA, "me.erase")
    assert "deep blue" not in await card(talk)
    assert ("thread_edit", 2) in await queued(talk, "thread_edit")


async def test_who_is_hidden_is_shown_without_a_name(talk):
    await talk.answer(ANA, 1, "It is a deep blue.")
    await talk.press(ANA, "leaderboard.hide:hide")
    assert "without your name" in await talk.press(ANA, "sharing.set:1:yes")
    await close(talk)
    assert "One of us wrote:" in await card(talk) and "Ana" not in await card(talk)


async def test_nobody_decides_for_others(talk):
    await talk.answer(ANA, 1, "It is blue.")
    await talk.say(BEN, "me")
    assert "Only you decide" in await talk.press(BEN, "sharing.set:1:yes")


async def test_an_organiser_picks(talk):
    for person, words in ((ANA, "It is a deep blue."), (BEN, "Azure, as on every postcard.")):
        await talk.answer(person, 1, words)
        member = next(one for one in await talk.store.members.of_group(1) if one.name == person.name)
        await talk.press(person, f"sharing.set:{member.id}:yes")
    await close(talk)
    assert "Choose answers" in await card(talk)
    assert "organisers" in await talk.press(ANA, "sharing.choose:2")
    assert "Shown to the group." in await talk.press(ORGANISER, "sharing.choose:2")
    answers = {one.text: one.id for one in await talk.store.answers.of_group(1)}
    blue = answers["It is a deep blue."]
    assert "Not shown." in await talk.press(ORGANISER, f"sharing.pick:2:{blue}:hide", "same")
    await talk.press(ORGANISER, f"sharing.pick:2:{blue}:hide", "same")
    shown = await card(talk)
    assert "postcard" in shown and "deep blue" not in shown
    assert (await queued(talk, "thread_edit")) == [("thread_edit", 2)]
    assert "cannot be shown" in await talk.press(ORGANISER, "sharing.pick:2:77:show")


async def test_a_group_may_wish_for_no_threads(talk):
    assert "no threads are opened" in await talk.say(ORGANISER, "group rules", talk="off")
    await close(talk)
    assert await queued(talk, "thread") == []


async def test_a_question_that_left_the_pack_has_no_words_for_its_thread(talk):
    await close(talk)
    talk.services.courses[COURSE.id] = replace(COURSE, weeks=())
    (one, *_) = [each for each in await talk.store.deliveries.find() if each.kind == "thread"]
    with pytest.raises(Exception, match="no longer part of the course"):
        await _composed(talk.services, ManualClock(talk.now), one)


def test_three_that_differ_are_shown_readable_ones_first():
    def one(n, text):
        return Candidate(n, "", text)

    made = chosen(
        [
            one(1, "blue"),
            one(2, "It is a fine blue."),
            one(3, "it IS a fine blue."),
            one(4, "A" * 40),
            one(5, "b" * 41),
        ],
        {},
    )
    assert [each.answer_id for each in made] == [1, 4, 5]
    assert [each.answer_id for each in chosen([one(1, "a"), one(2, "b")], {2: True})] == [2]
    assert chosen([one(1, "a")], {1: False}) == ()


def test_of_recaps_those_that_hold_most_of_the_week_are_shown():
    told = [Candidate(n, "", f"{n} ideas of the week, told in a line", n / 10) for n in (8, 10, 8.5, 9)]
    assert [each.score for each in chosen(told, {})] == [1.0, 0.85, 0.9]
    assert worth_showing(0.85, "partial", recap=True) and not worth_showing(0.85, "partial", recap=False)
    assert not worth_showing(0.75, "partial", recap=True) and not worth_showing(1.0, "refuse", recap=True)
