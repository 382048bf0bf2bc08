from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study import calendar
from study.calendar import WEEK, begun, changed, course_week, instant, next_slots, turns, zone_of
from study.group import Group, Round, Slot

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
MON, WED, FRI, SUN = 0, 2, 4, 6
ZONES = sorted(available_timezones() - {"localtime"})


def at(text, zone="UTC"):
    return instant(datetime.fromisoformat(text), zone)


def found(slots, zone, after, until, plan=None):
    return [turn.slot for turn in turns(slots, zone, after, until, plan)]


def test_a_skipped_hour_moves_forward_and_of_a_repeated_one_the_first_counts():
    assert instant(datetime(2026, 3, 29, 2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # shown as 03:30
    assert instant(datetime(2026, 10, 25, 2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(datetime(2026, 3, 8, 2, 30), NEW_YORK) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert instant(datetime(2026, 10, 4, 2, 15), "Australia/Lord_Howe") == datetime(2026, 10, 3, 15, 45, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Berlin", "", "../etc/passwd", "Europe/", "Mars/Olympus", "/etc/localtime"])
def test_a_zone_that_does_not_exist_is_told_so(name):
    with pytest.raises(ValueError, match="no time zone"):
        zone_of(name)


@settings(max_examples=150, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    slots=st.sets(
        st.builds(Slot, st.integers(0, 6), st.times().map(lambda t: t.replace(microsecond=0))), min_size=1, max_size=3
    ),
    start=st.datetimes(datetime(2020, 1, 1), datetime(2037, 6, 1)),
    steps=st.lists(st.timedeltas(timedelta(seconds=1), timedelta(days=20)), min_size=1, max_size=20),
)
def test_however_time_is_cut_every_local_week_has_each_slot_once(zone, slots, start, steps):
    now = begin = start.replace(tzinfo=UTC)
    seen = []
    for step in steps:
        seen += turns(tuple(slots), zone, now, now + step)
        now += step
    assert seen == list(turns(tuple(slots), zone, begin, now))
    assert len({turn.slot for turn in seen}) == len(seen)
    for turn in seen:
        local = datetime.fromisoformat(turn.slot)
        assert turn.at == instant(local, zone)
        assert Slot(local.weekday(), local.time()) in slots
    # What the calendar must have found: every date in between, slot by slot.
    day, last = begin.date() - timedelta(days=2), now.date() + timedelta(days=2)
    expected = set()
    while day <= last:
        for slot in slots:
            local = datetime.combine(day, slot.at)
            if slot.weekday == day.weekday() and begin < instant(local, zone) <= now:
                expected.add(local.isoformat())
        day += timedelta(days=1)
    assert {turn.slot for turn in seen} == expected


def test_a_group_begins_with_what_is_still_to_come():
    now = at("2026-11-19T12:00", BERLIN)
    plan = begun([Slot(WED, time(18)), Slot(FRI, time(18))], BERLIN, now)
    group = Group(1, "", "", BERLIN, (Slot(WED, time(18)), Slot(FRI, time(18))), plan=plan)
    assert [turn.slot[:10] for turn in next_slots(group, now, 3)] == ["2026-11-20", "2026-11-25", "2026-11-27"]
    assert next_slots(Group(1, "", "", BERLIN, ()), now) == ()


@pytest.mark.parametrize(
    ("old", "new", "when", "expected"),
    [
        # what was posted on Wednesday is not posted again on Friday of the same week
        ([WED], [FRI], "2026-11-19", ["2026-11-18", "2026-11-27", "2026-12-04"]),
        # what is still to come moves
        ([WED], [FRI], "2026-11-17", ["2026-11-20", "2026-11-27", "2026-12-04"]),
        # and where its new day is over, it keeps the old one this once
        ([FRI], [WED], "2026-11-19", ["2026-11-20", "2026-11-25", "2026-12-02"]),
        ([SUN], [MON], "2026-11-21", ["2026-11-22", "2026-11-23", "2026-11-30"]),
        # one more a week counts from now on, one fewer ends
        ([WED], [WED, FRI], "2026-11-19", ["2026-11-18", "2026-11-20", "2026-11-25", "2026-11-27", "2026-12-02"]),
        ([WED, FRI], [WED], "2026-11-19", ["2026-11-18", "2026-11-25", "2026-12-02"]),
        ([MON, WED], [WED, FRI], "2026-11-17", ["2026-11-16", "2026-11-18", "2026-11-25", "2026-11-27", "2026-12-02"]),
    ],
)
def test_a_change_within_the_week_neither_repeats_nor_drops(old, new, when, expected):
    before, after = ([Slot(day, time(18)) for day in days] for days in (old, new))
    begin = at("2026-11-15T20:00", BERLIN)
    now = at(f"{when}T12:00", BERLIN)
    plan = changed(before, BERLIN, begun(before, BERLIN, begin), after, BERLIN, now)
    until = at("2026-12-04T23:00", BERLIN)
    assert [slot[:10] for slot in found(after, BERLIN, begin, until, plan)][: len(expected)] == expected


@settings(max_examples=150, deadline=None)
@given(
    schedule=st.lists(
        st.tuples(
            st.sampled_from(
                [BERLIN, NEW_YORK, "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns"]
            ),
            st.integers(0, 6),
            st.times().map(lambda t: t.replace(microsecond=0)),
            st.integers(1, 24 * 40),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_weekly_group_that_keeps_changing_slot_and_zone_posts_once_each_week(schedule):
    now = begin = datetime(2026, 3, 2, 12, tzinfo=UTC)
    zone, weekday, clock, _ = schedule[0]
    slots = [Slot(weekday, clock)]
    plan, posted = begun(slots, zone, now), []
    for new_zone, weekday, clock, hours in schedule:
        new = [Slot(weekday, clock)]
        plan, slots, zone = changed(slots, zone, plan, new, new_zone, now), new, new_zone
        posted += turns(slots, zone, now, now + timedelta(hours=hours), plan)
        now += timedelta(hours=hours)
    # From one end of the date line to the other, two weeks may change places within hours.
    weeks = sorted(calendar.monday(calendar.slot_date(turn.slot)) for turn in posted)
    assert len(set(weeks)) == len(weeks)
    if weeks:
        gaps = {later - earlier for earlier, later in pairwise(weeks)}
        assert gaps <= {WEEK}
        assert weeks[0] - calendar.monday(begin.date()) <= WEEK


def test_a_moved_zone_keeps_the_weeks_turn():
    slots = [Slot(WED, time(18))]
    begin = at("2026-11-15T12:00", NEW_YORK)
    east = changed(slots, NEW_YORK, begun(slots, NEW_YORK, begin), slots, BERLIN, at("2026-11-18T13:00", NEW_YORK))
    assert turns(slots, BERLIN, begin, begin + WEEK, east)[0].at == at("2026-11-18T18:00", NEW_YORK)
    west = changed(slots, BERLIN, begun(slots, BERLIN, begin), slots, NEW_YORK, at("2026-11-18T19:00", BERLIN))
    assert [turn.at for turn in turns(slots, NEW_YORK, begin, begin + WEEK, west)] == [at("2026-11-18T18:00", BERLIN)]


def test_the_course_waits_for_weeks_that_were_skipped_or_paused_but_not_for_missed_ones():
    def past(slot, state):
        return Round(0, 0, slot, 1, datetime.now(UTC), datetime.now(UTC), state)

    rounds = [
        past("2026-11-04T18:00:00", "closed"),
        past("2026-11-06T18:00:00", "closed"),
        past("2026-11-11T18:00:00", "skipped"),
        past("2026-11-25T18:00:00", "missed"),
        past("2026-12-02T18:00:00", "open"),
    ]
    days = ("11-04", "11-11", "11-25", "12-02", "12-04", "12-09")
    assert [course_week(f"2026-{day}T18:00:00", rounds, "") for day in days] == [1, 2, 2, 3, 3, 4]


def test_a_round_closes_as_the_same_time_comes_round_again():
    assert calendar.closes("2026-10-21T18:00:00", BERLIN) == at("2026-10-28T18:00", BERLIN)
    assert calendar.closes("2026-10-21T18:00:00", BERLIN) - at("2026-10-21T18:00", BERLIN) == timedelta(days=7, hours=1)
    assert calendar.monday(date(2026, 11, 22)) == date(2026, 11, 16)
