from datetime import UTC, datetime, time, timedelta

import pytest

from bot.clock import Clock, ClockStops
from store import NewRound, Store, StoreError
from study.agenda import Planned
from study.group import Account, Place, Slot
from study.marking import Mark
from tests.bot.channelbook import MONDAY, Spine, a_course

WEEK = 7 * 24


async def slots_of(spine, group):
    return [(round_.slot[:10], round_.state) for round_ in await spine.store.rounds.of_group(group.id)]


async def test_a_weekly_group_gets_its_round_is_asked_and_is_shown_the_answers(store):
    spine = Spine(store)
    group = await spine.group()
    await spine.pass_time(12)
    (round_,) = await store.rounds.of_group(group.id)
    assert (round_.slot, round_.week, round_.state) == ("2026-01-05T18:00:00", 1, "open")
    assert [(post.kind, post.item) for post in await store.posts.of_round(round_.id)] == [
        ("recap", ""),
        ("item", "w1q0"),
        ("item", "w1q1"),
        ("item", "w1q2"),
    ]
    assert (len(spine.platform.posts), spine.platform.doubles) == (4, 0)
    await spine.pass_time(WEEK)
    assert [one.state for one in await store.rounds.of_group(group.id)] == ["closed", "open"]
    assert [message for message, _ in spine.platform.edits] == ["m1", "m2", "m3", "m4"]
    assert len(spine.platform.posts) == 8


async def test_after_the_course_comes_its_end_and_then_what_was_missed_most(store):
    spine = Spine(store, course=a_course(weeks=1, items=4))
    group = await spine.group()
    await spine.pass_time(12)
    ann = await store.members.meet(group.id, Account("browser", "w", "ann"), "Ann", spine.clock.now())
    for post in await store.posts.open(group.id):
        score = 0.0 if post.item == "w1q1" else 1.0
        await store.answers.record(
            post.id, ann.id, "x", Mark(score, score, 1, "accept", "v"), key="k", at=spine.clock.now()
        )
    asked = []
    for _ in range(5):
        await spine.pass_time(WEEK)
        round_ = (await store.rounds.of_group(group.id))[-1]
        asked.append([(post.kind, post.item, post.reason) for post in await store.posts.of_round(round_.id)])
    assert asked[:2] == [
        [("digest", "", "new"), ("item", "w1q3", "new")],
        [("digest", "", "new"), ("end", "", "new")],
    ]
    # What nobody answered comes first, then what was answered worst, and nothing twice in two weeks.
    assert asked[2][:2] == [("item", "w1q3", "review"), ("item", "w1q1", "review")]
    assert not {item for _, item, _ in asked[2]} & {item for _, item, _ in asked[3] if item}


async def test_away_for_less_than_the_window_it_is_posted_late_and_after_it_is_recorded_and_told(store):
    spine = Spine(store)
    group = await spine.group()
    await spine.pass_time(16, step=16)  # due at 17:00 UTC, found at midnight
    assert await slots_of(spine, group) == [("2026-01-05", "open")]
    spine.clock.move(timedelta(days=19))
    await spine.tick()
    await spine.tick()
    assert await slots_of(spine, group) == [
        ("2026-01-05", "closed"),
        ("2026-01-12", "missed"),
        ("2026-01-19", "missed"),
    ]
    assert len(spine.platform.told) == 1
    assert "2 weekly posts were missed" in spine.platform.told[0]


async def test_a_slot_is_skipped_a_group_paused_and_the_course_waits(store):
    spine = Spine(store)
    group = await spine.group()
    await store.groups.change(group.id, at=spine.clock.now(), pace="calendar")
    assert (await store.groups.skip_next(group.id, spine.clock.now())).slot[:10] == "2026-01-05"
    await spine.pass_time(WEEK)
    assert spine.platform.posts == []
    await spine.pass_time(12)
    assert (await store.rounds.of_group(group.id))[-1].week == 1
    await store.groups.pause(group.id, spine.clock.now())
    await spine.pass_time(2 * WEEK)
    await store.groups.resume(group.id, spine.clock.now())
    await spine.pass_time(WEEK)
    assert [(r.slot[:10], r.week, r.state) for r in await store.rounds.of_group(group.id)] == [
        ("2026-01-05", 0, "skipped"),
        ("2026-01-12", 1, "closed"),
        ("2026-02-02", 2, "open"),
    ]


async def test_post_now_opens_the_next_round_once_a_minute(store):
    spine = Spine(store)
    group = await spine.group()
    made = await spine.rounds.post_now(group.id)
    assert made.state == "open"
    assert await spine.rounds.post_now(group.id) is None
    spine.clock.move(timedelta(minutes=1))
    second = await spine.rounds.post_now(group.id)
    assert [post.item for post in await store.posts.of_round(second.id)] == ["w1q3", "w1q4", "w1q5"]
    await spine.outbox.run_once()
    assert len(spine.platform.posts) == 7
    with pytest.raises(StoreError):
        await spine.rounds.post_now(group.id + 1)


