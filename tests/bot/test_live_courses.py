"""Packs are read again while the bot runs; one with faults, or gone, stays as it was."""

import os

import pytest

from bot.packs.library import NoPack
from bot.packs.live import LiveCourses
from study.packs import PackFaults

HEAD = "id: {id}\ntitle: {title}\nlanguage: en\n"
WEEK = """\
number: 1
title: One
items:
  - id: q1
    ask: Which colour?
    answer: Blue.
    points:
      - blue: [{word}]
"""


def write(folder, title="A course", word="blue", course="colours"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "course.yaml").write_text(HEAD.format(id=course, title=title))
    (folder / "week-01.yaml").write_text(WEEK.format(word=word))
    later = len(title + word) + folder.stat().st_mtime
    os.utime(folder / "week-01.yaml", (later, later))


async def changed(courses):
    before = courses.revision
    await courses.refresh()
    return courses.revision != before


async def test_a_mended_pack_is_read_again_and_the_others_are_not(tmp_path):
    write(tmp_path / "a" / "colours")
    write(tmp_path / "a" / "tea", course="tea")
    courses = LiveCourses(tmp_path / "a", tmp_path / "own")
    tea = courses["tea"]
    assert not await changed(courses)
    write(tmp_path / "a" / "colours", title="Mended")
    assert await changed(courses)
    assert courses["colours"].title == "Mended" and courses["tea"] is tea


async def test_a_pack_with_faults_stays_as_it_was_and_that_is_told_once(tmp_path, caplog):
    write(tmp_path / "a" / "colours")
    courses = LiveCourses(tmp_path / "a")
    (tmp_path / "a" / "colours" / "week-01.yaml").write_text("number: one\n")
    assert [await changed(courses) for _ in range(3)] == [False] * 3
    assert courses["colours"].title == "A course"
    assert caplog.text.count("stays as it was") == 1
    write(tmp_path / "a" / "colours", title="Mended")
    assert await changed(courses)


async def test_a_pack_of_ones_own_stands_for_the_one_that_came_along_until_it_goes(tmp_path):
    write(tmp_path / "a" / "colours")
    courses = LiveCourses(tmp_path / "a", tmp_path / "own")
    write(tmp_path / "own" / "colours", title="Ours")
    assert await changed(courses) and courses["colours"].title == "Ours"
    assert LiveCourses(tmp_path / "a", tmp_path / "own")["colours"].title == "Ours"
    for path in (tmp_path / "own" / "colours").iterdir():
        path.unlink()
    assert not await changed(courses)  # perhaps it is only being put in place
    assert await changed(courses) and courses["colours"].title == "A course"


async def test_a_pack_that_is_gone_is_kept_while_the_bot_runs(tmp_path):
    write(tmp_path / "a" / "colours")
    courses = LiveCourses(tmp_path / "a")
    (tmp_path / "a" / "colours" / "course.yaml").unlink()
    (tmp_path / "a" / "colours" / "week-01.yaml").unlink()
    assert not await changed(courses)
    assert list(courses) == ["colours"]


def test_a_start_with_faults_or_without_packs_is_refused(tmp_path):
    with pytest.raises(NoPack):
        LiveCourses(tmp_path / "none")
    write(tmp_path / "a" / "colours", word='"')
    with pytest.raises(PackFaults):
        LiveCourses(tmp_path / "a", tmp_path / "own")
