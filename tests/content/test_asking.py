"""Whoever asks the pack's questions in other words finds them, and is seldom told a wrong answer."""

import pytest

from bench.asking import FITTED, HELD_OUT, measured, offers

pytestmark = pytest.mark.no_cover


@pytest.mark.parametrize("half", [FITTED, HELD_OUT])
def test_nine_of_ten_find_their_question_among_three_and_one_of_twenty_is_told_a_wrong_answer_at_most(half):
    done = measured(offers(half))
    assert done.answerable == 59 and done.asked == 79
    assert done.offered >= 0.9 * done.answerable
    assert done.wrong <= 0.05 * done.asked