async def test_one_group_without_its_course_does_not_stop_the_others(store, caplog):
    spine = Spine(store)
    lost, fine = await spine.group("c"), await spine.group("d")
    await store.groups.change(lost.id, at=spine.clock.now(), course="gone")
    await spine.pass_time(12)
    assert await slots_of(spine, lost) == []
    assert await slots_of(spine, fine) == [("2026-01-05", "open")]
    for _ in range(5):
        await spine.tick()
    assert caplog.text.count("'gone' is not installed here") == len(spine.platform.told) == 1
    assert "Nothing can be posted" in spine.platform.told[0]
    caplog.set_level("INFO")
    await store.groups.change(lost.id, at=spine.clock.now(), course="fastbook")
    await spine.tick()
    assert await slots_of(spine, lost) == [("2026-01-05", "open")]
    assert f"group {lost.id} is posted to again" in caplog.text


async def test_a_group_that_breaks_in_a_new_way_is_logged_once_and_goes_on(store, caplog):
    spine = Spine(store)
    group = await spine.group()
    spine.rounds._agenda = None
    await spine.pass_time(18)
    assert caplog.text.count("Traceback") == 1
    del spine.rounds._agenda
    await spine.tick()
    assert await slots_of(spine, group) == [("2026-01-05", "open")]


@pytest.mark.parametrize("jump", [timedelta(seconds=1), timedelta(hours=1), timedelta(days=8), timedelta(days=365)])
async def test_a_clock_that_jumps_and_comes_back_posts_each_slot_once(store, jump):
    spine = Spine(store)
    group = await spine.group()
    await spine.pass_time(12)
    for step in (-jump, jump, jump, -jump):
        spine.clock.move(step)
        await spine.tick()
    await spine.pass_time(2 * WEEK)
    slots = [slot for slot, state in await slots_of(spine, group) if state in ("open", "closed")]
    assert len(set(slots)) == len(slots)
    assert {"2026-01-05", "2026-01-12", "2026-01-19"} <= set(slots)
    assert spine.platform.doubles == 0


async def test_a_year_over_both_clock_changes_has_52_weeks_and_every_slot_once():
    store = await Store.open("sqlite://")
    spine = Spine(store)
    group = await spine.group(slots=(Slot(6, time(2, 30)),))
    await spine.pass_time(52 * WEEK, step=11)
    slots = await slots_of(spine, group)
    assert len(slots) == 52
    assert {state for _, state in slots} == {"closed", "open"}
    assert len({slot for slot, _ in slots}) == 52
    await store.close()


async def test_a_demonstrators_week_misses_nothing_and_lasts_through_a_restart(store):
    spine = Spine(store)
    clock = await Clock.open(store)
    spine.rounds._clock = spine.outbox._clock = clock
    moment = clock.now()
    group = await store.groups.set_up(
        Place("browser", "w", "c", "c"),
        name="G",
        course="fastbook",
        zone="Europe/Berlin",
        slots=(Slot((moment.weekday() + 1) % 7, time(12)),),
        at=moment,
    )
    for week in (1, 2):
        await clock.advance(7)
        await spine.tick()
        assert [one.state for one in await store.rounds.of_group(group.id)] == ["closed"] * (week - 1) + ["open"]
    again = await Clock.open(store)
    assert timedelta(days=13.9) < again.now() - datetime.now(UTC) < timedelta(days=14.1)
    with pytest.raises(ClockStops, match="forward"):
        await clock.advance(-1)


async def test_a_week_with_nothing_left_to_ask_is_left_out_and_told(store):
    spine = Spine(store, course=a_course(weeks=1, items=3))
    group = await spine.group(slots=(Slot(0, time(18)), Slot(1, time(18))))
    await spine.pass_time(36)
    assert await slots_of(spine, group) == [("2026-01-05", "open"), ("2026-01-06", "skipped")]
    assert "what was asked is still open" in spine.platform.told[0]


async def test_many_groups_are_due_at_once(store):
    spine = Spine(store, start=MONDAY)
    groups = [await spine.group(f"c{n}") for n in range(30)]
    await spine.pass_time(12)
    assert len(spine.platform.posts) == 4 * len(groups)
    assert spine.platform.doubles == 0


async def test_what_is_wrong_with_one_group_keeps_none_of_the_others_from_being_posted_to(store, monkeypatch, caplog):
    """Rounds are opened many in one transaction: where one of them fails, the others are opened without it."""
    spine = Spine(store)
    first, wrong, last = [await spine.group(channel) for channel in "abc"]
    kept = type(store.rounds).open_all

    async def open_all(self, new):
        if wrong.id in new:
            raise ValueError("not this one")
        return await kept(self, new)

    with monkeypatch.context() as patched:
        patched.setattr(type(store.rounds), "open_all", open_all)
        await spine.pass_time(12)
    assert [len(await store.rounds.of_group(group.id)) for group in (first, wrong, last)] == [1, 0, 1]
    assert caplog.text.count("could not be looked at: not this one") == 1
    await spine.pass_time(6)
    assert [await slots_of(spine, group) for group in (first, wrong, last)] == [[("2026-01-05", "open")]] * 3
    assert (len(spine.platform.posts), spine.platform.doubles) == (12, 0)


async def test_a_round_that_one_of_many_had_already_is_left_as_it_is(store):
    spine = Spine(store)
    groups = [await spine.group(channel) for channel in "ab"]
    new = NewRound("2026-01-05T18:00:00", "fastbook", 1, MONDAY, MONDAY + timedelta(days=7), [Planned("item", "q", 1)])
    first = await store.rounds.open(groups[0].id, new)
    made = await store.rounds.open_all({group.id: new for group in groups})
    assert list(made) == [groups[1].id]
    assert await store.rounds.of_group(groups[0].id) == (first,)
    assert len(await store.deliveries.find()) == 2
