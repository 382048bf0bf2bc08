"""Whoever asks a course's questions in other words finds them, and is seldom told a wrong answer."""

import pytest

from bench.asking import BATCHES, by_course, measured, offers


@pytest.mark.parametrize("batch", BATCHES)
def test_nine_of_ten_find_their_question_among_three_and_one_of_twenty_is_told_a_wrong_answer_at_most(batch):
    made = offers(batch)
    done = measured(made)
    assert done.answerable > 120 and done.asked - done.answerable > 30
    assert done.offered >= 0.9 * done.answerable
    assert done.wrong <= 0.05 * done.asked
    assert all(each.told for each in by_course(made).values())
