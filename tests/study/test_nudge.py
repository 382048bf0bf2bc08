"""Reminders over simulated years, in zones of every kind: awake, a week apart, in time, and at one's own hour."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from study.calendar import local_time
from study.nudge import BEFORE_CLOSING, SLACK, WEEK, Window, awake, next_nudge, usual_hour

START = datetime(2026, 1, 5, 17, tzinfo=UTC)
ZONES = st.sampled_from(
    [
        *("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"),
        *("America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Kiritimati", "Africa/Casablanca", "UTC"),
    ]
)
HOURS = st.integers(0, 23)


def evenings(zone_hour, count=5):
    return [datetime(2026, 1, day, zone_hour, 20, tzinfo=UTC) for day in range(1, count + 1)]


def a_year(zone_of_week, answered, closings_of, *, late=lambda week: timedelta()):
    """The reminders of a year of weekly rounds, each sent when somebody looks: `late` after its time has come."""
    sent, last = [], None
    for week in range(53):
        opens, zone = START + week * WEEK, zone_of_week(week)
        closings = closings_of(opens)
        found = next_nudge(answered, zone, closings, opens, last)
        while found is not None:
            now = found.start + late(week)
            again = next_nudge(answered, zone, closings, now, last)
            if again is not None and again.start <= now:
                sent.append((now, zone, again))
                last = now
                break
            found = again
    return sent


@given(ZONES, st.lists(HOURS, max_size=9), st.integers(0, 167), st.lists(st.integers(0, 20), min_size=53, max_size=53))
def test_nobody_is_woken_nor_reminded_twice_a_week_nor_too_late(zone, hours, shift, lateness):
    answered = [START - timedelta(days=9) + timedelta(hours=hour) for hour in hours]
    sent = a_year(
        lambda week: zone,
        answered,
        lambda opens: [opens + WEEK, opens + timedelta(hours=shift)],
        late=lambda week: timedelta(hours=lateness[week]),
    )
    for at, where, window in sent:
        assert awake(at, where) and at < window.end
    for (one, _, _), (two, _, _) in pairwise(sent):
        assert two - one >= WEEK - SLACK


@given(ZONES, ZONES, st.lists(HOURS, max_size=9), st.integers(1, 52))
def test_who_moves_house_is_still_asleep_at_night(before, after, hours, moved):
    answered = [START - timedelta(days=9) + timedelta(hours=hour) for hour in hours]
    sent = a_year(lambda week: before if week < moved else after, answered, lambda opens: [opens + WEEK])
    assert all(awake(at, zone) for at, zone, _ in sent)
    assert all(two - one >= WEEK - SLACK for (one, _, _), (two, _, _) in pairwise(sent))


@given(ZONES, st.integers(8, 20))
def test_a_weekly_round_brings_a_reminder_each_week_at_ones_own_hour(zone, hour):
    answered = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=one) for one in range(72)]
    mine = [at for at in answered if local_time(at, zone).hour == hour]
    sent = a_year(lambda week: zone, mine, lambda opens: [opens + WEEK])
    assert len(sent) == 53
    assert {local_time(at, zone).hour for at, _, _ in sent} == {hour}


def test_without_a_habit_it_is_two_days_before_closing():
    closes = datetime(2026, 1, 12, 17, tzinfo=UTC)
    found = next_nudge([], "Europe/Berlin", [closes], START, None)
    assert found == Window(closes - BEFORE_CLOSING, datetime(2026, 1, 10, 20, tzinfo=UTC))


def test_a_night_owl_is_reminded_in_the_evening():
    closes = datetime(2026, 1, 12, 17, tzinfo=UTC)
    found = next_nudge(evenings(1), "UTC", [closes], START, None)
    assert usual_hour(evenings(1), "UTC") == 1
    assert found is not None and local_time(found.start, "UTC").hour == 8


def test_nothing_open_nothing_said():
    assert next_nudge(evenings(18), "UTC", [], START, None) is None


def test_who_was_reminded_this_week_is_left_in_peace():
    closes = datetime(2026, 1, 12, 17, tzinfo=UTC)
    assert next_nudge([], "UTC", [closes], START, datetime(2026, 1, 6, tzinfo=UTC)) is None
