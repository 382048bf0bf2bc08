"""Questions to choose from, as people are asked them."""

from dataclasses import replace

from study.course import Option
from tests.cogs.conversation import ANA, COURSE


async def test_options_are_asked_under_letters(talk):
    week = COURSE.weeks[0]
    asked = replace(week.items[0], choices=(Option("green"), Option("blue", right=True)))
    talk.services.courses["tiny"] = replace(COURSE, weeks=(replace(week, items=(asked, week.items[1])),))
    await talk.open_round()
    form = await talk.press(ANA, "quiz.answer:2")
    assert form == "Question 1: Which colour is the sky?\nA. green\nB. blue []"
