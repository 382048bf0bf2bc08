"""Which answers are a group's least sure: as many as were wished, and the more the wish the more of the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.grading import FEWEST, MarkedAnswer, Marks, draft, grade, least_sure, read_rubric, second_opinion
from study.grading.verdict import CERTAIN

QUESTION, REFERENCE = "What is a GPU good for?", "It does many small sums at once, so networks train fast."
DRAFT = draft(QUESTION, REFERENCE)
WRITTEN = read_rubric({"points": [{"sums": ["sums"]}, {"fast": ["fast"]}]}, question=QUESTION, reference=REFERENCE)
GIVEN = grade(WRITTEN, "sums")
CONFIDENCES = st.lists(st.sampled_from([0.5, 0.525, 0.7, 0.9, 0.99, CERTAIN]), min_size=FEWEST, max_size=80)
SHARES = st.sampled_from([0.05, 0.1, 0.2])


def held(band, confidences):
    """The places of those that are in the band; each answer has words of its own."""
    each = ((place, replace(GIVEN, confidence=confidence)) for place, confidence in enumerate(confidences))
    return {place for place, one in each if band.holds(one, f"answer {place}")}


@given(CONFIDENCES, SHARES, SHARES)
def test_a_greater_share_holds_all_that_a_smaller_one_does(confidences, one, other):
    fewer, more = (held(least_sure(share, confidences), confidences) for share in sorted((one, other)))
    assert fewer <= more


@given(st.lists(st.floats(0.5, 0.99), min_size=FEWEST, max_size=80, unique=True), SHARES)
def test_of_confidences_that_differ_the_share_is_met_but_for_less_than_one(confidences, share):
    count = len(held(least_sure(share, confidences), confidences))
    assert abs(count - share * len(confidences)) < 1


@given(CONFIDENCES, SHARES)
def test_whoever_is_surer_is_never_shown_before_whoever_is_less_sure(confidences, share):
    shown = held(least_sure(share, confidences), confidences)
    shown_at, left_at = [confidences[i] for i in shown], [c for i, c in enumerate(confidences) if i not in shown]
    assert not shown_at or not left_at or max(shown_at) <= min(left_at)
    assert CERTAIN not in shown_at


def test_among_equals_the_words_draw_lots_and_the_share_is_met_in_the_long_run():
    confidences = [0.99] * 2000
    band = least_sure(0.1, confidences)
    assert len(held(band, confidences)) == pytest.approx(200, abs=40)
    assert held(band, confidences) == held(band, confidences)


def test_too_few_answers_and_no_wish_have_no_band():
    assert least_sure(0.2, [0.6] * (FEWEST - 1)) is None
    assert least_sure(0.0, [0.6] * FEWEST) is None
    assert least_sure(0.2, [0.6] * FEWEST) is not None


@pytest.mark.parametrize("rubric", [DRAFT, WRITTEN])
def test_the_words_of_the_reference_or_of_a_marked_answer_are_certain(rubric):
    marks = Marks((MarkedAnswer("thousands of calculations side by side", 0.0),))
    for words in (REFERENCE, REFERENCE.upper(), "Thousands of calculations, side by side!"):
        got = grade(rubric, words, marks=marks)
        assert got.confidence == CERTAIN
        assert not least_sure(0.2, [CERTAIN] * FEWEST).holds(got, words)
        assert second_opinion(got, 0.99) == got == second_opinion(got, -1.0)
    assert grade(rubric, "sums, and they train fast").confidence < CERTAIN
