"""A second opinion shows answers to a human; it changes no score and accepts or refuses nothing."""

import pytest

from study.grading import grade, read_rubric, second_opinion

RUBRIC = read_rubric(
    {
        "points": [{"the end": ["last layers"], "worth": 4}, {"made anew": ["replaced"]}],
        "wrong": [{"the start": ["first layers"]}],
    }
)


@pytest.mark.parametrize(
    ("answer", "nearness", "verdict"),
    [
        ("the closing part of the net", 0.8, "needs_review"),
        ("the closing part of the net", 0.7, "refuse"),
        ("the first layers", 0.9, "refuse"),
        ("the last layers", 0.1, "needs_review"),
        ("the last layers", 0.3, "accept"),
        ("the last layers, replaced", 0.1, "accept"),
    ],
)
def test_what_is_near_but_unheard_or_far_but_accepted_is_asked_about(answer, nearness, verdict):
    given = grade(RUBRIC, answer)
    told = second_opinion(given, nearness)
    assert (told.verdict, told.score, told.results) == (verdict, given.score, given.results)
