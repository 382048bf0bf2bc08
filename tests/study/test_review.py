from datetime import UTC, datetime, timedelta

from study.review import due, retention

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def days_until_due(*scores_and_days):
    history = [("q", score, NOW + day * DAY) for score, day in scores_and_days]
    return next(n for n in range(2000) if due(history, history[-1][2] + n * DAY))


def test_what_was_missed_comes_back_tomorrow_and_what_was_known_much_later():
    assert days_until_due((0.0, 0)) == 1
    assert days_until_due((0.0, 0)) <= days_until_due((0.8, 0)) < days_until_due((1.0, 0))
    assert days_until_due((1.0, 0), (1.0, 8)) > days_until_due((1.0, 0))


def test_forgetting_brings_it_back_soon_again():
    assert days_until_due((1.0, 0), (1.0, 8), (0.0, 40)) < days_until_due((1.0, 0), (1.0, 8))


def test_tries_of_one_sitting_count_by_the_first():
    assert days_until_due((0.0, 0), (1.0, 0)) == 1


def test_overdue_longest_first_and_recaps_left_out():
    history = [("b", 0.0, NOW - 5 * DAY), ("a", 0.0, NOW - 2 * DAY), ("", 0.0, NOW - 9 * DAY), ("c", 0.0, NOW)]
    assert due(history, NOW) == ("b", "a")
    assert due([], NOW) == ()


def test_a_group_remembers_what_it_knew_and_forgets_it_with_time():
    known = [(1, "a", 1.0, NOW), (2, "a", 1.0, NOW), (1, "b", 0.0, NOW), (2, "b", 1.0, NOW), (1, "", 0.0, NOW)]
    soon, late = retention(known, NOW + DAY), retention(known, NOW + 60 * DAY)
    assert soon.keys() == {"a", "b"}
    assert 0 <= late["b"] < late["a"] < soon["a"] <= 1
    assert retention([], NOW) == {}
