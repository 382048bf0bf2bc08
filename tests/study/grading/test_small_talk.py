"""What people say around an answer changes nothing; what belongs to it stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.grading import grade, read_rubric
from study.grading.language.languages import language_of
from study.grading.language.small_talk import without_small_talk

ENGLISH = language_of("en")

ENGLISH = language_of("en")


@pytest.mark.parametrize(
    "answer",
    [
        "In my opinion, {}",
        "ok so I think it's like this: {}",
        "not sure, but {}",
        "Answer: {}",
        "{} (not 100% sure)",
        "{} hope that's right :)",
        "hmm, {}, I guess",
        "{}, right?",
    ],
)
def test_small_talk_around_a_bare_answer_is_passed_over(answer):
    bare = read_rubric({"points": [{"the term": {"regex": r"^\W*parameters?\W*$"}}]})
    assert without_small_talk(answer.format("parameters"), ENGLISH).strip() == "parameters"
    assert grade(bare, answer.format("parameters")).score == grade(bare, "parameters").score == 1


@pytest.mark.parametrize(
    "answer",
    [
        "well-known words",
        "So-called weights",
        "I think",
        "ok",
        "we can be sure of it",
        "how it thinks is up to us, not to be wrong",
        "the answer key says so",
        "it gets it right",
    ],
)
def test_words_of_the_answer_stay(answer):
    assert without_small_talk(answer, ENGLISH) == answer


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("It shows 11.. no wait, it shows 2", "it shows 2"),
        ("Wasn't it the Mark II, no sorry, the Mark I? By Rosenblatt", "the Mark I? By Rosenblatt"),
        ("hyperparameters? no - parameters", "parameters"),
        ("It is small. It is slow, no wait, fast.", "It is small. fast."),
        ("Can it stop? Nope, it can't", "it can't"),
        ("It never stops. No waiting, I know what I mean. Wait", None),
        ("parameters? No.", None),
    ],
)
def test_what_is_said_in_place_of_something_else_counts_alone(answer, left):
    assert " ".join(without_small_talk(answer, ENGLISH).split()) == (answer if left is None else left)


@given(st.text(alphabet=st.characters(exclude_characters="?")).filter(lambda text: "wait" not in text.lower()))
def test_what_is_left_is_part_of_the_answer(answer):
    left = without_small_talk(answer, ENGLISH)
    assert left in answer and bool(left.strip()) == bool(answer.strip())
