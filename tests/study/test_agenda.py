"""What a group is asked over the weeks, whatever the pack, the pace and the pauses."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from study.agenda import REST, WARM_UP, History, Rhythm, agenda, may_remember, place_in_week, rehearsal
from study.course import Course, Item, Recap, Week

MONDAY = datetime(2026, 11, 30, 17, tzinfo=UTC)
WEEK = timedelta(days=7)
RUBRIC = object()
TALK = Recap("What was it about?", "This.", RUBRIC)


def week(number, questions, tasks=0, recap=TALK):
    items = [Item(f"w{number}q{n}", "?", "!", RUBRIC) for n in range(questions)]
    items += [Item(f"w{number}t{n}", "?", "", None) for n in range(tasks)]
    return Week(number, f"Chapter {number}", "", recap, tuple(items))


def course(*weeks):
    return Course("c", "C", "en", tuple(weeks))


class Group:
    """A group that lives through turns: rounds close a week later, and each member recalls as `knows` says."""

    def __init__(self, pack, rhythm=None, retention=None):
        self.pack, self.rhythm = pack, rhythm or Rhythm()
        self.history = History(retention=retention or {})
        self.log, self.weeks, self.open, self.undigested = [], set(), [], False

    def turn(self, now):
        self.weeks.add((now - timedelta(days=now.weekday())).date())
        closing = [posts for at, posts in self.open if now - at >= WEEK]
        self.open = [(at, posts) for at, posts in self.open if now - at < WEEK]
        self.undigested |= any(closing)
        opened = frozenset(one.item for _, posts in self.open for one in posts)
        history = replace(self.history, open_items=opened, digest_due=self.undigested)
        made = agenda(self.pack, self.rhythm, len(self.weeks), now, history)
        asked = [one for one in made.posts if one.item]
        self.open += [(now, asked)] if asked else []
        self.undigested &= not any(one.kind == "digest" for one in made.posts)
        self.log += [(now, one) for one in made.posts]
        ended = any(one.kind == "end" for one in made.posts)
        fresh = any(one.reason in ("new", "backlog") and one.item for one in made.posts)
        self.history = replace(
            self.history,
            asked={**self.history.asked, **{one.item: now for one in asked}},
            again=Counter(one.item for _, one in self.log if one.reason in ("memory", "review")),
            recaps=self.history.recaps | {one.week for one in made.posts if one.kind == "recap"},
            rounds=self.history.rounds + bool(asked),
            ended=ended or (self.history.ended and not fresh),
        )
        return [(one.kind, one.item or one.week) for one in made.posts]

    def seen(self, now):
        """The history as it stands, with what is open now."""
        opened = frozenset(one.item for at, posts in self.open if now - at < WEEK for one in posts)
        return replace(self.history, open_items=opened)

    def items(self, *reasons):
        return [one.item for _, one in self.log if one.item and (not reasons or one.reason in reasons)]


def test_a_course_goes_on_when_its_questions_are_asked_and_then_comes_to_an_end():
    group = Group(course(week(1, 4), week(4, 1, tasks=2)))
    assert group.turn(MONDAY) == [("recap", 1), ("item", "w1q0"), ("item", "w1q1"), ("item", "w1q2")]
    assert group.turn(MONDAY + WEEK) == [("digest", 0), ("item", "w1q3")]
    assert group.turn(MONDAY + 2 * WEEK) == [("digest", 0), ("recap", 4), ("item", "w4q0"), ("task", "w4t0")]
    assert group.turn(MONDAY + 3 * WEEK) == [("digest", 0), ("task", "w4t1")]
    assert group.turn(MONDAY + 4 * WEEK) == [("digest", 0), ("end", 0)]


def test_by_the_calendar_a_week_is_a_week_and_what_it_leaves_over_comes_later():
    group = Group(course(week(1, 4), week(2, 2), week(3, 0)), Rhythm(pace="calendar", count=2))
    assert group.turn(MONDAY) == [("recap", 1), ("item", "w1q0"), ("item", "w1q1")]
    assert group.turn(MONDAY + WEEK) == [("digest", 0), ("recap", 2), ("item", "w2q0"), ("item", "w2q1")]
    assert group.turn(MONDAY + 2 * WEEK) == [("digest", 0), ("recap", 3), ("item", "w1q2"), ("item", "w1q3")]
    assert {one.item: one.reason for _, one in group.log if one.item}["w1q2"] == "backlog"
    assert group.turn(MONDAY + 3 * WEEK) == [("digest", 0), ("end", 0)]


def test_the_closing_words_wait_until_nothing_is_open():
    group = Group(course(week(1, 1)))
    group.turn(MONDAY)
    assert group.turn(MONDAY + timedelta(days=3)) == []
    assert group.turn(MONDAY + WEEK) == [("digest", 0), ("end", 0)]


def test_afterwards_a_group_reviews_what_it_knows_least_or_rests():
    pack, faint = course(week(1, 3)), {"w1q0": 0.9, "w1q1": 0.2, "w1q2": 0.5}
    for afterwards, expected in (("review", ["w1q1", "w1q2"]), ("rest", [])):
        group = Group(pack, Rhythm(count=2, afterwards=afterwards), faint)
        for n in range(4):
            group.turn(MONDAY + n * WEEK)
        assert group.items("review") == expected


def test_a_week_added_after_the_end_is_asked_and_ended_too():
    group = Group(course(week(1, 1)))
    for n in range(3):
        group.turn(MONDAY + n * WEEK)
    group.pack = course(week(1, 1), week(2, 1))
    assert ("recap", 2) in group.turn(MONDAY + 3 * WEEK)
    assert ("end", 0) in group.turn(MONDAY + 4 * WEEK)


def test_a_question_added_to_a_week_gone_by_is_told_as_left_over():
    group = Group(course(week(1, 1), week(2, 9)))
    group.turn(MONDAY)
    group.turn(MONDAY + WEEK)
    group.pack = course(week(1, 2), week(2, 9))
    assert ("item", "w1q1") in group.turn(MONDAY + 2 * WEEK)
    assert group.items("backlog") == ["w1q1"]


def test_what_is_about_to_be_forgotten_takes_a_third_of_the_places_once_three_weeks_are_over():
    faint = {f"w1q{n}": 0.1 + n / 100 for n in range(3)}
    group = Group(course(week(1, 40)), retention=faint)
    for n in range(6):
        group.turn(MONDAY + n * WEEK)
    assert group.items("memory") == ["w1q0", "w1q1", "w1q2"]
    first = min(now for now, one in group.log if one.reason == "memory")
    assert first == MONDAY + WARM_UP * WEEK


@given(count=st.integers(1, 10), share=st.floats(0, 1), rounds=st.integers(1, 200))
def test_the_share_of_old_questions_is_kept_over_time(count, share, rounds):
    rhythm = Rhythm(count=count, share=share)
    places = [may_remember(rhythm, WARM_UP + 1, n) for n in range(rounds)]
    assert abs(sum(places) - count * share * rounds) <= 1 + 1e-6
    assert all(0 <= one <= count for one in places)
    assert may_remember(rhythm, WARM_UP, rounds) == 0


packs = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 7), st.integers(0, 3), st.booleans()), min_size=1, max_size=5
)
rhythms = st.builds(
    Rhythm,
    count=st.integers(1, 6),
    pace=st.sampled_from(["questions", "calendar"]),
    share=st.sampled_from([0.0, 1 / 3, 1.0]),
    afterwards=st.sampled_from(["review", "rest"]),
)


@settings(max_examples=200, deadline=None)
@given(shape=packs, rhythm=rhythms, slots=st.sets(st.integers(0, 6), min_size=1, max_size=3), data=st.data())
def test_everything_is_asked_once_before_an_end_and_nothing_twice_in_two_weeks(shape, rhythm, slots, data):
    number, weeks = 0, []
    for step, questions, tasks, recap in shape:
        number += step
        weeks.append(week(number, questions, tasks, TALK if recap else None))
    pack = course(*weeks)
    every = [item.id for item in pack.items()]
    retention = {item: data.draw(st.floats(0, 1), label=item) for item in every}
    group, now, pauses = Group(pack, rhythm, retention), MONDAY, data.draw(st.integers(0, 5))
    for n in range(len(every) * 3 + len(weeks) * 2 + 14):
        if n % 7 < 7 - pauses or pauses == 0:
            for day in sorted(slots):
                group.turn(now + timedelta(days=day))
        now += WEEK
    assert sorted(group.items("new", "backlog")) == sorted(every)
    assert {one.week for _, one in group.log if one.kind == "recap"} == {one.number for one in weeks if one.recap}
    assert [one.kind for _, one in group.log].count("end") == 1
    ended = next(at for at, one in group.log if one.kind == "end")
    assert all(at < ended for at, one in group.log if one.reason in ("new", "backlog") and one.item)
    for item in every:
        times = [at for at, one in group.log if one.item == item]
        assert all(later - earlier >= REST for earlier, later in pairwise(times))
    if rhythm.afterwards == "rest":
        assert not group.items("review")
    tasks = {item.id for item in pack.items() if item.rubric is None}
    assert not tasks & set(group.items("memory", "review"))


def test_how_long_a_course_takes_is_known_ahead():
    pack = course(week(1, 31), week(4, 18))
    turns = [(MONDAY + n * WEEK, (MONDAY + n * WEEK).date()) for n in range(100)]
    made = list(rehearsal(pack, Rhythm(), iter(turns)))
    asked = [post.item for _, one in made for post in one.posts if post.item]
    assert asked == [item.id for item in pack.items()]
    assert [post.kind for post in made[-1][1].posts] == ["end"]
    assert len(made) == 11 + 6 + 1


def test_how_long_it_takes_is_known_in_the_middle_of_a_course_too():
    pack = course(week(1, 4), week(2, 4), week(3, 4))
    for pace in ("questions", "calendar"):
        for slots in ((0,), (0, 3)):
            group, ahead = Group(pack, Rhythm(count=2, pace=pace, share=0)), []
            turns = [MONDAY + n * WEEK + timedelta(days=day) for n in range(20) for day in slots]
            for at in turns[:3]:
                group.turn(at)
            for at in turns[3:]:
                group.turn(at)
                ahead.append((at, at.date()))
            ended = next(at for at, one in group.log if one.kind == "end")
            halfway = Group(pack, group.rhythm)
            for at in turns[:3]:
                halfway.turn(at)
            told = list(rehearsal(pack, group.rhythm, iter(ahead), halfway.seen(turns[2]), halfway.weeks))
            assert told[-1][0] == ended, (pace, slots)


def test_the_place_of_an_item_among_its_own_kind():
    pack = course(week(1, 2, tasks=2))
    assert place_in_week(pack, "w1q1") == (pack.weeks[0], 2, 2)
    assert place_in_week(pack, "w1t0") == (pack.weeks[0], 1, 2)
    assert place_in_week(pack, "gone") is None
