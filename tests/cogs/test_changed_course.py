"""A group that changes its course: what was asked is told, graded and practised by the course it was asked from."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.platforms.text import render_text
from cogs.posts import compose
from study.course import Course, Week
from study.group import Place
from tests.cogs.conversation import ANA, BEN, MONDAY, ORGANISER, item
from tests.store.school import close_early

OTHER = Course(
    "other",
    "Another course",
    "en",
    (
        Week(
            1,
            "Animals",
            "",
            None,
            (
                item(1, "Which animal barks?", "A dog.", {"a dog": ["dog"]}),
                item(3, "Which animal purrs?", "A cat.", {"a cat": ["cat"]}),
            ),
        ),
    ),
)
SKY, DOG = "Which colour is the sky?", "Which animal barks?"


@pytest.fixture
async def changed(talk):
    """The first round is open; the group reads another course by now, whose questions have the same ids."""
    await talk.open_round()
    talk.services.courses["other"] = OTHER
    await talk.store.groups.change(1, at=MONDAY, course="other")
    return talk


async def test_what_is_open_is_told_by_its_own_course(changed):
    assert SKY in (told := await changed.say(ANA, "quiz")) and DOG not in told
    assert SKY in (told := await changed.say(ANA, "me")) and DOG not in told
    assert SKY in await changed.say(ANA, "quiz", item="t-q1")
    assert SKY in await changed.press(ANA, "quiz.answer:2")


async def test_what_is_open_is_answered_by_its_own_course_and_counts(changed):
    assert "That's right." in await changed.say(ANA, "answer", item="t-q1", text="It is blue.")
    assert len(await changed.store.answers.attempts(2, 1)) == 1


async def test_another_course_s_question_of_the_same_id_is_practice(changed):
    told = await changed.press(ANA, "quiz.practised:t-q1", answer="A dog.")
    assert "That's right." in told and "it does not count" in told
    assert "purrs" in await changed.say(ANA, "quiz", item="t-q3")


async def test_the_organiser_reviews_what_was_asked(changed):
    await changed.answer(ANA, 1, "the colour of cornflowers")
    told = await changed.press(ANA, "quiz.disputed:1", why="cornflowers are blue")
    (notice,) = await changed.store.notices.claim(changed.now, 60)
    assert "Week 1 · Question 1" in str(notice.text) and "Your organiser was told" in told
    assert SKY in (told := await changed.say(ORGANISER, "group disputes")) and DOG not in told
    await changed.press(ORGANISER, "group.settle:1:full")
    assert "Week 1 · Question 1" in await changed.say(ORGANISER, "group marks")


@pytest.mark.parametrize("where", [None, Place("test", "", "d-ana")], ids=["in the channel", "in private"])
async def test_what_is_closed_is_practised_as_it_was_asked(changed, where):
    await changed.say(ANA, "me")
    await close_early(changed.store, 1, changed.now)
    ana = ANA if where is None else replace(ANA, id="ana")
    closed = await compose(2, changed.services)
    (button,) = closed.cards[0].buttons
    ask = changed._ask(ana, {}, **({"place": where} if where else {}))
    form = await changed.dispatcher.press(button.action.id, ask)
    assert form.intro == SKY
    sent = changed._ask(ana, {"answer": "It is azure."}, **({"place": where} if where else {}))
    told = await changed.dispatcher.press(form.action.id, sent)
    assert "One way to say it: It is blue." in render_text(told)
    again = next(one for card in told.cards for one in card.buttons if one.label == "Once more")
    assert (await changed.dispatcher.press(again.action.id, ask)).intro == SKY
    assert "Nobody has points yet" in await changed.say(BEN, "leaderboard", window="all")
    assert timedelta() == changed.now - MONDAY
