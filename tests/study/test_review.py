from datetime import UTC, datetime, timedelta

from study.agenda import agenda
from study.course import Course, Item, Recap, Week
from study.review import due, missed_most

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


def test_a_group_sees_again_what_it_missed_most():
    records = [("a", 3, 0.9, NOW), ("b", 0, 0.0, NOW), ("c", 4, 0.2, NOW), ("d", 4, 0.2, NOW - DAY)]
    assert missed_most(records, 3) == ("b", "d", "c")
    assert missed_most(records, 3, leave=("b", "d")) == ("c", "a")


RUBRIC = object()
COURSE = Course(
    "c",
    "C",
    "en",
    (
        Week(
            1,
            "One",
            "read",
            Recap("?", "!", RUBRIC),
            tuple(Item(f"a{n}", "?", "!", RUBRIC if n != 2 else None) for n in range(6)),
        ),
        Week(4, "Four", "", Recap("?", "!", RUBRIC), (Item("d1", "?", "!", RUBRIC),)),
    ),
)


def asks(nth, count=3, asked=(), recaps=(), records=(), open_items=()):
    made = agenda(COURSE, nth, count, asked=asked, recaps=recaps, records=records, open_items=open_items)
    return made.week, [item or kind for kind, item in made.posts]


def test_a_week_begins_with_its_recap_and_goes_on_with_its_next_items():
    assert asks(1) == (1, ["recap", "a0", "a1", "a3"])
    assert asks(1, asked=("a0", "a1", "a3"), recaps=(1,)) == (1, ["a4", "a5"])
    assert asks(2, asked=("a0",), recaps=(1,)) == (4, ["recap", "d1"])


def test_where_a_week_has_no_more_items_the_missed_ones_fill_it():
    records = [("a0", 2, 0.3, NOW), ("a1", 2, 0.1, NOW), ("gone", 2, 0.0, NOW), ("a3", 1, 0.0, NOW)]
    assert asks(2, recaps=(4,), records=records, open_items=("a3",)) == (4, ["d1", "a1", "a0"])


def test_after_the_course_only_what_was_missed_comes_and_nothing_from_an_empty_pack():
    records = [("a0", 2, 0.3, NOW), ("a1", 2, 0.1, NOW)]
    assert asks(3, count=1, records=records) == (0, ["a1"])
    assert asks(3, count=2) == (0, ["a0", "a1"])
    nothing = Course("e", "E", "en", ())
    assert agenda(nothing, 1, 3, asked=(), recaps=(), records=(), open_items=()).posts == ()
