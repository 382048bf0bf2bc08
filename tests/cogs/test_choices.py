"""Questions to choose from, as people are asked them."""

from dataclasses import replace

from study.course import Option
from tests.cogs.conversation import ANA, COURSE, TO_CHOOSE


async def test_options_are_asked_under_letters(talk):
    week = COURSE.weeks[0]
    asked = replace(week.items[0], choices=(Option("green"), Option("blue", right=True)))
    talk.services.courses["tiny"] = replace(COURSE, weeks=(replace(week, items=(asked, week.items[1])),))
    await talk.open_round()
    form = await talk.press(ANA, "quiz.answer:2")
    assert form == "Question 1: Which colour is the sky?\nA. green\nB. blue []"


async def test_options_are_tapped_where_their_letters_say_it_all(talk):
    talk.services.courses["tiny"] = TO_CHOOSE
    await talk.open_round()
    field = (await talk.form(ANA, "quiz.answer:2")).fields[0]
    assert (field.kind, field.several, [one.value for one in field.choices]) == ("options", False, ["A", "B", "C"])
    await talk.press(ANA, "quiz.send:3", answer="A, C")
    again = (await talk.form(ANA, "quiz.answer:3")).fields[0]
    assert again.several and again.chosen == {"A", "C"}
