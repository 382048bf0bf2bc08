from datetime import UTC, date, datetime, timedelta

from study.calendar import instant
from study.standings import Total, rank, season_of, streaks, window

ZONE = "Europe/Berlin"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def total(name, points, hidden=False):
    return Total(ord(name), name, hidden, points, 1)


def test_ties_share_a_rank_and_hidden_members_take_none():
    places = rank(
        [total("d", 5), total("a", 9), total("b", 9), total("h", 20, True), total("c", 7), total("g", 9, True)]
    )
    assert [(p.rank, p.name) for p in places if not p.hidden] == [(1, "a"), (1, "b"), (3, "c"), (4, "d")]
    assert [(p.rank, p.name) for p in places if p.hidden] == [(1, "h"), (1, "g")]
    assert rank([]) == ()


def test_windows_are_the_groups_own_week_and_quarter():
    assert window("week", ZONE, NOW) == (
        instant(datetime(2026, 11, 16), ZONE),
        instant(datetime(2026, 11, 23), ZONE),
    )
    assert window("season", ZONE, NOW)[0] == instant(datetime(2026, 10, 1), ZONE)
    assert window("all", ZONE, NOW)[0] is None
    # Sunday evening in Berlin is Monday morning in Auckland
    sunday = datetime(2026, 11, 22, 20, tzinfo=UTC)
    assert window("week", "Pacific/Auckland", sunday)[0] == instant(datetime(2026, 11, 23), "Pacific/Auckland")


def test_seasons_follow_each_other_without_gap():
    day = date(2026, 1, 1)
    while day < date(2028, 1, 1):
        start, end = season_of(day)
        assert start <= day < end
        assert season_of(end)[0] == end
        day = end


def weeks_ago(*ago):
    return [NOW - timedelta(days=7 * n) for n in ago]


def test_a_streak_counts_weeks_not_answers_and_this_week_may_still_come():
    assert streaks([], ZONE, NOW).weeks == 0
    assert streaks(weeks_ago(0, 0, 0), ZONE, NOW).weeks == 1
    assert streaks(weeks_ago(3, 2, 1), ZONE, NOW).weeks == 3
    assert streaks(weeks_ago(3, 2, 1, 0), ZONE, NOW).weeks == 4
    assert streaks(weeks_ago(3, 1, 0), ZONE, NOW).weeks == 2


def test_four_weeks_earn_a_freeze_that_bridges_one_missed_week():
    assert streaks(weeks_ago(5, 4, 3, 2), ZONE, NOW).freezes == 0  # earned, and spent on last week
    assert streaks(weeks_ago(5, 4, 3, 2), ZONE, NOW).weeks == 4
    assert streaks(weeks_ago(6, 5, 4, 3), ZONE, NOW).weeks == 0
    assert streaks(weeks_ago(6, 5, 4, 3, 1), ZONE, NOW).weeks == 5
    assert streaks(weeks_ago(7, 6, 5, 4, 1), ZONE, NOW).longest == 4


def test_a_week_without_posts_costs_nothing():
    idle = [date(2026, 11, 9)]
    assert streaks(weeks_ago(3, 2), ZONE, NOW).weeks == 0
    assert streaks(weeks_ago(3, 2), ZONE, NOW, idle).weeks == 2


def test_looking_again_changes_nothing():
    seen = weeks_ago(9, 8, 7, 6, 4, 2)
    assert streaks(seen, ZONE, NOW) == streaks(seen, ZONE, NOW)
