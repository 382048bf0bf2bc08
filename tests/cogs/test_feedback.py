"""What a verdict teaches before the end, and what costs no attempt."""

from datetime import timedelta

import pytest

from cogs.posts import compose
from study.grading import grade, read_rubric
from study.grading.feedback import in_full
from tests.cogs.conversation import ANA, ORGANISER


async def open_for_ana(talk):
    await talk.open_round()
    return next(post for post in await talk.store.posts.open(1) if post.item == "t-q1")


async def test_the_last_attempt_tells_everything(talk):
    await talk.open_round()
    for left in ("2 attempts left", "1 attempt left"):
        told = await talk.answer(ANA, 2, "yellow")
        assert left in told and "cyan" not in told
    assert "Missing: cyan" in await talk.answer(ANA, 2, "yellow")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("  ", "Write a few words first; nothing was sent."),
        ("no idea", "Nothing was sent; have a guess."),
        ("\N{THINKING FACE}", "Nothing was sent; have a guess."),
        ("Der Himmel ist meistens ziemlich grün", "This looks like German, and this course is graded in English."),
        ("不知道是什么颜色", "This looks like another language, and this course is graded in English."),
    ],
)
async def test_what_is_no_answer_costs_no_attempt(talk, words, told):
    post = await open_for_ana(talk)
    reply = await talk.answer(ANA, 1, words)
    assert told in reply, reply
    assert await talk.store.answers.attempts(post.id, 1) == ()
    assert told in await talk.say(ANA, "answer", item="t-q1", text=words)
    assert told in await talk.press(ANA, "recap.send:1", recap=words)
    assert "2 attempts left" in await talk.answer(ANA, 1, "green, I think")


async def test_practice_shows_no_answer_before_the_question_was_asked(talk):
    told = await talk.say(ANA, "answer", item="t-q2", text="yellow")
    assert "has not been asked yet" in told and "cyan" not in told.casefold()
    assert "Practice of questions not asked yet: does not show" in await talk.say(ORGANISER, "group rules")
    assert "shows the answer" in await talk.press(ORGANISER, "group.rule:ahead:show")
    assert "One way to say it: Yellow and cyan." in await talk.say(ANA, "answer", item="t-q2", text="yellow")
    await talk.say(ORGANISER, "group rules", ahead="hide")
    assert "has not been asked yet" in await talk.say(ANA, "answer", item="t-q2", text="yellow")


async def test_practice_after_the_close_shows_the_answer(talk):
    post = await open_for_ana(talk)
    talk.now += timedelta(days=8)
    await talk.store.rounds.close_due(talk.now)
    assert "closed" in (await compose(post.id, talk.services)).summary
    assert "One way to say it: It is blue." in await talk.say(ANA, "answer", item="t-q1", text="green")


async def test_ones_own_data_names_no_point_while_the_question_is_open(talk):
    await talk.open_round()
    await talk.answer(ANA, 2, "yellow")
    answer = (await talk.store.privacy.export(1))["answers"][0]
    assert answer["feedback"] == {"found": [["yellow"]], "against": []}


def test_a_point_that_is_one_of_two_others_is_told_once_whatever_it_is_called():
    def told(name):
        rubric = read_rubric(
            {
                "points": [
                    {name: {"any": 1, "of": [{"x": ["red"]}, {"y": ["blue"]}]}},
                    {"ruby": ["red"]},
                    {"sky": ["blue"]},
                ]
            }
        )
        return [line.name for line in in_full(rubric, grade(rubric, "red"))]

    assert told("ruby, or sky") == told("a colour") == ["ruby", "sky"]


def test_a_point_whose_name_has_an_or_is_told_where_it_is_a_thing_of_its_own():
    rubric = read_rubric({"points": [{"ruby, or sky": ["green"]}, {"ruby": ["red"]}, {"sky": ["blue"]}]})
    assert [line.name for line in in_full(rubric, grade(rubric, "green"))] == ["ruby, or sky", "ruby", "sky"]


def test_what_stands_together_is_quoted_together():
    rubric = read_rubric(
        {
            "points": [{"it was written": ["wrote near down"]}, {"fast": ["fast*"]}],
            "wrong": [{"by hand": ["rule* hand"], "feedback": "Nobody did."}],
        }
    )
    given = grade(rubric, "somebody wrote it all down, fast, and with rules made by hand")
    told = [str(line) for line in in_full(rubric, given)]
    assert "it was written: you wrote “wrote it all down”" in told
    assert "Nobody did. You wrote “rules made by hand”." in told
