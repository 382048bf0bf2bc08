"""A simulated cohort: the same seed lives the same weeks, the weeks are whole, and a course comes to its end."""

import shutil
from datetime import datetime
from itertools import pairwise

import pytest

from bot.packs import PACKS
from bot.packs.live import LiveCourses
from bot.simulate import BadPlan, Plan, plan_of, simulate
from study.agenda import REST
from study.group import Slot


async def test_the_same_seed_gives_the_same_cohort_and_another_gives_another():
    first, again, other = [await simulate(Plan(1, 4, seed)) for seed in (1, 1, 2)]
    assert first == again != other


async def test_every_week_is_posted_and_closed_and_people_score():
    tally = await simulate(Plan(3, 8, 7))
    assert tally.missed == 0 and tally.posts >= 3 * 2 * 3
    assert 0 < tally.edits < tally.posts, "the last rounds are still open"
    assert tally.answers == sum(tally.verdicts.values()) > 0 and 0 < tally.mean_score < 1
    assert tally.leaders[0][0] == 1 and "3 weeks, 8 members" in tally.text(1.0)
    assert "week 1    recap of week 1, ch01-q01" in tally.text(1.0)


async def test_whoever_typed_the_command_reads_english_whatever_the_course_speaks():
    tally = await simulate(Plan(1, 3, 1, "sternenhimmel", questions=1))
    assert all(points.endswith(("point", "points")) for _rank, _name, points in tally.leaders) and tally.leaders


def _whole(tally, course):
    """Everything that the course has was asked once, nothing came back too soon, and there was one end."""
    lines = tally.agenda
    fresh = [line.item for line in lines if line.item and line.reason in ("new", "backlog")]
    assert sorted(fresh) == sorted(item.id for item in course.items())
    assert [line.kind for line in lines].count("end") == 1
    assert {line.course_week for line in lines if line.kind == "recap"} == {week.number for week in course.weeks}
    end = next(line.week for line in lines if line.kind == "end")
    assert {line.week for line in lines if line.kind == "digest"} >= set(range(2, end + 1))
    for item in fresh:
        times = [line.at for line in lines if line.item == item]
        assert all(_days(earlier, later) >= REST.days for earlier, later in pairwise(times))


@pytest.mark.parametrize("pace", ["questions", "calendar"])
async def test_a_course_whose_weeks_jump_is_asked_whole_and_comes_to_an_end(pace, tmp_path, monkeypatch):
    first = shutil.copytree(PACKS / "guide/tea", tmp_path / "tea") / "week-01.yaml"
    later = first.read_text("utf-8").replace("number: 1\n", "number: 4\n", 1).replace("id: tea-", "id: later-")
    (tmp_path / "tea/week-04.yaml").write_text(later, "utf-8")
    monkeypatch.setenv("STUDYBOT_PACKS", str(tmp_path))
    _whole(await simulate(plan_of(None, 2, 1, "tea", "1", 2, pace)), LiveCourses(tmp_path)["tea"])


async def test_the_shipped_course_is_asked_whole_and_comes_to_an_end():
    _whole(await simulate(plan_of(None, 1, 1, "fastbook", "3", 8, "questions")), LiveCourses(PACKS)["fastbook"])


def _days(earlier, later):
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).days


def test_a_plan_is_typed_in_numbers_or_times_and_refused_in_a_sentence():
    assert [slot.weekday for slot in plan_of(1, 1, 1, "x", "3", 3, "calendar").slots] == [0, 2, 4]
    assert plan_of(1, 1, 1, "x", "Tue 19:30", 3, "questions").slots[0].weekday == 1
    assert isinstance(plan_of(1, 1, 1, "x", "1", 3, "questions").slots[0], Slot)
    for slots, pace in (("8", "questions"), ("soon", "questions"), ("1", "fast")):
        with pytest.raises(BadPlan, match=r"\.$"):
            plan_of(1, 1, 1, "x", slots, 3, pace)


async def test_a_course_that_is_not_installed_is_said_so():
    with pytest.raises(Exception, match="There is no course 'nothing'"):
        await simulate(Plan(1, 1, 1, "nothing"))


async def test_a_group_that_meets_has_its_meetings_on_the_agenda():
    tally = await simulate(plan_of(3, 3, 1, "fastbook", "1", 2, "questions", "Thu 19:00"))
    told = [line for line in tally.agenda if line.kind == "meeting"]
    assert [(line.week, line.at[:16]) for line in told] == [
        (1, "2026-01-08T17:00"), (2, "2026-01-15T17:00"), (3, "2026-01-22T17:00"),
    ]  # fmt: skip
