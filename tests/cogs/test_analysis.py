"""`/group questions`: how the questions fare, for organisers."""

from tests.cogs.conversation import ANA, BEN, ORGANISER


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
