"""`/group questions`: how the questions fare, for organisers."""

from cogs.evidence import Judged, evidence, recap_of
from tests.cogs.conversation import ANA, BEN, COURSE, ORGANISER


async def test_a_question_is_told_in_figures(talk):
    await talk.open_round()
    assert "No question of this course was answered here yet." in await talk.say(ORGANISER, "group questions")
    await talk.answer(ANA, 1, "the colour of cornflowers")
    await talk.answer(BEN, 1, "It is blue")
    answer = (await talk.store.answers.of_group(1))[0]
    await talk.press(ANA, f"quiz.disputed:{answer.id}", why="cornflowers are blue")
    told = await talk.say(ORGANISER, "group questions")
    assert "Answered by: 2" in told and "Mean: 5 of 10 points" in told and "Appealed: 1, 0 of them upheld" in told
    assert "nothing was ruled yet" in told and "(1 of 2)" in told and "too few answers" in told
    await talk.press(ORGANISER, "group.settle:1:full:all")
    told = await talk.press(ORGANISER, "group.questions:0")
    assert "Mean: 10 of 10 points" in told and "Appealed: 1, 1 of them upheld" in told
    assert "agree on 0 of 1 (95% interval 0% to 79%)" in told


async def test_it_is_for_organisers_alone(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "It is blue")
    assert "Answered by" not in await talk.say(ANA, "group questions")


async def test_pages_that_are_not_there_are_the_nearest(talk):
    await talk.open_round()
    await talk.answer(ANA, 1, "It is blue")
    await talk.answer(ANA, 2, "yellow")
    for page in ("0", "7", "x", "-1"):
        told = await talk.press(ORGANISER, f"group.questions:{page}")
        assert "Week 1 · Question 1" in told and "Week 1 · Question 2" in told


async def test_a_recap_fares_in_figures_too_and_what_was_ruled_on_stands_beside_it(talk):
    await talk.open_round()
    await talk.press(ANA, "recap.send:1", recap="nothing that fits")
    await talk.press(BEN, "recap.send:1", recap="light has many wavelengths")
    await talk.answer(BEN, 1, "blue")
    poor = next(one for one in await talk.store.answers.of_group(1) if one.text == "nothing that fits")
    await talk.press(ANA, f"quiz.disputed:{poor.id}", why="It fits.")
    group, name = await talk.store.groups.get(1), recap_of(1)
    seen = await evidence([group], COURSE, talk.services)
    assert (seen.figures[name].answered, seen.figures[name].appealed, seen.waiting(name)) == (2, 1, 1)
    assert "t-q1" in seen.figures and seen.waiting("t-q1") == 0
    one = await evidence([group], COURSE, talk.services, name)
    assert one.judged == {name: [Judged("nothing that fits", None, "It fits.")]} and not one.figures
