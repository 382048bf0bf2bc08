from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from study.summary import Asked, group_streak, summary

MONDAY = date(2026, 11, 30)


def weeks(*took_part):
    return {MONDAY + n * timedelta(days=7): frozenset(members) for n, members in enumerate(took_part)}


def test_a_week_is_told_by_its_hardest_and_its_best_known_question():
    asked = [Asked("a", 3, 0.9), Asked("b", 4, 0.2), Asked("c", 0, 0.0)]
    made = summary(asked, weeks({1, 2, 3, 4}), MONDAY)
    assert (made.hardest.item, made.best_known.item, made.took_part, made.answers) == ("b", "a", 4, 7)


def test_one_question_alone_or_equal_ones_stand_out_in_nothing():
    for asked in ([], [Asked("a", 3, 0.9)], [Asked("a", 3, 0.5), Asked("b", 2, 0.5)]):
        made = summary(asked, weeks({1}), MONDAY)
        assert made.hardest is made.best_known is None


def test_who_was_away_for_two_weeks_has_come_back_and_a_newcomer_has_not():
    past = weeks({1, 2}, {1}, {1}, {1, 2, 3})
    assert summary([], past, max(past)).came_back == (2,)
    assert summary([], weeks({1, 2}, {1}, {1, 2}), MONDAY + timedelta(days=14)).came_back == ()


def test_the_streak_of_a_group_lives_while_half_of_the_active_take_part():
    together = weeks({1, 2, 3}, {1, 2}, {3}, {1, 2})
    assert group_streak(sorted(together), together) == 1
    assert group_streak(sorted(together)[:2], together) == 2
    nobody = weeks({1}, set())
    assert group_streak(sorted(nobody), nobody) == 0


@given(st.lists(st.frozensets(st.integers(1, 6)), max_size=12))
def test_a_streak_is_never_longer_than_the_weeks_in_which_somebody_took_part(took_part):
    past = weeks(*took_part)
    streak = group_streak(sorted(past), past)
    assert 0 <= streak <= len(past)
    assert all(past[monday] for monday in sorted(past)[len(past) - streak :])
